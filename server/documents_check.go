package server

import (
	"net/http"
	"slices"
	"strings"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// ownerEnforced disables ACLs (user guide, "Controlling ownership of objects").
const ownerEnforced = "BucketOwnerEnforced"

var ownerships = []string{ownerEnforced, "BucketOwnerPreferred", "ObjectWriter"}

// checkOwnership checks an OwnershipControls, which has one rule.
func checkOwnership(c *call, doc *s3xml.Element) error {
	owner, err := readOwnership(doc)
	if err != nil {
		return err
	}
	if owner == ownerEnforced && !private(c.space.ACL) {
		return refuse("InvalidBucketAclWithObjectOwnership")
	}
	return nil
}

func readOwnership(doc *s3xml.Element) (owner string, err error) {
	rules := 0
	err = doc.Each(func(e *s3xml.Element) bool {
		rules++
		return e.Name == "Rule" && e.Each(func(f *s3xml.Element) bool { return f.Name == "ObjectOwnership" && f.Leaf(&owner) }) == nil
	})
	if err != nil || rules != 1 || !slices.Contains(ownerships, owner) {
		return "", refuse("MalformedXML")
	}
	return owner, nil
}

// ownershipDocument is the document of an x-amz-object-ownership header.
func ownershipDocument(owner string) []byte {
	rule := s3xml.Element{Name: "Rule", Children: []s3xml.Element{{Name: "ObjectOwnership", Text: owner}}}
	return (&s3xml.Element{Name: "OwnershipControls", Children: []s3xml.Element{rule}}).Document()
}

// headerOwnership stores what x-amz-object-ownership says of a new Space.
func headerOwnership(h http.Header, sp *storage.Space) error {
	owner := h.Get(hObjectOwnership)
	switch {
	case owner == "":
		return nil
	case !slices.Contains(ownerships, owner):
		return errInvalidArgument("x-amz-object-ownership", owner, "Invalid x-amz-object-ownership header: "+s3xml.Printable(owner))
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

func readBlock(doc *s3xml.Element) (b accessBlock, err error) {
	flags := map[string]*bool{
		"BlockPublicAcls": &b.blockACLs, "IgnorePublicAcls": &b.ignoreACLs,
		"BlockPublicPolicy": &b.blockPolicy, "RestrictPublicBuckets": &b.restrict,
	}
	err = doc.Each(func(e *s3xml.Element) bool {
		into := flags[e.Name]
		delete(flags, e.Name)
		return into != nil && boolean(e, into)
	})
	return b, err
}

// boolean reads true or false, in any case.
func boolean(e *s3xml.Element, into *bool) bool {
	text := ""
	ok := e.Leaf(&text)
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
	x := s3xml.NewDocument("PublicAccessBlockConfiguration")
	defer x.Release()
	x.Bool("BlockPublicAcls", b.blockACLs)
	x.Bool("IgnorePublicAcls", b.ignoreACLs)
	x.Bool("BlockPublicPolicy", b.blockPolicy)
	x.Bool("RestrictPublicBuckets", b.restrict)
	x.Close("PublicAccessBlockConfiguration")
	if err := c.setDocument(docBlock, slices.Clone(x.Bytes())); err != nil {
		return err
	}
	return c.out.empty(200)
}

func (s *Server) accessBlock(sp *storage.Space) accessBlock {
	return parsedXML(s, sp, docBlock, readBlock)
}
