// Package kittest drives pages, dialogs and the whole panel in tests, without a terminal: keys go through the real
// key map, commands run one after the other until none is left, and time stands still until it is told to go on.
//
//	s := kittest.New(t, kittest.Store(fixture.Store))
//	s.Show(page.New(s.Context, store.Place{Space: "media"}))
//	s.Press("j", "space", "d")
//	s.Want("1 file")
//
// After every step the screen is checked: as many lines as it has room for, none too wide, and no control character
// that is not part of a style.
package kittest

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/themes"
	"spaces/tui/kit"
)

// Start is what the clock of a Screen shows at first.
var Start = time.Date(2026, 11, 22, 14, 5, 0, 0, time.UTC)

// Screen is a terminal's worth of the program under test.
type Screen struct {
	Context *kit.Context // to make pages and dialogs with; nil when a whole model is driven

	t     testing.TB
	model tea.Model
	alone *alone // the model when it is a page or dialog alone
	jobs  *job.Manager
	size  kit.Size
	past  atomic.Int64 // of the clock since Start: jobs look at it from their own goroutines

	queue    []tea.Cmd
	timers   []timer
	watch    *kit.Watch // of the jobs
	told     string     // how the jobs stood when the program was last told
	held     bool
	jobsHeld bool
	ended    bool
	pressed  string // the key that was pressed last

	clipboard string // what was sent to it last
	printed   string // what was printed on the terminal that was lent

	checked   map[string]bool // lines that may be drawn where a line has checkedAt cells
	checkedAt int
}

type timer struct {
	at   time.Time
	cmd  tea.Cmd
	done <-chan struct{}
}

// Option of New and Run.
type Option func(*Screen)

// Store is the store that the screens work on.
func Store(s *store.Store) Option { return func(x *Screen) { x.Context.Store = s } }

// Conns are all that can be gone to, the Store alone otherwise.
func Conns(c *store.Conns) Option { return func(x *Screen) { x.Context.Conns = c } }

// Jobs is the manager that the screens use; the Screen waits for its jobs. New makes one when there is none.
func Jobs(m *job.Manager) Option { return func(x *Screen) { x.jobs = m } }

// Book is the book of connections that the screens use, Conns what opens them: without it there is only Store.
func Book(b store.Book, conns *store.Conns) Option {
	return func(x *Screen) { x.Context.Book, x.Context.Conns = b, conns }
}

// Size is the size of the terminal, 80×24 otherwise. A page or dialog alone has two lines less.
func Size(w, h int) Option { return func(x *Screen) { x.size = kit.Size{W: w, H: h} } }

// Keys is the key map, the preset "spaces" otherwise.
func Keys(m *keys.Map) Option { return func(x *Screen) { x.Context.Keys = m } }

// Theme is the theme, the dark one otherwise.
func Theme(th *themes.Theme) Option { return func(x *Screen) { x.Context.Theme = th } }

// Local is the directory of uploads and downloads, one that is removed after the test otherwise.
func Local(dir string) Option { return func(x *Screen) { x.Context.Local = dir } }

// Pages makes the pages of places that are gone to. Without it they are only noted: see Went.
func Pages(make func(*kit.Context, store.Place) kit.Page) Option {
	return func(x *Screen) { x.alone.host.Make = make }
}

// New returns an empty screen for a page or a dialog alone: see Show and Open.
func New(t testing.TB, options ...Option) *Screen {
	t.Helper()
	preset, err := keys.Preset("spaces")
	if err != nil {
		t.Fatal(err)
	}
	work, stop := context.WithCancel(context.Background())
	s := &Screen{t: t, size: kit.Size{W: 80, H: 24}}
	s.Context = &kit.Context{
		Keys: preset, Theme: themes.Auto(true), Now: s.Now, Local: t.TempDir(), Work: work,
	}
	s.Context.Clip = func(text string) tea.Cmd { s.clipboard = text; return nil }
	s.alone = newAlone(s.Context)
	s.model = s.alone
	for _, option := range options {
		option(s)
	}
	if s.Context.Conns == nil {
		s.Context.Conns = conns(s.Context.Store)
	}
	if s.jobs == nil {
		s.jobs = job.New(job.Options{Now: s.Now, Conns: s.Context.Conns})
		t.Cleanup(func() { s.jobs.Close(context.Background()) })
	}
	s.Context.Jobs = s.jobs
	t.Cleanup(stop)
	s.begin()
	return s
}

// conns are of the one store that a screen has, if any.
func conns(s *store.Store) *store.Conns {
	if s == nil {
		return nil
	}
	return store.ConnsOf(s)
}

// Run returns the screen of a whole model. Of the options, Size and Jobs mean something here; now is what the model
// should take for the time: see Now.
func Run(t testing.TB, model func(now func() time.Time) tea.Model, options ...Option) *Screen {
	t.Helper()
	s := &Screen{t: t, size: kit.Size{W: 80, H: 24}, Context: &kit.Context{}}
	for _, option := range options {
		option(s)
	}
	s.Context = nil
	s.model = model(s.Now)
	s.begin()
	return s
}

func (s *Screen) begin() {
	s.t.Helper()
	s.queue = append(s.queue, s.model.Init())
	s.update(tea.WindowSizeMsg{Width: s.size.W, Height: s.size.H})
	s.Settle()
}

// Now is the time on the screen's clock. It goes on by Advance, and when a key is pressed again.
func (s *Screen) Now() time.Time { return Start.Add(time.Duration(s.past.Load())) }

func (s *Screen) setNow(t time.Time) { s.past.Store(int64(t.Sub(Start))) }

// Show puts a page on top.
func (s *Screen) Show(p kit.Page) {
	s.t.Helper()
	s.queue = append(s.queue, s.alone.host.Show(p, store.Place{}))
	s.Settle()
}

// Open puts a dialog in front.
func (s *Screen) Open(d kit.Dialog) {
	s.t.Helper()
	s.queue = append(s.queue, s.alone.host.Open(d))
	s.Settle()
}

// Page returns the page on top, Dialog the front dialog; nil when there is none.
func (s *Screen) Page() kit.Page { return s.alone.host.Page() }

// Dialog returns the front dialog, nil when there is none.
func (s *Screen) Dialog() kit.Dialog { return s.alone.host.Dialog() }

// Notice returns the sentence in the status line.
func (s *Screen) Notice() string { return s.alone.host.Notice().Text }

// Went returns the places gone to so far.
func (s *Screen) Went() []store.Place { return s.alone.went }

// Clipboard returns the text that was last sent to the terminal's clipboard.
func (s *Screen) Clipboard() string { return s.clipboard }

// Printed returns what the commands that the terminal was lent to have printed.
func (s *Screen) Printed() string { return s.printed }

// Ended says whether the program quit.
func (s *Screen) Ended() bool { return s.ended }
