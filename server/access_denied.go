package server

import (
	"errors"
	"net/http"

	"spaces/server/policy"
)

// What S3 says to requests without a signature of operations that it lets
// nobody call who has no name, whatever an ACL or a policy allows.
const (
	anonymousAPI    = "Anonymous users cannot invoke this API. Please authenticate."
	anonymousUpload = "Anonymous users cannot initiate multipart uploads. Please authenticate."
	anonymousCopy   = "Anonymous users cannot copy objects. Please authenticate."
	anonymousPut    = "s3:PutBucketOwnershipControls does not support Anonymous requests!"
	anonymousPart   = "Access Denied."
	anonymousGet    = "s3:GetBucketOwnershipControls does not support Anonymous requests!"
)

// needsSignature refuses an anonymous request of an operation that has none.
func (c *call) needsSignature() error {
	if !c.who.Anonymous || c.op.unsigned == "" {
		return nil
	}
	return refusef("AccessDenied", "%s", c.op.unsigned)
}

// unlessNamed hides from strangers what is not implemented: what nobody has
// allowed them is denied first.
func (c *call) unlessNamed(refused error) error {
	if refused == nil || !c.who.Anonymous {
		return refused
	}
	var e *Error
	if !errors.As(refused, &e) || e.Status != http.StatusNotImplemented {
		return refused
	}
	if _, selects := c.query.Lookup("select"); selects {
		return refusef("AccessDenied", anonymousAPI)
	}
	return refuse("AccessDenied")
}

// denied is what one hears who may not do what q asks. A policy cannot give
// its own handling away: who has it by the policy alone is told that the
// method is not for them (PutBucketPolicy). Who has a key learns that it is
// the policy that denies (user guide, "Access denied message examples").
func (c *call) denied(q *question) error {
	said := c.s.consult(c, q)
	switch {
	case ownersOnly[q.action] && said == policy.Allow:
		return refuse("MethodNotAllowed")
	case said == policy.Deny && !c.who.Anonymous && !ownersOnly[q.action]:
		who, _ := c.callerValue("PrincipalArn")
		return refusef("AccessDenied", `User: %s is not authorized to perform: %s on resource: "%s" with an explicit deny in a resource-based policy`, who, q.action, q.resource())
	}
	return refuse("AccessDenied")
}
