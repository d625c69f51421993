package sigv4

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"spaces/server/inbound"
)

// span is an encoded parameter inside scratch.enc.
type span struct{ name, value, end int }

// scratch is the memory one verification needs, used again by the next.
type scratch struct {
	text  []byte // canonical request or string to sign
	enc   []byte
	spans []span
}

var scratches = sync.Pool{New: func() any { return &scratch{text: make([]byte, 0, 1024)} }}

func (s *scratch) free() {
	if cap(s.text) > 64<<10 || cap(s.enc) > 64<<10 {
		return // let a giant go
	}
	scratches.Put(s)
}

// appendQuery appends the canonical query, without the parameter skip, to s.text.
func (s *scratch) appendQuery(q inbound.Query, skip string) {
	s.enc, s.spans = s.enc[:0], s.spans[:0]
	for i := range q {
		if skip != "" && q[i].Name == skip {
			continue
		}
		at := span{name: len(s.enc)}
		s.enc = appendEncoded(s.enc, q[i].Name)
		at.value = len(s.enc)
		s.enc = appendEncoded(s.enc, q[i].Value)
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
func claims(q inbound.Query) (v4, v2 bool) {
	for i := range q {
		v4 = v4 || foldedIn(claimsV4, q[i].Name)
		v2 = v2 || foldedIn(claimsV2, q[i].Name)
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
