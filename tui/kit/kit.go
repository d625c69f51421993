// Package kit holds what every screen is made of: the Page and Dialog contracts, the Context they are handed,
// actions, request slots, the list and small drawing pieces. It knows no particular screen.
package kit

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/themes"
)

// ID names a page or a dialog for the life of the program. Answers are routed by it.
type ID uint64

// Size is a room on the screen, in cells.
type Size struct{ W, H int }

// Action is one thing that can be done now. Key hints, menus, help and the palette are drawn from these.
type Action struct {
	Name  keys.Action
	Label string        // its name in menus where that differs from the key map's
	Hint  string        // what it does now, in one or two words; "": as the key map calls it
	Why   func() string // nil or "": available; else the reason it is off, one sentence
	Run   func(*Context) tea.Cmd
}

// NoHint keeps an action out of the line of hints: its key stands elsewhere on the screen.
const NoHint = "-"

// Off returns why the action cannot run now, or "".
func (a Action) Off() string {
	if a.Why == nil {
		return ""
	}
	return a.Why()
}

// Page is a whole screen. The root owns a stack of pages and calls exactly one of them with each message.
//
// Update must not block or do I/O; View must be pure. Answers of requests that the page started arrive as Answer, and
// so do no others. Keys arrive as keys.Action wrapped in Key messages when the key map binds them and no Action of the
// page took them; while Typing all of them (but Ctrl-c) arrive as tea.KeyPressMsg. Pastes arrive as tea.PasteMsg, the
// mouse as Mouse, jobs as Effects. A page that is gone back to from where it led is told by Return. What is to be done
// later is a Slot's StartAfter, or a command that returns a Timer.
type Page interface {
	ID() ID
	Title() string // plain text of the place, printable: window title, history
	Init(*Context) tea.Cmd
	Update(*Context, tea.Msg) tea.Cmd
	View(*Context, Size) string             // exactly Size.H lines, each at most Size.W cells
	Status(*Context, int) string            // left part of the status line, at most so many cells
	Actions() []Action                      // in the order of menus and hints
	Typing() bool                           // keys are text
	Effects(*Context, []job.Effect) tea.Cmd // rows that jobs changed: applied without listing again
	Close()                                 // cancels what is under way
}

// Chooser is a Page whose rows can be selected: what jobs are done with is not any more.
type Chooser interface{ Finished([]job.Finished) }

// Dialog is a modal box over the page. It captures its targets by value when it is made. The root draws the frame
// and the title; View draws the inside. It gets messages as a Page does, and JobsChanged after jobs went on.
type Dialog interface {
	ID() ID
	Title() string
	Init(*Context) tea.Cmd
	Update(*Context, tea.Msg) tea.Cmd
	View(*Context, Size) string // at most Size; the frame fits itself around it
	Actions() []Action
	Typing() bool
	Close()
}

// Key is a bound key that no Action took: movement above all.
type Key struct {
	Action  keys.Action
	Pressed string // the name of the key, the last of a sequence; "" when it was no key: a hint was clicked on
}

// Mouse is a mouse message with coordinates relative to the page's (or the dialog's inner) area.
type Mouse struct {
	Msg  tea.MouseMsg
	X, Y int
}

// UseTheme, sent by a command, changes the theme of the whole program. A nil Theme follows the terminal's background.
type UseTheme struct {
	Name  string
	Theme *themes.Theme
}

// UseFormats, sent by a command, changes how the whole program writes sizes and dates.
type UseFormats Formats

// Level of a notice.
type Level int

// Levels of notices.
const (
	Info Level = iota
	Good
	Warn
	Bad
)

// Context is what a page or dialog may use during one call. Its request methods (Go, Open, …) are noted and
// carried out by the root when the call returns.
type Context struct {
	Store *store.Store // of the place on top, or of the page that is called: for what is made in the call, which keeps it
	Conns *store.Conns // all that can be gone to
	Book  store.Book   // that names them; nil: only what Conns has, without names

	Folded map[store.Conn]bool // connections whose Spaces the index does not show

	Jobs  *job.Manager
	Keys  *keys.Map
	Theme *themes.Theme
	Now   func() time.Time // in the zone that dates are told in
	Local string           // directory that uploads start from and downloads go to by default
	Work  context.Context  // parent of all requests: ends when the program does
	Room  Size             // what dialogs have: their View gets the same
	Page  Size             // what the page has that is called, likewise: whoever shows it in less room sets it for the call

	Formats   Formats                           // of sizes and dates
	Signs     themes.Signs                      // that the terminal can show
	Shared    *Shared                           // how the last Quick Share was made; nil: there was none
	Clip      func(text string) tea.Cmd         // sends a text to the terminal's clipboard: see Sent
	ClipKept  func() string                     // what keeps such a text from there, and what helps; nil, "": nothing known
	Editor    func(path string) tea.ExecCommand // the user's editor on a file of this machine, for Slot.Edit; nil: there is none
	Bookmarks Bookmarks                         // nil: none are kept
	Ledger    store.Ledger                      // notes the links that are made; nil: nothing does
	NoEditor  string                            // why, one sentence; "": none is set

	Board Board // what was copied or cut, to be pasted

	requests []Request
	lastID   ID
	front    ID // of the page on top, 0: it is not known
}

// Request is something a page or dialog asked of the root during a call.
type Request struct {
	Go      *store.Place
	Open    Dialog
	Dismiss bool
	Notice  string
	Level   Level
	Quit    bool

	instead *Trail
}

// Shared is how a Quick Share was made: its life or end as it is typed, and the form of its link.
type Shared struct{ Life, Form string }

// NewID returns an ID that was never given out before.
func (c *Context) NewID() ID { c.lastID++; return c.lastID }

// IsFront says whether a page is the one on top. The others are open, but not looked at.
func (c *Context) IsFront(id ID) bool { return c.front == 0 || c.front == id }

// Go shows another place.
func (c *Context) Go(p store.Place) { c.requests = append(c.requests, Request{Go: &p}) }

// Open puts a dialog in front.
func (c *Context) Open(d Dialog) { c.requests = append(c.requests, Request{Open: d}) }

// Dismiss closes the dialog whose call this is, else the front dialog.
func (c *Context) Dismiss() { c.requests = append(c.requests, Request{Dismiss: true}) }

// Notify shows one sentence in the status line until the next key.
func (c *Context) Notify(l Level, text string) {
	c.requests = append(c.requests, Request{Notice: text, Level: l})
}

// Quit ends the program.
func (c *Context) Quit() { c.requests = append(c.requests, Request{Quit: true}) }

// Take hands the noted requests to the root and forgets them.
func (c *Context) Take() []Request {
	r := c.requests
	c.requests = nil
	return r
}
