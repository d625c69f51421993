package policy

import (
	"strings"
	"unicode/utf8"
)

// lookup gives the values of a condition key; nil knows no key.
type lookup func(key string) ([]string, bool)

func (l lookup) get(key string) ([]string, bool) {
	if l == nil {
		return nil, false
	}
	values, ok := l(key)
	return values, ok && len(values) > 0
}

// pattern is text with wildcards and policy variables.
type pattern struct {
	tokens    []token
	variables bool
}

type tokenKind uint8

const (
	literal  tokenKind = iota
	anything           // *
	oneRune            // ?
	variable           // ${key} or ${key, 'default'}
)

type token struct {
	kind tokenKind
	text string // of a literal, key of a variable
	// of a variable:
	fallback    string
	hasFallback bool
}

// wild says whether the pattern means more than one text.
func (p pattern) wild() bool {
	for _, t := range p.tokens {
		if t.kind != literal {
			return true
		}
	}
	return false
}

// compile reads text. wild: * and ? are wildcards. vars: ${…} are policy
// variables, and ${*}, ${?}, ${$} the characters themselves.
func compile(text string, wild, vars bool) pattern {
	var p pattern
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			p.tokens = append(p.tokens, token{kind: literal, text: plain.String()})
			plain.Reset()
		}
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case wild && c == '*':
			flush()
			if n := len(p.tokens); n == 0 || p.tokens[n-1].kind != anything {
				p.tokens = append(p.tokens, token{kind: anything})
			}
		case wild && c == '?':
			flush()
			p.tokens = append(p.tokens, token{kind: oneRune})
		case vars && strings.HasPrefix(text[i:], "${") && strings.IndexByte(text[i:], '}') > 0:
			end := i + strings.IndexByte(text[i:], '}')
			inner := text[i+2 : end]
			i = end
			if inner == "*" || inner == "?" || inner == "$" {
				plain.WriteString(inner)
				continue
			}
			flush()
			p.tokens = append(p.tokens, parseVariable(inner))
			p.variables = true
		default:
			plain.WriteByte(c)
		}
	}
	flush()
	return p
}

// parseVariable reads key or key, 'default' (IAM User Guide, "IAM policy
// elements: Variables and tags").
func parseVariable(inner string) token {
	key, rest, found := strings.Cut(inner, ",")
	t := token{kind: variable, text: canonicalKey(strings.TrimSpace(key))}
	rest = strings.TrimSpace(rest)
	if found && len(rest) >= 2 && rest[0] == '\'' && rest[len(rest)-1] == '\'' {
		t.fallback, t.hasFallback = rest[1:len(rest)-1], true
	}
	return t
}

// expand replaces the variables by their values, in which wildcards mean
// themselves. A variable without exactly one value and without default makes
// the pattern match nothing.
func (p pattern) expand(values lookup) ([]token, bool) {
	if !p.variables {
		return p.tokens, true
	}
	tokens := make([]token, len(p.tokens))
	for i, t := range p.tokens {
		if t.kind == variable {
			found, ok := values.get(t.text)
			switch {
			case ok && len(found) == 1:
				t = token{kind: literal, text: found[0]}
			case !ok && t.hasFallback:
				t = token{kind: literal, text: t.fallback}
			default:
				return nil, false
			}
		}
		tokens[i] = t
	}
	return tokens, true
}

// match says whether the pattern means all of s. Wildcards do not stop at
// slashes.
func (p pattern) match(s string, values lookup) bool {
	tokens, ok := p.expand(values)
	if !ok {
		return false
	}
	t, at := 0, 0
	star, retry := -1, 0 // the token after the last star, and where it was tried last
	for t < len(tokens) || at < len(s) {
		if t < len(tokens) && tokens[t].kind == anything {
			t++
			star, retry = t, at
			continue
		}
		if n := step(tokens, t, s[at:]); n >= 0 {
			t, at = t+1, at+n
			continue
		}
		if star < 0 || retry >= len(s) {
			return false
		}
		retry++
		t, at = star, retry
	}
	return true
}

// reaches says whether some text that the pattern means is s (exact) or
// begins with s, whatever its variables become.
func (p pattern) reaches(s string, exact bool) bool {
	tokens := make([]token, len(p.tokens))
	for i, t := range p.tokens {
		if t.kind == variable {
			t.kind = anything
		}
		tokens[i] = t
	}
	if exact {
		return pattern{tokens: tokens}.match(s, nil)
	}
	for _, t := range tokens {
		switch {
		case s == "" || t.kind == anything:
			return true
		case t.kind == literal && strings.HasPrefix(t.text, s):
			return true
		}
		n := step([]token{t}, 0, s)
		if n < 0 {
			return false
		}
		s = s[n:]
	}
	return s == ""
}

// step gives how many bytes of s the token takes, or -1.
func step(tokens []token, t int, s string) int {
	if t == len(tokens) {
		return -1
	}
	switch tok := tokens[t]; tok.kind {
	case literal:
		if strings.HasPrefix(s, tok.text) {
			return len(tok.text)
		}
	case oneRune:
		if s != "" {
			_, n := utf8.DecodeRuneInString(s)
			return n
		}
	}
	return -1
}
