package server

import (
	"net/http"

	"spaces/server/storage"
)

// allUsers is the group of everybody (S3 user guide, "Access control list").
const allUsers = "http://acs.amazonaws.com/groups/global/AllUsers"

const schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"

// readCannedACL reads x-amz-acl. The two that give the owner of the Space
// rights say nothing here, where that owner owns the object as well.
func readCannedACL(v string) (storage.ACL, error) {
	switch v {
	case "", "private", "bucket-owner-full-control", "bucket-owner-read":
		return storage.Private, nil
	case "public-read":
		return storage.PublicRead, nil
	case "public-read-write", "authenticated-read", "aws-exec-read", "log-delivery-write":
		return "", errNotImplemented("The canned ACL " + v)
	}
	return "", errInvalidArgument("x-amz-acl", v, "The canned ACL is not one of those that S3 knows.")
}

func (c *call) getSpaceACL() error  { return c.answerACL(c.space.ACL) }
func (c *call) getObjectACL() error { return c.answerACL(c.object.ACL) }

func (c *call) answerACL(acl storage.ACL) error {
	x := newDocument("AccessControlPolicy")
	x.owner("Owner", c.s.owner)
	x.open("AccessControlList")
	x.raw(`<Grant><Grantee xmlns:xsi="` + schemaInstance + `" xsi:type="CanonicalUser">`)
	x.text("ID", c.s.owner)
	x.text("DisplayName", c.s.owner)
	x.raw(`</Grantee><Permission>FULL_CONTROL</Permission></Grant>`)
	if acl == storage.PublicRead {
		x.raw(`<Grant><Grantee xmlns:xsi="` + schemaInstance + `" xsi:type="Group"><URI>` + allUsers +
			`</URI></Grantee><Permission>READ</Permission></Grant>`)
	}
	x.close("AccessControlList")
	x.close("AccessControlPolicy")
	return c.answer(http.StatusOK, x)
}

func (c *call) putSpaceACL() error {
	acl, err := c.readACL()
	if err != nil {
		return err
	}
	err = c.s.engine.UpdateSpace(c.target.space, func(sp *storage.Space) error {
		sp.ACL = acl
		return nil
	})
	if err != nil {
		return missingSpace(err, c.target.space)
	}
	return c.empty(http.StatusOK)
}

func (c *call) putObjectACL() error {
	acl, err := c.readACL()
	if err != nil {
		return err
	}
	_, err = c.s.engine.UpdateAttrs(c.r.Context(), c.target.space, c.target.key, func(o *storage.Object) error {
		o.ACL = acl
		return nil
	})
	if err != nil {
		return err
	}
	return c.empty(http.StatusOK)
}

// readACL reads a canned ACL from the header, or a document that says the same
// as one.
func (c *call) readACL() (storage.ACL, error) {
	header := c.r.Header.Get(hACL)
	switch {
	case header != "" && len(c.document) > 0:
		return "", refuse("UnexpectedContent")
	case header != "":
		return readCannedACL(header)
	case len(c.document) == 0:
		return "", refusef("MalformedACLError", "The request has neither an x-amz-acl header nor an AccessControlPolicy.")
	}
	doc, err := c.readDocument("AccessControlPolicy")
	if err != nil {
		return "", err
	}
	var grants []grant
	ok := true
	err = doc.each(func(e *element) bool {
		switch e.name {
		case "Owner":
			return c.isOwner(e)
		case "AccessControlList":
			grants, ok = readGrants(e)
			return ok
		}
		return false
	})
	if err != nil {
		return "", refuse("MalformedACLError")
	}
	return c.cannedOf(grants)
}

// isOwner checks an Owner, who cannot be changed.
func (c *call) isOwner(e *element) bool {
	id, display := "", ""
	err := e.each(func(f *element) bool {
		return f.name == "ID" && f.leaf(&id) || f.name == "DisplayName" && f.leaf(&display)
	})
	return err == nil && (id == "" || id == c.s.owner)
}

// grant is an entry of an access control list.
type grant struct{ id, uri, email, permission string }

func readGrants(list *element) (grants []grant, ok bool) {
	err := list.each(func(e *element) bool {
		var g grant
		err := e.each(func(f *element) bool {
			switch f.name {
			case "Grantee":
				return g.readGrantee(f)
			case "Permission":
				return f.leaf(&g.permission)
			}
			return false
		})
		grants = append(grants, g)
		return e.name == "Grant" && err == nil && g.permission != "" && (g.id != "" || g.uri != "" || g.email != "")
	})
	return grants, err == nil
}

func (g *grant) readGrantee(e *element) bool {
	display := ""
	return e.each(func(f *element) bool {
		switch f.name {
		case "ID":
			return f.leaf(&g.id)
		case "DisplayName":
			return f.leaf(&display)
		case "URI":
			return f.leaf(&g.uri)
		case "EmailAddress":
			return f.leaf(&g.email)
		}
		return false
	}) == nil
}

var permissions = map[string]bool{"FULL_CONTROL": true, "READ": true, "WRITE": true, "READ_ACP": true, "WRITE_ACP": true}

// cannedOf gives the canned ACL that grants the same.
func (c *call) cannedOf(grants []grant) (storage.ACL, error) {
	acl, own := storage.Private, false
	for _, g := range grants {
		switch {
		case !permissions[g.permission]:
			return "", refuse("MalformedACLError")
		case g.id == c.s.owner && g.uri == "" && g.email == "":
			own = own || g.permission == "FULL_CONTROL"
		case g.uri == allUsers && g.permission == "READ":
			acl = storage.PublicRead
		case g.id != "" && g.id != c.s.owner:
			return "", errInvalidArgument("CanonicalUser/ID", g.id, "Invalid id")
		default:
			return "", errNotImplemented("An ACL other than private and public-read")
		}
	}
	if !own {
		return "", errNotImplemented("An ACL that does not give its owner FULL_CONTROL")
	}
	return acl, nil
}
