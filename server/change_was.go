package server

import (
	"maps"
	"slices"
	"strings"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// What a ChangeObjects is told of how its objects were, and what it can ask for: Was and If in its documents. Both have the
// form of what it changes, so that who has the one can send it back as the other.

// heading is the value of a header or of metadata.
func heading(a *storage.Attrs, name string) (value string, has bool) {
	if strings.HasPrefix(name, metaPrefix) {
		value, has = a.Meta[metaName(name)]
	} else {
		value, has = a.Headers[name]
	}
	return value, has
}

// namedACL is the canned ACL that an object has, or custom, which nobody can set.
func namedACL(acl storage.ACL) string {
	switch acl {
	case "", storage.Private:
		return string(storage.Private)
	case storage.PublicRead:
		return string(storage.PublicRead)
	}
	return "custom"
}

// stands says whether an object is as x says, in all of it.
func (x *alteration) stands(a storage.Attrs) bool {
	if x.acl != "" && x.acl != namedACL(a.ACL) {
		return false
	}
	for name, value := range x.set {
		if has, _ := heading(&a, name); has != value {
			return false
		}
	}
	for _, name := range x.unset {
		if _, has := heading(&a, name); has && name != "Content-Type" {
			return false // what has no type gets one
		}
	}
	for name, value := range x.tags {
		if has, ok := a.Tags[name]; !ok || has != value {
			return false
		}
	}
	for _, name := range x.untag {
		if _, has := a.Tags[name]; has {
			return false
		}
	}
	return true
}

// writeWas tells how an object was, in what was changed of it; nothing when XML cannot say all of that.
func (c *changes) writeWas(x *s3xml.Writer, o *changing) {
	headers, tags := slices.Concat(slices.Sorted(maps.Keys(c.set)), c.unset), slices.Concat(slices.Sorted(maps.Keys(c.tags)), c.untag)
	if c.acl != "" && !o.tellsACL {
		return
	}
	for _, name := range headers {
		if value, _ := heading(&o.was, name); s3xml.Printable(value) != value {
			return
		}
	}
	x.Open("Was")
	if c.acl != "" {
		x.Text("ACL", namedACL(o.was.ACL))
	}
	for _, name := range headers {
		value, has := heading(&o.was, name)
		writeValue(x, has, "Set", "Name", name, value, "Unset")
	}
	for _, name := range tags {
		value, has := o.was.Tags[name]
		writeValue(x, has, "Tag", "Key", name, value, "Untag")
	}
	x.Close("Was")
}

func writeValue(x *s3xml.Writer, has bool, set, key, name, value, unset string) {
	if !has {
		x.Text(unset, name)
		return
	}
	x.Open(set)
	x.Text(key, name)
	x.Text("Value", value)
	x.Close(set)
}
