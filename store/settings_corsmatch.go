package store

import (
	"fmt"
	"slices"
	"strings"
)

// Match says which rule answers a preflight of an origin for a method and headers, and what
// Access-Control-Allow-Origin it says; -1 and "" where none does. The first rule that allows everything answers, as S3 does
// (S3 user guide, "How does Amazon S3 evaluate the CORS configuration on a bucket?").
func (c CORS) Match(origin, method string, headers []string) (rule int, allowed string) {
	for i, r := range c.Rules {
		if r.Refuses(origin, method, headers) == "" {
			return i, r.allows(origin)
		}
	}
	return -1, ""
}

// Refuses says why a rule does not answer, "" when it does. Origins and methods are compared exactly, headers without case.
func (r CORSRule) Refuses(origin, method string, headers []string) string {
	switch {
	case origin == "" || r.allows(origin) == "":
		return "the origin is not among its own"
	case !slices.Contains(r.Methods, method):
		return fmt.Sprintf("it does not allow %s", method)
	}
	for _, h := range headers {
		h = strings.ToLower(strings.TrimSpace(h))
		if h != "" && !slices.ContainsFunc(r.Headers, func(p string) bool { return wildcard(strings.ToLower(p), h) }) {
			return fmt.Sprintf("it does not allow the header %s", h)
		}
	}
	return ""
}

// allows is what the rule says to an origin, "" where it is not allowed.
func (r CORSRule) allows(origin string) string {
	switch {
	case slices.Contains(r.Origins, "*"):
		return "*"
	case slices.ContainsFunc(r.Origins, func(p string) bool { return wildcard(p, origin) }):
		return origin
	}
	return ""
}

// wildcard says whether text is what a pattern means, in which one * stands for anything.
func wildcard(pattern, text string) bool {
	before, after, found := strings.Cut(pattern, "*")
	if !found {
		return pattern == text
	}
	return len(text) >= len(before)+len(after) && strings.HasPrefix(text, before) && strings.HasSuffix(text, after)
}
