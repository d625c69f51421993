package kit

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/themes"
)

// bare is a theme without styles, to count lines with.
var bare = &themes.Theme{}

// Rows is a list to walk over. It takes the room that there is, up to Most rows.
type Rows struct {
	Name  string
	List  *List
	Most  int                                // rows
	Lines int                                // lines of each row, 0 for one; an empty one comes between those of several
	Apart int                                // an empty line comes before this row of one line where all have room, 0: before none
	Row   func(i, w int, cursor bool) string // draws a row; of several lines, all of them
	Empty []string                           // drawn, styled, where there are no rows
	Still bool                               // it never has the focus: a field beside it moves its cursor, or nothing does

	Open  func(*Context) tea.Cmd              // Enter, the arrow to the right, a double click; nil: nothing
	Word  string                              // what Open does, for the hints
	Keys  func(*Context, Key) (tea.Cmd, bool) // takes keys before the list does
	Moved func(*Context) tea.Cmd              // the cursor may be on another row
}

func (r *Rows) stops() []stop {
	if r.Still {
		return nil
	}
	return []stop{r}
}

func (r *Rows) name() string  { return r.Name }
func (r *Rows) enter() string { return r.Word }

// each is how many lines a row takes with what comes between it and the next.
func (r *Rows) each() int {
	if r.Lines > 1 {
		return r.Lines + 1
	}
	return 1
}

func (r *Rows) extent(int) extent {
	most := r.Most * r.each()
	switch {
	case r.each() > 1:
		most--
	case r.Apart > 0:
		most++
	}
	least := max(r.Lines, 1)
	most = max(most, len(r.Empty), least)
	return extent{least, most, min(max(3, least), most), 0}
}

func (r *Rows) key(_ *Form, c *Context, k Key) (tea.Cmd, bool) {
	if r.Keys != nil {
		if cmd, taken := r.Keys(c, k); taken {
			return cmd, true
		}
	}
	if k.Action == keys.Enter && r.Open != nil {
		return r.Open(c), true
	}
	if r.List.Update(c, k) {
		return r.moved(c), true
	}
	return nil, false
}

func (r *Rows) moved(c *Context) tea.Cmd {
	if r.Moved == nil {
		return nil
	}
	return r.Moved(c)
}

// click puts the cursor on a row; twice opens it.
func (r *Rows) click(_ *Form, c *Context, row, _ int) tea.Cmd {
	if row < 0 {
		return nil
	}
	r.List.clickRow(c.Now(), row)
	if r.List.Double() && r.Open != nil {
		return r.Open(c)
	}
	return r.moved(c)
}

func (r *Rows) wheel(c *Context, m Mouse) tea.Cmd {
	if r.List.Update(c, m) {
		return r.moved(c)
	}
	return nil
}

// fits is how many rows are drawn into h lines, and whether the last line tells of those that are not.
func (r *Rows) fits(h int) (rows int, told bool) {
	if r.each() > 1 {
		rows = max((h+1)/r.each(), 1)
		return rows, r.List.Len() > rows && rows*r.each()-1 < h
	}
	if r.List.Len() > h && h >= 4 {
		return h - 1, true
	}
	return max(h, 1), false
}

func (r *Rows) draw(p *painter, w, h int) sketch {
	var s sketch
	s.spots = append(s.spots, spot{Area{0, 0, w, h}, r, -1}) // a wheel over it scrolls it; what is drawn on it comes first
	if r.List.Len() == 0 {
		s.lines = append(s.lines, r.Empty...)
	}
	rows, told := r.fits(h)
	s.learn = append(s.learn, func() { r.List.SetHeight(rows) })
	from, to := r.List.window(rows)
	for i := from; i < to; i++ {
		if i > from && (r.each() > 1 || i == r.Apart && r.List.Len() < h) {
			s.lines = append(s.lines, "")
		}
		lines := strings.Split(r.Row(i, w, p.on(r) && i == r.List.Cursor), "\n")
		s.spots = append([]spot{{Area{0, len(s.lines), w, len(lines)}, r, i}}, s.spots...)
		s.lines = append(s.lines, lines...)
	}
	for len(s.lines) < h {
		s.lines = append(s.lines, "")
	}
	s.lines = s.lines[:h]
	if told {
		s.lines[h-1] = p.th.Paint.Dim.On("  " + around(from, r.List.Len()-to))
	}
	return s
}

// around tells what is beyond the edges.
func around(above, below int) string {
	switch {
	case above == 0:
		return Count(below) + " more below"
	case below == 0:
		return Count(above) + " more above"
	}
	return Count(above) + " above, " + Count(below) + " below"
}

// Pager is text that scrolls where it does not fit. It never has the focus: the keys that nothing else wants move it,
// and so does the wheel.
type Pager struct {
	Lines  []string // styled, broken
	Scroll *Scroll
	Most   int // lines, 0 for all
}

func (g *Pager) stops() []stop { return nil }

func (g *Pager) extent(int) extent {
	most := len(g.Lines)
	if g.Most > 0 {
		most = min(most, g.Most)
	}
	return extent{min(1, most), most, min(3, most), 0}
}

func (g *Pager) draw(p *painter, w, h int) sketch {
	told := h < len(g.Lines) && h > 1
	if told {
		h--
	}
	s := sketch{learn: []func(){func() { g.Scroll.Fit(g.Lines, h) }}}
	from := g.Scroll.Window(g.Lines, h)
	to := min(from+h, len(g.Lines))
	s.lines = append(s.lines, g.Lines[from:to]...)
	if h == 1 && len(g.Lines) > 1 && !told { // no line is left to tell it in
		sign := fmt.Sprintf(" … %d of %d, ↑ ↓", from+1, len(g.Lines))
		if Width(sign) > w/2 {
			sign = " …"
		}
		s.lines[0] = Pad(s.lines[0], max(w-Width(sign), 0)) + p.th.Paint.Dim.On(sign)
	}
	if told {
		s.lines = append(s.lines, p.th.Paint.Dim.On(Fit(fmt.Sprintf("  lines %d–%d of %d, ↑ ↓ scroll", from+1, to, len(g.Lines)), w)))
	}
	return s
}

// Beside is two lists side by side. Where that is too narrow, only the one with the focus is drawn, or the first.
type Beside struct {
	Left, Right Half
	Least       int // cells; with less they are not side by side
}

// Half is one of them: what is drawn above it, for so many cells, and the list.
type Half struct {
	Head func(w int, focus bool) []string
	Rows *Rows
}

func (b *Beside) stops() []stop { return []stop{b.Left.Rows, b.Right.Rows} }

func (b *Beside) extent(w int) extent {
	head := len(b.Left.Head(w, false))
	if w < b.Least {
		head = len(b.one(b.Left, w, false))
	}
	return extent{head + 1, head + b.Left.Rows.Most, head + 3, 0}
}

func (b *Beside) draw(p *painter, w, h int) sketch {
	if w < b.Least {
		half := b.Left
		if p.on(b.Right.Rows) {
			half = b.Right
		}
		return half.draw(p, b.one(half, w, p.on(half.Rows)), w, h)
	}
	left := (w - 3) * 11 / 20
	right := w - 3 - left
	l := b.Left.draw(p, b.Left.Head(left, p.on(b.Left.Rows)), left, h)
	r := b.Right.draw(p, b.Right.Head(right, p.on(b.Right.Rows)), right, h)
	s := sketch{spots: l.spots, learn: append(l.learn, r.learn...)}
	rule := p.th.Paint.Border.On("│")
	for i := range h {
		s.lines = append(s.lines, Pad(l.lines[i], left)+" "+rule+" "+Pad(r.lines[i], right))
	}
	for _, spot := range r.spots {
		spot.X += left + 3
		s.spots = append(s.spots, spot)
	}
	return s
}

// one is the head of a half that has no other beside it: empty lines at its end are left out.
func (b *Beside) one(half Half, w int, focus bool) []string {
	lines := half.Head(w, focus)
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func (half Half) draw(p *painter, head []string, w, h int) sketch {
	s := sketch{lines: head}
	s.put(half.Rows.draw(p, w, max(h-len(s.lines), 0)), 0, len(s.lines))
	for len(s.lines) < h {
		s.lines = append(s.lines, "")
	}
	s.lines = s.lines[:h]
	return s
}
