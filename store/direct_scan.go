package store

import (
	"bytes"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Documents that a job with many objects gets for each of them are read by the scanner of listings, as those are: what is
// unusual is left to the SDK.

// scanWhole has read go through the elements of a document of one name.
func scanWhole(document []byte, root string, read func(*scanner) bool) bool {
	s := scannerOf(document)
	defer s.free()
	if bytes.Contains(document, standIn) || !s.begin(root) || !read(s) || !s.ended(root) {
		return false
	}
	s.space()
	return s.i == len(document)
}

// scanCopy reads a CopyObjectResult.
func scanCopy(document []byte) (made types.CopyObjectResult, ok bool) {
	ok = scanWhole(document, "CopyObjectResult", func(s *scanner) bool {
		for s.next() {
			if s.name != "ETag" && s.name != "LastModified" {
				if !s.other() {
					return false
				}
				continue
			}
			value, ok := s.text()
			if !ok {
				return false
			}
			if s.name == "ETag" {
				made.ETag = aws.String(string(value))
				continue
			}
			at, ok := s.date(value)
			if !ok {
				return false
			}
			made.LastModified = &at
		}
		return true
	})
	if !ok {
		return types.CopyObjectResult{}, false
	}
	return made, true
}

// The grantees that are read here begin like this.
const (
	granteeStart = `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="`
	granteeUser  = granteeStart + `CanonicalUser">`
	granteeGroup = granteeStart + `Group">`
)

// scanOwned reads an AccessControlPolicy that gives nobody but the owner anything, and everybody to read at the most.
func scanOwned(document []byte) (acl types.AccessControlPolicy, ok bool) {
	ok = scanWhole(document, "AccessControlPolicy", func(s *scanner) bool {
		owner, ok := s.identity("Owner")
		if !ok || owner == "" {
			return false
		}
		acl.Owner = &types.Owner{ID: &owner}
		if !s.next() || s.name != "AccessControlList" || s.empty {
			return false
		}
		for s.next() {
			g, ok := s.grant(owner)
			if !ok {
				return false
			}
			acl.Grants = append(acl.Grants, g)
		}
		return s.ended("AccessControlList")
	})
	return acl, ok
}

// identity reads an element with an ID in it, and perhaps a name.
func (s *scanner) identity(element string) (id string, ok bool) {
	if !s.next() || s.name != element || s.empty {
		return "", false
	}
	return s.identified(element)
}

// identified reads the rest of such an element.
func (s *scanner) identified(element string) (id string, ok bool) {
	for s.next() {
		name := s.name
		value, ok := s.text()
		if !ok || name != "ID" && name != "DisplayName" || name == "ID" && id != "" {
			return "", false
		}
		if name == "ID" {
			id = string(value)
		}
	}
	return id, s.ended(element)
}

// grant reads one that is the owner's, or has everybody read.
func (s *scanner) grant(owner string) (g types.Grant, ok bool) {
	if s.name != "Grant" || s.empty {
		return g, false
	}
	s.space()
	switch {
	case s.skip(granteeUser):
		id, ok := s.identified("Grantee")
		if !ok || id != owner {
			return g, false
		}
		g.Grantee = &types.Grantee{ID: &id, Type: types.TypeCanonicalUser}
	case s.skip(granteeGroup):
		uri := ""
		if !s.next() || s.name != "URI" || !s.string(&uri) || uri != everybody || !s.ended("Grantee") {
			return g, false
		}
		g.Grantee = &types.Grantee{URI: &uri, Type: types.TypeGroup}
	default:
		return g, false
	}
	if !s.next() || s.name != "Permission" {
		return g, false
	}
	value, ok := s.text()
	g.Permission = types.Permission(value)
	if g.Grantee.URI != nil && g.Permission != types.PermissionRead {
		return g, false
	}
	return g, ok && s.ended("Grant")
}
