package page

import (
	"math"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/themes"
	"spaces/tui/kit"
)

const (
	bothFit   = 80 // cells: with less only the active pane is shown
	leastPane = 26 // cells that the other pane keeps when the border is dragged
)

// area is where a side is on the screen: its first cell and its width, 0 where it is not shown.
func (p *Panes) area(side int) (x, w int) {
	if p.w < bothFit {
		if side == p.on {
			return 0, p.w
		}
		return 0, 0
	}
	left := p.w / 2
	if p.split.left > 0 {
		left = int(math.Round(p.split.left * float64(p.w)))
	}
	left = min(max(left, leastPane), p.w-leastPane)
	if side == 0 {
		return 0, left
	}
	return left, p.w - left
}

// View draws the panes, or where there is no room for both the active one.
func (p *Panes) View(c *kit.Context, size kit.Size) string {
	p.w = size.W
	if p.cmp != nil {
		return p.cmp.View(c, size)
	}
	p.looks.of(c.Theme)
	p.mark()
	if size.W < bothFit {
		return p.page().View(c, size)
	}
	var drawn [2][]string
	var widths [2]int
	for side := range p.sides {
		as := *c
		as.Theme = p.looks.idle
		if side == p.on {
			as.Theme = p.looks.active
		}
		_, widths[side] = p.area(side)
		drawn[side] = strings.Split(p.sides[side].Page().View(&as, kit.Size{W: widths[side], H: size.H}), "\n")
	}
	var b strings.Builder
	b.Grow(size.H * (2*size.W + 200))
	for y := range size.H {
		if y > 0 {
			b.WriteByte('\n')
		}
		for side, lines := range drawn {
			if y < len(lines) {
				b.WriteString(kit.Pad(lines[y], widths[side]))
			} else {
				b.WriteString(kit.Blank(widths[side]))
			}
		}
	}
	return b.String()
}

// looks are a theme as the active pane and the other one have it: so that it shows which one gets the keys.
type looks struct{ base, active, idle *themes.Theme }

func (l *looks) of(th *themes.Theme) {
	if l.base == th {
		return
	}
	active, idle := *th, *th
	active.Paint.Border = th.Paint.BorderFocus
	idle.Paint.Title, idle.Paint.Header, idle.Paint.Accent = th.Paint.Dim, th.Paint.Dim, th.Paint.Dim
	idle.Paint.Cursor, idle.Paint.CursorSelected = themes.Paint{}, th.Paint.Selected
	l.base, l.active, l.idle = th, &active, &idle
}

// Status is that of the active pane. Where the other one is not on the screen, it says that there is one.
func (p *Panes) Status(c *kit.Context, w int) string {
	switch {
	case p.cmp != nil:
		return p.cmp.Status(c, w)
	case p.w >= bothFit:
		return p.page().Status(c, w)
	}
	th := &c.Theme.Paint
	which := th.Accent.On([]string{"pane 1 of 2", "pane 2 of 2"}[p.on]) + th.Dim.On(" · ")
	return which + p.page().Status(c, max(w-kit.Width(which), 0))
}

// mouse gives a message to the pane below the pointer, which a click activates, or drags the border between them.
func (p *Panes) mouse(c *kit.Context, m kit.Mouse) tea.Cmd {
	border, _ := p.area(1)
	shown := p.w >= bothFit
	at := shown && (m.X == border-1 || m.X == border)
	switch m.Msg.(type) {
	case tea.MouseClickMsg:
		if p.drag = at && clickedLeft(m); p.drag {
			return nil
		}
	case tea.MouseMotionMsg:
		if p.drag {
			p.split.left = float64(min(max(m.X, leastPane), p.w-leastPane)) / float64(p.w)
			return tea.Batch(p.resized(c, 0), p.resized(c, 1))
		}
	case tea.MouseReleaseMsg:
		if p.drag {
			p.drag = false
			return nil
		}
	}
	side := p.on
	if shown {
		side = 0
		if m.X >= border {
			side = 1
		}
	}
	if side != p.on && p.page().Typing() {
		return nil
	}
	if clickedLeft(m) {
		p.on = side
	}
	x, _ := p.area(side)
	m.X -= x
	return p.tell(c, side, m)
}

func clickedLeft(m kit.Mouse) bool {
	click, is := m.Msg.(tea.MouseClickMsg)
	return is && click.Button == tea.MouseLeft
}
