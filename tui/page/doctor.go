package page

import (
	"cmp"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// doctor is the page of what is wrong with the box that a server runs on.
type doctor struct {
	board
	checks []store.Check // the worst first
	asked  kit.Slot[[]store.Check]
}

func newDoctor(c *kit.Context, p store.Place) *doctor {
	return &doctor{board: newBoard(c, "Doctor", p.Conn, store.Doctor)}
}

// NoDoctor is why nobody can say what is wrong with an endpoint, "" when it can be asked.
func NoDoctor(s *store.Store) string {
	if s.TellsChecks() {
		return ""
	}
	return "Only this program's own server says what is wrong with the machine that it runs on."
}

// Close implements kit.Page.
func (x *doctor) Close() { x.asked.Cancel(); x.mend.close() }

// Init has the server look.
func (x *doctor) Init(c *kit.Context) tea.Cmd { return x.asked.Start(c, x.id, x.store.Checkup) }

// Update takes one message.
func (x *doctor) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case kit.Answer:
		if x.mended(c, msg) {
			return x.Init(c)
		}
		if checks, err, ok := x.asked.Take(msg); ok {
			x.take(checks, err)
		}
	case kit.Return:
		return x.mend.returned(c, x.id)
	case kit.Key, kit.Mouse:
		x.list.Update(c, msg)
	}
	return nil
}

// take shows what came. The cursor stays on its check.
func (x *doctor) take(checks []store.Check, err error) {
	if x.err = err; err != nil {
		return
	}
	at, had := x.under()
	slices.SortStableFunc(checks, func(a, b store.Check) int { return cmp.Compare(severity(a.State), severity(b.State)) })
	x.checks, x.begun = checks, true
	x.list.SetLen(len(checks))
	if i := slices.IndexFunc(checks, func(c store.Check) bool { return c.Name == at.Name }); had && i >= 0 {
		x.list.MoveTo(i)
	}
}

// severity sorts: what is wrong comes first.
func severity(s store.CheckState) int {
	switch s {
	case store.CheckWrong:
		return 0
	case store.CheckWarn:
		return 1
	case store.CheckOK:
		return 3
	}
	return 2 // it could not be looked at
}

func (x *doctor) under() (store.Check, bool) {
	if i := x.list.Cursor; i < len(x.checks) {
		return x.checks[i], true
	}
	return store.Check{}, false
}

// Actions implements kit.Page, in the order of menus and hints.
func (x *doctor) Actions() []kit.Action {
	return []kit.Action{
		{Name: keys.Refresh, Label: "Look again", Hint: "look again", Run: x.Init},
		x.mend.action(x.id, x.err),
		{Name: keys.CopyURL, Label: "Copy the advice", Hint: "copy advice", Why: x.noAdvice, Run: x.copy},
		x.up(),
		x.stopping(x.asked.Busy, x.asked.Cancel),
		{Name: keys.More, Run: x.more},
	}
}

func (x *doctor) noAdvice() string {
	if c, _ := x.under(); c.Advice == "" || x.err != nil {
		return "There is no advice under the cursor."
	}
	return ""
}

// copy sends what to do to the clipboard, as it is shown: there are commands in it.
func (x *doctor) copy(c *kit.Context) tea.Cmd {
	at, _ := x.under()
	text := store.Printable(at.Advice)
	c.Notify(kit.Info, c.Sent()+": "+text)
	return c.Clip(text)
}

func (x *doctor) more(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewMore(c, "Doctor", among(x.Actions(), []keys.Action{keys.Refresh, keys.CopyURL, keys.Edit})))
	return nil
}
