package server

import (
	"strings"

	"spaces/server/storage"
)

// source is the object that a copy or a rename reads from.
type source struct {
	space, key string
	object     storage.Object
}

// parseSource reads x-amz-copy-source or x-amz-rename-source.
func (c *call) parseSource(header string) (source, error) {
	if c.op.source == hRenameSource {
		return parseRenameSource(header, c.target.space)
	}
	return parseCopySource(header)
}

// parseCopySource reads [/]SPACE/KEY[?versionId=ID], percent-encoded. A + is a
// plus, as in a path.
func parseCopySource(header string) (s source, err error) {
	path, raw, _ := strings.Cut(header, "?")
	if raw != "" {
		q, err := parseQuery(raw)
		if err != nil {
			return s, errSource("x-amz-copy-source", header)
		}
		if v, ok := q.lookup("versionId"); ok {
			if err := checkVersion(v); err != nil {
				return s, err
			}
		}
	}
	if path, err = unescape(path, false); err != nil {
		return s, errSource("x-amz-copy-source", header)
	}
	var ok bool
	s.space, s.key, ok = strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if !ok || s.key == "" || !validSpaceName(s.space) {
		return s, errSource("x-amz-copy-source", header)
	}
	return s, validKey(s.key)
}

// parseRenameSource reads KEY or /SPACE/KEY, percent-encoded, where SPACE is
// that of the destination: renaming never leaves a Space.
func parseRenameSource(header, space string) (s source, err error) {
	raw := strings.TrimPrefix(header, "/"+space+"/")
	s.space = space
	if s.key, err = unescape(raw, false); err != nil || s.key == "" {
		return s, errSource("x-amz-rename-source", header)
	}
	return s, validKey(s.key)
}

func errSource(name, value string) *Error {
	return errInvalidArgument(name, value, "The source of the request must be specified as a URL-encoded key, after its bucket and a slash.")
}
