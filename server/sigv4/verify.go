package sigv4

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"spaces/server/inbound"
)

// DefaultSkew is how far the date of a request may be from the clock (S3: 15 minutes).
const DefaultSkew = 15 * time.Minute

// Verifier checks signatures. It may be used by many goroutines; it must not be copied after
// its first use.
type Verifier struct {
	// Secret gives the secret key that belongs to an access key.
	Secret func(accessKey string) (secret string, ok bool)
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// MaxSkew is how far a request's date may be off; 0 is DefaultSkew.
	MaxSkew time.Duration

	keys keyCache
}

// Identity is the outcome of Verify: who signed, how, and what the signature says of the body.
type Identity struct {
	AccessKey string  // "" when Anonymous
	Anonymous bool    // nothing in the request claims a signature
	Presigned bool    // the credentials came in the query
	V2        bool    // Signature Version 2
	Region    string  // of the credential scope, as the client wrote it; V4 only
	Payload   Payload // how the body is protected

	// Header is what the client meant the headers of the request to be: those that it sent, and
	// those that stand in the query of a presigned URL.
	Header http.Header

	sum  [sha256.Size]byte // PayloadSigned: what the body's SHA-256 has to be
	seed Seed              // PayloadStreamSigned…: what the first chunk's signature builds on
}

// Verify says who sent r. A request that claims no signature is anonymous; one that claims any
// is verified or refused with an *Error. The body is not touched. space is the Space that the
// host names (host style), which Signature Version 2 needs to know; "" is path style.
//
// The region of the credential scope may be any: clients of Spaces sign for us-east-1, for the
// datacenter, or for what their SDK was told, and all of them mean this server (DigitalOcean,
// "Use AWS S3 SDKs with Spaces").
func (v *Verifier) Verify(r *inbound.Request, space string) (*Identity, error) {
	s := scratches.Get().(*scratch)
	defer s.free()
	id, err := v.identify(r, s, space)
	if err != nil {
		return nil, err
	}
	if id.Header == nil {
		id.Header = r.Header
	}
	if id.Payload == PayloadSigned && r.Length == 0 && id.sum != emptySum {
		if noLength(r) && (r.Method == http.MethodPut || r.Method == http.MethodPost) {
			return nil, errNoLength() // there is a body, by its hash
		}
		return nil, errPayloadHash(id.sum[:], emptySum[:]) // nobody will read the body of such a request
	}
	return id, nil
}

func (v *Verifier) identify(r *inbound.Request, s *scratch, space string) (*Identity, error) {
	auth, header := r.Header["Authorization"]
	header = header && !(len(auth) == 1 && auth[0] == "") // S3 takes an empty one for none
	v4, v2 := claims(r.Query)
	switch {
	case header && (v4 || v2), v4 && v2:
		return nil, errMechanisms()
	case v4:
		return v.queryV4(r, s)
	case v2:
		return v.queryV2(r, s, space)
	case !header:
		id := &Identity{Anonymous: true}
		return id, id.unsignedPayload(r.Header)
	case len(auth) != 1:
		return nil, errRepeated("Authorization")
	}
	scheme, rest, ok := strings.Cut(auth[0], " ")
	if !ok {
		return nil, errArgument("Authorization", auth[0], "Authorization header is invalid -- one and only one ' ' (space) required.")
	}
	switch scheme {
	case algorithm:
		return v.headerV4(r, s, rest)
	case "AWS":
		return v.headerV2(r, s, space, rest)
	}
	return nil, errArgument("Authorization", scheme, "Unsupported Authorization Type")
}

// claimV4 is what a V4 request says of its signature.
type claimV4 struct {
	accessKey, day, region string
	scope                  string // day/region/s3/aws4_request
	date                   string // ISO 8601, basic format
	signed                 string // SignedHeaders
	signature              string
	payload                string // payload hash as it is signed
}

// check verifies the signature and fills id's V4 part. skip is the query parameter that
// holds the signature.
func (v *Verifier) check(r *inbound.Request, s *scratch, c *claimV4, skip string, id *Identity) error {
	secret, ok := v.Secret(c.accessKey)
	if !ok {
		return errUnknownKey(c.accessKey)
	}
	if err := s.canonical(r, c.signed, c.payload, skip); err != nil {
		return err
	}
	s.stringToSign(c.date, c.scope)
	kid := keyID{c.accessKey, c.day, c.region}
	key, cached := v.keys.get(kid, secret)
	mac := key.sign(s.text)
	if !equalHex(mac, c.signature) {
		return s.explain(errSignature(c.accessKey, c.signature, s.text), r, c, skip)
	}
	if !cached {
		v.keys.put(kid, secret, key)
	}
	id.AccessKey, id.Region = c.accessKey, c.region
	id.seed = Seed{key: key, date: c.date, scope: c.scope, mac: mac}
	return nil
}

// explain adds the canonical request to an error, where it may be told.
func (s *scratch) explain(e *Error, r *inbound.Request, c *claimV4, skip string) error {
	if holdsKey(r) {
		return e
	}
	if err := s.canonical(r, c.signed, c.payload, skip); err != nil {
		return err
	}
	return e.with("CanonicalRequest", string(s.text)).with("CanonicalRequestBytes", spacedHex(s.text))
}

// holdsKey reports whether the request holds the key of an object (SSE-C), as a header or as a
// parameter that stands for one.
func holdsKey(r *inbound.Request) bool {
	secret := func(name string) bool { return strings.HasSuffix(strings.ToLower(name), "-customer-key") }
	for name := range r.Header {
		if secret(name) {
			return true
		}
	}
	return slices.ContainsFunc(r.Query, func(p inbound.Param) bool { return secret(p.Name) })
}

// equalHex compares a MAC with the lower-case hex that a client sent, in constant time.
func equalHex[T string | []byte](mac [sha256.Size]byte, sent T) bool {
	var want, got [2 * sha256.Size]byte
	hex.Encode(want[:], mac[:])
	return len(sent) == len(got) && copy(got[:], sent) == len(got) && subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// credential takes a Credential apart: access key, day, region, service, terminator. The access
// key is all that stands before the last four. It gives the reason when it is malformed.
func (c *claimV4) credential(s string) (reason string) {
	const malformed = "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
	at := len(s)
	var slash [4]int
	for i := 3; i >= 0; i-- {
		if at = strings.LastIndexByte(s[:at], '/'); at <= 0 {
			return malformed
		}
		slash[i] = at
	}
	c.accessKey = s[:slash[0]]
	c.scope = s[slash[0]+1:]
	c.day = s[slash[0]+1 : slash[1]]
	c.region = s[slash[1]+1 : slash[2]]
	service, terminal := s[slash[2]+1:slash[3]], s[slash[3]+1:]
	switch {
	case terminal != "aws4_request" && strings.Contains(c.accessKey, "/"): // too many of them
		return malformed
	case terminal != "aws4_request":
		return "incorrect terminal " + quoted(terminal) + ". This endpoint uses \"aws4_request\"."
	case service != "s3":
		return "incorrect service " + quoted(service) + ". This endpoint belongs to \"s3\"."
	case c.region == "":
		return "the region is missing."
	case !isDay(c.day):
		return "incorrect date format " + quoted(c.day) + ". This date in the credential must be in the format \"yyyyMMdd\"."
	}
	return ""
}

// isDay reports whether s is a date of a credential scope.
func isDay(s string) bool {
	_, err := time.Parse(isoFormat[:len("20060102")], s)
	return err == nil
}

func quoted(s string) string { return "\"" + s + "\"" }

// otherDay says that the date of the scope is not that of the request.
func (c *claimV4) otherDay() string {
	return "Invalid credential date " + quoted(c.day) + ". This date is not the same as X-Amz-Date: " + quoted(c.date[:8]) + "."
}

func (v *Verifier) now() time.Time {
	if v.Now == nil {
		return time.Now()
	}
	return v.Now()
}

// skewed reports whether t is too far from the clock.
func (v *Verifier) skewed(t time.Time) bool {
	return v.now().Sub(t).Abs() > v.skew()
}

func (v *Verifier) skew() time.Duration {
	if v.MaxSkew == 0 {
		return DefaultSkew
	}
	return v.MaxSkew
}
