package server

import (
	"maps"
	"net/http"
	"slices"

	"spaces/server/storage"
)

func (c *call) getTagging() error {
	c.setVersion(&c.space, &c.object)
	x := newDocument("Tagging")
	x.open("TagSet")
	for _, key := range slices.Sorted(maps.Keys(c.object.Tags)) {
		x.open("Tag")
		x.text("Key", key)
		x.text("Value", c.object.Tags[key])
		x.close("Tag")
	}
	x.close("TagSet")
	x.close("Tagging")
	return c.answer(http.StatusOK, x)
}

func (c *call) putTagging() error {
	tags, err := c.readTagging()
	if err != nil {
		return err
	}
	if err := c.setTags(tags); err != nil {
		return err
	}
	return c.empty(http.StatusOK)
}

func (c *call) deleteTagging() error {
	if err := c.setTags(nil); err != nil {
		return err
	}
	return c.empty(http.StatusNoContent)
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

func readTagSet(doc *element, limit int) (map[string]string, error) {
	tags := map[string]string{}
	var refused error
	sets := 0
	err := doc.each(func(set *element) bool {
		sets++
		return set.name == "TagSet" && set.each(func(e *element) bool {
			key, value := "", ""
			err := e.each(func(f *element) bool {
				return f.name == "Key" && f.leaf(&key) || f.name == "Value" && f.leaf(&value)
			})
			if refused == nil && err == nil {
				refused = addTagUpTo(limit, tags, key, value)
			}
			return e.name == "Tag" && err == nil
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
