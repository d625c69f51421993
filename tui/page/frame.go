package page

import (
	"errors"
	"strings"

	"spaces/store"
	"spaces/themes"
	"spaces/tui/kit"
)

// frame draws the box around a listing, and around the inspector beside it.
type frame struct {
	th    *themes.Theme
	b     strings.Builder
	w     int // cells altogether
	pane  int // cells inside the pane, 0: there is none
	tab   string
	of    *store.Tab // of a Space: all its tabs stand in the upper edge, in the place of tab
	title string     // of the pane, printable
}

// paneTab is the tab of a page of a connection: in a pane it says which one, as the path bar is about the active pane.
func paneTab(tab string, of *store.Store, pane bool) string {
	if pane {
		return tab + " ▸ " + store.Printable(of.Name())
	}
	return tab
}

// inner is the width of the listing.
func (r *frame) inner() int {
	if r.pane > 0 {
		return r.w - r.pane - 3
	}
	return r.w - 2
}

// top draws the upper edge with the tab's name and the pane's title.
func (r *frame) top() {
	p := &r.th.Paint
	left := r.inner()
	tab, cells := "", 0
	if r.of != nil {
		paint := func(chosen bool) kit.Paint { return map[bool]kit.Paint{true: p.Title, false: p.Tab}[chosen] }
		tab, cells = strip(paint, p.Border, *r.of, left-4)
	} else {
		tab = kit.Fit(r.tab, min(kit.Width(r.tab), max(left-4, 0)))
		tab, cells = p.Title.On(tab), kit.Width(tab)
	}
	r.b.WriteString(p.Border.On("╭ ") + tab + p.Border.On(" "+strings.Repeat("─", max(left-2-cells, 0))))
	if r.pane > 0 {
		title := kit.FitMiddle(r.title, min(kit.Width(r.title), r.pane-4))
		rule := "┬" + strings.Repeat("─", r.pane)
		if title != "" {
			r.b.WriteString(p.Border.On("┬ ") + p.Title.On(title))
			rule = " " + strings.Repeat("─", max(r.pane-2-kit.Width(title), 0))
		}
		r.b.WriteString(p.Border.On(rule))
	}
	r.b.WriteString(p.Border.On("╮"))
}

// line draws one line of the listing, of exactly inner cells, and the pane's line beside it.
func (r *frame) line(text, beside string) {
	side := r.th.Paint.Border.On("│")
	r.b.WriteString("\n" + side + text + side)
	if r.pane > 0 {
		r.b.WriteString(beside + side)
	}
}

func (r *frame) bottom() {
	edge := "╰" + strings.Repeat("─", max(r.inner(), 0))
	if r.pane > 0 {
		edge += "┴" + strings.Repeat("─", r.pane)
	}
	r.b.WriteString("\n" + r.th.Paint.Border.On(edge+"╯"))
}

// blank is room for nothing: so many empty lines.
func blank(size kit.Size) string { return strings.Repeat("\n", max(size.H-1, 0)) }

// trouble are the lines that explain an error: what, why, what to do, and what to tell whoever runs the endpoint.
func trouble(c *kit.Context, s *store.Store, err error, w int) []string {
	d := &details{th: c.Theme, w: w}
	p := &c.Theme.Paint
	e, ok := asError(err)
	if !ok {
		if err == store.Canceled {
			d.wrapped(p.Warn, "Listing was stopped.")
		} else {
			d.wrapped(p.Bad, err.Error())
		}
		return d.lines
	}
	d.wrapped(p.Bad, store.Capital(string(e.Kind)))
	d.wrapped(p.Text, e.Err.Error())
	d.line("")
	d.wrapped(p.Text, e.Advice())
	d.line("")
	if key := s.AccessKey(); key != "" && (e.Kind == store.Denied || e.Kind == store.BadCredentials) {
		d.pair("Access key", key)
	}
	d.pair("Endpoint", s.Endpoint())
	if e.RequestID != "" {
		d.pair("Request", e.RequestID)
	}
	return d.lines
}

func asError(err error) (*store.Error, bool) {
	var e *store.Error
	ok := errors.As(err, &e)
	return e, ok
}

// filled draws n lines, empty ones where there are no more, closes the frame and returns the whole.
func (r *frame) filled(lines []string, n int) string {
	for i := range n {
		text := ""
		if i < len(lines) {
			text = lines[i]
		}
		if text == "" {
			text = kit.Blank(r.inner())
		}
		r.line(text, "")
	}
	r.bottom()
	return r.b.String()
}

// table is a page of a head, lines below it as far as there is room, and a sentence about them.
func (r *frame) table(size kit.Size, head string, lines []string, about string) string {
	r.b.Grow(size.H * (size.W + 120))
	r.top()
	r.line(kit.Pad(head, r.inner()), "")
	for i := range size.H - 4 {
		text := ""
		if i < len(lines) {
			text = lines[i]
		}
		r.line(kit.Pad(text, r.inner()), "")
	}
	r.line(kit.Pad(" "+r.th.Paint.Dim.On(kit.Fit(about, r.inner()-2)), r.inner()), "")
	r.bottom()
	return r.b.String()
}
