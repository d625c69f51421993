package server

import (
	"strings"
	"unicode/utf8"

	"spaces/server/inbound"
)

// maxKey is the longest key, in bytes (S3 user guide, "Naming objects").
const maxKey = 1024

// target is what a request is about. It is made here and nowhere else. Keys
// are opaque bytes: never cleaned, never turned into paths.
type target struct {
	space string // "" is the service
	key   string // "" is the Space
	host  bool   // the Space came from the Host header
	site  bool   // it is asked for as a website, and the rest is not S3
}

// targetOf finds out what of a request its host tells: a website, the Space, or
// nothing.
func (s *Server) targetOf(host string) (t target) {
	if t.space, t.site = s.siteOf(host); !t.site {
		t.space = s.spaceOfHost(host)
	}
	t.host = t.site || t.space != ""
	return t
}

// read adds what the path tells. Host and path were decoded when the request was
// read, so what is routed is what was signed.
func (t *target) read(in *inbound.Request) error {
	key, hasKey := in.Path[1:], true
	switch {
	case t.site && t.space == "":
		return refuse("NoSuchBucket").with("BucketName", "")
	case !t.host:
		t.space, key, hasKey = strings.Cut(key, "/")
		if t.space == "" && hasKey && key != "" {
			return refuse("InvalidBucketName").with("BucketName", "")
		}
	}
	t.key = key
	if t.key == "" {
		return nil
	}
	return validKey(t.key)
}

// validKey says why a key is refused: too long, not UTF-8, NUL in it, or path
// segments that climb above the Space.
func validKey(key string) error {
	switch {
	case len(key) > maxKey:
		return refuse("KeyTooLongError")
	case strings.IndexByte(key, 0) >= 0 || !utf8.ValidString(key):
		return refuse("InvalidURI")
	case strings.Contains(key, "..") && climbs(key):
		return refuse("InvalidURI")
	}
	return nil
}

// climbs says whether a program that took the key for a path would leave the
// Space at some point.
func climbs(key string) bool {
	depth := 0
	for segment := range strings.SplitSeq(key, "/") {
		switch segment {
		case "", ".":
		case "..":
			if depth--; depth < 0 {
				return true
			}
		default:
			depth++
		}
	}
	return false
}

// query is the query of a request; mask tells the subresources in it.
type query struct {
	inbound.Query
	mask uint64
}

// get is Lookup for those to whom absent and empty are the same.
func (q *query) get(name string) string {
	v, _ := q.Lookup(name)
	return v
}
