package kit

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
)

// Host owns the open pages and dialogs and hands every message to exactly one of them: keys to the front dialog or
// else the page on top, answers to who asked, effects of jobs to every open page. The root of the program is built
// on it, and so are the screens of tests.
type Host struct {
	Context    *Context
	Make       func(*Context, store.Place) Page // the page of a place
	Everywhere func() []Action                  // what can be done on every page
	AskQuit    func() Dialog                    // asks whether to quit while jobs run; nil: never asks
	News       *job.News                        // of the jobs; nil: those that their Manager has itself
	Calm       bool                             // figures change every two seconds, and not ten times in one
	Away       bool                             // the terminal does not have the focus: likewise
	Suspend    func() tea.Cmd                   // whoever has the keys; nil: cannot be done

	trail    Trail
	dialogs  []Dialog
	keyboard keyboard
	asked    asked
	notice   Notice
	said     []Said
	jobs     []job.Status
	calling  ID // whose call the noted requests are from
	quitting bool
}

// Notice is one sentence in the status line.
type Notice struct {
	Level Level
	Text  string // printable
}

// Return is sent to a page that is in front again: its place was gone to from the page that it led to, history went
// there, or the dialogs over it were closed. Its rows and cursor are as they were. Place says where it was gone to, the
// zero Place nothing.
type Return struct{ Place store.Place }

// Update hands a message to whom it concerns and carries out what was asked for in the course of it.
func (h *Host) Update(msg tea.Msg) tea.Cmd {
	cmd := h.take(msg)
	h.asked.look(h.Dialog(), h.Context.Now())
	return cmd
}

func (h *Host) take(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyPressMsg:
		return h.press(m)
	case Timer:
		return m.wait
	case Watch:
		return m.wait
	case Exec:
		return tea.Exec(m.Command, m.Then)
	case prefixMsg:
		h.keyboard.popup = h.keyboard.popup || m.done == h.keyboard.done
		return nil
	case jobsMsg:
		return tea.Batch(h.lookAtJobs(), h.watch(h.pause()))
	case Answer:
		return h.answer(m)
	case Mouse:
		if !begins(m) {
			break
		}
		h.keyboard.reset()
		h.notice = Notice{}
		if h.unreadClick(m) {
			return nil
		}
	}
	if t := h.front(); t != nil {
		return h.update(t, msg)
	}
	return nil
}

// begins says whether somebody begins something with the mouse. The end of a click, and the way that the pointer takes, are no
// reason to take back what the click has brought.
func begins(m Mouse) bool {
	switch m.Msg.(type) {
	case tea.MouseReleaseMsg, tea.MouseMotionMsg:
		return false
	}
	return true
}

// update calls a target with a message.
func (h *Host) update(t target, msg tea.Msg) tea.Cmd {
	h.calling = t.ID()
	cmd := t.Update(h.Context, msg)
	return tea.Batch(cmd, h.carryOut())
}

// answer goes to the one page or dialog that asked; it is dropped when that is closed.
func (h *Host) answer(a Answer) tea.Cmd {
	for _, d := range h.dialogs {
		if d.ID() == a.Owner {
			return h.update(d, a)
		}
	}
	for _, v := range h.trail.visits {
		if panes, is := v.page.(Paned); v.page.ID() == a.Owner || is && panes.Owns(a.Owner) {
			return h.on(v, func() tea.Cmd { return h.update(v.page, a) })
		}
	}
	return nil
}

// on calls a page that may not be on top, with the Store of its place.
func (h *Host) on(v visit, call func() tea.Cmd) tea.Cmd {
	h.Context.Store = v.home()
	cmd := call()
	h.stand()
	return cmd
}

// stand sets the Context's Store to that of the page that is on top now.
func (h *Host) stand() {
	if h.Page() != nil {
		h.Context.Store = h.trail.Store()
	}
}

// carryOut does what was asked of the context during a call.
func (h *Host) carryOut() tea.Cmd {
	var cmds []tea.Cmd
	uncovered := false // the last dialog was closed over the page it was opened on
	if _, is := h.Page().(roving); is {
		h.stand() // another pane may have the keys now, or the cursor be on another connection
	}
	for _, r := range h.Context.Take() {
		switch {
		case r.Go != nil:
			uncovered = false
			cmds = append(cmds, h.Go(*r.Go))
		case r.Open != nil:
			if panes, is := h.Page().(Paned); is {
				panes.Opens(r.Open)
			}
			cmds = append(cmds, h.Open(r.Open))
		case r.instead != nil:
			h.trail.insert(*r.instead)
			h.stand()
		case r.Dismiss:
			h.dismiss()
			uncovered = len(h.dialogs) == 0
		case r.Notice != "":
			h.Tell(r.Level, r.Notice)
		case r.Quit:
			h.End()
		}
	}
	if h.quitting {
		return tea.Batch(append(cmds, tea.Quit)...)
	}
	if uncovered {
		cmds = append(cmds, h.shownAgain())
	}
	return tea.Batch(cmds...)
}

// Resized tells the page on top, and every dialog, of the window's new size.
func (h *Host) Resized(msg tea.WindowSizeMsg) tea.Cmd {
	var cmds []tea.Cmd
	if p := h.Page(); p != nil {
		cmds = append(cmds, h.update(p, msg))
	}
	for _, d := range slices.Clone(h.dialogs) {
		cmds = append(cmds, h.update(d, msg))
	}
	return tea.Batch(cmds...)
}

// Open puts a dialog in front.
func (h *Host) Open(d Dialog) tea.Cmd {
	h.keyboard.reset()
	h.dialogs = append(h.dialogs, d)
	h.calling = d.ID()
	cmd := d.Init(h.Context)
	return tea.Batch(cmd, h.carryOut())
}

// dismiss closes the dialog whose call asked for it, else the front one.
func (h *Host) dismiss() {
	if len(h.dialogs) == 0 {
		return
	}
	h.keyboard.reset()
	i := slices.IndexFunc(h.dialogs, func(d Dialog) bool { return d.ID() == h.calling })
	if i < 0 {
		i = len(h.dialogs) - 1
	}
	h.dialogs[i].Close()
	h.dialogs = slices.Delete(h.dialogs, i, i+1)
}

// front is who gets the keys.
func (h *Host) front() target {
	if d := h.Dialog(); d != nil {
		return d
	}
	if p := h.Page(); p != nil {
		return p
	}
	return nil
}

// Dialog returns the front dialog, or nil.
func (h *Host) Dialog() Dialog {
	if len(h.dialogs) == 0 {
		return nil
	}
	return h.dialogs[len(h.dialogs)-1]
}

// Dialogs returns the open dialogs, the front one last.
func (h *Host) Dialogs() []Dialog { return h.dialogs }

// Notice returns the sentence that the status line shows, if any.
func (h *Host) Notice() Notice { return h.notice }

// Tell shows one sentence in the status line.
func (h *Host) Tell(l Level, text string) {
	h.notice = Notice{l, OneLine(text)}
	h.note(h.notice)
}

// Announce is Tell of what is not kept.
func (h *Host) Announce(l Level, text string) { h.notice = Notice{l, OneLine(text)} }

// Pending returns the keys of a sequence typed so far, and whether what may follow is to be shown.
func (h *Host) Pending() (pressed []string, popup bool) { return h.keyboard.pending, h.keyboard.popup }

// Quit ends the program, asking first while jobs run.
func (h *Host) Quit() tea.Cmd {
	if h.AskQuit != nil && h.Context.Jobs != nil && h.Context.Jobs.Busy() {
		return h.Open(h.AskQuit())
	}
	h.End()
	return tea.Quit
}

// End closes every page and dialog.
func (h *Host) End() {
	h.quitting = true
	h.keyboard.reset()
	for _, d := range h.dialogs {
		d.Close()
	}
	h.trail.Close()
	h.dialogs = nil
}

// Ended says whether the program was told to quit.
func (h *Host) Ended() bool { return h.quitting }

// OneLine returns a sentence as text that is safe to draw in one line. Names in it may be printable already: only
// when something in it is not is the whole made so.
func OneLine(s string) string {
	s = strings.TrimSpace(s)
	bad := strings.ContainsFunc(s, func(r rune) bool {
		return r == unicode.ReplacementChar || r != ' ' && (!unicode.IsGraphic(r) || unicode.Is(unicode.Zs, r))
	})
	if bad {
		return store.Printable(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' }), " "))
	}
	return s
}
