package preview

import (
	"fmt"
	"strings"

	"spaces/themes"
)

const (
	maxDepth  = 200 // of nesting that is read: what is deeper is no document of anybody's
	foldLines = 300 // a document is folded so deep that it has about so many lines
	inlineMax = 72  // cells of a small object or list on one line
)

// value is one of JSON. Its text is as it was written.
type value struct {
	kind byte   // '{', '[', '"', or 'x' for the rest
	text string // of a string or the rest; printable
	keys []string
	kids []*value
	wide int  // cells when written on one line
	cut  bool // its end is missing
}

// jsonDoc reads JSON or JSON Lines; nil when the text is neither.
func jsonDoc(text string, cut bool, kind, ext string) *Doc {
	trimmed := strings.TrimSpace(text)
	said := strings.Contains(kind, "json") || ext == "json" || ext == "jsonl" || ext == "ndjson" || ext == "geojson" || ext == "ipynb"
	if trimmed == "" || trimmed[0] != '{' && trimmed[0] != '[' && !said {
		return nil
	}
	r := &reader{s: trimmed, cut: cut}
	v := r.value(0)
	if v == nil {
		return nil
	}
	r.blank()
	if r.at >= len(r.s) {
		if v.kind == 'x' && !said {
			return nil
		}
		return &Doc{What: "JSON", body: &tree{v}}
	}
	list := []*value{v}
	for r.at < len(r.s) && len(list) < maxLines {
		next := r.value(0)
		if next == nil {
			if r.cut && r.at >= len(r.s) {
				break
			}
			return nil
		}
		list = append(list, next)
		r.blank()
	}
	return &Doc{What: "JSON Lines", body: &records{list}}
}

// reader reads JSON, which may be cut at its end.
type reader struct {
	s   string
	at  int
	cut bool // the end of s is not the end of the document
}

func (r *reader) blank() {
	for r.at < len(r.s) && strings.IndexByte(" \t\r\n", r.s[r.at]) >= 0 {
		r.at++
	}
}

// value reads one value; nil when there is none.
func (r *reader) value(depth int) *value {
	r.blank()
	if r.at >= len(r.s) || depth > maxDepth {
		return nil
	}
	switch c := r.s[r.at]; {
	case c == '{' || c == '[':
		return r.container(c, depth)
	case c == '"':
		text, ok := r.quoted()
		if !ok {
			return nil
		}
		return &value{kind: '"', text: text, wide: width(text)}
	}
	from := r.at
	for r.at < len(r.s) && isWord(r.s[r.at]) {
		r.at++
	}
	word := r.s[from:r.at]
	if word != "true" && word != "false" && word != "null" && !isNumber(word) && !(r.cut && r.at == len(r.s) && word != "") {
		return nil
	}
	return &value{kind: 'x', text: word, wide: len(word)}
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '+' || c == '.'
}

// quoted reads a string with its quotes.
func (r *reader) quoted() (string, bool) {
	for i := r.at + 1; i < len(r.s); i++ {
		switch r.s[i] {
		case '\\':
			i++
		case '"':
			text := safe(r.s[r.at : i+1])
			r.at = i + 1
			return text, true
		case '\n':
			return "", false
		}
	}
	text := safe(r.s[r.at:])
	r.at = len(r.s)
	return text, r.cut
}

// container reads an object or a list.
func (r *reader) container(open byte, depth int) *value {
	v := &value{kind: open, wide: 2}
	closing := byte(']')
	if open == '{' {
		closing = '}'
	}
	r.at++
	for first := true; ; first = false {
		r.blank()
		switch {
		case r.at >= len(r.s):
			v.cut = true
			return r.missing(v)
		case r.s[r.at] == closing && (first || len(v.kids) > 0):
			r.at++
			return v
		case !first && r.s[r.at] != ',':
			return nil
		case !first:
			r.at++
		}
		if !r.member(v, open == '{', depth) {
			v.cut = true
			if r.at < len(r.s) {
				return nil
			}
			return r.missing(v)
		}
	}
}

// missing is what there is of a value that ends too soon.
func (r *reader) missing(v *value) *value {
	if !r.cut {
		return nil
	}
	return v
}

// member reads the next of a container.
func (r *reader) member(v *value, named bool, depth int) bool {
	if named {
		r.blank()
		if r.at >= len(r.s) || r.s[r.at] != '"' {
			return false
		}
		key, ok := r.quoted()
		if r.blank(); !ok || r.at >= len(r.s) || r.s[r.at] != ':' {
			return false
		}
		r.at++
		kid := r.value(depth + 1)
		if kid == nil {
			return false
		}
		v.keys = append(v.keys, key)
		v.kids = append(v.kids, kid)
		v.wide += width(key) + 4 + kid.wide
		return true
	}
	kid := r.value(depth + 1)
	if kid == nil {
		return false
	}
	v.kids = append(v.kids, kid)
	v.wide += kid.wide + 2
	return true
}

// tree is one document.
type tree struct{ root *value }

func (t *tree) draw(p *pen) {
	fold := 8
	for fold > 1 && t.root.lines(p.w, 0, fold, foldLines) > foldLines {
		fold--
	}
	t.root.draw(p, nil, "", 0, fold)
}

// short says whether a value is written on one line, indented so far.
func (v *value) short(w, depth int) bool {
	return len(v.kids) == 0 || !v.cut && v.wide <= min(w-2*depth, inlineMax)
}

// lines is how many draw would make, as far as there are no more than most.
func (v *value) lines(w, depth, fold, most int) int {
	if v.short(w, depth) || depth >= fold {
		return 1
	}
	n := 2
	for _, kid := range v.kids {
		if n > most {
			break
		}
		n += kid.lines(w, depth+1, fold, most-n)
	}
	return n
}

// draw adds a value, after what is before it in its line, with what follows it.
func (v *value) draw(p *pen, before []span, after string, depth, fold int) {
	if p.full() {
		return
	}
	th := &p.th.Paint
	indent := strings.Repeat("  ", depth)
	line := append(append(p.spans[:0], span{th.Text, indent}), before...)
	defer func() { p.spans = line[:0] }()
	switch {
	case v.short(p.w, depth):
		line = v.inline(th, line)
	case depth >= fold:
		line = append(line, v.folded(th))
	default:
		p.line(append(line, span{th.Text, string(v.kind)})...)
		for i, kid := range v.kids {
			comma := ","
			if i == len(v.kids)-1 {
				comma = ""
			}
			var key []span
			if v.keys != nil {
				key = []span{{th.Accent, v.keys[i]}, {th.Text, ": "}}
			}
			kid.draw(p, key, comma, depth+1, fold)
		}
		if v.cut {
			p.line(span{th.Dim, indent + "  …"})
			return
		}
		line = append(line[:0], span{th.Text, indent + closingOf(v.kind)})
	}
	p.line(append(line, span{th.Text, after})...)
}

func closingOf(kind byte) string {
	if kind == '{' {
		return "}"
	}
	return "]"
}

// folded stands for what is nested too deep to be shown.
func (v *value) folded(th *themes.Paints) span {
	noun := "item"
	if v.kind == '{' {
		noun = "key"
	}
	if len(v.kids) != 1 {
		noun += "s"
	}
	return span{th.Dim, fmt.Sprintf("%c… %d %s%s", v.kind, len(v.kids), noun, closingOf(v.kind))}
}

// inline adds a value on one line.
func (v *value) inline(th *themes.Paints, line []span) []span {
	switch v.kind {
	case '"':
		return append(line, span{th.Good, v.text})
	case 'x':
		return append(line, span{th.Warn, v.text})
	}
	line = append(line, span{th.Text, string(v.kind)})
	for i, kid := range v.kids {
		if i > 0 {
			line = append(line, span{th.Text, ", "})
		}
		if v.keys != nil {
			line = append(line, span{th.Accent, v.keys[i]}, span{th.Text, ": "})
		}
		line = kid.inline(th, line)
	}
	if v.cut {
		return append(line, span{th.Dim, "…"})
	}
	return append(line, span{th.Text, closingOf(v.kind)})
}

// records are many documents, each on a line.
type records struct{ list []*value }

func (x *records) draw(p *pen) {
	for _, v := range x.list {
		if p.full() {
			return
		}
		p.spans = v.inline(&p.th.Paint, p.spans[:0])
		p.line(p.spans...)
	}
}
