package server

import (
	"net/http"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

func (c *call) getSpaceACL() error { return c.answerACL(c.space.ACL) }
func (c *call) getObjectACL() error {
	c.out.setVersion(&c.space, &c.object)
	return c.answerACL(c.object.ACL)
}

func (c *call) answerACL(acl storage.ACL) error {
	if c.s.ownership(&c.space) == ownerEnforced {
		acl = storage.Private // GetBucketAcl: the owner has full control, whatever was stored before
	}
	x := s3xml.NewDocument("AccessControlPolicy")
	writeOwner(x, "Owner", c.s.owner)
	x.Open("AccessControlList")
	for _, g := range grantsOf(acl) {
		writeGrant(x, g, c.s.owner)
	}
	x.Close("AccessControlList")
	x.Close("AccessControlPolicy")
	return c.out.document(http.StatusOK, x)
}

func writeGrant(x *s3xml.Writer, g grant, owner string) {
	x.Raw(`<Grant><Grantee xmlns:xsi="` + s3xml.SchemaInstance + `" xsi:type="`)
	if g.to == toOwner {
		x.Raw(`CanonicalUser">`)
		x.Text("ID", owner)
		x.Text("DisplayName", owner)
	} else {
		x.Raw(`Group">`)
		x.Text("URI", g.to.uri())
	}
	x.Raw(`</Grantee>`)
	x.Text("Permission", g.may.String())
	x.Raw(`</Grant>`)
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
	return c.out.empty(http.StatusOK)
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
	return c.out.empty(http.StatusOK)
}

// readACL reads the ACL that is to be set, from the headers or the document.
func (c *call) readACL(sc scope) (storage.ACL, error) {
	switch {
	case c.s.ownership(&c.space) == ownerEnforced:
		return "", refuse("AccessControlListNotSupported")
	case grantsACL(c.in.Header) && len(c.document) > 0:
		return "", refuse("UnexpectedContent")
	case grantsACL(c.in.Header):
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
func (c *call) readPolicyACL(doc *s3xml.Element) (list grants, err error) {
	var refused error
	lists, owner := 0, ""
	err = doc.Each(func(e *s3xml.Element) bool {
		switch e.Name {
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
func readOwner(e *s3xml.Element, id *string) bool {
	display := ""
	return *id == "" && e.Each(func(f *s3xml.Element) bool {
		return f.Name == "ID" && f.Leaf(id) || f.Name == "DisplayName" && f.Leaf(&display)
	}) == nil
}

// readGrants reads an AccessControlList; ok: it has the right form. refused is
// about a grantee that is not known.
func (c *call) readGrants(list *s3xml.Element) (all grants, ok bool, refused error) {
	err := list.Each(func(e *s3xml.Element) bool {
		id, uri, email, name := "", "", "", ""
		err := e.Each(func(f *s3xml.Element) bool {
			switch f.Name {
			case "Grantee":
				return readGrantee(f, &id, &uri, &email)
			case "Permission":
				return f.Leaf(&name)
			}
			return false
		})
		may, known := permissions[name]
		if e.Name != "Grant" || err != nil || !known || id == "" && uri == "" && email == "" {
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
func readGrantee(e *s3xml.Element, id, uri, email *string) bool {
	display := ""
	into := map[string]*string{"ID": id, "DisplayName": &display, "URI": uri, "EmailAddress": email}
	err := e.Each(func(f *s3xml.Element) bool { return into[f.Name] != nil && f.Leaf(into[f.Name]) })
	if err != nil || e.Kind == "" {
		return err == nil
	}
	holds := into[granteeTypes[e.Kind]]
	return holds != nil && *holds != ""
}
