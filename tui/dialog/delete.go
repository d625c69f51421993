package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// named is how many of the things to delete are called by name.
const named = 6

// Delete shows what a delete would take and asks. Its default answer is no.
type Delete struct {
	base
	counter
	spec  job.Spec
	focus int  // 0: Cancel, 1: Delete, 2: Delete uncounted
	early bool // yes was said before the count was complete
}

// NewDelete plans the deletion of sources, which lie in the folder prefix of a Space.
func NewDelete(c *kit.Context, space string, sources []job.Source, prefix string) *Delete {
	return &Delete{
		base: newBase(c, "Delete – "+shown(space)),
		spec: job.Spec{Kind: job.Delete, From: c.Store.Conn(), To: c.Store.Conn(), Sources: append([]job.Source(nil), sources...),
			Dest: store.Ref{Space: space}, Base: prefix},
	}
}

// Init implements kit.Dialog: counting begins.
func (d *Delete) Init(c *kit.Context) tea.Cmd { return d.counter.start(c, d.id, d.spec) }

// Close implements kit.Dialog.
func (d *Delete) Close() { d.counter.close() }

// Update implements kit.Dialog.
func (d *Delete) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	cmd, done := d.counter.take(c, d.id, msg)
	if done && d.complete() && d.early {
		d.early, d.focus = false, min(d.focus, 1) // what was said before the numbers were known does not count
	}
	if i, _, ok := d.clicked(msg); ok {
		d.focus = i
		msg = kit.Key{Action: keys.Enter}
	}
	p, ok := d.press(c, msg, false, keys.Confirm)
	if !ok {
		return cmd
	}
	switch {
	case p.name == "esc":
		c.Dismiss()
	case p.act == keys.Confirm:
		d.yes(c)
	case p.name == "left", p.name == "shift+tab":
		d.focus = max(d.focus-1, 0)
	case p.name == "right", p.name == "tab":
		d.focus = min(d.focus+1, d.last())
	case p.name == "enter":
		d.enter(c)
	}
	return cmd
}

func (d *Delete) last() int {
	if d.early {
		return 2
	}
	return 1
}

func (d *Delete) enter(c *kit.Context) {
	switch d.focus {
	case 0:
		c.Dismiss()
	case 1:
		d.yes(c)
	case 2:
		d.begin(c, "Deleting")
	}
}

// yes deletes what was counted. Without a complete count it only opens the way to the button that says so.
func (d *Delete) yes(c *kit.Context) tea.Cmd {
	if d.complete() {
		d.begin(c, "Deleting")
	} else {
		d.early = true
	}
	return nil
}

// View implements kit.Dialog.
func (d *Delete) View(c *kit.Context, s kit.Size) string {
	w, t := room(s, normal), &c.Theme.Paint
	lines := []string{
		"",
		"  " + sources(t, d.spec.Sources) + d.numbers(t),
	}
	if text := d.public(); text != "" {
		lines = append(lines, note(text, w, t.Warn)...)
	}
	lines = append(lines, "")
	lines = append(lines, d.names(c, w)...)
	lines = append(lines, "")
	if trouble := d.trouble(t, w); len(trouble) > 0 {
		lines = append(append(lines, trouble...), "")
	}
	lines = append(lines, note("Deleting is permanent: there is no way back.", w, t.Dim)...)
	if d.early {
		text := "The count is not complete. Wait for it, or choose the last button to delete everything that is found, however much it is."
		if !d.counting() {
			text = "Not everything could be counted. The last button deletes what can be reached all the same."
		}
		lines = append(lines, note(text, w, t.Warn)...)
	}
	lines = append(lines, "", d.buttons(c, w))
	return d.drawn(block(w, s.H, lines...))
}

func (d *Delete) buttons(c *kit.Context, w int) string {
	list := []kit.Button{{Label: "Cancel"}, {Label: confirm(c, "Delete"), Danger: true}}
	if d.early {
		list = append(list, kit.Button{Label: "Delete uncounted", Danger: true})
	}
	return buttons(c, w, d.focus, list...)
}

// public says what is known of links that will break.
func (d *Delete) public() string {
	if d.totals.Public == 0 {
		return ""
	}
	text := kit.Count(d.totals.Public)
	if d.totals.PublicAsked < d.totals.Objects {
		text = "At least " + text
	}
	return text + " of them are public: their links will break"
}

func (d *Delete) names(c *kit.Context, w int) []string {
	var lines []string
	for i, s := range d.spec.Sources {
		if i == named && len(d.spec.Sources) > named+1 {
			lines = append(lines, c.Theme.Paint.Dim.On("  and "+kit.Count(len(d.spec.Sources)-named)+" more"))
			break
		}
		lines = append(lines, "  "+named1(c, s, d.spec.Base, w-2))
	}
	return lines
}

// named1 is one source as it is called where it lies.
func named1(c *kit.Context, s job.Source, prefix string, w int) string {
	name := middle(shown(strings.TrimPrefix(s.Ref.Key, prefix)), w)
	if s.Ref.Key == "" {
		name = middle(shown(s.Ref.Space)+" (everything in it)", w)
	}
	if s.Folder {
		return c.Theme.Paint.Folder.On(name)
	}
	return c.Theme.Paint.Text.On(name)
}

// Actions implements kit.Dialog.
func (d *Delete) Actions() []kit.Action {
	yes := hint(keys.Confirm, d.yes)
	yes.Why = func() string {
		if !d.complete() {
			return "the count is not complete"
		}
		return ""
	}
	return []kit.Action{yes, dismiss()}
}
