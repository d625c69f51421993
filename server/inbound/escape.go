package inbound

import "strings"

// Unescape decodes percent-encoding, once; plus says that + is a space, as in
// queries and forms. The error is ErrEscape.
func Unescape(s string, plus bool) (string, error) {
	if strings.IndexByte(s, '%') < 0 && (!plus || strings.IndexByte(s, '+') < 0) {
		return s, nil
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '%':
			if i+2 >= len(s) || unhex[s[i+1]] < 0 || unhex[s[i+2]] < 0 {
				return "", ErrEscape
			}
			b = append(b, byte(unhex[s[i+1]])<<4|byte(unhex[s[i+2]]))
			i += 2
		case c == '+' && plus:
			b = append(b, ' ')
		default:
			b = append(b, c)
		}
	}
	return string(b), nil
}

// unhex is the value of a hexadecimal digit, -1 for any other byte.
var unhex = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i, c := range "0123456789" {
		t[c] = int8(i)
	}
	for i, c := range "abcdef" {
		t[c], t[c-'a'+'A'] = int8(10+i), int8(10+i)
	}
	return t
}()
