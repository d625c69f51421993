package store

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// members are the elements that the SDK knows: it takes them in any letter case, and checks some that are not used here.
var members = []string{"CommonPrefixes", "Contents", "ContinuationToken", "Delimiter", "EncodingType", "IsTruncated", "KeyCount",
	"MaxKeys", "Name", "NextContinuationToken", "Prefix", "StartAfter", "Marker", "NextMarker", "ChecksumAlgorithm", "ChecksumType",
	"ETag", "Key", "LastModified", "Owner", "RestoreStatus", "Size", "StorageClass", "ID", "DisplayName"}

// other moves over an element of text that nothing is done with.
func (s *scanner) other() bool {
	switch s.name {
	case "StorageClass", "ChecksumAlgorithm", "ChecksumType", "Type":
		_, ok := s.text()
		return ok
	}
	for _, m := range members {
		if len(m) == len(s.name) && m != s.name && strings.EqualFold(m, s.name) {
			return false
		}
	}
	_, ok := s.text()
	return ok
}

// member reads an element of the root.
func (s *scanner) member(a *listAnswer) bool {
	switch s.name {
	case "Contents":
		return s.object(a)
	case "CommonPrefixes":
		return s.prefix(a)
	case "EncodingType":
		value, ok := s.text()
		a.encoding = types.EncodingType(value)
		return ok
	case "IsTruncated":
		value, ok := s.text()
		truncated := string(value) == "true"
		a.truncated = &truncated
		return ok && (truncated || string(value) == "false")
	case "NextContinuationToken":
		return s.string(&a.token)
	case "NextMarker":
		return s.string(&a.marker)
	case "KeyCount", "MaxKeys":
		value, ok := s.text()
		_, is := number(value)
		return ok && is
	}
	return s.other()
}

func (s *scanner) string(into **string) bool {
	value, ok := s.text()
	text := string(value)
	*into = &text
	return ok
}

// object reads an element Contents.
func (s *scanner) object(a *listAnswer) bool {
	n := len(a.contents)
	if s.empty || n == cap(a.contents) {
		return false
	}
	a.contents = a.contents[:n+1]
	o := &a.contents[n]
	for s.next() {
		ok := false
		switch s.name {
		case "Key":
			o.Key = &s.texts[2*n]
			ok = s.into(o.Key)
		case "ETag":
			o.ETag = &s.texts[2*n+1]
			ok = s.into(o.ETag)
		case "Size":
			var value []byte
			if value, ok = s.text(); ok {
				s.sizes[n], ok = number(value)
				o.Size = &s.sizes[n]
			}
		case "LastModified":
			var value []byte
			if value, ok = s.text(); ok {
				s.dates[n], ok = date(value)
				o.LastModified = &s.dates[n]
			}
		case "Owner":
			ok = s.owner()
		default:
			ok = s.other() && s.name != "RestoreStatus"
		}
		if !ok {
			return false
		}
	}
	return s.ended("Contents")
}

func (s *scanner) into(text *string) bool {
	value, ok := s.text()
	*text = string(value)
	return ok
}

// owner moves over an element Owner.
func (s *scanner) owner() bool {
	if s.empty {
		return true
	}
	for s.next() {
		if !s.other() {
			return false
		}
	}
	return s.ended("Owner")
}

// prefix reads an element CommonPrefixes.
func (s *scanner) prefix(a *listAnswer) bool {
	if s.empty {
		return false
	}
	var p types.CommonPrefix
	for s.next() {
		if s.name != "Prefix" && !s.other() || s.name == "Prefix" && !s.string(&p.Prefix) {
			return false
		}
	}
	a.prefixes = append(a.prefixes, p)
	return s.ended("CommonPrefixes")
}

// number reads digits, no more than an int64 has room for.
func number(b []byte) (n int64, ok bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	for _, c := range b {
		if !isDigit(c) {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	return n, true
}

// date reads a time as S3 writes it: 2006-01-02T15:04:05.000Z, with any fraction or none.
func date(b []byte) (time.Time, bool) {
	const layout = "0000-00-00T00:00:00"
	if len(b) <= len(layout) || b[len(b)-1] != 'Z' {
		return time.Time{}, false
	}
	for i := range len(layout) {
		if layout[i] == '0' && !isDigit(b[i]) || layout[i] != '0' && layout[i] != b[i] {
			return time.Time{}, false
		}
	}
	nanoseconds, ok := fraction(b[len(layout) : len(b)-1])
	part := func(from, to int) int { n, _ := number(b[from:to]); return int(n) }
	year, month, day, hour, minute, second := part(0, 4), part(5, 7), part(8, 10), part(11, 13), part(14, 16), part(17, 19)
	if !ok || month == 0 || month > 12 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanoseconds, time.UTC)
	return t, day > 0 && t.Day() == day
}

// fraction reads the part of a second after its point, in nanoseconds.
func fraction(b []byte) (nanoseconds int, ok bool) {
	if len(b) == 0 {
		return 0, true
	}
	n, ok := number(b[1:])
	if b[0] != '.' || !ok || len(b) > 10 {
		return 0, false
	}
	for range 10 - len(b) {
		n *= 10
	}
	return int(n), true
}
