package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// Destroy removes a Space with everything in it. Its name has to be typed: no single key can do it.
type Destroy struct {
	base
	flow
	spec  job.Spec
	space string
	typed *kit.Field
	told  string
	kept  bool // it can be had back
}

// NewDestroy plans the end of a Space.
func NewDestroy(c *kit.Context, space string) *Destroy {
	d := &Destroy{
		base: newBase(c, "Destroy – "+shown(space)), space: space, kept: c.Store.KeepsDestroyed(), typed: kit.NewField("", "the name of the Space"),
		spec: job.Spec{Kind: job.Destroy, From: c.Store.Conn(), To: c.Store.Conn(),
			Sources: []job.Source{{Ref: store.Ref{Space: space}, Folder: true}}},
	}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog: counting begins.
func (d *Destroy) Init(c *kit.Context) tea.Cmd { return d.flow.start(c, d.id, d.spec) }

// Close implements kit.Dialog.
func (d *Destroy) Close() { d.flow.close() }

// Update implements kit.Dialog.
func (d *Destroy) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	cmd, counted := d.flow.take(c, d.id, msg)
	if counted {
		d.kept = d.store.KeepsDestroyed() // the endpoint has answered
	}
	return tea.Batch(cmd, d.base.Update(c, msg))
}

// named says whether the name was typed, and if not leads back to it.
func (d *Destroy) named() bool {
	if d.typed.Value() == d.space {
		return true
	}
	d.told, d.focus.Name = "That is not the name of the Space", "Type its name"
	return false
}

// entered goes from the name to the buttons, of which the first one says no.
func (d *Destroy) entered(*kit.Context) tea.Cmd {
	if d.named() {
		d.focus.Name = "Cancel"
	}
	return nil
}

func (d *Destroy) destroy(c *kit.Context) tea.Cmd {
	switch {
	case !d.named():
	case d.counting():
		d.told = "Wait until everything is counted"
	default:
		d.begin(c, "Destroying "+shown(d.space))
	}
	return nil
}

// versions says what of the objects is not seen in a listing, "" when nothing is.
func (d *Destroy) versions() string {
	var parts []string
	if n := d.totals.Versions; n > 0 {
		parts = append(parts, kit.Plural(n, "older version"))
	}
	if n := d.totals.Markers; n > 0 {
		parts = append(parts, kit.Plural(n, "delete marker"))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, " and ") + " among them"
}

// about says what will happen.
func (d *Destroy) about() string {
	if d.kept {
		return "The Space goes with everything in it. Its links break, and its name becomes free. " +
			"It can be had back for a week: Destroyed Spaces… in the menu of the Spaces."
	}
	return "The Space, everything in it and its unfinished uploads are deleted for good. " +
		"Its links break, and its name becomes free for others."
}

// asking is the form.
func (d *Destroy) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap, text(d.figures(d.c, middle(shown(d.space), max(w-40, 8)), w)...), text(note(d.versions(), w, t.Dim)...), kit.Gap,
		spare(1, note(d.about(), w, t.Warn)...)}
	if trouble := d.trouble(t, w); len(trouble) > 0 {
		items = append(items, &kit.Pager{Lines: trouble, Scroll: &d.scroll})
	}
	items = append(items, kit.Gap,
		&kit.Entry{Label: "Type its name", Field: d.typed, Enter: d.entered, Word: "continue",
			Changed: func(*kit.Context) tea.Cmd { d.told = ""; return nil }},
		text(kit.Under(w, t.Warn.On(end(d.told, kit.Inner(w))))...), kit.Gap,
		kit.Buttons{dismiss("Cancel"), {Label: "Destroy", Danger: true, Run: d.destroy}})
	return &kit.Form{Width: w, Focus: &d.focus, Items: items}
}
