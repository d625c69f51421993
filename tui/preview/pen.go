package preview

import (
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"spaces/store"
	"spaces/themes"
)

// pen draws lines into a room.
type pen struct {
	Look
	th    *themes.Theme
	w, h  int
	lines []string

	b     []byte // of the line being made
	spans []span // room for those of a line
}

// full says whether there are as many lines as there may be.
func (p *pen) full() bool { return len(p.lines) >= maxLines }

// span is printable text in one style.
type span struct {
	paint themes.Paint
	text  string
}

// line adds spans, cut at the room's width.
func (p *pen) line(spans ...span) {
	if p.full() {
		return
	}
	b, left := p.b[:0], p.w
	for i, s := range spans {
		n := width(s.text)
		last := !more(spans[i+1:])
		if n < left || n == left && last {
			b = put(b, s.paint, s.text)
			left -= n
			continue
		}
		b = put(put(b, s.paint, cut(s.text, left-1)), p.th.Paint.Dim, "…")
		break
	}
	p.b = b
	p.lines = append(p.lines, string(b))
}

func put(b []byte, paint themes.Paint, text string) []byte {
	if text == "" || paint.Pre == "" {
		return append(b, text...)
	}
	return append(append(append(b, paint.Pre...), text...), paint.Post...)
}

func more(spans []span) bool {
	for _, s := range spans {
		if s.text != "" {
			return true
		}
	}
	return false
}

// safe is store.Printable for text that is no name: a backslash is a backslash.
func safe(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return store.Printable(s)
	}
	parts := strings.Split(s, `\`)
	for i := range parts {
		parts[i] = store.Printable(parts[i])
	}
	return strings.Join(parts, `\`)
}

var byClusters atomic.Bool

// CountClusters says whether the terminal counts cells by grapheme clusters, for all that is drawn from now on: as
// kit.CountClusters, which the rest of the screen follows.
func CountClusters(on bool) { byClusters.Store(on) }

// width of printable text in cells, as the terminal counts.
func width(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] < utf8.RuneSelf {
			continue
		}
		if byClusters.Load() {
			return ansi.StringWidth(s)
		}
		return ansi.StringWidthWc(s)
	}
	return len(s)
}

// first is the first letter of s, which is not empty: its bytes and its cells.
func first(s string, clusters bool) (size, cells int) {
	switch {
	case s[0] < utf8.RuneSelf && (!clusters || len(s) == 1 || s[1] < utf8.RuneSelf):
		return 1, 1
	case clusters:
		cluster, n := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		return len(cluster), n
	}
	_, size = utf8.DecodeRuneInString(s)
	return size, ansi.StringWidthWc(s[:size])
}

// cut is the longest beginning of printable text that fits into w cells.
func cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if len(s) <= w { // no character is wider than it has bytes
		return s
	}
	clusters := byClusters.Load()
	for n, i := 0, 0; i < len(s); {
		size, cells := first(s[i:], clusters)
		if n += cells; n > w {
			return s[:i]
		}
		i += size
	}
	return s
}

// fit cuts printable text, or fills it, to exactly w cells.
func fit(s string, w int) string {
	n := width(s)
	if n > w {
		s = cut(s, w-1) + "…"
		n = width(s)
	}
	return s + strings.Repeat(" ", max(w-n, 0))
}
