package server

import (
	"net/http"
	"slices"
	"strings"

	"spaces/server/s3xml"
)

// corsAsked is what a request asks for across origins: the method and the
// headers that it names or, where it names none, its own method.
type corsAsked struct {
	method string
	names  []string // of headers, in lower case
}

// asked reads Access-Control-Request-Method and -Headers. A preflight has to
// name a method; any other request is one of its own method, unless it asks
// for another one as tools do that try out a configuration.
func (c *call) asked() (a corsAsked, err error) {
	a.method = c.in.Method
	v, named := c.in.Header["Access-Control-Request-Method"]
	if named || c.in.Method == http.MethodOptions {
		a.method = strings.Join(v, ",")
		if !slices.Contains(corsMethods, a.method) {
			return a, refusef("BadRequest", "Invalid Access-Control-Request-Method: %s", s3xml.Printable(a.method))
		}
	}
	a.names, err = headerList(c.in.Header["Access-Control-Request-Headers"])
	return a, err
}

// cors gives the answer to a cross-origin request its headers, whatever the
// answer will be: a page has to be able to read what went wrong.
func (c *call) cors() error {
	origin := c.in.Header.Get("Origin")
	if origin == "" || c.target.space == "" || c.in.Method == http.MethodOptions {
		return nil // see vary
	}
	sp, err := c.s.engine.Space(c.target.space)
	if err != nil || len(sp.Config[docCORS]) == 0 {
		return nil
	}
	c.out.set("Vary", corsVary)
	asked, err := c.asked()
	if err != nil {
		return err
	}
	if rule, allowed := matchCORS(c.s.corsOf(&sp), origin, asked.method, asked.names); rule != nil {
		c.out.allowOrigin(rule, allowed, asked.names)
	}
	return nil
}

// vary tells caches that an answer to a request without an Origin is not the
// one that others get.
func (c *call) vary() {
	if len(c.space.Config[docCORS]) > 0 && c.in.Header.Get("Origin") == "" {
		c.out.set("Vary", corsVary)
	}
}

const corsVary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"

func (r *reply) allowOrigin(rule *corsRule, allowed string, names []string) {
	r.set("Access-Control-Allow-Origin", allowed)
	if allowed != "*" {
		r.set("Access-Control-Allow-Credentials", "true")
	}
	r.set("Access-Control-Allow-Methods", strings.Join(rule.methods, ", "))
	if len(rule.exposed) > 0 {
		r.set("Access-Control-Expose-Headers", strings.Join(rule.exposed, ", "))
	}
	if rule.maxAge != "" {
		r.set("Access-Control-Max-Age", rule.maxAge)
	}
	if len(names) > 0 {
		r.set("Access-Control-Allow-Headers", strings.Join(names, ", "))
	}
}

// preflight answers the question of a browser before a request that a page of
// another origin makes (Fetch Standard, "CORS-preflight request"; S3 API
// reference, "OPTIONS object").
func (c *call) preflight() error {
	origin := c.in.Header.Get("Origin")
	if origin == "" {
		return refusef("BadRequest", "Insufficient information. Origin request header needed.")
	}
	asked, err := c.asked()
	switch {
	case err != nil:
		return err
	case len(c.space.Config[docCORS]) == 0:
		return errForbidden("CORSResponse: CORS is not enabled for this bucket.", asked.method, c.target.scope())
	}
	rule, allowed := matchCORS(c.s.corsOf(&c.space), origin, asked.method, asked.names)
	c.out.set("Vary", corsVary)
	if rule == nil { // the text is S3's, spelling included
		return errForbidden("CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.", asked.method, c.target.scope())
	}
	c.out.allowOrigin(rule, allowed, asked.names)
	return c.out.empty(http.StatusOK)
}

func errForbidden(message, method string, sc scope) *Error {
	kind := "BUCKET"
	if sc == object {
		kind = "OBJECT"
	}
	return refusef("AccessForbidden", "%s", message).with("Method", s3xml.Printable(method)).with("ResourceType", kind)
}

// headerList reads a list of names of headers, in lower case.
func headerList(values []string) (names []string, err error) {
	for item := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name := strings.TrimSpace(item)
		switch {
		case name == "":
			continue
		case !headerName(name):
			return nil, refusef("BadRequest", `Access-Control-Request-Headers "%s" contains invalid character.`, item)
		}
		names = append(names, strings.ToLower(name))
	}
	return names, nil
}
