package sigv4

import (
	"bytes"
	"slices"
	"strings"
	"sync"
)

// maxParams bounds the parameters of a query; no S3 operation has more than a few.
const maxParams = 256

// param is one decoded parameter of a query.
type param struct{ name, value string }

// span is an encoded parameter inside scratch.enc.
type span struct{ name, value, end int }

// scratch is the memory one verification needs, used again by the next.
type scratch struct {
	text   []byte // canonical request or string to sign
	params []param
	enc    []byte
	spans  []span
}

var scratches = sync.Pool{New: func() any { return &scratch{text: make([]byte, 0, 1024)} }}

func (s *scratch) free() {
	if cap(s.text) > 64<<10 || cap(s.enc) > 64<<10 {
		return // let a giant go
	}
	clear(s.params[:cap(s.params)])
	scratches.Put(s)
}

// parse decodes the query into s.params.
func (s *scratch) parse(raw string) error {
	s.params = s.params[:0]
	for raw != "" {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		if pair == "" {
			continue
		}
		if len(s.params) == maxParams {
			return bad("InvalidRequest", "The query has too many parameters")
		}
		name, value, _ := strings.Cut(pair, "=")
		name, ok1 := unescapeQuery(name)
		value, ok2 := unescapeQuery(value)
		if !ok1 || !ok2 {
			return errInvalidURI()
		}
		s.params = append(s.params, param{name, value})
	}
	return nil
}

// get gives the value of a parameter, and how often it is there.
func (s *scratch) get(name string) (value string, n int) {
	for _, p := range s.params {
		if p.name == name {
			value = p.value
			n++
		}
	}
	return value, n
}

// appendQuery appends the canonical query, without the parameter skip, to s.text.
func (s *scratch) appendQuery(skip string) {
	s.enc, s.spans = s.enc[:0], s.spans[:0]
	for _, p := range s.params {
		if skip != "" && p.name == skip {
			continue
		}
		at := span{name: len(s.enc)}
		s.enc = appendEncoded(s.enc, p.name)
		at.value = len(s.enc)
		s.enc = appendEncoded(s.enc, p.value)
		at.end = len(s.enc)
		s.spans = append(s.spans, at)
	}
	slices.SortFunc(s.spans, func(a, b span) int {
		if c := bytes.Compare(s.enc[a.name:a.value], s.enc[b.name:b.value]); c != 0 {
			return c
		}
		return bytes.Compare(s.enc[a.value:a.end], s.enc[b.value:b.end])
	})
	for i, at := range s.spans {
		if i > 0 {
			s.text = append(s.text, '&')
		}
		s.text = append(s.text, s.enc[at.name:at.value]...)
		s.text = append(s.text, '=')
		s.text = append(s.text, s.enc[at.value:at.end]...)
	}
}

// Parameters that carry a signature. Claims are found without regard to case, so that a
// parameter written otherwise is a malformed claim and never an anonymous request.
var (
	claimsV4 = []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders",
		"X-Amz-Signature", "X-Amz-Security-Token"}
	claimsV2 = []string{"AWSAccessKeyId", "Signature"}
)

// claims reports whether the query claims to be signed, by which version.
func (s *scratch) claims() (v4, v2 bool) {
	for _, p := range s.params {
		v4 = v4 || foldedIn(claimsV4, p.name)
		v2 = v2 || foldedIn(claimsV2, p.name)
	}
	return v4, v2
}

func foldedIn(names []string, name string) bool {
	for _, n := range names {
		if len(n) == len(name) && strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}
