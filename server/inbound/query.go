package inbound

import (
	"strings"
	"unicode/utf8"
)

// Param is one parameter of a query.
type Param struct {
	Name, Value string // decoded
	Raw         string // both, as they were sent: for logs
}

// Query is a query string, in the order in which it was sent.
type Query []Param

// maxParams bounds the work that a query can make; no S3 operation has more
// than a few parameters.
const maxParams = 128

// ParseQuery decodes a query string. A plus is a space.
func ParseQuery(raw string) (Query, error) {
	if raw == "" {
		return nil, nil
	}
	n := strings.Count(raw, "&") + 1
	if n > maxParams {
		return nil, ErrQuery
	}
	q := make(Query, 0, n)
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		p := Param{Raw: pair}
		var err error
		if p.Name, err = Unescape(name, true); err != nil {
			return q, err
		}
		if p.Value, err = Unescape(value, true); err != nil {
			return q, err
		}
		if strings.IndexByte(p.Value, 0) >= 0 || !utf8.ValidString(p.Value) {
			return q, ErrQuery
		}
		q = append(q, p)
	}
	return q, nil
}

// Lookup gives the first value of a parameter.
func (q Query) Lookup(name string) (string, bool) {
	for i := range q {
		if q[i].Name == name {
			return q[i].Value, true
		}
	}
	return "", false
}

// Raw is the query as it was sent, but for parameters that are nothing.
func (q Query) Raw() string {
	var b strings.Builder
	for i := range q {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(q[i].Raw)
	}
	return b.String()
}

// Count gives the last value of a parameter, and how often it is there.
func (q Query) Count(name string) (value string, n int) {
	for i := range q {
		if q[i].Name == name {
			value = q[i].Value
			n++
		}
	}
	return value, n
}
