package server

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// changes are what a ChangeObjects asks for: the ACL is in the header of the
// request once it is read, where all that decides on it looks.
type changes struct {
	alteration
	only *alteration // an object has to be so; nil: anyhow
	tell string      // "true": how the objects were
	list []changing
}

// alteration is what objects are to be, or are.
type alteration struct {
	acl   string            // canned
	set   map[string]string // canonical names of headers
	unset []string
	tags  map[string]string
	untag []string
}

// changing is an object of a ChangeObjects.
type changing struct {
	key, etag string
	done      storage.Object
	was       storage.Attrs
	tellsACL  bool // who asks may know it
	err       error
}

const maxChanges = 1000 // objects of one ChangeObjects

// readChange reads what is in a ChangeObjects document.
func (c *call) readChange(e *s3xml.Element) bool {
	x := &c.changes
	switch e.Name {
	case "Quiet":
		return e.Leaf(&c.quiet) && (c.quiet == "true" || c.quiet == "false")
	case "Tell":
		return e.Leaf(&x.tell) && (x.tell == "true" || x.tell == "false")
	case "If":
		only := &alteration{}
		twice := x.only != nil
		x.only = only
		return e.Each(only.read) == nil && !twice
	case "Object":
		o := changing{}
		err := e.Each(func(f *s3xml.Element) bool {
			return f.Name == "Key" && f.Leaf(&o.key) || f.Name == "ETag" && f.Leaf(&o.etag)
		})
		x.list = append(x.list, o)
		return err == nil && o.key != "" && len(x.list) <= maxChanges
	}
	return x.read(e)
}

// read reads one of the values.
func (x *alteration) read(e *s3xml.Element) bool {
	switch e.Name {
	case "ACL":
		return e.Leaf(&x.acl) && x.acl != ""
	case "Set":
		return x.readSet(e)
	case "Unset":
		name := ""
		ok := e.Leaf(&name)
		x.unset = append(x.unset, http.CanonicalHeaderKey(name))
		return ok && changesHeader(name) && len(x.unset) <= maxHeaderChanges
	case "Tag":
		return x.readTag(e)
	case "Untag":
		name := ""
		ok := e.Leaf(&name)
		x.untag = append(x.untag, name)
		return ok && name != "" && len(x.untag) <= maxHeaderChanges
	}
	return false
}

// maxHeaderChanges bounds the names in a document: more than an object can have.
const maxHeaderChanges = maxMetadata

func (x *alteration) readSet(e *s3xml.Element) bool {
	name, value := "", ""
	err := e.Each(func(f *s3xml.Element) bool {
		return f.Name == "Name" && f.Leaf(&name) || f.Name == "Value" && f.Leaf(&value)
	})
	if x.set == nil {
		x.set = map[string]string{}
	}
	canonical := http.CanonicalHeaderKey(name)
	_, twice := x.set[canonical]
	x.set[canonical] = value
	return err == nil && !twice && len(x.set) <= maxHeaderChanges && changesHeader(name) && httpguts.ValidHeaderFieldValue(value) &&
		value != "" && strings.TrimSpace(value) == value
}

func (x *alteration) readTag(e *s3xml.Element) bool {
	name, value := "", ""
	err := e.Each(func(f *s3xml.Element) bool {
		return f.Name == "Key" && f.Leaf(&name) || f.Name == "Value" && f.Leaf(&value)
	})
	if x.tags == nil {
		x.tags = map[string]string{}
	}
	_, twice := x.tags[name]
	x.tags[name] = value
	return err == nil && !twice && name != "" && len(x.tags) <= maxHeaderChanges
}

// changesHeader says whether a header is one of those that may be changed so.
func changesHeader(name string) bool {
	if !httpguts.ValidHeaderFieldName(name) {
		return false
	}
	name = http.CanonicalHeaderKey(name)
	return slices.Contains(storedHeaders, name) && name != hRedirect || len(name) > len(metaPrefix) && strings.HasPrefix(name, metaPrefix)
}

// headers says whether headers or metadata are to be changed, which makes a new version.
func (x *alteration) headers() bool { return len(x.set)+len(x.unset) > 0 }

func (x *alteration) retags() bool { return len(x.tags)+len(x.untag) > 0 }

// changeObjects gives up to 1000 objects another ACL, other tags, or other
// headers and metadata, in one commit, each by itself: what one may do is what
// PutObjectAcl, PutObjectTagging and a copy onto itself ask for. It is an
// extension of this server.
func (c *call) changeObjects() error {
	if err := c.needDigest(); err != nil {
		return err
	}
	x := &c.changes
	if len(x.list) == 0 || !x.headers() && !x.retags() && x.acl == "" {
		return refuse("MalformedXML")
	}
	if grantsACL(c.in.Header) {
		return refuse("UnexpectedContent")
	}
	if x.acl != "" {
		c.in.Header.Set(hACL, x.acl)
		if c.s.ownership(&c.space) == ownerEnforced {
			return refuse("AccessControlListNotSupported")
		}
	}
	acl, err := c.headerACL(object)
	if err != nil {
		return err
	}
	if err := c.changeAll(acl); err != nil {
		return err
	}
	c.trace.changed = x.list
	doc := s3xml.NewDocument("ChangeObjectsResult")
	for i := range x.list {
		x.write(doc, &x.list[i], c.quiet == "true")
	}
	doc.Close("ChangeObjectsResult")
	return c.out.document(http.StatusOK, doc)
}

// changeAll changes what is allowed.
func (c *call) changeAll(acl storage.ACL) error {
	x := &c.changes
	batch := make([]storage.Change, 0, len(x.list))
	at := make([]int, 0, len(x.list))
	for i := range x.list {
		o := &x.list[i]
		if o.err = validKey(o.key); o.err == nil && !c.mayChange(o) {
			o.err = refuse("AccessDenied")
		}
		if o.err == nil {
			check := conditions{match: o.etag}.required("")
			one := storage.Change{Key: o.key, Check: check, Anew: x.headers(), Attrs: func(was storage.Object) (storage.Attrs, error) {
				if o.was = was.Attrs; x.only != nil && !x.only.stands(was.Attrs) {
					return was.Attrs, refuse("PreconditionFailed")
				}
				return c.changed(was, acl)
			}}
			batch, at = append(batch, one), append(at, i)
		}
	}
	if len(batch) == 0 {
		return nil
	}
	done, err := c.s.engine.ChangeBatch(context.WithoutCancel(c.ctx), c.target.space, batch)
	if err != nil {
		return err
	}
	for i, d := range done {
		o := &x.list[at[i]]
		o.done, o.err = d.Object, c.unlessHidden(d.Err)
	}
	return nil
}

// mayChange decides on an object of a ChangeObjects. A condition tells what it is about, as reading that would.
func (c *call) mayChange(o *changing) bool {
	x, only := &c.changes, c.changes.only
	if only == nil {
		only = &alteration{}
	}
	actions := make([]string, 0, 6)
	if x.acl != "" {
		actions = append(actions, "s3:PutObjectAcl")
	}
	if only.acl != "" {
		actions = append(actions, "s3:GetObjectAcl")
	}
	if x.retags() {
		actions = append(actions, "s3:GetObjectTagging", "s3:PutObjectTagging")
	} else if only.retags() {
		actions = append(actions, "s3:GetObjectTagging")
	}
	if x.headers() {
		actions = append(actions, "s3:GetObject", "s3:PutObject")
	} else if only.headers() {
		actions = append(actions, "s3:GetObject")
	}
	may := func(action string) bool {
		return c.s.allows(c, &question{action: action, space: &c.space, key: o.key})
	}
	for _, action := range actions {
		if !may(action) {
			return false
		}
	}
	o.tellsACL = x.tell == "true" && x.acl != "" && may("s3:GetObjectAcl")
	return true
}

// changed gives the attributes that an object gets. What its writer did not ask
// to be changed stays.
func (c *call) changed(was storage.Object, acl storage.ACL) (storage.Attrs, error) {
	x, a := &c.changes, was.Attrs
	if x.acl != "" {
		a.ACL = acl
	}
	if x.retags() {
		var err error
		if a.Tags, err = x.tagged(was.Tags); err != nil {
			return a, err
		}
	}
	if !x.headers() {
		return a, nil
	}
	if was.Encryption.Keeper == storage.ByCustomer {
		return a, refusef("InvalidRequest", "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to change it.")
	}
	a.Lock = c.defaultLock() // it is a new version
	a.Headers, a.Meta = maps.Clone(a.Headers), maps.Clone(a.Meta)
	for _, name := range x.unset {
		delete(a.Headers, name)
		delete(a.Meta, metaName(name))
	}
	for name, value := range x.set {
		if strings.HasPrefix(name, metaPrefix) {
			if a.Meta == nil {
				a.Meta = map[string]string{}
			}
			a.Meta[metaName(name)] = value
		} else {
			a.Headers[name] = value
		}
	}
	if a.Headers["Content-Type"] == "" {
		a.Headers["Content-Type"] = defaultType
	}
	return a, checkMetaSize(a.Meta)
}

func (x *alteration) tagged(was map[string]string) (map[string]string, error) {
	tags := map[string]string{}
	for name, value := range was {
		if _, other := x.tags[name]; !other && !slices.Contains(x.untag, name) {
			tags[name] = value
		}
	}
	for name, value := range x.tags {
		if err := addTag(tags, name, value); err != nil {
			return nil, err
		}
	}
	return tags, nil
}

func metaName(header string) string { return strings.ToLower(strings.TrimPrefix(header, metaPrefix)) }

func (c *changes) write(x *s3xml.Writer, o *changing, quiet bool) {
	switch {
	case o.err != nil:
		writeBatchError(x, o.err, "Key", o.key)
	case !quiet:
		x.Raw("<Changed>")
		x.Text("Key", o.key)
		x.Time("LastModified", o.done.Modified)
		if c.tell == "true" {
			c.writeWas(x, o)
		}
		if v := versionMade(&o.done); v != "" {
			x.Text("VersionId", v)
		}
		x.Raw("</Changed>")
	}
}
