package kit

import (
	"strings"

	"spaces/themes"
)

// extent is how many lines an item needs.
type extent struct {
	least, most int
	good        int // lines that are worth more than what can be spared; 0: least
	spare       int // 0: it must be there; else it gives way where there is no room, the highest first
}

// sketch is what was drawn, with the areas of all that can be clicked on.
type sketch struct {
	lines []string
	spots []spot
	learn []func() // tells lists and fields the room they have; for Update, never for View
}

// spot is the area of a part of a stop.
type spot struct {
	Area
	stop stop
	part int
}

// painter is what items draw with.
type painter struct {
	th    *themes.Theme
	focus string // the name of what has the focus
	press string // the label of the button that Enter presses
}

func (p *painter) on(s stop) bool { return s.name() == p.focus }

// mark stands before what has the focus, so that it shows without colour.
func (p *painter) mark(focus bool) string {
	if focus {
		return p.th.Paint.Accent.On("▸ ")
	}
	return "  "
}

func (f *Form) painter(th *themes.Theme) *painter {
	p := &painter{th: th}
	s := f.focused()
	if s == nil {
		return p
	}
	p.focus = s.name()
	if b := f.button(); b != nil && s.enter() == "" {
		p.press = b.Label
	}
	if b, is := s.(*Button); is {
		p.press = b.Label
	}
	return p
}

// layout draws all items into a size. It is all that knows where what is.
func (f *Form) layout(th *themes.Theme, size Size) sketch {
	w, h := max(min(size.W, f.Width), 1), max(size.H, 1)
	p := f.painter(th)
	items, heights := fit(f.Items, w, h)
	var all sketch
	for i, it := range items {
		all.put(it.draw(p, w, heights[i]), 0, len(all.lines))
	}
	for i, line := range all.lines {
		all.lines[i] = Pad(line, w)
	}
	return all.cut(h, p.focus, footer(items, heights))
}

// put adds another sketch at a place.
func (s *sketch) put(o sketch, x, y int) {
	s.lines = append(s.lines, o.lines...)
	for _, spot := range o.spots {
		spot.X, spot.Y = spot.X+x, spot.Y+y
		s.spots = append(s.spots, spot)
	}
	s.learn = append(s.learn, o.learn...)
}

// fit leaves out what can be spared until the rest has room, and gives every item its lines.
func fit(items []Item, w, h int) ([]Item, []int) {
	items = append([]Item(nil), items...)
	for {
		least, drop := 0, -1
		for i, it := range items {
			e := it.extent(w)
			least += max(e.least, e.good)
			if e.spare > 0 && (drop < 0 || e.spare >= items[drop].extent(w).spare) {
				drop = i
			}
		}
		if least > h && drop >= 0 {
			items = append(items[:drop], items[drop+1:]...)
			continue
		}
		heights, rest := make([]int, len(items)), h
		for i, it := range items {
			heights[i] = it.extent(w).least
			rest -= heights[i]
		}
		grow := func(to func(extent) int) {
			for i, it := range items {
				more := max(min(to(it.extent(w))-heights[i], rest), 0)
				heights[i] += more
				rest -= more
			}
		}
		grow(func(e extent) int { return min(e.good, e.most) }) // a long list leaves a text its few lines
		grow(func(e extent) int { return e.most })
		return items, heights
	}
}

// footer is how many lines the buttons at the end have.
func footer(items []Item, heights []int) int {
	if n := len(items) - 1; n >= 0 {
		if _, is := items[n].(Buttons); is {
			return heights[n]
		}
	}
	return 0
}

// cut makes a sketch fit that is too high all the same: what has the focus and the buttons at the end stay. What is
// cut off cannot be clicked on.
func (s sketch) cut(h int, focus string, tail int) sketch {
	over := len(s.lines) - h
	if over <= 0 {
		return s
	}
	tail = min(tail, h/2)
	body := h - tail
	from := 0
	for _, spot := range s.spots {
		if spot.stop.name() == focus && spot.Y < len(s.lines)-tail {
			from = min(max(spot.Y+spot.H-body, 0), over)
		}
	}
	lines := append(s.lines[from:from+body:from+body], s.lines[len(s.lines)-tail:]...)
	var spots []spot
	for _, spot := range s.spots {
		switch {
		case spot.Y >= from && spot.Y < from+body:
			spot.Y -= from
		case spot.Y >= len(s.lines)-tail:
			spot.Y -= over
		default:
			continue
		}
		spots = append(spots, spot)
	}
	return sketch{lines, spots, s.learn}
}

// at finds what is drawn on a cell.
func (s sketch) at(x, y int) (spot, bool) {
	for _, spot := range s.spots {
		if spot.Holds(x, y) {
			return spot, true
		}
	}
	return spot{}, false
}

func (s sketch) text() string { return strings.Join(s.lines, "\n") }
