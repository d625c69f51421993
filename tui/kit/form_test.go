package kit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"spaces/keys"
	"spaces/tui/kit"
)

// asked is a form with one of everything, and what was done with it.
type asked struct {
	focus  kit.Focus
	field  *kit.Field
	list   kit.List
	scroll kit.Scroll
	chosen int
	did    []string
	text   int // lines of text that scroll
	why    string
}

func newAsked() *asked {
	a := &asked{field: kit.NewField("", ""), text: 2}
	a.list.SetLen(9)
	return a
}

func (a *asked) does(what string) func(*kit.Context) tea.Cmd {
	return func(*kit.Context) tea.Cmd { a.did = append(a.did, what); return nil }
}

func (a *asked) form() *kit.Form {
	lines := make([]string, a.text)
	for i := range lines {
		lines[i] = fmt.Sprintf("line %d", i)
	}
	return &kit.Form{Width: 60, Focus: &a.focus, Items: []kit.Item{
		kit.Gap,
		&kit.Entry{Label: "Name", Field: a.field},
		&kit.Text{Lines: []string{"a note"}, Spare: 1},
		&kit.Choice{Label: "Access", Options: kit.Options("Private", "Public"), Chosen: a.chosen, Numbered: true,
			Choose: func(_ *kit.Context, i int) tea.Cmd { a.chosen = i; return nil }},
		&kit.Rows{Name: "rows", List: &a.list, Most: 5, Open: a.does("open"), Word: "open",
			Row: func(i, w int, cursor bool) string { return kit.Fit(fmt.Sprintf("row %d", i), w) }},
		&kit.Pager{Lines: lines, Scroll: &a.scroll, Most: 4},
		kit.Gap,
		kit.Buttons{{Label: "Do it", Run: a.does("do")}, {Label: "Never", Why: a.why, Run: a.does("never")}, {Label: "Leave", Run: a.does("leave")}},
	}}
}

func withRoom(w, h int) *kit.Context {
	preset, err := keys.Preset("spaces")
	if err != nil {
		panic(err)
	}
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	return &kit.Context{Theme: dark(), Keys: preset, Room: kit.Size{W: w, H: h}, Now: func() time.Time { now = now.Add(time.Second); return now }}
}

func (a *asked) send(c *kit.Context, msgs ...kit.Key) {
	for _, m := range msgs {
		a.form().Update(c, m)
	}
}

var (
	tab   = kit.Key{Action: keys.Next, Pressed: "tab"}
	back  = kit.Key{Action: keys.Prev, Pressed: "shift+tab"}
	enter = kit.Key{Action: keys.Enter, Pressed: "enter"}
	right = kit.Key{Action: keys.Enter, Pressed: "right"}
	left  = kit.Key{Action: keys.Parent, Pressed: "left"}
	down  = kit.Key{Action: keys.Down, Pressed: "down"}
	up    = kit.Key{Action: keys.Up, Pressed: "up"}
)

func TestTabGoesThroughAFormInTheOrderOfItsListAndAround(t *testing.T) {
	a, c := newAsked(), withRoom(60, 20)
	var order []string
	for range 7 {
		a.send(c, tab)
		order = append(order, a.focus.Name)
	}
	if got := strings.Join(order, " "); got != "Access rows Do it Never Leave Name Access" {
		t.Errorf("Tab goes %s", got)
	}
	a.send(c, back, back)
	if a.focus.Name != "Leave" {
		t.Errorf("two steps back is %s", a.focus.Name)
	}
}

func TestAnArrowNeverPressesAButton(t *testing.T) {
	a, c := newAsked(), withRoom(60, 20)
	a.focus.Name = "Do it"
	a.send(c, right, right, right, right, left, kit.Key{Action: keys.Enter, Pressed: "l"}, down, kit.Key{Action: keys.Parent, Pressed: "backspace"})
	if len(a.did) > 0 || a.focus.Name != "Leave" {
		t.Errorf("it did %v; the focus is on %s", a.did, a.focus.Name)
	}
	a.send(c, enter)
	if len(a.did) != 1 || a.did[0] != "leave" {
		t.Errorf("Enter did %v", a.did)
	}
}

func TestEnterPressesTheFirstButtonWhereItHasNoOtherMeaning(t *testing.T) {
	a, c := newAsked(), withRoom(60, 20)
	a.send(c, enter, tab, enter, tab, enter)
	if got := strings.Join(a.did, " "); got != "do do open" {
		t.Errorf("it did %s", got)
	}
}

func TestAButtonThatIsOffTellsWhy(t *testing.T) {
	a, c := newAsked(), withRoom(60, 20)
	a.why, a.focus.Name = "Not now", "Never"
	a.send(c, enter)
	if r := c.Take(); len(a.did) > 0 || len(r) != 1 || r[0].Notice != "Not now" {
		t.Errorf("it did %v and told %+v", a.did, r)
	}
}

func TestAChoiceTakesArrowsSpaceAndDigits(t *testing.T) {
	a, c := newAsked(), withRoom(60, 20)
	a.focus.Name = "Access"
	for _, step := range []struct {
		key  kit.Key
		want int
	}{{right, 1}, {right, 1}, {left, 0}, {left, 0}, {kit.Key{Action: keys.Select, Pressed: "space"}, 1}, {kit.Key{Pressed: "1"}, 0}, {kit.Key{Pressed: "9"}, 0}} {
		if a.send(c, step.key); a.chosen != step.want {
			t.Errorf("%+v chooses %d", step.key, a.chosen)
		}
	}
	a.chosen = -1
	if a.send(c, right); a.chosen != 0 {
		t.Errorf("from nothing the arrow chooses %d", a.chosen)
	}
}

// TestEveryCellMeansWhatIsDrawnOnIt clicks on every cell at many sizes, and looks at what is drawn there.
func TestEveryCellMeansWhatIsDrawnOnIt(t *testing.T) {
	for _, w := range []int{1, 9, 21, 34, 64} {
		for _, h := range []int{1, 2, 5, 9, 18} {
			c := withRoom(w, h)
			view := strings.Split(ansi.Strip(newAsked().form().View(dark(), kit.Size{W: w, H: h})), "\n")
			for y, line := range view {
				for x := range kit.Width(line) {
					a := newAsked()
					a.form().Update(c, kit.Mouse{Msg: tea.MouseClickMsg{Button: tea.MouseLeft}, X: x, Y: y})
					if len(a.did) == 0 {
						continue
					}
					name := map[string]string{"do": "Do it", "never": "Never", "leave": "Leave"}[a.did[0]]
					at := kit.Width(line[:max(strings.Index(line, name), 0)])
					if !strings.Contains(line, name) || x < at-2 || x >= at+len(name)+2 {
						t.Fatalf("%d×%d: %d, %d does %v:\n%s", w, h, x, y, a.did, strings.Join(view, "\n"))
					}
				}
			}
		}
	}
}

func TestAFormFitsEverySizeAndKeepsItsFocusAndButtons(t *testing.T) {
	for w := 20; w <= 64; w += 4 {
		for h := 3; h <= 18; h++ {
			a := newAsked()
			a.focus.Name = "Access"
			view := ansi.Strip(a.form().View(dark(), kit.Size{W: w, H: h}))
			lines := strings.Split(view, "\n")
			if len(lines) > h {
				t.Fatalf("%d×%d: %d lines", w, h, len(lines))
			}
			if !strings.Contains(view, "(•) P") || !strings.Contains(view, "Leave") {
				t.Errorf("%d×%d:\n%s", w, h, view)
			}
		}
	}
}

func TestTextThatDoesNotFitScrollsByTheKeysThatNothingElseTakes(t *testing.T) {
	a, c := newAsked(), withRoom(60, 30)
	a.text = 20
	a.focus.Name = "Do it"
	shown := func() string { return ansi.Strip(a.form().View(dark(), c.Room)) }
	if !strings.Contains(shown(), "lines 1–3 of 20") {
		t.Fatalf("at first:\n%s", shown())
	}
	a.send(c, down, down)
	if !strings.Contains(shown(), "line 4 ") || strings.Contains(shown(), "line 1 ") || a.focus.Name != "Do it" {
		t.Errorf("two down:\n%s", shown())
	}
	a.send(c, kit.Key{Action: keys.Bottom})
	if !strings.Contains(shown(), "line 19") || !strings.Contains(shown(), "lines 18–20 of 20") {
		t.Errorf("at the bottom:\n%s", shown())
	}
	a.send(c, up)
	if strings.Contains(shown(), "line 19") {
		t.Errorf("one up:\n%s", shown())
	}
}

func TestAClickInAFieldPutsTheCursorThere(t *testing.T) {
	a, c := newAsked(), withRoom(60, 20)
	a.field.SetValue("日本 abc")
	a.focus.Name = "Leave"
	a.form().Update(c, kit.Mouse{Msg: tea.MouseClickMsg{Button: tea.MouseLeft}, X: 16 + 5, Y: 1}) // on the "a"
	a.form().Update(c, tea.KeyPressMsg{Code: 'x', Text: "x"})
	if got := a.field.Value(); a.focus.Name != "Name" || got != "日本 xabc" {
		t.Errorf("the focus is on %s, the text is %q", a.focus.Name, got)
	}
}

func TestHintsAreOfWhatKeysDoNow(t *testing.T) {
	a, c := newAsked(), withRoom(60, 20)
	for focus, does := range map[string]string{"Name": "do it", "rows": "open", "Leave": "leave"} {
		a.focus.Name = focus
		want := keys.Label("enter") + " " + does + "  Tab next  Esc cancel"
		if got := ansi.Strip(kit.Hints(dark(), c.Keys, 80, a.form().Hints())); got != want {
			t.Errorf("on %s the hints are %q", focus, got)
		}
	}
}
