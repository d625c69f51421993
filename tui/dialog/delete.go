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
	flow
	spec job.Spec
}

// NewDelete plans the deletion of sources, which lie in the folder prefix of a Space.
func NewDelete(c *kit.Context, space string, sources []job.Source, prefix string) *Delete {
	d := &Delete{
		base: newBase(c, "Delete – "+shown(space)),
		spec: job.Spec{Kind: job.Delete, From: c.Store.Conn(), To: c.Store.Conn(), Sources: append([]job.Source(nil), sources...),
			Dest: store.Ref{Space: space}, Base: prefix},
	}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog: counting begins.
func (d *Delete) Init(c *kit.Context) tea.Cmd { return d.flow.start(c, d.id, d.spec) }

// Close implements kit.Dialog.
func (d *Delete) Close() { d.flow.close() }

// Update implements kit.Dialog.
func (d *Delete) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	cmd, done := d.flow.take(c, d.id, msg)
	if done && d.at == waiting {
		d.at = lost
		if d.complete() {
			d.at = editing // what was said before the numbers were known does not count
		}
	}
	return tea.Batch(cmd, d.base.Update(c, msg))
}

// yes deletes what was counted. Without a complete count it only opens the way to the button that says so.
func (d *Delete) yes(c *kit.Context) tea.Cmd {
	switch {
	case d.complete():
		return d.now(c)
	case d.counting():
		d.at = waiting
	default:
		d.at = lost
	}
	return nil
}

func (d *Delete) now(c *kit.Context) tea.Cmd {
	d.begin(c, "Deleting")
	return nil
}

// asking is the form.
func (d *Delete) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap, text(d.figures(d.c, sources(d.spec.Sources), w)...)}
	if warning := d.public(); warning != "" {
		items = append(items, text(note(warning, w, t.Warn)...))
	}
	items = append(items, kit.Gap, &kit.Pager{Lines: d.names(w), Scroll: &d.scroll}, kit.Gap)
	if trouble := d.trouble(t, w); len(trouble) > 0 {
		items = append(items, text(trouble...), kit.Gap)
	}
	last := "Deleting cannot be undone."
	if d.totals.Versioned {
		last = "Older versions stay: this Space keeps them."
	}
	items = append(items, spare(2, note(last, w, t.Dim)...))
	buttons := kit.Buttons{dismiss("Cancel"), d.keyed("Delete", keys.Confirm, d.yes)}
	buttons[1].Danger = true
	if d.at != editing {
		warning := "The count is not complete. Wait, or choose Delete uncounted to delete everything that is found, however much that is."
		if d.at == lost {
			warning = "Not everything could be counted. Delete uncounted deletes whatever can be reached."
		}
		items = append(items, text(note(warning, w, t.Warn)...))
		buttons = append(buttons, &kit.Button{Label: "Delete uncounted", Danger: true, Run: d.now})
	}
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Gap, buttons)}
}

// public says what is known of links that will break.
func (d *Delete) public() string {
	if d.totals.Public == 0 {
		return ""
	}
	n, text := d.totals.Public, ""
	if d.totals.PublicAsked < d.totals.Objects {
		text = "At least "
	}
	switch {
	case d.totals.Objects == 1:
		return "It is public: its link will break"
	case n == 1:
		return text + "1 of them is public: its link will break"
	}
	return text + kit.Count(n) + " of them are public: their links will break"
}

func (d *Delete) names(w int) []string {
	var lines []string
	for i, s := range d.spec.Sources {
		if i == named && len(d.spec.Sources) > named+1 {
			lines = append(lines, d.c.Theme.Paint.Dim.On("  and "+kit.Count(len(d.spec.Sources)-named)+" more"))
			break
		}
		lines = append(lines, "  "+named1(d.c, s, d.spec.Base, w-2))
	}
	return lines
}

// named1 is one source as it is called where it lies.
func named1(c *kit.Context, s job.Source, prefix string, w int) string {
	name := middle(shown(strings.TrimPrefix(s.Ref.Key, prefix)), w)
	if s.Among() {
		return c.Theme.Paint.Text.On(middle(store.Capital(Everything(s))+" in "+shown(s.Ref.String()), w))
	}
	if s.Ref.Key == "" {
		name = middle(shown(s.Ref.Space)+" (everything in it)", w)
	}
	if s.Folder {
		return c.Theme.Paint.Folder.On(name)
	}
	return c.Theme.Paint.Text.On(name)
}
