package server

import (
	"maps"
	"net/http"
	"slices"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

func (c *call) getTagging() error {
	c.out.setVersion(&c.space, &c.object)
	x := s3xml.NewDocument("Tagging")
	x.Open("TagSet")
	for _, key := range slices.Sorted(maps.Keys(c.object.Tags)) {
		x.Open("Tag")
		x.Text("Key", key)
		x.Text("Value", c.object.Tags[key])
		x.Close("Tag")
	}
	x.Close("TagSet")
	x.Close("Tagging")
	return c.out.document(http.StatusOK, x)
}

func (c *call) putTagging() error {
	tags, err := c.readTagging()
	if err != nil {
		return err
	}
	if err := c.setTags(tags); err != nil {
		return err
	}
	return c.out.empty(http.StatusOK)
}

func (c *call) deleteTagging() error {
	if err := c.setTags(nil); err != nil {
		return err
	}
	return c.out.empty(http.StatusNoContent)
}

func (c *call) setTags(tags map[string]string) error {
	return c.updateObject(func(o *storage.Object) error {
		o.Tags = tags
		return nil
	})
}

// readTagging reads a Tagging document.
func (c *call) readTagging() (map[string]string, error) {
	doc, err := c.readDocument("Tagging")
	if err != nil {
		return nil, err
	}
	return readTagSet(doc, maxTags)
}

func readTagSet(doc *s3xml.Element, limit int) (map[string]string, error) {
	tags := map[string]string{}
	var refused error
	sets := 0
	err := doc.Each(func(set *s3xml.Element) bool {
		sets++
		return set.Name == "TagSet" && set.Each(func(e *s3xml.Element) bool {
			key, value := "", ""
			err := e.Each(func(f *s3xml.Element) bool {
				return f.Name == "Key" && f.Leaf(&key) || f.Name == "Value" && f.Leaf(&value)
			})
			if refused == nil && err == nil {
				refused = addTagUpTo(limit, tags, key, value)
			}
			return e.Name == "Tag" && err == nil
		}) == nil
	})
	switch {
	case err != nil || sets != 1:
		return nil, refuse("MalformedXML")
	case refused != nil:
		return nil, refused
	}
	return tags, nil
}
