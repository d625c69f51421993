package main

import (
	"cmp"
	"strings"
)

// isDumb says whether a terminal cannot do more than print lines.
func isDumb(getenv func(string) string) bool { return getenv("TERM") == "dumb" }

// isASCII says whether a terminal is known to have no other signs: the font of the Linux console lacks most, and a locale
// without UTF-8 says so. An environment without any locale, as containers and services have it, says nothing.
func isASCII(getenv func(string) string) bool {
	if getenv("TERM") == "linux" {
		return true
	}
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG"))
	charset := strings.ReplaceAll(strings.ToLower(locale), "-", "")
	return locale != "" && !strings.Contains(charset, "utf8")
}
