package kit

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
)

// wheelRows is how far one notch of the mouse wheel scrolls.
const wheelRows = 3

// doubleClick is the longest time between the two clicks of a double click.
const doubleClick = 400 * time.Millisecond

// List is a virtual list: a cursor over so many rows, of which only those on the screen are ever asked for. Its cost
// does not depend on their number. The zero List is empty.
type List struct {
	Cursor int // row under the cursor, 0 when empty
	Offset int // first row on the screen
	Y      int // line of the page's area where the list is drawn: mouse rows are counted from there

	n, height  int
	double     bool
	clicked    time.Time
	clickedRow int
}

// Len returns the number of rows.
func (l *List) Len() int { return l.n }

// SetLen says how many rows there are. The cursor stays on its row number, or goes to the last row.
func (l *List) SetLen(n int) {
	l.n = max(n, 0)
	l.MoveTo(l.Cursor)
}

// MoveTo puts the cursor on row i, or on the nearest that exists, scrolling no more than needed.
func (l *List) MoveTo(i int) {
	l.Cursor = min(max(i, 0), max(l.n-1, 0))
	l.scroll()
}

// Hold makes a change that puts the cursor where its row is now: it stays on its line of the screen, if there are rows for that.
func (l *List) Hold(change func()) {
	line := l.Cursor - l.Offset
	change()
	l.Offset = max(l.Cursor-line, 0)
	l.scroll()
}

// scroll brings the cursor into view with the least movement, and fills the screen when there are rows for it.
func (l *List) scroll() {
	if l.height <= 0 {
		return
	}
	l.Offset = min(max(l.Offset, l.Cursor-l.height+1), l.Cursor)
	l.Offset = max(min(l.Offset, l.n-l.height), 0)
}

// Visible returns the rows [from, to) that are on the screen.
func (l *List) Visible() (from, to int) { return l.Offset, min(l.Offset+l.height, l.n) }

// SetHeight tells the list how many rows are seen at once.
func (l *List) SetHeight(rows int) {
	l.height = max(rows, 0)
	l.scroll()
}

// window returns the rows [from, to) that are seen when so many are drawn. It changes nothing.
func (l *List) window(rows int) (from, to int) {
	as := *l
	as.SetHeight(rows)
	return as.Visible()
}

// Update moves by a bound key, by the mouse, or (while keys are text) by the arrow and page keys themselves. handled
// is false when msg meant nothing to a list; then nothing changed.
func (l *List) Update(c *Context, msg tea.Msg) (handled bool) {
	l.double = false
	switch msg := msg.(type) {
	case Key:
		return l.move(msg.Action)
	case tea.KeyPressMsg:
		return l.move(arrows[msg.String()])
	case Mouse:
		return l.mouse(c, msg)
	}
	return false
}

// arrows are the keys that move a list below a text field.
var arrows = map[string]keys.Action{
	"up": keys.Up, "down": keys.Down, "pgup": keys.PageUp, "pgdown": keys.PageDown,
	"ctrl+p": keys.Up, "ctrl+n": keys.Down,
}

func (l *List) move(a keys.Action) bool {
	page := max(l.height-1, 1)
	switch a {
	case keys.Up:
		l.MoveTo(l.Cursor - 1)
	case keys.Down:
		l.MoveTo(l.Cursor + 1)
	case keys.PageUp:
		l.MoveTo(l.Cursor - page)
	case keys.PageDown:
		l.MoveTo(l.Cursor + page)
	case keys.HalfUp:
		l.MoveTo(l.Cursor - max(l.height/2, 1))
	case keys.HalfDown:
		l.MoveTo(l.Cursor + max(l.height/2, 1))
	case keys.Top:
		l.MoveTo(0)
	case keys.Bottom:
		l.MoveTo(l.n - 1)
	default:
		return false
	}
	return true
}

func (l *List) mouse(c *Context, m Mouse) bool {
	switch msg := m.Msg.(type) {
	case tea.MouseWheelMsg:
		switch msg.Button {
		case tea.MouseWheelUp:
			l.scrollBy(-wheelRows)
		case tea.MouseWheelDown:
			l.scrollBy(wheelRows)
		default:
			return false
		}
		return true
	case tea.MouseClickMsg:
		return msg.Button == tea.MouseLeft && l.click(c.Now(), m.Y)
	}
	return false
}

// scrollBy moves the view; the cursor moves only when it would leave the screen.
func (l *List) scrollBy(rows int) {
	l.Offset = max(min(l.Offset+rows, l.n-l.height), 0)
	l.Cursor = min(max(l.Cursor, l.Offset), max(min(l.Offset+l.height, l.n)-1, 0))
}

func (l *List) click(now time.Time, y int) bool {
	row, ok := l.RowAt(y)
	if ok {
		l.clickRow(now, row)
	}
	return ok
}

// clickRow puts the cursor on a row that was clicked on.
func (l *List) clickRow(now time.Time, row int) {
	l.double = row == l.clickedRow && !l.clicked.IsZero() && now.Sub(l.clicked) <= doubleClick
	l.clicked, l.clickedRow = now, row
	if l.double {
		l.clicked = time.Time{} // a third click begins anew
	}
	l.MoveTo(row)
}

// RowAt returns the row drawn on line y of the page's area.
func (l *List) RowAt(y int) (row int, ok bool) {
	row = y - l.Y + l.Offset
	return row, y >= l.Y && y-l.Y < l.height && row < l.n
}

// Double says whether the last Update was a double click on the row that is now under the cursor.
func (l *List) Double() bool { return l.double }

// View draws the rows on the screen: exactly size.H lines, those without a row empty. row draws row i into w cells.
func (l *List) View(size Size, row func(i, w int, cursor bool) string) string {
	l.height = max(size.H, 0)
	l.scroll()
	if size.H <= 0 {
		return ""
	}
	var b strings.Builder
	b.Grow(size.H * (size.W + 64))
	from, to := l.Visible()
	for i := from; i < to; i++ {
		if i > from {
			b.WriteByte('\n')
		}
		b.WriteString(row(i, size.W, i == l.Cursor))
	}
	for i := max(to-from, 1); i < size.H; i++ {
		b.WriteByte('\n')
	}
	return b.String()
}
