package server

import (
	"slices"
	"strings"

	"spaces/server/policy"
	"spaces/server/storage"
)

// question is what may be done: action on the Space, or on its object key.
type question struct {
	action  string
	space   *storage.Space
	key     string          // "" is the Space
	version string          // "" is the current one
	object  *storage.Object // nil: not there, or not looked up yet
	looked  bool            // object is known
}

// resource names what the question is about.
func (q *question) resource() string {
	if q.key != "" {
		return policy.ObjectARN(q.space.Name, q.key)
	}
	return policy.BucketARN(q.space.Name)
}

// authorise is the one place that decides. What is not allowed here is denied.
func (c *call) authorise() error {
	c.vary()
	c.tellRegion()
	q := &c.question
	q.action, q.space = c.op.action, &c.space
	if c.op.scope == object && !c.op.site || c.op.form {
		q.key = c.target.key
	}
	if c.op.load == loadObject || c.op.load == loadBody {
		q.looked = true
		if !c.missing {
			q.object = &c.object
		}
	}
	if v := c.version(); v != "" {
		q.action, q.version = versioned(q.action), v
	}
	if err := c.needsSignature(); err != nil {
		return err
	}
	if err := c.readForPolicy(); err != nil {
		return err
	}
	if c.missing {
		return c.missingKey(q)
	}
	if !c.entry() && !c.s.allows(c, q) {
		return c.denied(q)
	}
	if c.op.also != "" {
		if q.action = c.op.also; q.version != "" {
			q.action = versioned(q.action)
		}
		if !c.s.allows(c, q) {
			return c.denied(q)
		}
	}
	return c.authoriseHeaders(q)
}

// missingKey answers for a key that is not there: who may list a Space may
// know (GetObject, "Permissions"), if nothing denies what was asked.
func (c *call) missingKey(q *question) error {
	list := question{action: "s3:ListBucket", space: q.space}
	if c.isHidden(q.key) || c.s.decide(c, q) == policy.Deny || !c.s.allows(c, &list) {
		return refuse("AccessDenied")
	}
	if err := c.checkParams(); err != nil {
		return err
	}
	return c.absence(c.absent)
}

// entry says that the request is decided key by key, in its handler, and that
// some key may be allowed: only a policy can allow or deny single ones.
func (c *call) entry() bool {
	return c.op.byKey && len(c.space.Config[docPolicy]) > 0
}

// decide asks questions about an object.
func (c *call) decide(asked []question, o *storage.Object) error {
	for _, q := range asked {
		q.object, q.looked = o, true
		if !c.s.allows(c, &q) {
			return c.denied(&q)
		}
	}
	return nil
}

// again makes a check that asks anew, about what is there in the end, what was decided by
// what was there before: what replaces it may have another ACL, or other tags.
func (c *call) again(also storage.Check, asked ...question) storage.Check {
	if !slices.ContainsFunc(asked, func(q question) bool { return q.looked }) {
		return also
	}
	return func(cur *storage.Object) error {
		if err := c.decide(asked, cur); err != nil || also == nil {
			return err
		}
		return also(cur)
	}
}

// mayDelete decides on a key of a DeleteObjects.
func (c *call) mayDelete(key, version string) bool {
	q := c.deletes(key, version)
	return c.s.allows(c, &q)
}

// deletes asks whether a key, or a version of it, may be deleted.
func (c *call) deletes(key, version string) question {
	q := question{action: "s3:DeleteObject", space: &c.space, key: key}
	if version != "" {
		q.action, q.version = versioned(q.action), version
	}
	return q
}

// authoriseHeaders asks for what the headers of a write give the new object:
// an ACL, tags and locks need permissions of their own (PutObject, "Permissions").
func (c *call) authoriseHeaders(q *question) error {
	if q.action != "s3:PutObject" {
		return nil
	}
	h := c.in.Header
	for _, need := range [...]struct {
		action string
		asked  bool
	}{
		{"s3:PutObjectAcl", c.opensUp()},
		{"s3:PutObjectTagging", c.asksForTags()},
		{"s3:PutObjectRetention", h.Get("X-Amz-Object-Lock-Mode") != "" || h.Get("X-Amz-Object-Lock-Retain-Until-Date") != ""},
		{"s3:PutObjectLegalHold", h.Get("X-Amz-Object-Lock-Legal-Hold") != ""},
	} {
		if q.action = need.action; !need.asked || c.s.allows(c, q) {
			continue
		}
		if !c.describesOwn(q) {
			return c.denied(q)
		}
	}
	return nil
}

// describesOwn says whether a stranger may write what q asks with a new object
// although nothing but the write itself is allowed. Who may upload a form without
// a signature says what the object is. Who writes because the ACL of the Space
// lets everybody owns the object in S3, and says who else may read it (user
// guide, "Access control list (ACL) overview"); its tags are not in ACLs.
func (c *call) describesOwn(q *question) bool {
	if !c.who.Anonymous || c.s.decide(c, q) == policy.Deny {
		return false
	}
	switch q.action {
	case "s3:PutObjectAcl":
		write := question{action: "s3:PutObject", space: q.space, key: q.key}
		return c.op.form || c.s.granted(c, &write)
	case "s3:PutObjectTagging":
		return c.op.form
	}
	return false
}

// readForPolicy reads the tags that a request sets before it is decided on,
// where a policy may ask for them.
func (c *call) readForPolicy() error {
	if !c.op.setsTags || len(c.space.Config[docPolicy]) == 0 || c.stream == nil {
		return nil
	}
	err := c.readBody()
	c.stream = nil // read
	return err
}

// root says whether the account asks that owns everything, and not one of the
// keys that it made, which have grants: see keyAllows.
func (c *call) root() bool {
	if c.who == nil || c.who.Anonymous || c.who.AccessKey == "" {
		return false
	}
	_, root := c.s.root(c.who.AccessKey)
	return root
}

// trash is where clients put what is deleted to be had back (store.TrashPrefix):
// nobody without a key has anything to do with it, whatever policies and ACLs
// say. A rename into it is all that takes a public object away from strangers.
const trash = ".trash/"

// hidden is the prefix of keys that the one who called must not learn of, "" for none.
func (c *call) hidden() string {
	if c.who == nil || c.who.Anonymous {
		return trash
	}
	return ""
}

func (c *call) isHidden(key string) bool {
	return strings.HasPrefix(key, trash) && c.hidden() != ""
}

// allows says whether the one who called may do what q asks: not when a policy
// denies it; else when the access key of the caller allows it, the policy
// does, or an ACL grants it.
func (s *Server) allows(c *call, q *question) bool {
	if c.who == nil || c.isHidden(q.key) {
		return false
	}
	if q.action == actionPreflight || q.action == actionVisit {
		return true
	}
	said := s.decide(c, q)
	switch {
	case said == policy.Deny:
		return false
	case c.root():
		return true
	case s.keyAllows(c, q.action, q.space):
		return true
	case said == policy.Allow:
		return true
	}
	if s.granted(c, q) {
		c.trace.byACL = true
		return true
	}
	return false
}

// lookAt finds the object that a question is about, nil when there is none.
func (s *Server) lookAt(q *question) *storage.Object {
	if !q.looked {
		q.looked = true
		if o, err := s.engine.HeadVersion(q.space.Name, q.key, q.version); err == nil {
			q.object = &o
		}
	}
	return q.object
}

// versioned gives the action that is needed where the request names a version.
func versioned(action string) string {
	switch action {
	case "s3:GetObject", "s3:DeleteObject":
		return action + "Version"
	case "s3:GetObjectAcl", "s3:GetObjectTagging", "s3:GetObjectAttributes", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:DeleteObjectTagging":
		verb, what, _ := strings.Cut(action, "Object")
		return verb + "ObjectVersion" + what
	}
	return action
}

// loadSource finds the object that a copy or rename reads from, and asks
// whether it may be read and, by a rename, taken away.
func (c *call) loadSource() (err error) {
	if c.op.source == "" {
		return nil
	}
	if c.source, err = c.parseSource(c.in.Header.Get(c.op.source)); err != nil {
		return err
	}
	from := c.space
	if c.source.space != c.target.space {
		if from, err = c.s.engine.Space(c.source.space); err != nil {
			return missingSpace(err, c.source.space)
		}
	}
	c.source.object, err = c.s.engine.HeadVersion(c.source.space, c.source.key, c.source.version)
	missing := isAbsent(err)
	if err != nil && !missing {
		return err
	}
	c.absent = c.source.absence(err)
	c.source.from = from
	q := question{action: "s3:GetObject", space: &from, key: c.source.key, looked: true}
	if c.source.version != "" {
		q.action, q.version = versioned(q.action), c.source.version
	}
	if missing {
		return c.missingKey(&q)
	}
	c.source.asked = []question{q}
	if c.op.source == hRenameSource {
		q.action = "s3:DeleteObject"
		c.source.asked = append(c.source.asked, q)
	}
	return c.decide(c.source.asked, &c.source.object)
}
