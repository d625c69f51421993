package tui_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"spaces/keys"
	"spaces/store"
	"spaces/themes"
	"spaces/tui"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

func TestTheFrameFillsEveryScreen(t *testing.T) {
	p := newPanel(t, nil)
	for _, size := range []kit.Size{{W: 20, H: 6}, {W: 20, H: 60}, {W: 37, H: 9}, {W: 80, H: 24}, {W: 200, H: 60}, {W: 500, H: 7}} {
		p.Resize(size.W, size.H) // the screen checks itself
		p.Press("s")
		p.Press("esc", "g")
		p.Advance(time.Second)
		p.Press("esc")
	}
	p.Press("enter", "enter", "enter", "enter", "enter", "enter", "enter", "enter")
	for w := 20; w < 100; w++ {
		p.Resize(w, 6)
	}
}

func TestATerminalWithoutASizeIsTakenForAClassicOne(t *testing.T) {
	p := newPanel(t, nil)
	p.Resize(200, 60)
	m, _ := p.model.Update(tea.WindowSizeMsg{})
	if got := strings.Count(m.View().Content, "\n") + 1; got != 24 {
		t.Errorf("%d lines", got)
	}
}

func TestTheFirstFrameWaitsForNothing(t *testing.T) {
	m := tui.New(tui.Config{Page: func(c *kit.Context, p store.Place) kit.Page { return newFake(c, p) }, Start: store.Place{Space: "media"}})
	m.Init()
	if got := m.View().Content; !strings.Contains(got, "IMG_0000000.jpg") || !strings.Contains(got, "media") {
		t.Errorf("the first frame is\n%s", got)
	}
}

func TestWhateverAPageDrawsTheFrameKeepsItsShape(t *testing.T) {
	p := newPanel(t, nil)
	for _, view := range []string{"one", strings.Repeat("x\n", 500), strings.Repeat("wide ", 100), "日本語\n" + strings.Repeat("日本語", 60)} {
		p.top().view = view
		p.Send(nil)
		p.Want("media", "100 rows")
	}
}

func TestKeysGoToThePageOrToTheDialogInFrontOfIt(t *testing.T) {
	p := newPanel(t, nil)
	page := p.top()
	page.took(t, "init")
	p.Press("j", "ctrl+d")
	page.took(t, "key down", "key half-page-down")
	p.Press("s")
	p.Want("Quick Share", "line two is longer")
	p.Press("j")
	p.Paste("hello")
	page.took(t)
	p.Press("esc")
	p.WantNot("Quick Share")
	page.took(t, "return")
	p.Paste("hello")
	page.took(t, "paste hello")
}

func TestWhileKeysAreTextTheyReachThePageAsTheyAre(t *testing.T) {
	p := newPanel(t, nil)
	page := p.top()
	page.told = nil
	p.Press("/", "d", "space", "enter", "backspace", "g", "?", "esc", "j")
	page.took(t, "text d", "text space", "text enter", "text backspace", "text g", "text ?", "text esc", "key down")
}

func TestAnActionThatIsOffSaysWhy(t *testing.T) {
	p := newPanel(t, nil)
	p.Press("d")
	p.Want("Nothing is selected.")
	if slices.Contains(p.top().told, "deleted") {
		t.Error("it ran")
	}
	p.Press("j")
	p.WantNot("Nothing is selected.")
}

func TestAnUnboundKeySaysSoOnce(t *testing.T) {
	p := newPanel(t, nil)
	p.Press("Q")
	p.Want("Q is not bound, ? shows the keys")
	p.Press("j", "Q")
	p.WantNot("Q is not bound")
	p.Press("g", "z")
	p.Want("g z is not bound")
}

func TestAKeyOfOtherPagesSaysThatItIsNotForThisOne(t *testing.T) {
	p := newPanel(t, nil)
	p.top().told = nil
	p.Press("F")
	p.Want("Find below here: not on this page")
	p.Press("C")
	p.Want("Compare the panes: not on this page")
	p.top().took(t)
	p.Press("ctrl+d")
	p.WantNot("not on this page")
	p.top().took(t, "key half-page-down")
}

func TestAPrefixShowsAfterAMomentWhatMayFollow(t *testing.T) {
	p := newPanel(t, nil)
	p.Press("o")
	p.Want("o-")
	p.WantNot("Sort by size")
	p.Advance(299 * time.Millisecond)
	p.WantNot("Sort by size")
	p.Advance(time.Millisecond)
	p.Want("o …", "n", "Sort by name", "Sort by size", "Sort by date")
	p.Press("n")
	p.WantNot("Sort by size")
	p.top().took(t, "init", "sorted")
}

func TestAPrefixThatIsFinishedOrGivenUpLeavesNoTimer(t *testing.T) {
	p := newPanel(t, nil)
	p.Press("o", "n", "g", "esc", "g", "z")
	if n := p.Timers(); n != 0 {
		t.Errorf("%d timers wait", n)
	}
	p.Advance(time.Minute)
	p.WantNot("Sort by")
}

func TestAnIdlePanelWaitsForNoTime(t *testing.T) {
	p := newPanel(t, nil)
	p.Press("j", "j", "s", "esc", "enter", "H")
	if n := p.Timers(); n != 0 {
		t.Errorf("%d timers wait", n)
	}
}

func TestHistoryGoesBackAndForwardAndEndsWhereItEnds(t *testing.T) {
	p := newPanel(t, nil)
	p.Press("enter", "enter")
	p.Want("media / a/a/")
	p.Press("H")
	p.Want("media / a/")
	p.WantNot("a/a/")
	p.Press("H", "H")
	p.Want("first place of the history")
	p.Press("L", "L")
	p.Want("a/a/")
	p.Press("L")
	p.Want("last place of the history")
	p.Press("H", "H", "enter")
	if closed := []bool{p.pages[1].closed, p.pages[2].closed}; !closed[0] || !closed[1] {
		t.Errorf("pages that cannot be gone to any more are open: %v", closed)
	}
}

func TestGoingUpToWhereOneCameFromShowsThatPageAsItWas(t *testing.T) {
	p := newPanel(t, nil)
	p.Press("j", "j", "enter", "h")
	if len(p.pages) != 2 {
		t.Fatalf("%d pages were made", len(p.pages))
	}
	if got := p.pages[0].list.Cursor; got != 2 {
		t.Errorf("the cursor is on row %d", got)
	}
	if !slices.Contains(p.pages[0].told, "return") {
		t.Error("the page was not told")
	}
	p.Press("L")
	p.Want("media / a/")
}

func TestALongHistoryClosesItsOldestPages(t *testing.T) {
	p := newPanel(t, nil)
	for range 100 {
		p.Press("enter")
	}
	open := 0
	for _, f := range p.pages {
		if !f.closed {
			open++
		}
	}
	if open > 40 || p.top().closed {
		t.Errorf("%d pages are open", open)
	}
}

func TestBackFromTheFirstPageClimbsAndLeavesFromTheIndex(t *testing.T) {
	p := newPanel(t, func(c *tui.Config) { c.Start = store.Place{Space: "media", Prefix: "a/b/"} })
	p.Press("q")
	p.Want("media / a/")
	p.Press("q", "q")
	if p.Ended() {
		t.Fatal("the program ended too early")
	}
	p.WantNot("media")
	p.Press("q")
	if !p.Ended() {
		t.Error("the program goes on")
	}
	for i, f := range p.pages {
		if !f.closed {
			t.Errorf("page %d is open after the end", i)
		}
	}
}

func TestCtrlCCancelsAndTwiceQuits(t *testing.T) {
	p := newPanel(t, nil)
	p.Press("s", "ctrl+c")
	p.WantNot("Quick Share")
	p.Press("j", "ctrl+c")
	p.Want("^c again quits")
	if p.Ended() {
		t.Fatal("once quits")
	}
	if page := p.top(); !slices.Contains(page.told, "key cancel") {
		t.Errorf("the page was told %q", page.told)
	}
	p.Press("ctrl+c")
	if !p.Ended() {
		t.Error("twice does not quit")
	}
}

func TestAnAnswerReachesThePageThatAskedOnly(t *testing.T) {
	p := newPanel(t, nil)
	p.Hold()
	p.Press("W", "enter", "W")
	p.Release()
	if first, second := p.pages[0].told, p.pages[1].told; !slices.Contains(first, "answer ") || !slices.Contains(second, "answer a/") {
		t.Errorf("%q and %q", first, second)
	}
	if slices.Contains(p.pages[0].told, "answer a/") {
		t.Error("an answer reached two pages")
	}
}

func TestMousePositionsAreThoseOfThePage(t *testing.T) {
	p := newPanel(t, nil)
	page := p.top()
	page.told = nil
	p.Send(tea.MouseClickMsg{X: 3, Y: 5, Button: tea.MouseLeft})
	page.took(t, "mouse 3,4")
	if page.list.Cursor != 4 {
		t.Errorf("the cursor is on row %d", page.list.Cursor)
	}
	p.Press("s")
	x, y, _ := p.Find("line one")
	p.Send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	page.took(t)
}

func TestNamesOfThePathBarAndHintsCanBeClicked(t *testing.T) {
	p := newPanel(t, nil)
	p.Press("enter", "enter")
	p.ClickOn("media")
	p.WantNot("a/a/")
	p.Want("media")
	p.ClickOn("share")
	p.Want("Quick Share")
}

func TestTheThemeFollowsTheTerminalUnlessItIsChosen(t *testing.T) {
	p := newPanel(t, nil)
	before := p.Styled()
	p.Send(tea.BackgroundColorMsg{Color: white{}})
	if p.Styled() == before {
		t.Error("a light terminal shows the dark theme")
	}
	p.Send(tea.ColorProfileMsg{Profile: colorprofile.ANSI})
	if strings.Contains(p.Styled(), "38;2;") {
		t.Error("a terminal with 16 colours gets others")
	}
	p.Send(tea.ColorProfileMsg{Profile: colorprofile.ASCII})
	if strings.Contains(p.Styled(), "\x1b[3") {
		t.Error("a terminal without colours gets some")
	}
}

func TestAThemeForTheOppositeBackgroundBringsItsOwn(t *testing.T) {
	light, err := themes.Load("light")
	if err != nil {
		t.Fatal(err)
	}
	p := newPanel(t, func(c *tui.Config) { c.Theme = light })
	if p.model.View().BackgroundColor != nil || !strings.Contains(p.Styled(), "48;2;") {
		t.Error("a terminal that has not said what it has is not painted, or told to have another")
	}
	p.Send(tea.BackgroundColorMsg{Color: white{}})
	if p.model.View().BackgroundColor != nil {
		t.Error("a light terminal is painted for the light theme")
	}
	p.Send(tea.BackgroundColorMsg{Color: black{}})
	if p.model.View().BackgroundColor == nil {
		t.Error("the light theme is drawn on a dark terminal")
	}
	for i, line := range strings.Split(p.Styled(), "\n") { // also where the terminal does not change its colours
		if n := kit.Width(line); n != 80 || !strings.HasPrefix(line, "\x1b[38;2;") || strings.Contains(line, "\x1b[m ") {
			t.Errorf("line %d has cells without the background of the theme (%d cells):\n%q", i, n, line)
		}
	}
	p.Send(tea.ColorProfileMsg{Profile: colorprofile.ANSI})
	if strings.Contains(p.Styled(), "48;") {
		t.Error("a terminal of 16 colours is painted")
	}
}

type black struct{}

func (black) RGBA() (r, g, b, a uint32) { return 0, 0, 0, 0xffff }

type white struct{}

func (white) RGBA() (r, g, b, a uint32) { return 0xffff, 0xffff, 0xffff, 0xffff }

func TestALongPathKeepsItsEnd(t *testing.T) {
	p := newPanel(t, func(c *tui.Config) {
		c.Start = store.Place{Space: "media-prod", Prefix: "photographs/originals/2024/december/holidays/"}
	}, kittest.Size(50, 10))
	if got := p.Line(0); got != " spaces ▸ …/originals/2024/december/holidays/" {
		t.Errorf("%q", got)
	}
	p.Resize(24, 10)
	if got := p.Line(0); got != " spaces ▸ …/holidays/" {
		t.Errorf("%q", got)
	}
	p.Resize(20, 10)
	if got := p.Line(0); !strings.HasSuffix(got, "days/") {
		t.Errorf("%q", got)
	}
}

func TestHostileNamesReachNeitherTheScreenNorTheTitleRaw(t *testing.T) {
	for _, name := range []string{"\x1b]0;x\a", "\x1b[2J", "a\rb", "\u202egpj", "\xff\xfe", "\x9b31m", "a\nb", "\x1b]52;c;eA==\x1b\\"} {
		p := newPanel(t, func(c *tui.Config) { c.Start = store.Place{Space: "media", Prefix: name + "/"} })
		for _, r := range p.model.View().WindowTitle {
			if r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x202e {
				t.Errorf("%q: the title has %U", name, r)
			}
		}
	}
}

func BenchmarkCursorMove(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := newPanel(b, nil, kittest.Size(200, 60))
			p.top().list.SetLen(n)
			var m tea.Model = p.model
			down := kittest.KeyPress("j")
			b.ReportAllocs()
			var took []time.Duration
			for b.Loop() {
				begun := time.Now()
				m, _ = m.Update(down)
				frame = m.View().Content
				took = append(took, time.Since(begun))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}

var frame string

func TestBackGoesUpALevelWhateverTheHistoryHolds(t *testing.T) {
	p := newPanel(t, func(c *tui.Config) { c.Start = store.Place{Space: "media", Prefix: "a/"} })
	p.Press("~")
	p.WantNot("media")
	p.Press("q")
	if !p.Ended() {
		t.Errorf("q on the index goes back to\n%s", p.Text())
	}
}

func TestEscapeAndAKeyThatAreReadTogetherAreTwoKeys(t *testing.T) {
	p := newPanel(t, nil)
	page := p.top()
	p.Press("s", "alt+esc")
	p.WantNot("Quick Share")
	page.told = nil
	p.Press("alt+j", "alt+up")
	page.took(t, "key cancel", "key down", "key cancel", "key up")
	p.Send(tea.KeyPressMsg{Code: 'g', Mod: tea.ModAlt | tea.ModShift}) // as the terminal's reader names Escape and G
	page.took(t, "key cancel", "key bottom")
	p.Press("/", "a", "alt+j")
	page.took(t, "text a", "text esc", "key down")
	p.Press("o", "alt+n")
	page.took(t)
	p.Want("n is not bound")
}

func TestAKeyWithAltThatIsBoundIsOneKey(t *testing.T) {
	m, err := keys.Preset("spaces")
	if err == nil {
		m, err = m.Override(map[string][]string{"sort-name": {"alt+j"}})
	}
	if err != nil {
		t.Fatal(err)
	}
	p := newPanel(t, func(c *tui.Config) { c.Keys = m })
	p.Press("alt+j")
	p.top().took(t, "init", "sorted")
}
