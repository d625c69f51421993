package kit

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"spaces/themes"
)

// Area is a rectangle on the screen.
type Area struct{ X, Y, W, H int }

// Holds says whether a cell is within.
func (a Area) Holds(x, y int) bool { return x >= a.X && x < a.X+a.W && y >= a.Y && y < a.Y+a.H }

// DialogRoom is what a dialog has inside its frame on a screen of the given size.
func DialogRoom(screen Size) Size { return Size{max(screen.W-6, 8), max(screen.H-4, 1)} }

// DialogBox draws a dialog with frame and title for a screen of the given size. at is where the box belongs, inner
// where the dialog's own area is on the screen.
func DialogBox(c *Context, d Dialog, screen Size) (box string, at, inner Area) {
	room := DialogRoom(screen)
	body := d.View(c, room)
	lines := strings.Split(strings.TrimRight(body, "\n"), "\n")
	if len(lines) > room.H {
		lines = lines[:room.H]
	}
	w := min(Width(d.Title())+4, room.W)
	for _, line := range lines {
		w = max(w, min(Width(line), room.W))
	}
	for i, line := range lines {
		lines[i] = " " + Pad(line, w) + " "
	}
	at = Area{W: min(w+4, screen.W), H: len(lines) + 2}
	at.X, at.Y = max((screen.W-at.W)/2, 0), max((screen.H-at.H)*2/5, 0)
	inner = Area{X: at.X + 2, Y: at.Y + 1, W: w, H: len(lines)}
	return Box(c.Theme, d.Title(), strings.Join(lines, "\n"), Size{at.W, at.H}), at, inner
}

// withoutPictures takes away what is nothing without its colours.
var withoutPictures = strings.NewReplacer("▀", " ", "▄", " ")

// Overlay puts a box over a screen at a place. What is below loses its colours, so that the eye finds the box.
func Overlay(th *themes.Theme, screen, box string, at Area) string {
	under, over := strings.Split(screen, "\n"), strings.Split(box, "\n")
	var b strings.Builder
	b.Grow(len(screen) + len(box))
	for y, line := range under {
		if y > 0 {
			b.WriteByte('\n')
		}
		plain := strings.TrimRight(withoutPictures.Replace(ansi.Strip(line)), " ")
		if y < at.Y || y >= at.Y+len(over) {
			b.WriteString(th.Paint.Behind.On(plain))
			continue
		}
		left, n := head(plain, at.X)
		b.WriteString(th.Paint.Behind.On(left + Blank(at.X-n)))
		b.WriteString(over[y-at.Y])
		b.WriteString(th.Paint.Behind.On(skip(plain, at.X+at.W)))
	}
	return b.String()
}

// skip returns plain text from cell x on. Half of a wide character becomes a space.
func skip(plain string, x int) string {
	if Width(plain) <= x {
		return ""
	}
	left, n := head(plain, x)
	rest := plain[len(left):]
	if n == x {
		return rest
	}
	for rest != "" {
		size, c := first(rest)
		rest = rest[size:]
		if n += c; n >= x {
			return Blank(n-x) + rest
		}
	}
	return ""
}
