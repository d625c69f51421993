package server

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

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
	return parsedOf(s, sp, docCORS, func(_ string, raw []byte) ([]corsRule, error) {
		doc, err := parseXML(string(raw))
		if err != nil {
			return nil, err
		}
		return readCORS(doc)
	})
}

// checkCORS checks a CORSConfiguration that is to be stored.
func checkCORS(c *call, doc *element) error {
	if len(c.document) > maxCORS {
		return refuse("MalformedXML")
	}
	_, err := readCORS(doc)
	return err
}

func readCORS(doc *element) (rules []corsRule, err error) {
	var refused error
	err = doc.each(func(e *element) bool {
		r, ok, err := readCORSRule(e)
		if refused == nil {
			refused = err
		}
		rules = append(rules, r)
		return ok && e.name == "CORSRule"
	})
	switch {
	case err != nil || len(rules) == 0:
		return nil, refuse("MalformedXML")
	case len(rules) > maxCORSRules:
		return nil, refusef("InvalidRequest", "The number of CORS rules should not exceed allowed limit of 100 rules.")
	}
	return rules, refused
}

// readCORSRule reads a rule; ok: it has the right form, err: a value is wrong.
func readCORSRule(e *element) (r corsRule, ok bool, err error) {
	id := ""
	bad := e.each(func(f *element) bool {
		text := ""
		if !f.leaf(&text) || strings.ContainsFunc(text, control) {
			return false
		}
		switch f.name {
		case "ID":
			return f.leaf(&id) && len(id) <= 255
		case "AllowedOrigin":
			r.origins = append(r.origins, text)
		case "AllowedMethod":
			r.methods = append(r.methods, text)
		case "AllowedHeader":
			r.headers = append(r.headers, strings.ToLower(text))
		case "ExposeHeader":
			r.exposed = append(r.exposed, text)
		case "MaxAgeSeconds":
			n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 31)
			first := r.maxAge == ""
			r.maxAge = strconv.FormatUint(n, 10)
			return err == nil && first
		default:
			return false
		}
		return text != ""
	})
	if bad != nil || len(r.origins) == 0 || len(r.methods) == 0 {
		return r, false, nil
	}
	return r, true, r.check()
}

func control(c rune) bool { return c < ' ' || c == 0x7f }

func (r *corsRule) check() error {
	for _, m := range r.methods {
		if !slices.Contains(corsMethods, m) {
			return refusef("InvalidRequest", "Found unsupported HTTP method in CORS config. Unsupported method is %s", printable(m))
		}
	}
	for _, o := range r.origins {
		if strings.Count(o, "*") > 1 {
			return refusef("InvalidRequest", "AllowedOrigin %q can not have more than one wildcard.", printable(o))
		}
	}
	for _, h := range r.headers {
		if strings.Count(h, "*") > 1 {
			return refusef("InvalidRequest", "AllowedHeader %q can not have more than one wildcard.", printable(h))
		}
	}
	for _, h := range r.exposed {
		if strings.Contains(h, "*") {
			return refusef("InvalidRequest", "ExposeHeader %q contains wildcard. We currently do not support wildcard for ExposeHeader.", printable(h))
		}
	}
	return nil
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
		if !slices.ContainsFunc(r.headers, func(h string) bool { return wild(h, name) }) {
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

// cors gives the answer to a cross-origin request its headers, whatever the
// answer will be: a page has to be able to read what went wrong.
func (c *call) cors() {
	origin := c.r.Header.Get("Origin")
	if origin == "" || c.target.space == "" || c.r.Method == http.MethodOptions {
		return // see vary
	}
	sp, err := c.s.engine.Space(c.target.space)
	if err != nil || len(sp.Config[docCORS]) == 0 {
		return
	}
	c.set("Vary", corsVary)
	if rule, allowed := matchCORS(c.s.corsOf(&sp), origin, c.r.Method, nil); rule != nil {
		c.allowOrigin(rule, allowed)
	}
}

// vary tells caches that an answer to a request without an Origin is not the
// one that others get.
func (c *call) vary() {
	if len(c.space.Config[docCORS]) > 0 && c.r.Header.Get("Origin") == "" {
		c.set("Vary", corsVary)
	}
}

const corsVary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"

func (c *call) allowOrigin(r *corsRule, allowed string) {
	c.set("Access-Control-Allow-Origin", allowed)
	if allowed != "*" {
		c.set("Access-Control-Allow-Credentials", "true")
	}
	c.set("Access-Control-Allow-Methods", strings.Join(r.methods, ", "))
	if len(r.exposed) > 0 {
		c.set("Access-Control-Expose-Headers", strings.Join(r.exposed, ", "))
	}
	if r.maxAge != "" {
		c.set("Access-Control-Max-Age", r.maxAge)
	}
}

// preflight answers the question of a browser before a request that a page of
// another origin makes (Fetch Standard, "CORS-preflight request"; S3 API
// reference, "OPTIONS object").
func (c *call) preflight() error {
	h := c.r.Header
	origin, method := h.Get("Origin"), h.Get("Access-Control-Request-Method")
	switch {
	case origin == "":
		return refusef("BadRequest", "Insufficient information. Origin request header needed.")
	case len(c.space.Config[docCORS]) == 0:
		return errForbidden("CORSResponse: CORS is not enabled for this bucket.", method, c.target.scope())
	case !slices.Contains(corsMethods, method):
		return refusef("BadRequest", "Invalid Access-Control-Request-Method: %s", printable(method))
	}
	names := headerList(h.Values("Access-Control-Request-Headers"))
	rule, allowed := matchCORS(c.s.corsOf(&c.space), origin, method, names)
	c.set("Vary", corsVary)
	if rule == nil {
		return errForbidden("CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.", method, c.target.scope())
	}
	c.allowOrigin(rule, allowed)
	if len(names) > 0 {
		c.set("Access-Control-Allow-Headers", strings.Join(names, ", "))
	}
	return c.empty(http.StatusOK)
}

func errForbidden(message, method string, sc scope) *Error {
	kind := "BUCKET"
	if sc == object {
		kind = "OBJECT"
	}
	return refusef("AccessForbidden", "%s", message).with("Method", printable(method)).with("ResourceType", kind)
}

// headerList reads a list of names of headers, in lower case.
func headerList(values []string) (names []string) {
	for name := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			names = append(names, name)
		}
	}
	return names
}
