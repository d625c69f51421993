package server

import (
	"mime"
	"unicode/utf8"
)

// mailSafe is a value of user metadata as an answer has it: ASCII as it is,
// anything else encoded as RFC 2047 has it (S3 user guide, "Working with object
// metadata"), by Q or by B, whichever is shorter to read. Bytes that are not
// UTF-8 are taken for Latin-1, which is what RFC 9110 leaves for headers.
func mailSafe(value string) string {
	foreign := 0
	for i := range len(value) {
		if value[i] >= utf8.RuneSelf {
			foreign++
		}
	}
	if foreign == 0 {
		return value
	}
	if !utf8.ValidString(value) {
		value = latin1(value)
	}
	if 2*foreign > len(value) {
		return mime.BEncoding.Encode("UTF-8", value)
	}
	return mime.QEncoding.Encode("UTF-8", value)
}

func latin1(s string) string {
	runes := make([]rune, len(s))
	for i := range runes {
		runes[i] = rune(s[i])
	}
	return string(runes)
}
