package server

import (
	"slices"
	"strings"

	"spaces/server/storage"
)

// ownerEnforced disables ACLs (user guide, "Controlling ownership of objects").
const ownerEnforced = "BucketOwnerEnforced"

var ownerships = []string{ownerEnforced, "BucketOwnerPreferred", "ObjectWriter"}

// checkOwnership checks an OwnershipControls, which has one rule.
func checkOwnership(c *call, doc *element) error {
	owner, err := readOwnership(doc)
	if err != nil {
		return err
	}
	if owner == ownerEnforced && !private(c.space.ACL) {
		return refuse("InvalidBucketAclWithObjectOwnership")
	}
	return nil
}

func readOwnership(doc *element) (owner string, err error) {
	rules := 0
	err = doc.each(func(e *element) bool {
		rules++
		return e.name == "Rule" && e.each(func(f *element) bool { return f.name == "ObjectOwnership" && f.leaf(&owner) }) == nil
	})
	if err != nil || rules != 1 || !slices.Contains(ownerships, owner) {
		return "", refuse("MalformedXML")
	}
	return owner, nil
}

// ownershipDocument is the document of an x-amz-object-ownership header.
func ownershipDocument(owner string) []byte {
	rule := element{name: "Rule", children: []element{{name: "ObjectOwnership", text: owner}}}
	return (&element{name: "OwnershipControls", children: []element{rule}}).document()
}

// headerOwnership stores what x-amz-object-ownership says of a new Space.
func (c *call) headerOwnership(sp *storage.Space) error {
	owner := c.in.Header.Get(hObjectOwnership)
	switch {
	case owner == "":
		return nil
	case !slices.Contains(ownerships, owner):
		return errInvalidArgument("x-amz-object-ownership", owner, "Invalid x-amz-object-ownership header: "+printable(owner))
	case owner == ownerEnforced && !private(sp.ACL):
		return refuse("InvalidBucketAclWithObjectOwnership")
	}
	setConfig(sp, docOwnership, ownershipDocument(owner))
	return nil
}

// ownership gives the setting of a Space, "" when it has none.
func (s *Server) ownership(sp *storage.Space) string {
	return parsedXML(s, sp, docOwnership, readOwnership)
}

// accessBlock is a PublicAccessBlockConfiguration (user guide, "Block public
// access settings").
type accessBlock struct{ blockACLs, ignoreACLs, blockPolicy, restrict bool }

func readBlock(doc *element) (b accessBlock, err error) {
	flags := map[string]*bool{
		"BlockPublicAcls": &b.blockACLs, "IgnorePublicAcls": &b.ignoreACLs,
		"BlockPublicPolicy": &b.blockPolicy, "RestrictPublicBuckets": &b.restrict,
	}
	err = doc.each(func(e *element) bool {
		into := flags[e.name]
		delete(flags, e.name)
		return into != nil && boolean(e, into)
	})
	return b, err
}

// boolean reads true or false, in any case.
func boolean(e *element, into *bool) bool {
	text := ""
	ok := e.leaf(&text)
	text = strings.ToLower(strings.TrimSpace(text))
	*into = text == "true"
	return ok && (*into || text == "false")
}

// putBlock stores a document that says all four.
func (c *call) putBlock() error {
	doc, err := c.readDocument("PublicAccessBlockConfiguration")
	if err != nil {
		return err
	}
	b, err := readBlock(doc)
	if err != nil {
		return refuse("MalformedXML")
	}
	x := newDocument("PublicAccessBlockConfiguration")
	defer x.release()
	x.bool("BlockPublicAcls", b.blockACLs)
	x.bool("IgnorePublicAcls", b.ignoreACLs)
	x.bool("BlockPublicPolicy", b.blockPolicy)
	x.bool("RestrictPublicBuckets", b.restrict)
	x.close("PublicAccessBlockConfiguration")
	if err := c.setDocument(docBlock, append([]byte(nil), x.b...)); err != nil {
		return err
	}
	return c.empty(200)
}

func (s *Server) accessBlock(sp *storage.Space) accessBlock {
	return parsedXML(s, sp, docBlock, readBlock)
}
