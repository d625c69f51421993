package preview

import (
	"strings"

	"spaces/themes"
)

// widestText is how wide paragraphs get: longer lines are hard to read.
const widestText = 100

// markdown is drawn simply: heads, lists, quotes, code, and emphasis within lines. What it does not know stays as it is.
type markdown struct{ text string }

// page is a markdown text being drawn.
type page struct {
	*pen
	fence string   // that ends the code it is in, "" outside
	code  *scanner // of that code
	para  []string // lines of the paragraph so far
	lead  []span   // before its first line
	hang  string   // before the others
}

func (m *markdown) draw(p *pen) {
	x := &page{pen: p}
	first := true
	for line := range linesOf(m.text) {
		if p.full() {
			return
		}
		line = plain(line)
		if first && strings.TrimSpace(line) == "---" { // front matter
			x.fence, x.code = "---", &scanner{lang: named("yaml"), th: &p.th.Paint}
		} else {
			x.next(line)
		}
		first = false
	}
	x.flush()
}

// next takes one printable line.
func (x *page) next(line string) {
	trimmed := strings.TrimSpace(line)
	switch {
	case x.fence != "":
		if strings.HasPrefix(trimmed, x.fence) {
			x.fence = ""
			return
		}
		x.line(append([]span{{x.th.Paint.Border, "  "}}, x.code.line(line)...)...)
	case strings.HasPrefix(trimmed, "```"), strings.HasPrefix(trimmed, "~~~"):
		x.flush()
		x.fence = trimmed[:3]
		x.code = &scanner{lang: named(strings.ToLower(strings.Trim(trimmed, "`~ "))), th: &x.th.Paint}
	case trimmed == "":
		x.flush()
		if n := len(x.lines); n > 0 && x.lines[n-1] != "" {
			x.line()
		}
	case len(x.para) == 0 && strings.HasPrefix(line, "    ") && !isItem(trimmed): // code by its indent
		x.line(span{x.th.Paint.Text, line[2:]})
	case strings.HasPrefix(trimmed, "#"):
		x.head(trimmed)
	case len(x.para) > 0 && len(x.lead) == 0 && (strings.Trim(trimmed, "=") == "" || strings.Trim(trimmed, "-") == ""):
		text := strings.Join(x.para, " ")
		x.para = nil
		x.head("# " + text)
	case len(trimmed) >= 3 && (strings.Trim(trimmed, "- ") == "" || strings.Trim(trimmed, "* ") == "" || strings.Trim(trimmed, "_ ") == ""):
		x.flush()
		x.line(span{x.th.Paint.Border, strings.Repeat("─", min(x.w, widestText))})
	case strings.HasPrefix(trimmed, "|"):
		x.flush()
		x.line(x.inline(line, x.th.Paint.Text)...)
	default:
		x.text(line, trimmed)
	}
}

// head draws a heading.
func (x *page) head(text string) {
	x.flush()
	rest := strings.TrimLeft(text, "#")
	level := len(text) - len(rest)
	if level > 6 || rest != "" && rest[0] != ' ' {
		x.para = append(x.para, text)
		return
	}
	paint := x.th.Paint.Strong
	if level <= 2 {
		paint = x.th.Paint.Brand
	}
	x.flow(nil, "", x.inline(strings.Trim(rest, " #"), paint))
}

// text takes a line of a paragraph, a list or a quote.
func (x *page) text(line, trimmed string) {
	if rest, is := strings.CutPrefix(trimmed, ">"); is {
		x.flush()
		x.flow([]span{{x.th.Paint.Border, "│ "}}, "  ", x.inline(strings.TrimSpace(rest), x.th.Paint.Dim))
		return
	}
	if mark, rest := item(trimmed); mark != "" {
		x.flush()
		indent := strings.Repeat(" ", min(len(line)-len(strings.TrimLeft(line, " ")), x.w/3))
		x.lead = []span{{x.th.Paint.Accent, indent + mark + " "}}
		x.hang = indent + strings.Repeat(" ", width(mark)+1)
		trimmed = rest
	}
	x.para = append(x.para, trimmed)
}

// item is the mark of a list and what follows it, "" for a line that begins no item.
func item(text string) (mark, rest string) {
	if len(text) > 2 && strings.IndexByte("-*+", text[0]) >= 0 && text[1] == ' ' {
		rest = strings.TrimLeft(text[2:], " ")
		if after, open := strings.CutPrefix(rest, "[ ] "); open {
			return "☐", after
		}
		if after, done := strings.CutPrefix(rest, "[x] "); done {
			return "☑", after
		}
		return "•", rest
	}
	n := 0
	for n < len(text) && n < 9 && isDigit(text[n]) {
		n++
	}
	if n > 0 && n+1 < len(text) && (text[n] == '.' || text[n] == ')') && text[n+1] == ' ' {
		return text[:n+1], text[n+2:]
	}
	return "", text
}

func isItem(text string) bool { mark, _ := item(text); return mark != "" }

// flush draws the paragraph so far.
func (x *page) flush() {
	if len(x.para) > 0 {
		x.flow(x.lead, x.hang, x.inline(strings.Join(x.para, " "), x.th.Paint.Text))
	}
	x.para, x.lead, x.hang = nil, nil, ""
}

// flow breaks spans into lines between words.
func (x *page) flow(lead []span, hang string, spans []span) {
	room := min(x.w, widestText)
	line, n := append([]span(nil), lead...), 0
	for _, s := range lead {
		n += width(s.text)
	}
	begins := true
	for _, s := range spans {
		for i, word := range strings.SplitAfter(s.text, " ") {
			w := width(strings.TrimRight(word, " "))
			if n+w > room && !begins && (i > 0 || strings.HasSuffix(line[len(line)-1].text, " ")) {
				last := &line[len(line)-1]
				last.text = strings.TrimRight(last.text, " ")
				x.line(line...)
				line, n = []span{{x.th.Paint.Text, hang}}, width(hang)
			}
			if word == "" {
				continue
			}
			line = append(line, span{s.paint, word})
			n += width(word)
			begins = false
		}
	}
	x.line(line...)
}

// inline paints emphasis, code and links within printable text.
func (x *page) inline(text string, base themes.Paint) []span {
	th := &x.th.Paint
	italic := themes.Paint{Pre: base.Pre + "\x1b[3m", Post: "\x1b[m"}
	var out []span
	from := 0
	for i := 0; i < len(text); {
		paint, inner, end := themes.Paint{}, "", 0
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && strings.IndexByte("\\`*_{}[]()#+-.!|<>", text[i+1]) >= 0:
			out = append(out, span{base, text[from:i]}, span{base, text[i+1 : i+2]})
			i += 2
			from = i
			continue
		case c == '`':
			paint = th.Good
			inner, end = between(text, i, "`")
		case strings.HasPrefix(text[i:], "**"), strings.HasPrefix(text[i:], "__"):
			paint = th.Strong
			inner, end = between(text, i, text[i:i+2])
		case c == '*', c == '_' && (i == 0 || !isLetter(text[i-1]) && !isDigit(text[i-1])):
			paint = italic
			inner, end = between(text, i, text[i:i+1])
		case c == '[', c == '!' && strings.HasPrefix(text[i:], "!["):
			paint = th.Accent
			inner, end = link(text, i)
		}
		if end == 0 {
			i++
			continue
		}
		out = append(out, span{base, text[from:i]}, span{paint, inner})
		i = end
		from = end
	}
	return append(out, span{base, text[from:]})
}

// between is the text from a mark at i to the next one, and where it goes on; 0 when there is none.
func between(text string, i int, mark string) (inner string, end int) {
	rest := text[i+len(mark):]
	n := strings.Index(rest, mark)
	if n <= 0 || mark != "`" && (rest[0] == ' ' || rest[n-1] == ' ' || rest[n-1] == '\\') {
		return "", 0
	}
	return rest[:n], i + n + 2*len(mark)
}

// link is the text of [text](address), and where it goes on.
func link(text string, i int) (inner string, end int) {
	open := strings.IndexByte(text[i:], '[') + i
	n := strings.IndexByte(text[open:], ']')
	if n <= 1 || open+n+1 >= len(text) || text[open+n+1] != '(' {
		return "", 0
	}
	m := strings.IndexByte(text[open+n:], ')')
	if m < 0 {
		return "", 0
	}
	return text[open+1 : open+n], open + n + m + 1
}
