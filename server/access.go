package server

import (
	"errors"

	"spaces/server/storage"
)

// authorise is the one place that decides. What is not allowed here is denied.
func (c *call) authorise() error {
	var obj *storage.Object
	if c.op.load == loadObject || c.op.load == loadBody {
		if !c.missing {
			obj = &c.object
		}
	}
	if c.s.allows(c, c.op.action, &c.space, obj) {
		if c.missing {
			return refuse("NoSuchKey")
		}
		return nil
	}
	// Who may list a Space may know that a key is not there (GetObject, "Permissions").
	if c.missing && c.s.allows(c, "s3:ListBucket", &c.space, nil) {
		return refuse("NoSuchKey")
	}
	return refuse("AccessDenied")
}

// allows says whether the one who called may do action on a Space or on an
// object in it: the owner may do everything; everybody may read public-read
// objects and list public-read Spaces.
func (s *Server) allows(c *call, action string, sp *storage.Space, obj *storage.Object) bool {
	if c.who == nil {
		return false
	}
	if !c.who.Anonymous {
		return c.who.AccessKey != ""
	}
	switch action {
	case actionPreflight:
		return true
	case "s3:GetObject":
		return obj != nil && obj.ACL == storage.PublicRead
	case "s3:ListBucket":
		return sp.ACL == storage.PublicRead
	}
	return false
}

// loadSource finds the object that a copy or rename reads from, and asks
// whether it may be read.
func (c *call) loadSource() (err error) {
	if c.op.source == "" {
		return nil
	}
	if c.source, err = c.parseSource(c.r.Header.Get(c.op.source)); err != nil {
		return err
	}
	from := c.space
	if c.source.space != c.target.space {
		if from, err = c.s.engine.Space(c.source.space); err != nil {
			return missingSpace(err, c.source.space)
		}
	}
	c.source.object, err = c.s.engine.Head(c.source.space, c.source.key)
	missing := errors.Is(err, storage.ErrNoKey)
	if err != nil && !missing {
		return err
	}
	var obj *storage.Object
	if !missing {
		obj = &c.source.object
	}
	switch {
	case !c.s.allows(c, "s3:GetObject", &from, obj):
		return refuse("AccessDenied")
	case missing:
		return refuse("NoSuchKey")
	}
	return nil
}
