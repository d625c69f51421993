package dialog

import (
	"slices"
	"strings"

	"spaces/store"
)

// permissionWords are DigitalOcean's.
var permissionWords = map[store.Permission]string{
	store.KeyRead: "read", store.KeyReadWrite: "read/write/delete", store.KeyFullAccess: "full access",
}

// GrantsText says in words what a key may do: the Spaces by permission, the widest first. It is printable.
func GrantsText(grants []store.Grant) string {
	var parts []string
	for _, p := range []store.Permission{store.KeyFullAccess, store.KeyReadWrite, store.KeyRead} {
		var names []string
		for _, g := range grants {
			if g.Permission == p {
				names = append(names, bucketText(g.Bucket))
			}
		}
		if len(names) > 0 {
			parts = append(parts, permissionWords[p]+": "+strings.Join(names, ", "))
		}
	}
	for _, g := range grants { // of a newer API
		if permissionWords[g.Permission] == "" {
			parts = append(parts, shown(string(g.Permission))+": "+bucketText(g.Bucket))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, " · ")
}

func bucketText(bucket string) string {
	if bucket == "" {
		return "all Spaces"
	}
	return shown(bucket)
}

// isFull says whether grants are full access to everything.
func isFull(grants []store.Grant) bool {
	return slices.Contains(grants, store.Grant{Permission: store.KeyFullAccess})
}

// grantRow is what a key may do in one Space. had is what it could when the form was opened: it can be gone back to, whatever
// it is.
type grantRow struct {
	bucket   string
	now, had store.Permission
}

// offers are the permissions that a row goes through.
func (r grantRow) offers() []store.Permission {
	list := []store.Permission{"", store.KeyRead, store.KeyReadWrite}
	if !slices.Contains(list, r.had) {
		list = append(list, r.had)
	}
	return list
}

// turned is the row with the next permission, or the one before.
func (r grantRow) turned(by int) grantRow {
	list := r.offers()
	r.now = list[(slices.Index(list, r.now)+by+len(list))%len(list)]
	return r
}

func (r grantRow) text() string {
	switch {
	case r.now == "":
		return "–"
	case permissionWords[r.now] == "":
		return shown(string(r.now))
	}
	return permissionWords[r.now]
}

// grantRows has a row for each grant. Full access to everything is none.
func grantRows(grants []store.Grant) []grantRow {
	var rows []grantRow
	for _, g := range grants {
		if g != (store.Grant{Permission: store.KeyFullAccess}) {
			rows = append(rows, grantRow{g.Bucket, g.Permission, g.Permission})
		}
	}
	return rows
}

// withSpaces adds rows for Spaces that have none yet.
func withSpaces(rows []grantRow, spaces []store.Space) []grantRow {
	for _, s := range spaces {
		if !slices.ContainsFunc(rows, func(r grantRow) bool { return r.bucket == s.Name }) {
			rows = append(rows, grantRow{bucket: s.Name})
		}
	}
	return rows
}

func grantsOf(rows []grantRow) []store.Grant {
	grants := []store.Grant{}
	for _, r := range rows {
		if r.now != "" {
			grants = append(grants, store.Grant{Bucket: r.bucket, Permission: r.now})
		}
	}
	return grants
}
