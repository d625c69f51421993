package server

import (
	"errors"
	"net/http"

	"spaces/server/lifecycle"
	"spaces/server/storage"
	"spaces/server/sweep"
)

// hMinimumSize says which objects transitions leave alone. There are none here;
// clients that copy a configuration send and expect the header.
const hMinimumSize = "X-Amz-Transition-Default-Minimum-Object-Size"

func (c *call) putLifecycle() error {
	rules, err := lifecycle.Parse([]byte(c.document))
	var wrong *lifecycle.Error
	switch {
	case errors.As(err, &wrong):
		return refusef(wrong.Code, "%s", wrong.Message)
	case err != nil:
		return refuse("MalformedXML")
	case rules.Transitions():
		return errNotImplemented("Moving objects to another storage class")
	}
	if err := c.setDocument(docLifecycle, rules.XML()); err != nil {
		return err
	}
	if v := c.in.Header.Get(hMinimumSize); v != "" {
		c.out.set(hMinimumSize, v)
	}
	return c.out.empty(http.StatusOK)
}

// setExpiration says when the lifecycle of the Space deletes an object.
func (c *call) setExpiration(o *storage.Object) {
	if len(c.space.Config[docLifecycle]) == 0 {
		return
	}
	if rules := c.s.lifecycleOf(&c.space); rules != nil {
		if v, ok := rules.ExpirationHeader(o.Key, sweep.VersionOf(o)); ok {
			c.out.set("X-Amz-Expiration", v)
		}
	}
}

// setAbort says when the lifecycle of the Space aborts an upload.
func (c *call) setAbort(u *storage.Upload) {
	if len(c.space.Config[docLifecycle]) == 0 {
		return
	}
	if rules := c.s.lifecycleOf(&c.space); rules != nil {
		if due, rule, ok := rules.Aborts(u.Key, u.Initiated); ok {
			c.out.set("X-Amz-Abort-Date", due.Format(http.TimeFormat))
			c.out.set("X-Amz-Abort-Rule-Id", rule)
		}
	}
}
