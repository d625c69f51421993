package server

import (
	"net/http"

	"spaces/server/storage"
)

const schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"

func (c *call) getSpaceACL() error { return c.answerACL(c.space.ACL) }
func (c *call) getObjectACL() error {
	c.setVersion(&c.space, &c.object)
	return c.answerACL(c.object.ACL)
}

func (c *call) answerACL(acl storage.ACL) error {
	if c.s.ownership(&c.space) == ownerEnforced {
		acl = storage.Private // GetBucketAcl: the owner has full control, whatever was stored before
	}
	x := newDocument("AccessControlPolicy")
	x.owner("Owner", c.s.owner)
	x.open("AccessControlList")
	for _, g := range grantsOf(acl) {
		x.grant(g, c.s.owner)
	}
	x.close("AccessControlList")
	x.close("AccessControlPolicy")
	return c.answer(http.StatusOK, x)
}

func (x *xmlWriter) grant(g grant, owner string) {
	x.raw(`<Grant><Grantee xmlns:xsi="` + schemaInstance + `" xsi:type="`)
	if g.to == toOwner {
		x.raw(`CanonicalUser">`)
		x.text("ID", owner)
		x.text("DisplayName", owner)
	} else {
		x.raw(`Group">`)
		x.text("URI", g.to.uri())
	}
	x.raw(`</Grantee>`)
	x.text("Permission", g.may.String())
	x.raw(`</Grant>`)
}

func (c *call) putSpaceACL() error {
	acl, err := c.readACL(space)
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
	acl, err := c.readACL(object)
	if err != nil {
		return err
	}
	err = c.updateObject(func(o *storage.Object) error {
		o.ACL = acl
		return nil
	})
	if err != nil {
		return err
	}
	return c.empty(http.StatusOK)
}

// readACL reads the ACL that is to be set, from the headers or the document.
func (c *call) readACL(sc scope) (storage.ACL, error) {
	switch {
	case c.s.ownership(&c.space) == ownerEnforced:
		return "", refuse("AccessControlListNotSupported")
	case c.grantsACL() && len(c.document) > 0:
		return "", refuse("UnexpectedContent")
	case c.grantsACL():
		return c.headerACL(sc)
	case len(c.document) == 0:
		return "", refuse("MissingSecurityHeader").with("MissingHeaderName", "x-amz-acl")
	}
	doc, err := c.readDocument("AccessControlPolicy")
	if err != nil {
		return "", err
	}
	list, err := c.readPolicyACL(doc)
	if err != nil {
		return "", err
	}
	acl := list.stored()
	return acl, c.checkGiven(acl)
}

// readPolicyACL reads an AccessControlPolicy. What has the wrong form is found
// before what names somebody unknown.
func (c *call) readPolicyACL(doc *element) (list grants, err error) {
	var refused error
	lists, owner := 0, ""
	err = doc.each(func(e *element) bool {
		switch e.name {
		case "Owner":
			return readOwner(e, &owner)
		case "AccessControlList":
			lists++
			ok := false
			list, ok, refused = c.readGrants(e)
			return ok
		}
		return false
	})
	switch {
	case err != nil || lists != 1 || owner == "" || len(list) > maxACLGrants:
		return nil, refuse("MalformedACLError")
	case owner != c.s.owner: // who cannot be changed
		return nil, errInvalidArgument("CanonicalUser/ID", owner, "Invalid id")
	}
	return list, refused
}

// maxACLGrants is how many an ACL may have (user guide, "ACL overview").
const maxACLGrants = 100

// readOwner reads the ID of an Owner, once.
func readOwner(e *element, id *string) bool {
	display := ""
	return *id == "" && e.each(func(f *element) bool {
		return f.name == "ID" && f.leaf(id) || f.name == "DisplayName" && f.leaf(&display)
	}) == nil
}

// readGrants reads an AccessControlList; ok: it has the right form. refused is
// about a grantee that is not known.
func (c *call) readGrants(list *element) (all grants, ok bool, refused error) {
	err := list.each(func(e *element) bool {
		id, uri, email, name := "", "", "", ""
		err := e.each(func(f *element) bool {
			switch f.name {
			case "Grantee":
				return readGrantee(f, &id, &uri, &email)
			case "Permission":
				return f.leaf(&name)
			}
			return false
		})
		may, known := permissions[name]
		if e.name != "Grant" || err != nil || !known || id == "" && uri == "" && email == "" {
			return false
		}
		to, err := c.findGrantee(id, uri, email, inDocuments)
		if refused == nil {
			refused = err
		}
		all = append(all, grant{to, may})
		return true
	})
	return all, err == nil, refused
}

// granteeTypes says which element a Grantee of a type (xsi:type) has.
var granteeTypes = map[string]string{"CanonicalUser": "ID", "Group": "URI", "AmazonCustomerByEmail": "EmailAddress"}

// readGrantee reads who a grant is for. A type that is named must be one that
// there is, and be that of what is in the element.
func readGrantee(e *element, id, uri, email *string) bool {
	display := ""
	into := map[string]*string{"ID": id, "DisplayName": &display, "URI": uri, "EmailAddress": email}
	err := e.each(func(f *element) bool { return into[f.name] != nil && f.leaf(into[f.name]) })
	if err != nil || e.kind == "" {
		return err == nil
	}
	holds := into[granteeTypes[e.kind]]
	return holds != nil && *holds != ""
}
