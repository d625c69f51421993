package server

// lenientJSON makes JSON of what the documentation writes in policies: \$ for a
// dollar in a string ("Character escaping"), and a comma after the last
// element of a list, as in its first example.
func lenientJSON(text []byte) []byte {
	out := make([]byte, 0, len(text))
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\' && i+1 < len(text):
			if i++; text[i] != '$' {
				out = append(out, '\\')
			}
			out = append(out, text[i])
			continue
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted && closes(text[i+1:]):
			continue
		}
		out = append(out, text[i])
	}
	return out
}

// closes says whether the next thing in JSON is the end of a list or object.
func closes(rest []byte) bool {
	for _, c := range rest {
		switch c {
		case ' ', '\t', '\r', '\n':
		default:
			return c == ']' || c == '}'
		}
	}
	return false
}
