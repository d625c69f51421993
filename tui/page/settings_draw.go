package page

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// scroll is how a text of sections is seen: which line is the first, and where each section begins.
type scroll struct {
	offset int
	follow bool  // the section under the cursor is to be seen
	starts []int // of the sections, and the end
	height int   // lines seen
}

// wheel scrolls by the mouse.
func (s *scroll) wheel(m kit.Mouse) bool {
	turn, is := m.Msg.(tea.MouseWheelMsg)
	if !is {
		return false
	}
	by := map[tea.MouseButton]int{tea.MouseWheelUp: -3, tea.MouseWheelDown: 3}[turn.Button]
	s.offset, s.follow = max(s.offset+by, 0), false
	return true
}

// hit is the section that is clicked on.
func (s *scroll) hit(m kit.Mouse) (int, bool) {
	click, is := m.Msg.(tea.MouseClickMsg)
	if !is || click.Button != tea.MouseLeft || m.Y < 1 || m.Y > s.height {
		return 0, false
	}
	for i := 0; i+1 < len(s.starts); i++ {
		if at := m.Y - 1 + s.offset; at >= s.starts[i] && at < s.starts[i+1] {
			return i, true
		}
	}
	return 0, false
}

// see brings a section into view, its beginning before its end.
func (s *scroll) see(section, height int) {
	s.height = height
	if s.follow {
		s.offset = max(s.offset, s.starts[section+1]-height)
		s.offset = min(s.offset, s.starts[section])
	}
	s.offset = max(min(s.offset, s.starts[len(s.starts)-1]-height), 0)
}

// labelCells is the room of the names of sections.
const labelCells = 18

// View draws the tab.
func (s *settings) View(c *kit.Context, size kit.Size) string {
	if size.W < 16 || size.H < 4 {
		return blank(size)
	}
	tab := store.Settings
	r := &frame{th: c.Theme, w: size.W, of: &tab}
	if s.halved {
		r.of, r.tab = nil, s.tab()
	}
	r.b.Grow(size.H * (size.W + 120))
	r.top()
	h := size.H - 2
	lines, starts := s.lines(c, r.inner(), h)
	s.starts = starts
	s.see(s.cursor, h)
	for i := range h {
		text := kit.Blank(r.inner())
		if at := s.offset + i; at < len(lines) {
			text = lines[at]
		}
		r.line(text, "")
	}
	r.bottom()
	return r.b.String()
}

// lines draws all sections, with empty lines between them where there is room for that.
func (s *settings) lines(c *kit.Context, w, h int) (lines []string, starts []int) {
	blocks, total, told := make([][]string, len(s.sections)), 0, map[string]bool{}
	for i, x := range s.sections {
		blocks[i] = x.draw(c, w, i == s.cursor, told)
		total += len(blocks[i])
	}
	loose := total+len(blocks)-1 <= h
	for i, block := range blocks {
		if i > 0 && (loose || i == len(blocks)-1) {
			lines = append(lines, kit.Blank(w))
		}
		starts = append(starts, len(lines))
		lines = append(lines, block...)
	}
	return lines, append(starts, len(lines))
}

// draw draws a section: its name, and beside it or, where that is too narrow, below it what it holds. told are the failures
// that were explained in sections above.
func (x *section) draw(c *kit.Context, w int, cursor bool, told map[string]bool) []string {
	th := &c.Theme.Paint
	label := labelCells
	if w < 50 {
		label = 2
	}
	d := &details{th: c.Theme, w: w - 2 - label, names: 9}
	switch {
	case !x.known && x.value == nil:
		d.line(th.Dim.On("…"))
	case x.err != nil:
		x.trouble(c, d, told)
	default:
		x.say(c, d, x.value)
	}
	bar, paint := "  ", th.Strong
	if cursor {
		bar, paint = th.Accent.On("▌")+" ", th.Cursor
	}
	lines := make([]string, 0, len(d.lines)+1)
	if label == 2 {
		lines = append(lines, kit.Pad(bar+paint.On(kit.Fit(x.name, max(w-3, 0))), w))
	}
	for i, text := range d.lines {
		head := kit.Blank(label)
		if i == 0 && label > 2 {
			head = paint.On(kit.Fit(x.name, label))
		}
		lines = append(lines, kit.Pad(bar+head+text, w))
	}
	return lines
}

// trouble says why a section could not be read: what an endpoint has not is no failure. What is the matter with several is
// explained once; the status line has the request of the one under the cursor.
func (x *section) trouble(c *kit.Context, d *details, told map[string]bool) {
	th := &c.Theme.Paint
	if errors.Is(x.err, store.Unsupported) {
		d.wrapped(th.Dim, said(x.err)+".")
		return
	}
	d.wrapped(th.Bad, store.Capital(said(x.err)))
	e, ok := asError(x.err)
	if !ok || e.RequestID == "" || told[said(x.err)+e.Advice()] {
		return
	}
	told[said(x.err)+e.Advice()] = true
	d.wrapped(th.Dim, e.Advice()+" Request "+e.RequestID)
}

// said is a failure in a few words.
func said(err error) string {
	if errors.Is(err, store.Unsupported) {
		return "This endpoint has no such setting"
	}
	e, ok := asError(err)
	if !ok {
		return err.Error()
	}
	if e.Code != "" {
		return string(e.Kind) + " (" + e.Code + ")"
	}
	return string(e.Kind) + ": " + e.Err.Error()
}

// Status says how far it is read.
func (s *settings) Status(c *kit.Context, w int) string {
	th := &c.Theme.Paint
	busy := 0
	for _, x := range s.sections {
		if x.slot.Busy() {
			busy++
		}
	}
	parts := []string{th.Status.On(s.sections[s.cursor].name)}
	if e, ok := asError(s.sections[s.cursor].err); ok && e.RequestID != "" && !errors.Is(e, store.Unsupported) {
		parts = append(parts, th.Bad.On("request "+store.Printable(e.RequestID)))
	}
	if below := len(s.starts) - 1; below > 0 && s.starts[below] > s.offset+s.height {
		parts = append(parts, th.Dim.On(kit.Plural(s.starts[below]-s.offset-s.height, "line")+" below"))
	}
	if busy > 0 {
		parts = append(parts, th.Accent.On("reading "+kit.Plural(busy, "setting")))
	}
	return kit.Clip(strings.Join(parts, th.Dim.On(" · ")), w)
}
