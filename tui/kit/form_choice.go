package kit

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
)

// Look is how a Choice is drawn.
type Look int

// Looks of choices.
const (
	Radio Look = iota // one behind the other, broken into lines
	Stack             // one below the other, with room for a sentence each
	Strip             // one behind the other in one line, as far as there is room around the chosen one
)

// Option is one of the alternatives of a Choice.
type Option struct {
	Label string
	About string // behind the label in a Stack
}

// Choice is one of several. Nothing need be chosen at first.
type Choice struct {
	Label    string
	Name     string // its name as a stop; "": the label
	Options  []Option
	Chosen   int  // -1: none
	Numbered bool // the digits choose too
	Look     Look
	Choose   func(c *Context, i int) tea.Cmd
}

// Options makes options of their labels.
func Options(labels ...string) []Option {
	list := make([]Option, len(labels))
	for i, l := range labels {
		list[i].Label = l
	}
	return list
}

func (ch *Choice) stops() []stop { return []stop{ch} }
func (ch *Choice) enter() string { return "" }

func (ch *Choice) name() string {
	if ch.Name != "" {
		return ch.Name
	}
	return ch.Label
}

func (ch *Choice) key(_ *Form, c *Context, k Key) (tea.Cmd, bool) {
	by := sideways(k)
	if ch.Look == Stack && (k.Action == keys.Up || k.Action == keys.Down) {
		by = map[keys.Action]int{keys.Up: -1, keys.Down: 1}[k.Action]
		if to := ch.Chosen + by; to >= len(ch.Options) || ch.Chosen >= 0 && to < 0 {
			return nil, false // on to what is below or above
		}
	}
	if n, err := strconv.Atoi(k.Pressed); err == nil && ch.Numbered && n >= 1 && n <= len(ch.Options) {
		return ch.Choose(c, n-1), true
	}
	n := len(ch.Options)
	switch {
	case k.Action == keys.Select:
		return ch.Choose(c, (ch.Chosen+1)%n), true
	case by == 0:
		return nil, false
	case ch.Chosen < 0:
		return ch.Choose(c, map[bool]int{true: 0, false: n - 1}[by > 0]), true
	}
	if to := min(max(ch.Chosen+by, 0), n-1); to != ch.Chosen {
		return ch.Choose(c, to), true
	}
	return nil, true
}

func (ch *Choice) click(_ *Form, c *Context, part, _ int) tea.Cmd {
	if part < 0 || part == ch.Chosen {
		return nil
	}
	return ch.Choose(c, part)
}

func (ch *Choice) extent(w int) extent {
	n := len(ch.draw(&painter{th: bare}, w, 0).lines)
	return extent{n, n, 0, 0}
}

func (ch *Choice) draw(p *painter, w, _ int) sketch {
	on := p.on(ch)
	line := p.mark(on)
	in := min(2, w-1)
	if ch.Label != "" {
		line += p.labelled(ch.Label, on, w)
		in = min(2+label(w), w-1)
	}
	var s sketch
	switch ch.Look {
	case Stack:
		s = ch.stack(p, w)
	case Strip:
		s = ch.strip(p, w-in)
	default:
		s = ch.radio(p, w-in)
	}
	if ch.Look == Stack {
		return s
	}
	all := sketch{}
	all.put(s, in, 0)
	for i := range all.lines {
		if i > 0 {
			line = Blank(in)
		}
		all.lines[i] = Clip(line, in) + all.lines[i]
	}
	if len(all.lines) > 0 && in > 2 {
		all.spots = append(all.spots, spot{Area{0, 0, in, 1}, ch, -1})
	}
	return all
}

func (ch *Choice) sign(i int) string {
	if i == ch.Chosen {
		return "(•) "
	}
	return "( ) "
}

func (p *painter) option(chosen bool) Paint {
	if chosen {
		return p.th.Paint.Accent
	}
	return p.th.Paint.Text
}

func (ch *Choice) radio(p *painter, w int) sketch {
	var s sketch
	line, x := "", 0
	for i, o := range ch.Options {
		text := ch.sign(i) + o.Label
		n := Width(text)
		if x > 0 && x+3+n > w {
			s.lines = append(s.lines, line)
			line, x = "", 0
		}
		if x > 0 {
			line += "   "
			x += 3
		}
		s.spots = append(s.spots, spot{Area{x, len(s.lines), min(n, max(w-x, 0)), 1}, ch, i})
		line += p.option(i == ch.Chosen).On(text)
		x += n
	}
	s.lines = append(s.lines, line)
	return s
}

// stackAbout is the least room that a sentence beside an option needs, in cells.
const stackAbout = 32

func (ch *Choice) stack(p *painter, w int) sketch {
	var s sketch
	wide := 0
	for _, o := range ch.Options {
		wide = max(wide, Width(o.Label))
	}
	for i, o := range ch.Options {
		chosen := i == ch.Chosen
		mark := p.mark(p.on(ch) && (chosen || ch.Chosen < 0 && i == 0))
		about := []string{""}
		if in := w - 9 - wide; in >= stackAbout {
			about = Wrap(o.About, in)
		}
		y := len(s.lines)
		for n, text := range about {
			line := Blank(9 + wide)
			if n == 0 {
				line = mark + p.option(chosen).On(ch.sign(i)+Fit(o.Label, wide+3))
			}
			s.lines = append(s.lines, line+p.th.Paint.Dim.On(text))
		}
		s.spots = append(s.spots, spot{Area{0, y, w, len(s.lines) - y}, ch, i})
	}
	return s
}

// strip draws as many options as there is room for, from the first on that lets the chosen one be seen. A sign at either end
// says that there are more.
func (ch *Choice) strip(p *painter, w int) sketch {
	for from := 0; ; from++ {
		s, to := ch.stripFrom(p, from, w)
		if to == len(ch.Options) || to > ch.Chosen || from >= ch.Chosen {
			return s
		}
	}
}

// stripFrom draws it from an option on, and says which is the first that has no room.
func (ch *Choice) stripFrom(p *painter, from, w int) (s sketch, to int) {
	const before, after = "‹", " ›"
	var b strings.Builder
	x := 0
	if from > 0 {
		b.WriteString(p.th.Paint.Dim.On(before))
		x = Width(before)
	}
	for to = from; to < len(ch.Options); to++ {
		text := p.segment(ch, to)
		n, tail := Width(text), Width(after)
		if to == len(ch.Options)-1 {
			tail = 0
		}
		if x+n+tail > w && (to > from || x+n > w) { // of an option alone, itself comes before the sign
			break
		}
		s.spots = append(s.spots, spot{Area{x, 0, n, 1}, ch, to})
		b.WriteString(text)
		x += n
	}
	if to < len(ch.Options) && x+Width(after) <= w {
		b.WriteString(p.th.Paint.Dim.On(after))
	}
	s.lines = []string{b.String()}
	return s, to
}

func (p *painter) segment(ch *Choice, i int) string {
	text := ch.Options[i].Label
	if i == ch.Chosen {
		return p.th.Paint.ButtonFocus.On("[" + text + "]")
	}
	return p.th.Paint.Text.On(" " + text + " ")
}
