// Package tui is the root of the panel: one tea.Model that owns the stack of pages and the dialogs over them, draws
// the frame around them and turns keys into actions. What the pages and dialogs do is in tui/page and tui/dialog,
// what they are made of in tui/kit.
package tui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/themes"
	"spaces/tui/dialog"
	"spaces/tui/kit"
	"spaces/tui/page"
	"spaces/tui/preview"
)

// Themes are those that can be chosen while the panel runs.
type Themes = dialog.Themes

// Config is what the panel needs from outside.
type Config struct {
	Work   context.Context // parent of all requests; nil: the background
	Store  *store.Store    // of Start
	Conns  *store.Conns    // all that can be gone to; nil: Store only
	Book   store.Book      // of the connections with names; nil: there are none
	Jobs   *job.Manager
	News   *job.News        // of Jobs, where they are shared; nil: Jobs' own
	Stay   bool             // jobs go on when the panel ends: there is nothing to ask
	Keys   *keys.Map        // nil: the preset "spaces"
	Theme  *themes.Theme    // nil: dark or light, by the terminal's background
	Themes Themes           // that can be changed to; none: the built-in ones
	Now    func() time.Time // nil: time.Now
	Local  string           // directory that uploads start from and downloads go to by default
	Start  store.Place      // the zero Place is the index
	Signs  themes.Signs     // that the terminal can show

	Formats kit.Formats // of sizes and dates, until others are chosen
	KeepsIn string      // the configuration that keeps what is chosen; "": nothing does

	Lines bool // for screen readers: nothing is drawn, each change is printed as a line of text

	Calm bool // reduced motion: figures of jobs change every two seconds

	Warnings []string // sentences that are shown at first, the first of them with the number of the others

	Page func(*kit.Context, store.Place) kit.Page // makes pages; nil: package page

	Clip     func(text string) tea.Cmd         // sends a text to the terminal's clipboard; nil: by a bare OSC 52
	ClipKept func() string                     // see kit.Context
	Editor   func(path string) tea.ExecCommand // the user's editor on a file; nil: there is none
	NoEditor string                            // why; "": none is set

	Bookmarks kit.Bookmarks // nil: none are kept
	Ledger    store.Ledger  // notes links; nil: nothing does

	// Suspend returns the command that leaves the terminal to the shell with a text on it, and answers tea.ResumeMsg when
	// the shell brings the program back; nil where there is no shell to go to. A nil Suspend is one that returns nil.
	Suspend func(text string) tea.Cmd
}

// Model is the panel. It implements tea.Model.
type Model struct {
	host    *kit.Host
	size    kit.Size
	start   store.Place
	auto    bool // the theme follows the terminal's background
	asked   bool // the terminal has said what its background is
	clash   bool // the theme that was chosen brings its background: the terminal has the opposite one, or has not said
	theme   *themes.Theme
	themes  dialog.Themes
	dark    bool // the terminal's background, as far as it is known
	signs   themes.Signs
	depth   themes.Depth
	cancel  context.CancelFunc
	toShell func(text string) tea.Cmd
	split   page.Split
	keepsIn string

	lines *lines // nil: the screen is drawn

	away    away
	minutes int // how often the time was looked at

	looked  *job.Status          // the first of the jobs that were last looked at
	phases  map[job.ID]job.Phase // theirs
	result  *job.Status          // of the job that ended last, while it is shown
	results int                  // how many there were
	seen    map[job.ID]int       // failures that the drawer has shown
	visited store.Place          // that was noted last
	left    int                  // transfers of earlier runs that did not finish, until they are looked at
}

// New makes the panel. Nothing is requested before Init.
func New(c Config) *Model {
	c = c.filled()
	work, cancel := context.WithCancel(c.Work)
	m := &Model{size: classic, start: c.Start, auto: c.Theme == nil, clash: c.Theme != nil, theme: c.Theme, cancel: cancel, toShell: c.Suspend, signs: c.Signs, keepsIn: c.KeepsIn}
	m.dark, m.themes = true, c.Themes
	if c.Lines {
		m.lines = &lines{}
	}
	if m.auto {
		m.theme = themes.Auto(m.dark)
	}
	m.host = &kit.Host{
		Context: &kit.Context{
			Store: c.Store, Conns: c.Conns, Book: c.Book, Jobs: c.Jobs, Keys: c.Keys, Theme: m.theme, Local: c.Local, Work: work,
			Signs: c.Signs, Formats: c.Formats, Clip: c.Clip, ClipKept: c.ClipKept, Editor: c.Editor, NoEditor: c.NoEditor, Bookmarks: c.Bookmarks, Ledger: c.Ledger,
		},
		Make:       c.Page,
		Everywhere: m.everywhere,
		News:       c.News,
		Suspend:    m.suspend,
		Calm:       c.Calm || c.Lines,
	}
	if !c.Stay {
		m.host.AskQuit = func() kit.Dialog { return dialog.NewConfirmQuit(m.host.Context) }
	}
	m.host.Context.Now = func() time.Time { return m.host.Context.Formats.Zone(c.Now()) }
	m.host.Context.Room, m.host.Context.Page = kit.DialogRoom(m.desk()), m.body()
	m.warn(c.Warnings)
	return m
}

func (m *Model) warn(warnings []string) {
	switch n := len(warnings); n {
	case 0:
	case 1:
		m.host.Tell(kit.Warn, warnings[0])
	default:
		for _, text := range warnings {
			m.host.Note(kit.Notice{Level: kit.Warn, Text: text})
		}
		more := fmt.Sprintf("%s (and %d more", warnings[0], n-1)
		if key := m.host.Context.Keys.Key(keys.Notices); key != "" {
			more += "; " + key + " shows them"
		}
		m.host.Announce(kit.Warn, more+")")
	}
}

func (c Config) filled() Config {
	if c.Work == nil {
		c.Work = context.Background()
	}
	if c.Keys == nil {
		c.Keys, _ = keys.Preset("spaces") // a test makes them all
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Page == nil {
		c.Page = page.New
	}
	if c.Conns == nil && c.Store != nil {
		c.Conns = store.ConnsOf(c.Store)
	}
	if c.Themes.Find == nil {
		c.Themes = dialog.Themes{Names: themes.Available(""), Find: func(name string) (*themes.Theme, error) { return themes.Find(name, "") }}
	}
	if c.Clip == nil {
		c.Clip = tea.SetClipboard
	}
	if c.Suspend == nil {
		c.Suspend = func(string) tea.Cmd { return nil }
	}
	return c
}

// Init shows the first page. The first frame does not wait for anything.
func (m *Model) Init() tea.Cmd {
	if c := m.host.Context; c.Jobs != nil {
		m.left = len(c.Jobs.Unfinished())
	}
	show := m.host.Show(m.host.Make(m.host.Context, m.start), m.start)
	return tea.Batch(m.host.Init(), show, m.eachMinute(), tea.RequestBackgroundColor)
}

// Update takes the terminal's messages for itself, makes mouse positions relative, and leaves the rest to the host.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	attended := m.attend(msg)
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.resize(msg)
		cmd = m.host.Resized(msg)
	case tea.BackgroundColorMsg:
		m.dark, m.asked = msg.IsDark(), true
		m.follow()
	case toldMsg:
		m.lines.busy = false
	case kit.UseTheme:
		if m.auto = msg.Theme == nil; !m.auto {
			m.setTheme(msg.Theme, m.depth)
		}
		m.follow()
	case tea.ModeReportMsg:
		if msg.Mode == ansi.ModeUnicodeCore { // the renderer turns it on where it can be
			clusters := msg.Value == ansi.ModeSet || msg.Value == ansi.ModeReset || msg.Value == ansi.ModePermanentlySet
			kit.CountClusters(clusters)
			preview.CountClusters(clusters)
		}
	case tea.ColorProfileMsg:
		m.setTheme(m.theme, depthOf(msg.Profile))
	case Suspend:
		cmd = m.suspend()
	case tea.ResumeMsg:
		m.resumed()
	case tea.MouseMsg:
		cmd = m.mouse(msg)
	case marked:
		m.tellMarked(msg)
	case resultOver:
		m.resultIsOver(msg.n)
	case kit.UseFormats:
		m.host.Context.Formats = kit.Formats(msg)
		cmd = m.eachMinute()
	case minuteOver:
		if msg.n == m.minutes {
			cmd = m.eachMinute()
		}
	case tea.FocusMsg, tea.BlurMsg, stillOver:
	default:
		cmd = m.host.Update(msg)
	}
	cmd = tea.Batch(attended, cmd, m.noteEnded(), m.visit(), m.keepStill(msg))
	if m.host.Ended() {
		m.cancel()
	} else if m.lines != nil {
		cmd = tea.Batch(m.tell(), cmd)
	}
	return m, cmd
}

// follow fits the theme to the terminal's background.
func (m *Model) follow() {
	if m.auto {
		m.setTheme(themes.Auto(m.dark), m.depth)
	}
	m.clash = m.dark != m.theme.Dark || !m.asked && !m.auto
}

// classic is the size of a terminal that says it has none.
var classic = kit.Size{W: 80, H: 24}

func (m *Model) resize(msg tea.WindowSizeMsg) {
	m.size = kit.Size{W: msg.Width, H: msg.Height}
	if msg.Width <= 0 || msg.Height <= 0 {
		m.size = classic
	}
	m.host.Context.Room, m.host.Context.Page = kit.DialogRoom(m.desk()), m.body()
}

func (m *Model) setTheme(th *themes.Theme, d themes.Depth) {
	if th == m.theme && d == m.depth {
		return
	}
	m.theme, m.depth = th, d
	m.host.Context.Theme = th
	if d != themes.Full {
		m.host.Context.Theme = th.In(d)
	}
}

func depthOf(p colorprofile.Profile) themes.Depth {
	switch {
	case p >= colorprofile.ANSI256:
		return themes.Full
	case p == colorprofile.ANSI:
		return themes.Sixteen
	}
	return themes.None
}
