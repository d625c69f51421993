package local

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
)

// shortSecret is below what can be guessed at by trying (S3's own have 40 characters).
const shortSecret = 16

// wellKnown are root keys of manuals, which everybody tries.
var wellKnown = []string{"minioadmin", "AKIAIOSFODNN7EXAMPLE", "admin", "root", "test"}

// accessKeys says whether the keys are such that they let in who is meant, and nobody else.
func (p *patient) accessKeys(context.Context) finding {
	root, from := p.root, "comes from the environment"
	if !p.env {
		k, err := readRootKey(filepath.Join(p.Path, credentialsFile))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return wrong("Restore the file, or remove it to get a new key.", "The root key cannot be read: %v.", err)
		}
		root, from = k, "is in "+filepath.Join(p.Path, credentialsFile)
	}
	const another = "Set another in SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY, or set neither: one is made at random."
	for _, k := range wellKnown {
		if strings.EqualFold(root.ID, k) || strings.EqualFold(root.Secret, k) {
			return wrong(another, "The root key is one that everybody tries: %s.", k)
		}
	}
	if root.ID != "" && len(root.Secret) < shortSecret {
		return worry(another, "The secret of the root key is short: it can be guessed from one request that is signed with it.")
	}
	if f := p.idleKeys(); f.state != "" {
		return f
	}
	return fine("The root key %s. Beside it there are %s, and %s of SSH.", from, count(len(p.keys.List()), "access key"), count(len(p.keys.Logins()), "public key"))
}

// idleKeys finds keys and logins that let nobody do anything.
func (p *patient) idleKeys() finding {
	spaces := map[string]bool{"": true}
	if p.own != nil {
		list, err := p.own.engine.Spaces()
		if err != nil {
			return unknown("", "The Spaces cannot be listed: %v.", err)
		}
		for _, s := range list {
			spaces[s.Name] = true
		}
	}
	var idle, gone []string
	for _, k := range p.keys.List() {
		useful := false
		for _, g := range k.Grants {
			useful = useful || spaces[g.Bucket] || p.own == nil
		}
		if !useful {
			idle = append(idle, k.Name)
		}
	}
	for _, l := range p.keys.Logins() {
		if l.AccessKey != p.root.ID && p.keys.Find(l.AccessKey) == nil && p.root.ID != "" {
			gone = append(gone, l.Fingerprint)
		}
	}
	switch {
	case len(gone) > 0:
		return worry("Take them back: spaces keys revoke FINGERPRINT.", "Public keys of SSH belong to access keys that are no more: %s.", some(gone))
	case len(idle) > 0:
		return worry("Delete them, or give them other grants: the panel's page of access keys.", "Access keys may do nothing: they have no grants, or for Spaces that are no more: %s.", some(idle))
	}
	return finding{}
}

// some are the first of a list.
func some(list []string) string {
	if len(list) > 3 {
		return strings.Join(list[:3], ", ") + " and " + count(len(list)-3, "other")
	}
	return strings.Join(list, ", ")
}
