package keyring

import (
	"maps"
	"slices"

	"spaces/server/storage"
)

// Permission is what a grant lets its key do in a Space.
type Permission string

// The permissions of DigitalOcean's access keys; each includes those before it.
const (
	Read       Permission = "read"       // list and get
	ReadWrite  Permission = "readwrite"  // put and delete objects as well
	FullAccess Permission = "fullaccess" // everything: configuration, ACLs, the Space itself
)

// rank orders the permissions; 0 is none.
func (p Permission) rank() int {
	return slices.Index([]Permission{"", Read, ReadWrite, FullAccess}, p)
}

// Valid says that there is such a permission.
func (p Permission) Valid() bool { return p.rank() > 0 }

// Grant gives a key a permission in a Space, or in all when Bucket is "".
type Grant struct {
	Bucket     string     `json:"bucket"`
	Permission Permission `json:"permission"`
}

// checkGrants gives the grants as they are kept: one for each Space, the
// widest, by name. Full access to everything is prioritised over all others
// (DigitalOcean API, "Create a New Spaces Access Key").
func checkGrants(grants []Grant) ([]Grant, error) {
	if len(grants) > maxGrants {
		return nil, ErrGrant
	}
	widest := map[string]Permission{}
	for _, g := range grants {
		if !g.Permission.Valid() || g.Bucket != "" && !storage.ValidSpaceName(g.Bucket) {
			return nil, ErrGrant
		}
		if g.Permission.rank() > widest[g.Bucket].rank() {
			widest[g.Bucket] = g.Permission
		}
	}
	if widest[""] == FullAccess {
		return []Grant{{Permission: FullAccess}}, nil
	}
	kept := make([]Grant, 0, len(widest))
	for _, bucket := range slices.Sorted(maps.Keys(widest)) {
		kept = append(kept, Grant{bucket, widest[bucket]})
	}
	return kept, nil
}

// Permission is the widest that a key has in a Space, "" for none.
func (k *Key) Permission(space string) (p Permission) {
	for _, g := range k.Grants {
		if (g.Bucket == "" || g.Bucket == space) && g.Permission.rank() > p.rank() {
			p = g.Permission
		}
	}
	return p
}
