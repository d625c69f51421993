package store

import (
	"errors"
	"strings"
)

// ValidSpaceName returns nil or the sentence to show. The rules are those of the control panel, which are stricter than
// S3's (Bucket naming rules): 3–63 lowercase letters, digits and dashes, no dash at either end.
func ValidSpaceName(name string) error {
	switch {
	case len(name) < 3 || len(name) > 63:
		return errors.New("a name has 3 to 63 characters")
	case strings.ToLower(name) != name:
		return errors.New("a name has no capital letters")
	case strings.ContainsFunc(name, notInName):
		return errors.New("a name consists of letters a–z, digits and dashes")
	case !isAlphanumeric(name[0]):
		return errors.New("a name starts with a letter or a digit")
	case !isAlphanumeric(name[len(name)-1]):
		return errors.New("a name ends with a letter or a digit")
	case strings.HasPrefix(name, "xn--"):
		return errors.New("a name does not start with xn--")
	case strings.HasSuffix(name, "-s3alias"):
		return errors.New("a name does not end with -s3alias")
	}
	return nil
}

func notInName(r rune) bool { return r != '-' && (r > 'z' || !isAlphanumeric(byte(r))) }

func isAlphanumeric(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
