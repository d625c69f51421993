package store

import (
	"strings"
	"unicode/utf8"
)

// Containing returns the test of names that contain text, as all filters have it. Text without capital letters finds capitals too.
func Containing(text string) func(name string) bool {
	switch {
	case text == "":
		return func(string) bool { return true }
	case strings.ToLower(text) != text:
		return func(name string) bool { return strings.Contains(name, text) }
	case !ascii(text):
		return func(name string) bool { return strings.Contains(strings.ToLower(name), text) }
	}
	return func(name string) bool { return IndexFold(name, text) >= 0 }
}

// IndexFold is where lower-case ASCII text stands in a name, letters of either case being equal; -1: nowhere.
func IndexFold(name, text string) int {
	for i := 0; i+len(text) <= len(name); i++ {
		n := 0
		for n < len(text) && lower(name[i+n]) == text[n] {
			n++
		}
		if n == len(text) {
			return i
		}
	}
	return -1
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
