package links

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is the longest name that is kept of a file, in bytes; file systems have 255, and a number may be added.
const maxName = 200

// CleanName makes a name that is safe in every place out of what somebody calls a file: its last element, without control
// characters, marks of direction and what Windows has no names with. It is never empty, and begins with no dot.
func CleanName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		case unicode.IsControl(r), !unicode.IsGraphic(r), unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	name = strings.TrimRight(strings.TrimLeft(name, ". "), ". ")
	if name == "" {
		return "file"
	}
	ext := path.Ext(name)
	if len(ext) > 20 {
		ext = ""
	}
	return strings.TrimRight(cut(strings.TrimSuffix(name, ext), maxName-len(ext))+ext, ". ")
}

// cut shortens a text to n bytes, of whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// Numbered is another name for the nth of its kind: photo (2).jpg.
func Numbered(name string, n int) string {
	if n < 2 {
		return name
	}
	ext := path.Ext(name)
	return fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, ext), n, ext)
}
