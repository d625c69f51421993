package server

import (
	"math"
	"strings"
)

// span is the part of a body that is asked for.
type span struct {
	off, n  int64
	partial bool
	part    int // that it is, by number; 0: none
}

// parseRange reads a Range header against the size of a body. What cannot be
// parsed, white space, other units and several ranges mean the whole, as S3 has
// it; ok is false where the range has nothing in common with the body. The last
// bytes of an empty body are the whole: a suffix can be longer than what there
// is (RFC 9110, section 14.1.2).
func parseRange(header string, size int64) (s span, ok bool) {
	whole := span{n: size}
	unit, set, found := strings.Cut(header, "=")
	if !found || !strings.EqualFold(unit, "bytes") {
		return whole, true
	}
	first, last, found := strings.Cut(set, "-")
	from, hasFrom := parseOffset(first)
	to, hasTo := parseOffset(last)
	if !found || !hasFrom && first != "" || !hasTo && last != "" || !hasFrom && !hasTo || hasFrom && hasTo && from > to {
		return whole, true
	}
	if !hasFrom { // the last bytes
		switch {
		case to == 0:
			return span{}, false
		case size == 0:
			return whole, true
		}
		n := min(to, size)
		return span{off: size - n, n: n, partial: true}, true
	}
	if from >= size {
		return span{}, false
	}
	if !hasTo || to >= size {
		to = size - 1
	}
	return span{off: from, n: to - from + 1, partial: true}, true
}

// parseOffset reads digits. Numbers beyond int64 are as large as it goes.
func parseOffset(s string) (n int64, ok bool) {
	if s == "" {
		return 0, false
	}
	for i := range len(s) {
		d := int64(s[i]) - '0'
		if d < 0 || d > 9 {
			return 0, false
		}
		if n > (math.MaxInt64-d)/10 {
			n = math.MaxInt64
			continue
		}
		n = n*10 + d
	}
	return n, true
}

// parseCopyRange reads x-amz-copy-source-range, which must be bytes=first-last
// and lie within the source (UploadPartCopy). Codes and messages are as recorded
// on Amazon (100-200 and 0-100 of ten bytes): one that begins beyond the end has
// another than one that only ends there.
func parseCopyRange(header string, size int64) (span, error) {
	set, found := strings.CutPrefix(header, "bytes=")
	first, last, dash := strings.Cut(set, "-")
	from, hasFrom := parseOffset(first)
	to, hasTo := parseOffset(last)
	if !found || !dash || !hasFrom || !hasTo || from > to {
		return span{}, errInvalidArgument("x-amz-copy-source-range", header,
			"The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy")
	}
	if from >= size {
		return span{}, refusef("InvalidRequest", "The specified copy range is invalid for the source object size")
	}
	if to >= size {
		return span{}, errInvalidArgument("x-amz-copy-source-range", header, "Range specified is not valid for source object of size: "+formatInt(size))
	}
	return span{off: from, n: to - from + 1, partial: true}, nil
}
