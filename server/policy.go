package server

import (
	"errors"
	"net/http"

	"spaces/server/policy"
)

// putPolicy stores a bucket policy as it was sent (PutBucketPolicy).
func (c *call) putPolicy() error {
	p, err := policy.Parse(c.target.space, []byte(c.document))
	var wrong *policy.Error
	switch {
	case errors.As(err, &wrong):
		return refusef("MalformedPolicy", "%s", wrong.Message)
	case err != nil:
		return refuse("MalformedPolicy").because(err)
	case c.s.accessBlock(&c.space).blockPolicy && p.Public():
		return refusef("AccessDenied", "The public access block of the bucket does not allow public policies.")
	}
	if err := c.setDocument(docPolicy, []byte(c.document)); err != nil {
		return err
	}
	return c.empty(http.StatusNoContent)
}

func (c *call) getPolicy() error {
	raw := c.space.Config[docPolicy]
	if len(raw) == 0 {
		return refuse("NoSuchBucketPolicy").with("BucketName", c.target.space)
	}
	return c.answerRaw("application/json", raw)
}

func (c *call) policyStatus() error {
	p := c.s.policyOf(&c.space)
	if p == nil {
		return refuse("NoSuchBucketPolicy").with("BucketName", c.target.space)
	}
	x := newDocument("PolicyStatus")
	x.bool("IsPublic", p.Public())
	x.close("PolicyStatus")
	return c.answer(http.StatusOK, x)
}
