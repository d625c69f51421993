package listing

import (
	"fmt"
	"regexp"
	"strings"

	"spaces/store"
)

// matchName is the test of a name, or of a glob, and what every name that passes it begins with.
func matchName(text string) (is func(name string) bool, prefix string, err error) {
	glob := strings.ContainsAny(text, "*?[{")
	path := strings.Contains(text, "/")
	switch {
	case !glob && !path:
		contains := store.Containing(text)
		return func(name string) bool { return contains(store.Base(name)) }, "", nil
	case !glob && text[0] == '/':
		return func(name string) bool { return strings.HasPrefix(name, text[1:]) }, text[1:], nil
	case !glob:
		return store.Containing(text), "", nil
	}
	pattern, err := translate(strings.TrimPrefix(text, "/"))
	if err != nil {
		return nil, "", err
	}
	flags := "s"
	if !path && strings.ToLower(text) == text {
		flags = "si"
	}
	re, err := regexp.Compile("^(?" + flags + ":" + pattern + ")$")
	if err != nil {
		return nil, "", fmt.Errorf("“%s” is no glob", text)
	}
	likely := store.Containing(longestLiteral(text)) // expressions are slow, and few names come near
	if !path {
		return func(name string) bool { name = store.Base(name); return likely(name) && re.MatchString(name) }, "", nil
	}
	text = strings.TrimPrefix(text, "/")
	return func(name string) bool { return likely(name) && re.MatchString(name) }, text[:strings.IndexAny(text, `*?[{\`)], nil
}

// longestLiteral is a part of a glob that every name has that it matches.
func longestLiteral(glob string) (longest string) {
	if strings.ContainsAny(glob, `{[\`) {
		return ""
	}
	for part := range strings.FieldsFuncSeq(glob, func(r rune) bool { return r == '*' || r == '?' || r == '/' }) {
		if len(part) > len(longest) {
			longest = part
		}
	}
	return longest
}

// translate makes a regular expression of a glob: those match in linear time, whatever the glob.
func translate(glob string) (string, error) {
	var b strings.Builder
	depth := 0
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; {
		case strings.HasPrefix(glob[i:], "**/"):
			b.WriteString("(?:.*/)?")
			i += 2
		case strings.HasPrefix(glob[i:], "**"):
			b.WriteString(".*")
			i++
		case c == '*':
			b.WriteString("[^/]*")
		case c == '?':
			b.WriteString("[^/]")
		case c == '[':
			end := strings.IndexByte(glob[i:], ']')
			if end < 2 {
				return "", fmt.Errorf("in “%s” a [ is not closed", glob)
			}
			b.WriteString(class(glob[i+1 : i+end]))
			i += end
		case c == '{':
			depth++
			b.WriteString("(?:")
		case c == ',' && depth > 0:
			b.WriteByte('|')
		case c == '}' && depth > 0:
			depth--
			b.WriteByte(')')
		case c == '\\' && i+1 < len(glob):
			i++
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		default:
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		}
	}
	if depth > 0 {
		return "", fmt.Errorf("in “%s” a { is not closed", glob)
	}
	return b.String(), nil
}

// class is what stands between [ and ]: letters, ranges of them, and a ! or ^ before what is not meant.
func class(text string) string {
	not := ""
	if text[0] == '!' || text[0] == '^' {
		not, text = "^", text[1:]
	}
	text = strings.NewReplacer(`\`, `\\`, "[", `\[`, "^", `\^`, "&", `\&`).Replace(text)
	return "[" + not + text + "]"
}
