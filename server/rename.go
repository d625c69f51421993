package server

import (
	"context"
	"errors"
	"net/http"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// renameObject is one commit: there is no instant at which both keys, or
// neither, are there.
func (c *call) renameObject() error {
	from := c.conditions("X-Amz-Rename-Source-").required("x-amz-rename-source-")
	onto := c.conditions("")
	ctx := context.WithoutCancel(c.ctx)
	made, err := c.s.engine.Rename(ctx, c.target.space, c.source.key, c.target.key, c.remember(from), onto.forWrite("PreconditionFailed"))
	if err != nil {
		return sameKey(err)
	}
	c.out.setNewVersion(&made)
	return c.out.empty(http.StatusOK)
}

// sameKey says it in a refusal when a rename was to the key that the object has.
func sameKey(err error) error {
	if errors.Is(err, storage.ErrSameKey) {
		return refusef("InvalidRequest", "The source and the destination of a rename are the same key. Nothing was changed.")
	}
	return err
}

const maxRenames = 1000 // objects of one RenameObjects

// renaming is an object of a RenameObjects.
type renaming struct {
	from, to     string
	source, dest conditions
	check        storage.Check // of the source, once it is allowed
	done         storage.Object
	err          error
}

// readRenaming reads what is in a RenameObjects document.
func (c *call) readRenaming(e *s3xml.Element) bool {
	switch e.Name {
	case "Quiet":
		return e.Leaf(&c.quiet) && (c.quiet == "true" || c.quiet == "false")
	case "Object":
		r, ok := readRenaming(e)
		c.renames = append(c.renames, r)
		return ok && len(c.renames) <= maxRenames
	}
	return false
}

func readRenaming(e *s3xml.Element) (r renaming, ok bool) {
	err := e.Each(func(f *s3xml.Element) bool {
		switch f.Name {
		case "Key":
			return f.Leaf(&r.from)
		case "NewKey":
			return f.Leaf(&r.to)
		case "ETag":
			return f.Leaf(&r.source.match)
		case "IfNoneMatch":
			return f.Leaf(&r.dest.noneMatch)
		}
		return false
	})
	for _, key := range []string{r.from, r.to} {
		if r.err == nil && key != "" {
			r.err = validKey(key)
		}
	}
	return r, err == nil && r.from != "" && r.to != ""
}

// renameObjects is RenameObject for up to 1000 objects in one commit, each by
// itself: one that cannot be renamed keeps no other. It is an extension of this
// server. What one may do with each key is what RenameObject asks for.
func (c *call) renameObjects() error {
	if err := c.needDigest(); err != nil {
		return err
	}
	if len(c.renames) == 0 {
		return refuse("MalformedXML")
	}
	if err := c.renameAll(); err != nil {
		return err
	}
	c.trace.renamed = c.renames
	x := s3xml.NewDocument("RenameObjectsResult")
	for i := range c.renames {
		c.renames[i].write(x, c.quiet == "true")
	}
	x.Close("RenameObjectsResult")
	return c.out.document(http.StatusOK, x)
}

// renameAll renames what has no error and is allowed.
func (c *call) renameAll() error {
	batch := make([]storage.Renaming, 0, len(c.renames))
	at := make([]int, 0, len(c.renames))
	for i := range c.renames {
		r := &c.renames[i]
		if r.err == nil && !c.mayRename(r) {
			r.err = refuse("AccessDenied")
		}
		if r.err == nil {
			one := storage.Renaming{From: r.from, To: r.to, Source: r.check, Dest: r.dest.forWrite("PreconditionFailed")}
			batch, at = append(batch, one), append(at, i)
		}
	}
	if len(batch) == 0 {
		return nil
	}
	done, err := c.s.engine.RenameBatch(context.WithoutCancel(c.ctx), c.target.space, batch)
	if err != nil {
		return err
	}
	for i, d := range done {
		r := &c.renames[at[i]]
		if r.done, r.err = d.Object, sameKey(d.Err); r.err != nil {
			r.err = c.unlessHidden(r.err)
		}
	}
	return nil
}

// mayRename decides on an object of a RenameObjects.
func (c *call) mayRename(r *renaming) bool {
	from, to := question{action: "s3:GetObject", space: &c.space, key: r.from}, question{action: "s3:PutObject", space: &c.space, key: r.to}
	gone := question{action: "s3:DeleteObject", space: &c.space, key: r.from}
	may := c.s.allows(c, &from) && c.s.allows(c, &to) && c.s.allows(c, &gone)
	r.check = c.again(r.source.required("x-amz-rename-source-"), from, gone)
	return may
}

// unlessHidden keeps from who may not list a Space what is not in it.
func (c *call) unlessHidden(err error) error {
	if !isAbsent(err) || c.s.allows(c, &question{action: "s3:ListBucket", space: &c.space}) {
		return err
	}
	return refuse("AccessDenied")
}

// versionMade is the ID of a new version, "" where none is kept.
func versionMade(o *storage.Object) string {
	if v := o.VersionID(); v != storage.NullVersion {
		return v
	}
	return ""
}

// writeBatchError tells of one of many what could not be done with it. names are elements with their text.
func writeBatchError(x *s3xml.Writer, err error, names ...string) {
	e := asError(err)
	x.Raw("<Error>")
	for i := 0; i < len(names); i += 2 {
		if names[i+1] != "" {
			x.Text(names[i], names[i+1])
		}
	}
	x.Text("Code", e.Code)
	x.Message(e.Message)
	x.Raw("</Error>")
}

func (r *renaming) write(x *s3xml.Writer, quiet bool) {
	switch {
	case r.err != nil:
		writeBatchError(x, r.err, "Key", r.from, "NewKey", r.to)
	case !quiet:
		x.Raw("<Renamed>")
		x.Text("Key", r.from)
		x.Text("NewKey", r.to)
		if v := versionMade(&r.done); v != "" {
			x.Text("VersionId", v)
		}
		x.Raw("</Renamed>")
	}
}
