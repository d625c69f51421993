package store

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMeta is how many bytes the names and values of an object's metadata may have together (S3: Working with object
// metadata).
const maxMeta = 2 << 10

const metaPrefix = "x-amz-meta-"

// CheckHeader says why a header of an object cannot have a value; nil: it can. Values of metadata may be any text, because
// S3 answers them encoded (RFC 2047) where they are not ASCII; what other headers say has to be ASCII (RFC 9110, 5.5).
func CheckHeader(name, value string) error {
	meta, isMeta := strings.CutPrefix(strings.ToLower(name), metaPrefix)
	switch {
	case isMeta && (meta == "" || strings.ContainsFunc(meta, notInToken)):
		return fmt.Errorf("%q cannot be a name of metadata: letters, digits and dashes can", meta)
	case !utf8.ValidString(value):
		return errors.New("it is not UTF-8")
	case strings.ContainsFunc(value, unicode.IsControl):
		return errors.New("a header cannot have control characters in it")
	case strings.TrimSpace(value) != value:
		return errors.New("spaces at the beginning or the end get lost in a header")
	case isMeta:
		return nil
	case strings.ContainsFunc(value, func(r rune) bool { return r > unicode.MaxASCII }) && http.CanonicalHeaderKey(name) == "Content-Disposition":
		return errors.New("only ASCII can be here: write other letters as filename*=UTF-8''caf%C3%A9.txt (RFC 6266)")
	case strings.ContainsFunc(value, func(r rune) bool { return r > unicode.MaxASCII }):
		return errors.New("only ASCII can be in this header")
	}
	return nil
}

// CheckMeta says why metadata is too much for one object; nil: it is not.
func CheckMeta(meta map[string]string) error {
	n := 0
	for name, value := range meta {
		n += len(name) + len(value)
	}
	if n > maxMeta {
		return fmt.Errorf("an object has at most %s bytes of metadata, these are %s", Count(maxMeta), Count(n))
	}
	return nil
}
