// Package policy reads and evaluates bucket policies: the access policy
// language of Amazon S3 as far as it concerns a Space and its objects (IAM
// User Guide, "IAM JSON policy elements reference"; S3 User Guide, "Bucket
// policies"). It knows neither HTTP nor storage: who asks, for what, and the
// values of condition keys come from the caller.
package policy

// MaxSize is the limit of a policy document in bytes (S3: 20 KB).
const MaxSize = 20 << 10

// Versions of the language. Policy variables exist from Version2012 on.
const (
	Version2008 = "2008-10-17" // also what a document without Version means
	Version2012 = "2012-10-17"
)

// Error says in one sentence why a document is no policy of the Space. S3
// answers it as 400 MalformedPolicy.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

// Decision is what a policy says of a request.
type Decision int

const (
	None  Decision = iota // no statement speaks of the request: what else grants access decides
	Allow                 // a statement allows it and none denies it
	Deny                  // a statement denies it: nothing else can allow it
)

func (d Decision) String() string {
	switch d {
	case Allow:
		return "allow"
	case Deny:
		return "deny"
	}
	return "none"
}

// Principal is who asks. The zero Principal is nobody in particular, as is
// an anonymous one: only "*" means them.
type Principal struct {
	Anonymous bool   // no other field counts
	AccessKey string // access key id
	User      string // name of the user, the end of an ARN …:user/NAME
	Account   string // account id, as in arn:aws:iam::ACCOUNT:root
	Canonical string // canonical user id
	// Limited: a user of the account whose rights are less than the
	// account's. A policy that names the account does not mean them.
	Limited bool
	Service string // a service of the server's own, such as logging.s3.amazonaws.com
}

// Request is what a policy is asked about.
type Request struct {
	Principal Principal
	Action    string // "s3:GetObject"
	Resource  string // BucketARN or ObjectARN
	// Values gives the values that the request has for a condition key, in
	// the spelling of the documentation ("aws:SourceIp",
	// "s3:ExistingObjectTag/" and the key of the tag as the policy has it);
	// false: the request has no such key. Times are RFC 3339, booleans "true"
	// or "false". nil: no key has a value.
	Values func(key string) ([]string, bool)
}

// BucketARN names a Space as requests and policies do.
func BucketARN(space string) string { return arnPrefix + space }

// ObjectARN names an object. Keys are taken as they are.
func ObjectARN(space, key string) string { return arnPrefix + space + "/" + key }

const arnPrefix = "arn:aws:s3:::"

// Policy is a parsed policy, unchangeable and safe for concurrent use.
type Policy struct {
	Version    string
	ID         string
	statements []statement
}

type statement struct {
	sid        string
	deny       bool
	principals principals
	actions    set
	resources  set
	conditions []condition
}

// set is a list of patterns, or everything but them.
type set struct {
	not      bool
	patterns []pattern
}

func (s set) has(name string, values lookup) bool {
	for _, p := range s.patterns {
		if p.match(name, values) {
			return !s.not
		}
	}
	return s.not
}

// Evaluate says what the policy means for the request. An explicit deny wins
// over every allow.
func (p *Policy) Evaluate(r Request) Decision {
	decision := None
	action := lower(r.Action)
	resource := resourceName(r.Resource)
	values := lookup(r.Values)
	for i := range p.statements {
		s := &p.statements[i]
		if decision == Allow && !s.deny || !s.applies(r.Principal, action, resource, values) {
			continue
		}
		if s.deny {
			return Deny
		}
		decision = Allow
	}
	return decision
}

func (s *statement) applies(who Principal, action, resource string, values lookup) bool {
	if !s.principals.has(who) || !s.actions.has(action, values) || !s.resources.has(resource, values) {
		return false
	}
	for i := range s.conditions {
		if !s.conditions[i].holds(values) {
			return false
		}
	}
	return true
}
