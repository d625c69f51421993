package kit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/tui/kit"
)

func listOf(n, height int) *kit.List {
	l := &kit.List{}
	l.SetLen(n)
	l.View(kit.Size{W: 20, H: height}, row)
	return l
}

func row(i, w int, cursor bool) string {
	mark := " "
	if cursor {
		mark = ">"
	}
	return kit.Fit(fmt.Sprint(mark, i), w)
}

func TestAListScrollsNoMoreThanNeeded(t *testing.T) {
	l := listOf(100, 10)
	for _, c := range []struct {
		press          keys.Action
		cursor, offset int
	}{
		{keys.Up, 0, 0}, {keys.Down, 1, 0}, {keys.PageDown, 10, 1}, {keys.Up, 9, 1}, {keys.Bottom, 99, 90},
		{keys.Down, 99, 90}, {keys.HalfUp, 94, 90}, {keys.PageUp, 85, 85}, {keys.Top, 0, 0}, {keys.HalfDown, 5, 0},
	} {
		if !l.Update(nil, kit.Key{Action: c.press}) {
			t.Fatalf("%s means nothing to a list", c.press)
		}
		if l.Cursor != c.cursor || l.Offset != c.offset {
			t.Fatalf("after %s: cursor %d, offset %d, not %d, %d", c.press, l.Cursor, l.Offset, c.cursor, c.offset)
		}
	}
	if l.Update(nil, kit.Key{Action: keys.Delete}) {
		t.Error("a list deletes")
	}
}

func TestAListAsksForTheRowsOnTheScreenOnly(t *testing.T) {
	l := &kit.List{}
	l.SetLen(1_000_000)
	l.MoveTo(500_000)
	asked := 0
	text := l.View(kit.Size{W: 20, H: 12}, func(i, w int, cursor bool) string {
		asked++
		return row(i, w, cursor)
	})
	if asked != 12 || strings.Count(text, "\n") != 11 {
		t.Errorf("%d rows asked for, %d lines", asked, strings.Count(text, "\n")+1)
	}
	if !strings.Contains(text, ">500000") {
		t.Errorf("the cursor is not on the screen:\n%s", text)
	}
}

func TestAListDrawsExactlyItsHeight(t *testing.T) {
	for _, n := range []int{0, 1, 5, 6, 7} {
		for _, h := range []int{1, 2, 6} {
			if got := strings.Count(listOf(n, h).View(kit.Size{W: 9, H: h}, row), "\n") + 1; got != h {
				t.Errorf("%d rows in %d lines are drawn in %d", n, h, got)
			}
		}
	}
}

func TestAListThatShrinksKeepsItsCursorOnARow(t *testing.T) {
	l := listOf(100, 10)
	l.MoveTo(99)
	l.SetLen(4)
	if l.Cursor != 3 || l.Offset != 0 {
		t.Errorf("cursor %d, offset %d", l.Cursor, l.Offset)
	}
	l.SetLen(0)
	if l.Cursor != 0 || l.Offset != 0 {
		t.Errorf("cursor %d, offset %d of an empty list", l.Cursor, l.Offset)
	}
}

func TestAListThatIsResizedKeepsItsCursorOnTheScreen(t *testing.T) {
	l := listOf(100, 30)
	l.MoveTo(25)
	l.View(kit.Size{W: 9, H: 5}, row)
	if from, to := l.Visible(); l.Cursor < from || l.Cursor >= to {
		t.Errorf("cursor %d, rows %d to %d", l.Cursor, from, to)
	}
	l.MoveTo(99)
	l.View(kit.Size{W: 9, H: 40}, row)
	if from, to := l.Visible(); from != 60 || to != 100 {
		t.Errorf("rows %d to %d: the screen is not filled", from, to)
	}
}

func click(x, y int) kit.Mouse {
	return kit.Mouse{Msg: tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft}, X: x, Y: y}
}

func TestTheMouseMovesTheCursorAndADoubleClickIsTold(t *testing.T) {
	now := time.Unix(0, 0)
	c := &kit.Context{Now: func() time.Time { return now }}
	l := listOf(100, 10)
	l.Y = 2
	if l.Update(c, click(3, 1)) {
		t.Error("a click above the list is taken")
	}
	if !l.Update(c, click(3, 6)) || l.Cursor != 4 || l.Double() {
		t.Errorf("cursor %d, double %v", l.Cursor, l.Double())
	}
	now = now.Add(100 * time.Millisecond)
	if l.Update(c, click(3, 6)); !l.Double() {
		t.Error("the second click is no double click")
	}
	if l.Update(c, click(3, 6)); l.Double() {
		t.Error("the third click is a double click again")
	}
	now = now.Add(time.Second)
	if l.Update(c, click(3, 6)); l.Double() {
		t.Error("a late click is a double click")
	}
	if l.Update(c, click(3, 5)); l.Double() {
		t.Error("clicks on two rows are a double click")
	}
}

func TestTheWheelScrollsAndTakesTheCursorAlongOnlyAtTheEdge(t *testing.T) {
	l := listOf(100, 10)
	l.MoveTo(5)
	wheel := func(b tea.MouseButton) { l.Update(nil, kit.Mouse{Msg: tea.MouseWheelMsg{Button: b}}) }
	wheel(tea.MouseWheelDown)
	if l.Cursor != 5 || l.Offset != 3 {
		t.Errorf("cursor %d, offset %d", l.Cursor, l.Offset)
	}
	wheel(tea.MouseWheelDown)
	if l.Cursor != 6 || l.Offset != 6 {
		t.Errorf("cursor %d, offset %d", l.Cursor, l.Offset)
	}
	for range 40 {
		wheel(tea.MouseWheelDown)
	}
	if l.Cursor != 90 || l.Offset != 90 {
		t.Errorf("cursor %d, offset %d at the end", l.Cursor, l.Offset)
	}
}

func BenchmarkListMove(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			l := &kit.List{}
			l.SetLen(n)
			draw := func(i, w int, cursor bool) string { return kit.Fit("images/IMG_0041.jpg", w) }
			b.ReportAllocs()
			for i := range b.N {
				l.Update(nil, kit.Key{Action: []keys.Action{keys.Down, keys.PageDown, keys.Bottom, keys.Top}[i%4]})
				l.View(kit.Size{W: 200, H: 57}, draw)
			}
		})
	}
}
