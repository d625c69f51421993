package server

import (
	"net/http"
	"strings"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// grantHeaders are the headers that grant a permission to a list of grantees
// (PutObjectAcl, "Request syntax").
var grantHeaders = []struct {
	name string
	may  permission
}{
	{"X-Amz-Grant-Full-Control", mayAll}, {"X-Amz-Grant-Read", mayRead}, {"X-Amz-Grant-Write", mayWrite},
	{"X-Amz-Grant-Read-Acp", mayReadACP}, {"X-Amz-Grant-Write-Acp", mayWriteACP},
}

// grantsACL says whether the headers speak of an access control list.
func grantsACL(h http.Header) bool {
	if h.Get(hACL) != "" {
		return true
	}
	for _, k := range grantHeaders {
		if h.Get(k.name) != "" {
			return true
		}
	}
	return false
}

// opensUp says whether the headers of a write give anybody but the owner rights.
func (c *call) opensUp() bool {
	switch c.in.Header.Get(hACL) {
	case "private", "bucket-owner-full-control", "bucket-owner-read", "":
		return c.in.Header.Get(hACL) == "" && grantsACL(c.in.Header)
	}
	return true
}

// headerACL reads what x-amz-acl or the x-amz-grant headers of a write give
// the new object or Space, and checks that the Space lets it be given.
func (c *call) headerACL(sc scope) (storage.ACL, error) {
	if !grantsACL(c.in.Header) {
		return storage.Private, nil
	}
	list, err := c.headerGrants(sc)
	if err != nil {
		return "", err
	}
	acl := list.stored()
	if c.in.Header.Get(hACL) == "bucket-owner-full-control" {
		return acl, nil // allowed where ACLs are disabled, too
	}
	return acl, c.checkGiven(acl)
}

func (c *call) headerGrants(sc scope) (list grants, err error) {
	name := c.in.Header.Get(hACL)
	for _, k := range grantHeaders {
		v := c.in.Header.Get(k.name)
		if v == "" {
			continue
		}
		if name != "" {
			return nil, refusef("InvalidRequest", "Specifying both Canned ACLs and Header Grants is not allowed.")
		}
		for one := range strings.SplitSeq(v, ",") {
			to, err := c.headerGrantee(k.name, strings.TrimSpace(one))
			if err != nil {
				return nil, err
			}
			list = append(list, grant{to, k.may})
		}
	}
	if name != "" {
		return canned(name, sc)
	}
	return list, nil
}

// headerGrantee reads TYPE="VALUE".
func (c *call) headerGrantee(header, text string) (grantee, error) {
	kind, value, ok := strings.Cut(text, "=")
	value = strings.TrimSpace(value)
	if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
		value = value[1 : n-1]
	}
	if ok && value != "" {
		switch strings.ToLower(strings.TrimSpace(kind)) {
		case "id":
			return c.findGrantee(value, "", "", inHeaders)
		case "uri":
			return c.findGrantee("", value, "", inHeaders)
		case "emailaddress":
			return c.findGrantee("", "", value, inHeaders)
		}
	}
	return 0, errInvalidArgument(strings.ToLower(header), text, "Argument format not recognized")
}

// granteeNames are what refusals call the two that may be wrong.
type granteeNames struct{ id, uri string }

var (
	inHeaders   = granteeNames{id: "id", uri: "uri"}
	inDocuments = granteeNames{id: "CanonicalUser/ID", uri: "Group/URI"}
)

// findGrantee knows the owner and the groups.
func (c *call) findGrantee(id, uri, email string, from granteeNames) (grantee, error) {
	switch {
	case id != "" && id != c.s.owner:
		return 0, errInvalidArgument(from.id, id, "Invalid id")
	case id != "":
		return toOwner, nil
	case uri != "":
		if to, ok := groups[uri]; ok {
			return to, nil
		}
		return 0, errInvalidArgument(from.uri, uri, "Invalid group uri")
	}
	return 0, refuse("UnresolvableGrantByEmailAddress").with("EmailAddress", s3xml.Printable(email))
}

// checkGiven refuses an ACL where the Space has them disabled, or does not let
// the public in.
func (c *call) checkGiven(acl storage.ACL) error {
	switch {
	case len(c.space.Config) == 0:
		return nil
	case c.s.ownership(&c.space) == ownerEnforced:
		return refuse("AccessControlListNotSupported")
	case c.s.accessBlock(&c.space).blockACLs && public(acl):
		return refusef("AccessDenied", "The public access block of the bucket does not allow public ACLs.")
	}
	return nil
}
