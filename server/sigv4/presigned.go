package sigv4

import (
	"strconv"
	"time"

	"spaces/server/inbound"
)

// maxExpires is the longest life of a V4 presigned URL, in seconds (S3: seven days).
const maxExpires = 604800

// queryV4 verifies a presigned URL.
func (v *Verifier) queryV4(r *inbound.Request, s *scratch) (*Identity, error) {
	var c claimV4
	stamp, life, err := c.parseQuery(r.Query)
	if err != nil {
		return nil, err
	}
	if c.day != c.date[:8] {
		return nil, errQueryMalformed(c.otherDay())
	}
	if stamp.After(v.now()) && v.skewed(stamp) {
		return nil, v.errSkewed(c.date)
	}
	if until := stamp.Add(life); !v.now().Before(until) {
		return nil, v.errExpired(until).with("X-Amz-Expires", strconv.FormatInt(int64(life/time.Second), 10))
	}
	id := &Identity{Presigned: true}
	if err := c.queryPayload(r, id); err != nil {
		return nil, err
	}
	if r, err = signedByQuery(r, c.signed); err != nil {
		return nil, err
	}
	if err := v.check(r, s, &c, "X-Amz-Signature", id); err != nil {
		return nil, err
	}
	id.Header, err = withParams(r, func(name string) bool { return hoisted(name, false) })
	if err != nil {
		return nil, err
	}
	return id, nil
}

// parseQuery reads the X-Amz-* parameters: each once, none missing.
func (c *claimV4) parseQuery(q inbound.Query) (stamp time.Time, life time.Duration, err error) {
	var alg, credential, expires string
	for _, f := range [...]struct {
		name string
		to   *string
	}{
		{"X-Amz-Algorithm", &alg}, {"X-Amz-Credential", &credential}, {"X-Amz-Signature", &c.signature},
		{"X-Amz-Date", &c.date}, {"X-Amz-SignedHeaders", &c.signed}, {"X-Amz-Expires", &expires},
	} {
		var n int
		if *f.to, n = q.Count(f.name); n != 1 || *f.to == "" {
			return stamp, 0, errQueryMalformed("Query-string authentication version 4 requires the X-Amz-Algorithm, " +
				"X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
		}
	}
	if _, n := q.Count("X-Amz-Security-Token"); n > 0 {
		return stamp, 0, errToken()
	}
	switch alg {
	case algorithm:
	case "AWS4-ECDSA-P256-SHA256": // S3's own message would say that this is supported
		return stamp, 0, errQueryMalformed("X-Amz-Algorithm only supports \"" + algorithm + "\"")
	default:
		return stamp, 0, errQueryMalformed("X-Amz-Algorithm only supports \"" + algorithm + " and AWS4-ECDSA-P256-SHA256\"")
	}
	if reason := c.credential(credential); reason != "" {
		return stamp, 0, errQueryMalformed("Error parsing the X-Amz-Credential parameter; " + reason)
	}
	stamp, ok := parseISO(c.date)
	if !ok {
		return stamp, 0, errQueryMalformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
	}
	host, ok := signedList(c.signed)
	if !ok {
		return stamp, 0, errQueryMalformed("X-Amz-SignedHeaders must be lower-case names in order.")
	}
	if !host {
		return stamp, 0, errUnsignedHeader("host")
	}
	life, err = parseExpires(expires)
	return stamp, life, err
}

func parseExpires(s string) (time.Duration, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil || s[0] == '+':
		return 0, errQueryMalformed("X-Amz-Expires should be a number")
	case n < 0:
		return 0, errQueryMalformed("X-Amz-Expires must be non-negative")
	case n > maxExpires:
		return 0, errQueryMalformed("X-Amz-Expires must be less than a week (in seconds); that is, the given " +
			"X-Amz-Expires must be less than 604800 seconds")
	}
	return time.Duration(n) * time.Second, nil
}

// queryPayload finds the payload hash of a presigned request: in the query, in the header,
// else UNSIGNED-PAYLOAD. A stream needs credentials in the header.
func (c *claimV4) queryPayload(r *inbound.Request, id *Identity) error {
	header, given, err := single(r.Header, "X-Amz-Content-Sha256")
	if err != nil {
		return err
	}
	value, n := r.Query.Count("X-Amz-Content-Sha256")
	switch {
	case n > 1, n == 1 && given && value != header:
		return errQueryMalformed("X-Amz-Content-Sha256 is given more than once")
	case n == 1:
		c.payload = value
	case given:
		c.payload = header
	default:
		c.payload = UnsignedPayload
	}
	if err := noToken(r.Header); err != nil {
		return err
	}
	if err := id.payload(c.payload); err != nil {
		return err
	}
	return id.noSeed()
}
