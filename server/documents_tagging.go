package server

import (
	"net/http"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// maxSpaceTags is how many tags a Space may have (PutBucketTagging).
const maxSpaceTags = 50

func (c *call) putSpaceTagging() error {
	doc, err := c.readDocument("Tagging")
	if err != nil {
		return err
	}
	tags, err := readTagSet(doc, maxSpaceTags)
	if err != nil {
		return err
	}
	raw := doc.Document()
	if len(tags) == 0 {
		raw = nil // no tags are no set: GetBucketTagging answers NoSuchTagSet then
	}
	if err := c.setDocument(docTagging, raw); err != nil {
		return err
	}
	return c.out.empty(http.StatusNoContent)
}

// setNewTags gives a new Space the tags of a CreateBucketConfiguration, in the
// form in which a PutBucketTagging would have stored them.
func setNewTags(sp *storage.Space, tags *s3xml.Element) error {
	set := s3xml.Element{Name: "TagSet", Children: tags.Children, Text: tags.Text}
	doc := s3xml.Element{Name: "Tagging", Children: []s3xml.Element{set}}
	if _, err := readTagSet(&doc, maxSpaceTags); err != nil {
		return err
	}
	if len(tags.Children) > 0 {
		setConfig(sp, docTagging, doc.Document())
	}
	return nil
}

func (s *Server) spaceTags(sp *storage.Space) map[string]string {
	return parsedXML(s, sp, docTagging, func(doc *s3xml.Element) (map[string]string, error) { return readTagSet(doc, maxSpaceTags) })
}
