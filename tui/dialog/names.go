package dialog

import (
	"strings"
	"unicode/utf8"

	"spaces/store"
)

// parent is the folder of a key: "" or ending in "/".
func parent(key string) string { return strings.TrimSuffix(key, store.Base(key)) }

// common is the longest beginning that all of list share, never half a character.
func common(list []string) string {
	if len(list) == 0 {
		return ""
	}
	first, n := list[0], len(list[0])
	for _, s := range list[1:] {
		n = min(n, len(s))
		for i := range n {
			if s[i] != first[i] {
				n = i
				break
			}
		}
	}
	for n < len(first) && !utf8.RuneStart(first[n]) {
		n--
	}
	return first[:n]
}
