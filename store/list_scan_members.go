package store

import (
	"bytes"
	"strings"
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
		return s.object()
	case "CommonPrefixes":
		return s.prefix()
	case "EncodingType":
		value, ok := s.text()
		a.encoded = string(value) == "url"
		return ok
	case "IsTruncated":
		value, ok := s.text()
		a.more = string(value) == "true"
		return ok && (a.more || string(value) == "false")
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

func (s *scanner) string(into *string) bool {
	value, ok := s.text()
	*into = string(value)
	return ok
}

// object reads an element Contents.
func (s *scanner) object() bool {
	if s.empty {
		return false
	}
	var row Entry
	at := names{all: span{from: len(s.texts)}}
	for s.next() {
		value, ok := []byte(nil), true
		switch s.name {
		case "Key":
			value, ok = s.text()
			at.key = s.add(value)
		case "ETag":
			value, ok = s.text()
			at.tag = s.add(bytes.Trim(bytes.TrimPrefix(value, []byte("W/")), `"`))
		case "Size":
			if value, ok = s.text(); ok {
				row.Size, ok = number(value)
			}
		case "LastModified":
			if value, ok = s.text(); ok {
				row.Modified, ok = s.date(value)
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
	at.all.to = len(s.texts)
	s.rows, s.at = append(s.rows, row), append(s.at, at)
	return s.ended("Contents")
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
func (s *scanner) prefix() bool {
	if s.empty {
		return false
	}
	at := names{all: span{from: len(s.texts)}}
	for s.next() {
		if s.name != "Prefix" {
			if !s.other() {
				return false
			}
			continue
		}
		value, ok := s.text()
		if !ok {
			return false
		}
		at.key = s.add(value)
	}
	at.all.to = len(s.texts)
	s.folders = append(s.folders, at)
	return s.ended("CommonPrefixes")
}
