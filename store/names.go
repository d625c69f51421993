package store

import (
	"errors"
	"net"
	"slices"
	"strings"
)

// ValidName returns nil or the sentence that says why the endpoint will not take a name for a Space. The rules are those
// of DigitalOcean's control panel: 3–63 lowercase letters, digits and dashes, no dash at either end. S3's (Bucket naming
// rules) have dots as well, which no certificate covers as part of a host: they are for path style.
func (s *Store) ValidName(name string) error {
	plain := name
	if s.path {
		plain = strings.ReplaceAll(name, ".", "")
	}
	switch {
	case len(name) < 3 || len(name) > 63:
		return errors.New("a name has 3 to 63 characters")
	case strings.ToLower(name) != name:
		return errors.New("a name has no capital letters")
	case strings.ContainsFunc(plain, notInName):
		return errors.New("a name consists of letters a–z, digits and dashes")
	case !isAlphanumeric(name[0]):
		return errors.New("a name starts with a letter or a digit")
	case !isAlphanumeric(name[len(name)-1]):
		return errors.New("a name ends with a letter or a digit")
	case strings.Contains(name, ".."), strings.Contains(name, ".-"), strings.Contains(name, "-."):
		return errors.New("a name has letters or digits on both sides of a dot")
	case net.ParseIP(name) != nil:
		return errors.New("a name is not an IP address")
	case strings.HasPrefix(name, "xn--"):
		return errors.New("a name does not start with xn--")
	case strings.HasSuffix(name, "-s3alias"):
		return errors.New("a name does not end with -s3alias")
	}
	return nil
}

func notInName(r rune) bool { return r != '-' && (r > 'z' || !isAlphanumeric(byte(r))) }

func isAlphanumeric(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// isOddPath says whether a key, taken for a path, leads elsewhere than it says: endpoints that keep files refuse it.
func isOddPath(key string) bool {
	parts := strings.Split(strings.TrimSuffix(key, "/"), "/")
	return slices.ContainsFunc(parts, func(p string) bool { return p == "" || p == "." || p == ".." }) && key != ""
}
