package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

// Keys may have characters that XML 1.0 has no room for (section 2.2), and endpoints write them all the same, as they are
// or as references: Ceph's gateway in prefixes, markers and tokens even where it was asked to encode keys. A decoder that
// keeps to the standard refuses the whole answer. So they are replaced before it reads, by characters that are assigned
// to nobody, and put back into what it has read.
//
// U+FDD0 to U+FDEE stand for the controls U+0001 to U+001F, and U+FDEF is before 'e' for U+FFFE, before 'f' for U+FFFF,
// and before such a character that was there itself.
const (
	firstStandIn = 0xfdd0
	standInMark  = 0xfdef
)

type standInsKey struct{}

// withStandIns has the answers of a client's operations read in spite of characters that XML has no room for.
func withStandIns(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("StandIns", func(ctx context.Context, in middleware.InitializeInput,
		next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		used := false
		out, metadata, err := next.HandleInitialize(context.WithValue(ctx, standInsKey{}, &used), in)
		if used && err == nil {
			putBack(reflect.ValueOf(out.Result))
		}
		return out, metadata, err
	}), middleware.After)
}

// putBack has the strings of an answer as they were meant.
func putBack(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			putBack(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			putBack(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Type().Field(i).Name != "ResultMetadata" {
				putBack(v.Field(i))
			}
		}
	case reflect.String:
		if v.CanSet() && strings.Contains(v.String(), "\xef\xb7") {
			v.SetString(meant(v.String()))
		}
	}
}

// meant is a text without stand-ins.
func meant(text string) string {
	var b strings.Builder
	marked := false
	for _, r := range text {
		switch {
		case marked && r == 'e':
			r = 0xfffe
		case marked && r == 'f':
			r = 0xffff
		case marked:
		case r == standInMark:
			marked = true
			continue
		case r >= firstStandIn && r < standInMark:
			r += 1 - firstStandIn
		}
		marked = false
		b.WriteRune(r)
	}
	return b.String()
}

// standingIn replaces what XML has no room for in the answers that are documents.
func standingIn(do func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		resp, err := do(r)
		used, ok := r.Context().Value(standInsKey{}).(*bool)
		if err != nil || !ok {
			return resp, err
		}
		if _, is := roots[awsmiddleware.GetOperationName(r.Context())]; is || resp.StatusCode > 299 {
			resp.Body = &rest{&standIns{from: resp.Body, used: used}, resp.Body}
		}
		return resp, nil
	}
}

// standIns reads a document with stand-ins in it.
type standIns struct {
	from io.Reader
	used *bool
	in   []byte // read, and not looked at: the beginning of a reference or of a character
	out  []byte // to be given
	err  error
}

func (s *standIns) Read(p []byte) (int, error) {
	if len(s.out)+len(s.in) == 0 && s.err == nil {
		n, err := s.from.Read(p)
		if isUsual(p[:n]) {
			return n, err
		}
		s.in, s.err = append(s.in, p[:n]...), err
		*s.used = s.replace(err != nil) || *s.used
	}
	for len(s.out) == 0 {
		if s.err != nil {
			return 0, s.err
		}
		var block [16 << 10]byte
		n, err := s.from.Read(block[:])
		s.err = err
		s.in = append(s.in, block[:n]...)
		used := s.replace(err != nil)
		*s.used = *s.used || used
	}
	n := copy(p, s.out)
	s.out = s.out[n:]
	return n, nil
}

// isUsual says whether nothing in a block can need a stand-in, nor be the beginning of what does: most are.
func isUsual(block []byte) bool {
	for i := 0; i < len(block); i++ {
		for len(block)-i >= 8 && isPlain(binary.LittleEndian.Uint64(block[i:])) {
			i += 8
		}
		if i == len(block) {
			break
		}
		switch b := block[i]; {
		case b > '&' && b != 0xef, b == ' ', b == '"':
		case b < ' ' && b != '\t' && b != '\n' && b != '\r', b == 0xef, b == '&' && (i+1 == len(block) || block[i+1] == '#'):
			return false
		}
	}
	return true
}

// isPlain says whether none of eight bytes is a control, "&" or 0xef. It may take one for those that is not.
func isPlain(eight uint64) bool {
	const ones = 0x0101010101010101
	hasZero := func(x uint64) uint64 { return (x - ones) & ^x } // in the highest bits of its bytes; Hacker's Delight, 6-1
	control := (eight - ' '*ones) & ^eight
	return (control|hasZero(eight^'&'*ones)|hasZero(eight^0xef*ones))&(0x80*ones) == 0
}

// longestReference that a character needs: &#x0010FFFF; with some zeros.
const longestReference = 16

// replace moves what can be judged from in to out.
func (s *standIns) replace(last bool) (used bool) {
	out := make([]byte, 0, len(s.in)+64)
	i := 0
	for i < len(s.in) {
		b, left := s.in[i], s.in[i:]
		switch {
		case b == '&':
			end := bytes.IndexByte(left[:min(len(left), longestReference)], ';')
			if end < 0 && !last && len(left) < longestReference {
				s.in, s.out = append([]byte(nil), left...), out
				return used
			}
			if r, ok := reference(left[:max(end, 0)]); ok && needsStandIn(r) {
				out, used, i = appendStandIn(out, r), true, i+end+1
				continue
			}
		case b == 0xef && !last && len(left) < utf8.UTFMax:
			s.in, s.out = append([]byte(nil), left...), out
			return used
		case b < 0x20 || b == 0xef:
			if r, size := utf8.DecodeRune(left); needsStandIn(r) {
				out, used, i = appendStandIn(out, r), true, i+size
				continue
			}
		}
		out = append(out, b)
		i++
	}
	s.in, s.out = nil, out
	return used
}

// reference reads a character reference without its end.
func reference(text []byte) (rune, bool) {
	digits, is := strings.CutPrefix(string(text), "&#")
	if !is {
		return 0, false
	}
	base := 10
	if hex, is := strings.CutPrefix(digits, "x"); is {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	return rune(n), err == nil
}

// notInXML says whether XML 1.0 has no room for a character (Char production, section 2.2).
func notInXML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
}

func needsStandIn(r rune) bool { return r > 0 && notInXML(r) || r >= firstStandIn && r <= standInMark }

func appendStandIn(b []byte, r rune) []byte {
	switch {
	case r == 0xfffe:
		return append(utf8.AppendRune(b, standInMark), 'e')
	case r == 0xffff:
		return append(utf8.AppendRune(b, standInMark), 'f')
	case r < 0x20:
		return utf8.AppendRune(b, firstStandIn+r-1)
	}
	return utf8.AppendRune(utf8.AppendRune(b, standInMark), r)
}
