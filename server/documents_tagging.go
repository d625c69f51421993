package server

import (
	"net/http"

	"spaces/server/storage"
)

// maxSpaceTags is how many tags a Space may have (PutBucketTagging).
const maxSpaceTags = 50

func (c *call) putSpaceTagging() error {
	doc, err := c.readDocument("Tagging")
	if err != nil {
		return err
	}
	if _, err := readTagSet(doc, maxSpaceTags); err != nil {
		return err
	}
	if err := c.setDocument(docTagging, doc.document()); err != nil {
		return err
	}
	return c.empty(http.StatusNoContent)
}

func (s *Server) spaceTags(sp *storage.Space) map[string]string {
	return parsedOf(s, sp, docTagging, func(_ string, raw []byte) (map[string]string, error) {
		doc, err := parseXML(string(raw))
		if err != nil {
			return nil, err
		}
		return readTagSet(doc, maxSpaceTags)
	})
}
