package server

import (
	"errors"
	"net/http"

	"spaces/server/policy"
	"spaces/server/s3xml"
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
	return c.out.empty(http.StatusNoContent)
}

func (c *call) getPolicy() error {
	raw := c.space.Config[docPolicy]
	if len(raw) == 0 {
		return refuse("NoSuchBucketPolicy").with("BucketName", c.target.space)
	}
	return c.out.whole(http.StatusOK, "application/json", raw)
}

func (c *call) policyStatus() error {
	p := c.s.policyOf(&c.space)
	if p == nil {
		return refuse("NoSuchBucketPolicy").with("BucketName", c.target.space)
	}
	x := s3xml.NewDocument("PolicyStatus")
	x.Bool("IsPublic", p.Public())
	x.Close("PolicyStatus")
	return c.out.document(http.StatusOK, x)
}

// ownersOnly are about the policy itself. They belong to the owner, who cannot
// be denied them: a policy can always be removed (PutBucketPolicy).
var ownersOnly = map[string]bool{
	"s3:PutBucketPolicy": true, "s3:GetBucketPolicy": true, "s3:DeleteBucketPolicy": true,
}

// decide asks the policy of the Space, where it has a say.
func (s *Server) decide(c *call, q *question) policy.Decision {
	if ownersOnly[q.action] {
		return policy.None
	}
	return s.consult(c, q)
}

// consult asks the policy of the Space.
func (s *Server) consult(c *call, q *question) policy.Decision {
	if len(q.space.Config) == 0 {
		return policy.None
	}
	p := s.policyOf(q.space)
	switch {
	case p != nil:
	case len(q.space.Config[docPolicy]) > 0 && !c.root():
		return policy.Deny // it cannot be read, and might say so
	default:
		return policy.None
	}
	r := policy.Request{Action: q.action, Resource: q.resource(), Principal: c.principal(true)}
	r.Values = func(key string) ([]string, bool) { return c.conditionValue(q, key) }
	said := p.Evaluate(r)
	if said == policy.Allow && !c.who.Anonymous && !c.root() {
		r.Principal = c.principal(false)
		said = p.Evaluate(r)
	}
	if said == policy.Allow && !c.root() && s.accessBlock(q.space).restrict && p.Public() {
		return policy.None // RestrictPublicBuckets
	}
	return said
}

// principal is the caller as policies name one. A key that is not the root
// key belongs to the account as its users do: what is denied to the account is
// denied to it, what is allowed to the account is not yet allowed to it (IAM
// user guide, "AWS account principals").
func (c *call) principal(account bool) policy.Principal {
	if c.who.Anonymous {
		return policy.Principal{Anonymous: true}
	}
	p := policy.Principal{AccessKey: c.who.AccessKey, Account: c.s.owner, Canonical: c.s.owner}
	if k := c.s.keys.Find(c.who.AccessKey); k != nil {
		p.User, p.Limited = k.Name, !account
	}
	return p
}
