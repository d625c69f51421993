package server

import (
	"slices"
	"strconv"
	"strings"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// corsRule is a CORSRule of a Space (S3 user guide, "Elements of a CORS
// configuration").
type corsRule struct {
	origins, methods, headers, exposed []string
	maxAge                             string // seconds; "": not said
}

// Limits of a CORS configuration.
const (
	maxCORSRules = 100
	maxCORS      = 64 << 10 // bytes
)

var corsMethods = []string{"GET", "PUT", "POST", "DELETE", "HEAD"}

func (s *Server) corsOf(sp *storage.Space) []corsRule {
	return parsedXML(s, sp, docCORS, readCORS)
}

// checkCORS checks a CORSConfiguration that is to be stored.
func checkCORS(c *call, doc *s3xml.Element) error {
	if len(c.document) > maxCORS {
		return refuse("MalformedXML")
	}
	rules, err := readCORS(doc)
	for i := range rules {
		if err == nil {
			err = rules[i].check()
		}
	}
	return err
}

func readCORS(doc *s3xml.Element) (rules []corsRule, err error) {
	err = doc.Each(func(e *s3xml.Element) bool {
		r, ok := readCORSRule(e)
		rules = append(rules, r)
		return ok && e.Name == "CORSRule"
	})
	switch {
	case err != nil || len(rules) == 0:
		return nil, refuse("MalformedXML")
	case len(rules) > maxCORSRules:
		return nil, refusef("InvalidRequest", "The number of CORS rules should not exceed allowed limit of 100 rules.")
	}
	return rules, nil
}

// readCORSRule reads a rule; ok: it has the right form.
func readCORSRule(e *s3xml.Element) (r corsRule, ok bool) {
	id := ""
	bad := e.Each(func(f *s3xml.Element) bool {
		text := ""
		if !f.Leaf(&text) || strings.ContainsFunc(text, control) {
			return false
		}
		switch f.Name {
		case "ID":
			return f.Leaf(&id) && len(id) <= 255
		case "AllowedOrigin":
			r.origins = append(r.origins, text)
		case "AllowedMethod":
			r.methods = append(r.methods, text)
			return true // one without a name is as wrong as an unknown one: see check
		case "AllowedHeader":
			r.headers = append(r.headers, text)
		case "ExposeHeader":
			r.exposed = append(r.exposed, text)
		case "MaxAgeSeconds":
			n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 32)
			first := r.maxAge == ""
			r.maxAge = strconv.FormatInt(n, 10)
			return err == nil && first
		default:
			return false
		}
		return text != ""
	})
	return r, bad == nil && len(r.origins) > 0 && len(r.methods) > 0
}

func control(c rune) bool { return c < ' ' || c == 0x7f }

// check says which value of a rule S3 does not take.
func (r *corsRule) check() error {
	for _, m := range r.methods {
		if !slices.Contains(corsMethods, m) {
			return refusef("InvalidRequest", "Found unsupported HTTP method in CORS config. Unsupported method is %s", s3xml.Printable(m))
		}
	}
	for _, o := range r.origins {
		if strings.Count(o, "*") > 1 {
			return refusef("InvalidRequest", `AllowedOrigin "%s" can not have more than one wildcard.`, s3xml.Printable(o))
		}
	}
	for _, h := range r.headers {
		switch {
		case !headerName(h):
			return errHeaderName(h)
		case strings.Count(h, "*") > 1:
			return refusef("InvalidRequest", `AllowedHeader "%s" can not have more than one wildcard.`, s3xml.Printable(h))
		}
	}
	for _, h := range r.exposed {
		switch {
		case !headerName(h):
			return errHeaderName(h)
		case strings.Contains(h, "*"):
			return refusef("InvalidRequest", `ExposeHeader "%s" contains wildcard. We currently do not support wildcard for ExposeHeader.`, s3xml.Printable(h))
		}
	}
	return nil
}

// errHeaderName has the same text for what is allowed and what is exposed.
func errHeaderName(name string) error {
	return refusef("InvalidRequest", `AllowedHeader "%s" contains invalid character.`, s3xml.Printable(name))
}

// headerName says whether a name is a token (RFC 9110, section 5.6.2), as the
// name of a header is. * is among its characters.
func headerName(name string) bool {
	return name != "" && strings.Trim(name, "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

// wild says whether text is what pattern means, in which one * stands for
// anything.
func wild(pattern, text string) bool {
	before, after, found := strings.Cut(pattern, "*")
	if !found {
		return pattern == text
	}
	return len(text) >= len(before)+len(after) && strings.HasPrefix(text, before) && strings.HasSuffix(text, after)
}

// origin gives what Access-Control-Allow-Origin says to an origin; "": it is
// not allowed.
func (r *corsRule) origin(origin string) string {
	allowed := ""
	for _, o := range r.origins {
		if o == "*" {
			return "*"
		}
		if wild(o, origin) {
			allowed = origin
		}
	}
	return allowed
}

// takes says whether each of the headers of a list is allowed.
func (r *corsRule) takes(names []string) bool {
	for _, name := range names {
		if !slices.ContainsFunc(r.headers, func(h string) bool { return wild(strings.ToLower(h), name) }) {
			return false
		}
	}
	return true
}

// matchCORS finds the first rule that allows all that is asked for.
func matchCORS(rules []corsRule, origin, method string, names []string) (r *corsRule, allowed string) {
	for i := range rules {
		r := &rules[i]
		if allowed := r.origin(origin); allowed != "" && slices.Contains(r.methods, method) && r.takes(names) {
			return r, allowed
		}
	}
	return nil, ""
}
