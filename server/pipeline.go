package server

import (
	"errors"
	"net/http"
	"strings"

	"spaces/server/s3xml"
	"spaces/server/sigv4"
	"spaces/server/storage"
)

// ServeHTTP implements http.Handler. It is the pipeline: every request goes
// through the same steps in the same order, and nothing runs before it was
// authenticated and authorised.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	handled(r.Context())
	c := s.newCall(w, r)
	s.metrics.arrive()
	defer c.end()
	c.out.extendWrite()
	if !c.seat.enter(c.ctx, c.turnOf) {
		c.fail(refuse("SlowDown"))
		c.leaveBody()
		return
	}
	defer c.seat.goOut()
	c.answer()
	c.leaveBody()
}

// answer answers the request, by what it comes to.
func (c *call) answer() {
	if c.link != nil {
		c.serveLink()
	} else if a, rest := c.apiRequest(); a != nil {
		c.serveAPI(a, rest)
	} else if err := c.serve(); err != nil {
		c.fail(err)
	}
}

func (c *call) serve() error {
	err := c.admit()
	if err == nil {
		err = c.prepare()
	}
	if err == nil {
		err = c.op.run(c)
		if c.op.source != "" {
			err = c.source.absence(err) // it was there when it was looked up
		}
	}
	return err
}

// admit finds out what is asked, and by whom.
func (c *call) admit() (err error) {
	if err := c.checkHeaderSize(); err != nil {
		return err
	}
	if c.unread != nil {
		return c.unread
	}
	if err := c.target.read(&c.in); err != nil {
		return err
	}
	if c.target.site {
		c.query = query{} // whatever it is for, it is not for here
	}
	if err := c.cors(); err != nil {
		return err
	}
	hostSpace := ""
	if c.target.host {
		hostSpace = c.target.space
	}
	if c.in.Method == http.MethodOptions || c.target.site {
		c.who = &sigv4.Identity{Anonymous: true} // browsers ask without credentials, but with the query of a presigned URL
	} else if c.who, err = c.s.verifier.Verify(&c.in, hostSpace); err != nil {
		c.op, _ = c.row() // for the logs: it does not run
		return err
	}
	if c.who.Presigned {
		c.in.Header = c.who.Header
	}
	if err := c.checkSource(); err != nil {
		return err
	}
	op, refused := c.row()
	c.op = op
	if err := c.checkRate(); err != nil {
		return err
	}
	return c.unlessNamed(refused)
}

// prepare makes everything ready that the handler of an admitted request
// relies on.
func (c *call) prepare() error {
	steps := [...]func(*call) error{
		(*call).checkHeaders, (*call).openBody, (*call).openForm, (*call).loadTarget, (*call).authorise, (*call).checkHost,
		(*call).checkParams, (*call).loadSource, (*call).readBody,
	}
	for _, step := range steps {
		if err := step(c); err != nil {
			return err
		}
	}
	return nil
}

func (t *target) scope() scope {
	switch {
	case t.space == "":
		return service
	case t.key == "":
		return space
	}
	return object
}

// unsupported are prefixes of headers that change what a write means. None may
// be overlooked: data would be stored other than the client wants.
var unsupported = []string{
	"X-Amz-Object-Lock-",
	"X-Amz-Mfa", "X-Amz-Write-Offset-Bytes", "X-Amz-Bucket-Namespace",
}

// checkHeaders refuses what would have to be ignored.
func (c *call) checkHeaders() error {
	h := c.in.Header
	if owner := h.Get(hExpectedOwner); owner != "" && owner != c.s.owner {
		return refuse("AccessDenied")
	}
	if owner := h.Get(hSourceOwner); owner != "" && owner != c.s.owner {
		return refuse("AccessDenied")
	}
	if c.in.Method == http.MethodGet || c.in.Method == http.MethodHead {
		return c.checkEncryptionOfRead()
	}
	for name := range h {
		if !strings.HasPrefix(name, "X-Amz-") || c.op.locks && lockHeaders[name] {
			continue
		}
		if err := c.refuseEncryptionHeaders(name); err != nil {
			return err
		}
		for _, prefix := range unsupported {
			if strings.HasPrefix(name, prefix) {
				return errNotImplemented("The header " + name)
			}
		}
	}
	return nil
}

// checkParams refuses, where a row says so, what is bad whatever there is: who
// may ask learns that before what is missing.
func (c *call) checkParams() error {
	if c.op.early == nil {
		return nil
	}
	return c.op.early(c)
}

// loadTarget fetches the Space and the object that the request is about.
func (c *call) loadTarget() (err error) {
	if c.op.load == loadNone {
		return nil
	}
	if c.space, err = c.s.engine.Space(c.target.space); err != nil {
		if !storage.ValidSpaceName(c.target.space) {
			return refuse("InvalidBucketName").with("BucketName", s3xml.Printable(c.target.space))
		}
		return missingSpace(err, c.target.space)
	}
	if err := c.checkVersionParam(); err != nil {
		return err
	}
	switch c.op.load {
	case loadObject:
		c.object, err = c.s.engine.HeadVersion(c.target.space, c.target.key, c.version())
	case loadBody:
		c.object, c.body, err = c.s.engine.GetVersion(c.ctx, c.target.space, c.target.key, c.version())
	}
	if c.missing = isAbsent(err); c.missing {
		c.absent = err
		return nil // who may not list must not learn it: see authorise
	}
	return err
}

// missingSpace names the Space in a refusal that is about it.
func missingSpace(err error, name string) error {
	switch {
	case errors.Is(err, storage.ErrNoSpace):
		return refuse("NoSuchBucket").with("BucketName", name)
	case errors.Is(err, storage.ErrSpaceExists):
		return refuse("BucketAlreadyOwnedByYou").with("BucketName", name)
	case errors.Is(err, storage.ErrNotEmpty):
		return refuse("BucketNotEmpty").with("BucketName", name)
	}
	return err
}
