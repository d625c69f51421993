package tui_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui"
	"spaces/tui/kit/kittest"
)

// twin is a panel over two servers: this machine's, with the Space "media", and "work" with the Space "archive".
type twin struct {
	*kittest.Screen
	here, work *storetest.Fixture
	model      *tui.Model
	jobs       *job.Manager
}

func newTwin(t *testing.T, options ...kittest.Option) *twin {
	t.Helper()
	x := &twin{}
	x.here = storetest.New(t, storetest.Config(func(c *store.Config) { c.Name = "this machine" }))
	x.work = storetest.New(t, storetest.Config(func(c *store.Config) { c.Conn, c.Name = "work", "work" }))
	x.here.Space(t, "media")
	x.work.Space(t, "archive")
	for _, key := range []string{"images/2024/IMG_0041.jpg", "images/2024/IMG_0042.jpg", "images/index.html", "notes.txt", "zebra.txt"} {
		storetest.Put(t, x.here.Store, "media", key, "content of "+key)
	}
	for _, key := range []string{"2023/old.txt", "2024/IMG_0041.jpg", "notes.txt"} {
		storetest.Put(t, x.work.Store, "archive", key, "content of "+key)
	}
	conns := store.ConnsOf(x.here.Store, x.work.Store)
	x.jobs = job.New(job.Options{Conns: conns})
	t.Cleanup(func() { x.jobs.Close(context.Background()) })
	x.Screen = kittest.Run(t, func(now func() time.Time) tea.Model {
		x.model = tui.New(tui.Config{Store: x.here.Store, Conns: conns, Jobs: x.jobs, Now: now, Local: t.TempDir(), Start: store.Place{Space: "media"}})
		return x.model
	}, append([]kittest.Option{kittest.Jobs(x.jobs)}, options...)...)
	return x
}

// dual shows both Spaces: media at the left, which is active, archive at the right.
func (x *twin) dual() {
	x.Press("ctrl+o", "tab")
	x.goTo("work:archive/")
	x.Press("tab")
}

func (x *twin) goTo(path string) {
	x.Press("g", "p")
	x.Type(path)
	x.Press("enter")
}

var dates = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d|\d{4}-\d\d-\d\d|\d\d:\d\d     `)

func (x *twin) golden(t *testing.T) {
	t.Helper()
	golden.RequireEqual(t, dates.ReplaceAllStringFunc(x.Text(), func(d string) string { return "0000-00-00 00:00"[:len(d)] })+"\n")
}

func TestTwoPanesScreens(t *testing.T) {
	for name, options := range map[string][]kittest.Option{
		"80x24": nil, "120x40": {kittest.Size(120, 40)}, "40x12": {kittest.Size(40, 12)},
	} {
		t.Run(name, func(t *testing.T) {
			x := newTwin(t, options...)
			x.dual()
			x.Press("j", "space")
			x.golden(t)
		})
	}
}

func TestTheOtherPaneGetsTheKeysByTab(t *testing.T) {
	x := newTwin(t)
	x.dual()
	x.Want("this machine ▸ media", "work ▸ archive", "spaces ▸ this machine ▸ media", "Tab other pane")
	x.Press("tab")
	x.Want("spaces ▸ work ▸ archive")
	if title := x.model.View().WindowTitle; !strings.HasPrefix(title, "archive/") {
		t.Errorf("the window is called %q", title)
	}
	x.Press("enter")
	x.Want("work ▸ archive/2023/", "old.txt", "this machine ▸ media", "images/")
	x.Press("tab", "enter")
	x.Want("work ▸ archive/2023/", "media/images/", "index.html", "spaces ▸ this machine ▸ media / images/")
}

func TestEachPaneHasAHistoryOfItsOwn(t *testing.T) {
	x := newTwin(t)
	x.dual()
	x.Press("enter", "enter")
	x.Want("media/images/2024/")
	x.Press("tab", "enter", "H")
	x.Want("work ▸ archive/ ", "media/images/2024/")
	x.Press("tab", "H", "H")
	x.Want("this machine ▸ media/ ", "work ▸ archive/ ")
	x.Press("H")
	x.Want("first place of the history")
	x.Press("L")
	x.Want("this machine ▸ media/images/ ")
	x.Press("q")
	x.Want("this machine ▸ media/ ")
	x.Press("~")
	x.Want("╭ Spaces", "work ▸ archive/ ")
}

func TestOnePaneIsTheActiveOne(t *testing.T) {
	x := newTwin(t)
	x.dual()
	x.Press("tab", "j", "ctrl+o")
	x.Want("╭ Files", "▌▸ 2024/", "spaces ▸ work ▸ archive")
	x.WantNot("images/", "other pane")
	x.Press("enter")
	x.Want("archive / 2024/")
	x.Press("ctrl+o")
	x.Want("work ▸ archive/2024/", "this machine ▸ media/ ")
	x.Press("ctrl+o", "H")
	x.Want("╭ Files", "▸ archive ", "2023/") // the history of the pane goes on
	x.Press("H")
	x.Want("▸ this machine ▸ media ")
}

func TestAPaneStaysWhereItIsWhenAPlaceCannotBeGoneTo(t *testing.T) {
	x := newTwin(t)
	x.dual()
	x.Press("tab")
	x.goTo("nowhere:x")
	x.Want("no connection")
	x.Press("esc")
	x.Want("spaces ▸ work ▸ archive", "this machine ▸ media/")
}

func TestAnswersComeToThePaneThatAsked(t *testing.T) {
	x := newTwin(t)
	x.dual()
	x.Hold()
	x.Press("enter")
	x.Press("tab", "enter", "tab", "tab")
	x.Release()
	x.Want("media/images/", "index.html", "archive/2023/", "old.txt")
}

func TestTheBorderOfThePanesIsDraggedAndAClickActivates(t *testing.T) {
	x := newTwin(t, kittest.Size(100, 24))
	x.dual()
	at, _, _ := x.Find("╭ work")
	if at != 50 {
		t.Fatalf("the border is at %d", at)
	}
	x.Drag(49, 8, 64, 9)
	if at, _, _ = x.Find("╭ work"); at != 64 {
		t.Errorf("dragged, the border is at %d:\n%s", at, x.Text())
	}
	x.Drag(64, 8, 99, 9)
	if at, _, _ = x.Find("╭ work"); at != 74 {
		t.Errorf("dragged to the edge, the border is at %d", at)
	}
	x.ClickOn("2024/")
	x.Want("spaces ▸ work ▸ archive")
	x.Press("enter")
	x.Want("archive/2024/", "▌  IMG_00")
	x.ClickOn("zebra.txt")
	x.Want("spaces ▸ this machine ▸ media", "▌  zebra.txt")
}

func TestPanesTakeEverySize(t *testing.T) {
	x := newTwin(t)
	x.dual()
	x.Press("/")
	x.Type("no")
	for _, size := range [][2]int{{20, 6}, {79, 24}, {80, 24}, {200, 60}, {40, 12}, {300, 80}, {10, 3}, {80, 24}} {
		x.Resize(size[0], size[1]) // the screen checks itself
	}
	x.Press("enter")
	x.Resize(60, 20)
	x.Want("pane 1 of 2", "notes.txt")
	x.WantNot("2023/")
	x.Press("tab")
	x.Want("pane 2 of 2", "2023/")
	x.Resize(200, 60)
	x.Want("2023/", "notes.txt")
	x.WantNot("Info")
	x.Press("i")
	x.Advance(time.Second)
	x.Press("i")
	x.Want("2023/", "notes.txt")
}

func TestAPaneSaysWhichConnectionItIsOf(t *testing.T) {
	x := newTwin(t)
	x.dual()
	x.Press("tab", "g", "s", "tab")
	x.Want("this machine ▸ media/", "Settings ▸ work ▸ archive")
	x.Press("tab", "g", "u", "tab")
	x.Want("Usage ▸ work ▸ archive/")
	x.Press("tab", "g", "k", "tab")
	x.Want("Access keys ▸ work")
	x.Press("tab", "g", "o", "tab")
	x.Want("What is public ▸ work")
	x.Press("tab", "ctrl+o")
	x.WantNot("What is public ▸ work")
}

func TestJobsReachBothPanes(t *testing.T) {
	x := newTwin(t)
	x.Press("ctrl+o", "tab", "G", "tab")
	x.Press("G", "d", "y")
	x.WantNot("▌  zebra.txt")
	if strings.Contains(x.Text(), "zebra.txt ") {
		t.Errorf("a pane still shows what is deleted:\n%s", x.Text())
	}
}

func TestAPaneAsksForNothingThatItHasNoRoomFor(t *testing.T) {
	x := newTwin(t, kittest.Size(120, 40))
	x.dual()
	x.here.Faults.Clear()
	x.work.Faults.Clear()
	x.Press("j", "j", "tab", "j", "j")
	x.Advance(time.Second)
	for _, r := range append(x.here.Faults.Requests(), x.work.Faults.Requests()...) {
		if strings.HasPrefix(r, "HEAD ") || strings.HasSuffix(r, "?acl") {
			t.Errorf("%s: there is neither an inspector nor a column for it", r)
		}
	}
}
