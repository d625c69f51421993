package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

var large = sync.OnceValue(func() []byte { return pattern("large", 5<<20) })

// elements are the contents of all elements of a name.
func elements(doc, name string) (list []string) {
	for _, rest := range strings.Split(doc, "<"+name+">")[1:] {
		text, _, _ := strings.Cut(rest, "</"+name+">")
		list = append(list, text)
	}
	return list
}

// see reads everything of a writer's, every byte, and finds what nobody ever made as well.
func (w *writer) see() map[string]string {
	seen := map[string]string{}
	note := func(cell, is string) {
		if is != "" {
			seen[cell] = is
		}
	}
	goner, cell := w.goner()
	if a := w.read("/?destroyed"); strings.Contains(a.body, "<Name>"+goner.space+"</Name>") {
		for _, b := range elements(a.body, "Bucket") {
			if strings.Contains(b, "<Name>"+goner.space+"</Name>") {
				note(cell, "destroyed")
				w.ids[cell] = elements(b, "ID")
			}
		}
	}
	spaces := []string{"plain", "secret", "own"}
	if a, err := w.call("GET", "/"+goner.space+"?location", ""); err != nil || a.status == 200 {
		if seen[cell] != "" {
			w.t.Errorf("%s is destroyed and there", goner.space)
		}
		note(cell, "live")
		spaces = append(spaces, goner.space)
	}
	for _, space := range spaces {
		prefix := fmt.Sprintf("w%d/", w.n)
		if space == goner.space {
			prefix = ""
		}
		for _, key := range elements(w.read("/"+space+"?list-type=2&prefix="+prefix).body, "Key") {
			note(spot{space, key}.cell(), text(w.object(spot{space, key}, "")))
		}
		w.seeUploads(space, prefix, note)
	}
	for _, space := range []string{"versioned", "locked", w.docs()} {
		w.seeVersions(space, note)
	}
	w.seeSettings(note)
	w.seeKeys(note)
	return seen
}

// read gets what must be there to be had.
func (w *writer) read(path string, header ...string) answer {
	return w.must("GET", path, "", header...)
}

// object is what an object is, or one of its versions.
func (w *writer) object(p spot, version string) (h held) {
	query := func(q string) string { return strings.TrimSuffix("?"+q+"&", "&") }
	if version != "" {
		query = func(q string) string { return "?" + strings.TrimPrefix(q+"&versionId="+version, "&") }
	}
	at := p.path() + strings.TrimSuffix(query(""), "?")
	var key []string
	if p.space == "own" {
		key = p.customersKey("")
		if a, err := w.call("GET", at, ""); err != nil || a.status != 400 {
			w.t.Errorf("%s is read without its key: %d, %v", at, a.status, err)
		}
	}
	a := w.read(at, key...)
	h = held{Own: a.header.Get("X-Amz-Server-Side-Encryption-Customer-Algorithm") != "", Null: version == "null", Sum: summed([]byte(a.body)), Kind: a.header.Get("Content-Type"), Meta: a.header.Get("X-Amz-Meta-T"), Sealed: a.header.Get("X-Amz-Server-Side-Encryption") != "",
		Kept: a.header.Get("X-Amz-Object-Lock-Mode") != "", Hold: a.header.Get("X-Amz-Object-Lock-Legal-Hold") == "ON"}
	if version == "" {
		w.etags[p.cell()] = a.header.Get("Etag")
	}
	if a.header.Get("X-Amz-Tagging-Count") != "" {
		h.Tag = strings.Join(elements(w.read(p.path()+query("tagging")).body, "Value"), " ")
	}
	h.Public = strings.Contains(w.read(p.path()+query("acl")).body, "AllUsers")
	return h
}

func (w *writer) seeUploads(space, prefix string, note func(cell, is string)) {
	for _, u := range elements(w.read("/"+space+"?uploads&prefix="+prefix).body, "Upload") {
		p, id := spot{space, elements(u, "Key")[0]}, elements(u, "UploadId")
		parts := map[string]string{}
		for _, part := range elements(w.read(p.path()+"?uploadId="+id[0]).body, "Part") {
			parts[elements(part, "PartNumber")[0]] = strings.Trim(strings.ReplaceAll(elements(part, "ETag")[0], "&quot;", `"`), `"`)
		}
		note(p.upload(), cellOf(parts))
		w.ids[p.upload()] = id
	}
}

var versionRow = regexp.MustCompile(`(?s)<(Version|DeleteMarker)>.*?</(?:Version|DeleteMarker)>`)

func (w *writer) seeVersions(space string, note func(cell, is string)) {
	chains, ids := map[spot][]held{}, map[string][]string{}
	for _, row := range versionRow.FindAllStringSubmatch(w.read(fmt.Sprintf("/%s?versions&prefix=w%d/", space, w.n)).body, -1) {
		p, id := spot{space, elements(row[0], "Key")[0]}, elements(row[0], "VersionId")[0]
		h := held{Marker: true, Null: id == "null"}
		if row[1] == "Version" {
			h = w.object(p, id)
		}
		chains[p] = append(chains[p], h)
		ids[p.versions()] = append(ids[p.versions()], id)
	}
	for p, chain := range chains {
		note(p.versions(), text(chain))
		w.ids[p.versions()] = ids[p.versions()]
	}
	for _, key := range []string{"a", "b"} {
		p := spot{space, fmt.Sprintf("w%d/%s", w.n, key)}
		if chains[p] == nil {
			w.ids[p.versions()] = nil
		}
	}
}

var settingValue = regexp.MustCompile(`\bw\d+n\d+|>Enabled<|Suspended|AES256|AllUsers`)

func (w *writer) seeSettings(note func(cell, is string)) {
	names := []string{"versioning", "acl", "encryption"}
	for _, d := range documents {
		names = append(names, d.name)
	}
	for _, name := range names {
		a, err := w.call("GET", "/"+w.docs()+"?"+name, "")
		if err != nil || a.status != 200 && a.status != 404 {
			w.t.Errorf("%s: %d %s, %v", name, a.status, a.body, err)
		}
		if a.status == 200 {
			note(w.settings()+name, strings.Trim(settingValue.FindString(a.body), "<>"))
		}
	}
}

// seeKeys reads access keys, public keys and links, and looks whether they do what they are for.
func (w *writer) seeKeys(note func(cell, is string)) {
	var all struct {
		Keys []struct {
			Name, Access_key string
			Grants           []struct{ Permission string }
		}
		Logins []struct{ Comment string }
		Links  []struct {
			ID, Attachment string
			Expires_at     *time.Time
		}
	}
	for at, into := range map[string]any{"keys": &all.Keys, "ssh_keys": &all.Logins, "links": &all.Links} {
		var answer map[string]json.RawMessage
		err := json.Unmarshal([]byte(w.read("/v2/spaces/"+at+"?per_page=200").body), &answer)
		if err = errors.Join(err, json.Unmarshal(answer[at], into)); err != nil {
			w.t.Error(at, err)
		}
	}
	own := fmt.Sprintf("w%dn", w.n)
	for _, k := range all.Keys {
		if cell := "key " + k.Name; strings.HasPrefix(k.Name, own) {
			note(cell, k.Grants[0].Permission)
			if ids := w.ids[cell]; len(ids) < 2 {
				w.ids[cell] = []string{k.Access_key}
			} else if a, err := w.signed(ids[0], ids[1], "GET", "/plain/linked", ""); err != nil || a.status != 200 {
				w.t.Errorf("%s is listed and its secret does not work: %d %s, %v", cell, a.status, a.body, err)
			}
		}
	}
	for _, l := range all.Logins {
		if strings.HasPrefix(l.Comment, own) {
			note("login "+l.Comment, "there")
		}
	}
	for _, l := range all.Links {
		if !strings.HasPrefix(l.Attachment, own) {
			continue
		}
		cell, until := "link "+l.Attachment, "for ever"
		if l.Expires_at != nil && !l.Expires_at.IsZero() {
			until = l.Expires_at.UTC().Format(time.RFC3339)
		}
		note(cell, until)
		if ids := w.ids[cell]; len(ids) < 2 {
			w.ids[cell] = []string{l.ID}
		} else if res, err := w.http.Get((&url.URL{Scheme: "http", Host: w.addr, Path: ids[1]}).String()); err != nil || res.StatusCode != 200 {
			w.t.Errorf("%s is listed and does not open: %v, %v", cell, res, err)
		} else {
			res.Body.Close()
		}
	}
}
