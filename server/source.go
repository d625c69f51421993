package server

import (
	"errors"
	"strings"

	"spaces/server/inbound"
	"spaces/server/s3xml"
	"spaces/server/storage"
)

// source is the object that a copy or a rename reads from.
type source struct {
	space, key string
	version    string // "" is the current one
	from       storage.Space
	object     storage.Object
	asked      []question // what decided on it
}

// absence is why there is no source. A delete marker has nothing to copy
// (CopyObject, "Versioning").
func (s *source) absence(err error) error {
	if errors.Is(err, storage.ErrMarker) {
		return refusef("InvalidRequest", "The source of a copy request may not specifically refer to a delete marker by version id.").because(err)
	}
	return err
}

// remember makes a check that keeps what was copied: it may be newer than what
// was there when the request was authorised.
func (c *call) remember(also storage.Check) storage.Check {
	return c.again(func(cur *storage.Object) error {
		c.source.object = *cur
		if also == nil {
			return nil
		}
		return also(cur)
	}, c.source.asked...)
}

// parseSource reads x-amz-copy-source or x-amz-rename-source.
func (c *call) parseSource(header string) (source, error) {
	if c.op.source == hRenameSource {
		return parseRenameSource(header, c.target.space)
	}
	return parseCopySource(header)
}

// parseCopySource reads [/]SPACE/KEY[?versionId=ID], URL-encoded: a + is a space,
// as the Go CDK, Ruby, Java and PHP write it, and a plus is %2B.
func parseCopySource(header string) (s source, err error) {
	path, raw, _ := strings.Cut(header, "?")
	if raw != "" {
		q, err := inbound.ParseQuery(raw)
		if err != nil {
			return s, errSource(header, "encoding")
		}
		if v, ok := q.Lookup("versionId"); ok {
			if err := checkVersion(v); err != nil {
				return s, err
			}
			s.version = v
		}
	}
	if path, err = inbound.Unescape(path, true); err != nil {
		return s, errSource(header, "encoding")
	}
	s.space, s.key, _ = strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch {
	case !storage.ValidSpaceName(s.space):
		return s, errSource(header, "bucket name")
	case s.key == "":
		return s, errSource(s.key, "object key")
	}
	return s, validKey(s.key)
}

// parseRenameSource reads KEY or /SPACE/KEY, URL-encoded like the source of a
// copy, where SPACE is that of the destination: renaming never leaves a Space.
func parseRenameSource(header, space string) (s source, err error) {
	raw := strings.TrimPrefix(header, "/"+space+"/")
	s.space = space
	if s.key, err = inbound.Unescape(raw, true); err != nil || s.key == "" {
		return s, errInvalidArgument("x-amz-rename-source", header, "The source of a rename must be specified as a URL-encoded key.")
	}
	return s, validKey(s.key)
}

// errSource says what of an x-amz-copy-source is not valid.
func errSource(value, what string) *Error {
	return errInvalidArgument("x-amz-copy-source", s3xml.Printable(value), "Invalid copy source "+what)
}
