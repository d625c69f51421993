package dialog

import (
	"slices"
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
	spec     job.Spec
	prefix   string
	choosing bool // it may go to the trash, or for good
}

// NewDelete plans the deletion of sources, which lie in the folder prefix of a Space.
func NewDelete(c *kit.Context, space string, sources []job.Source, prefix string) *Delete {
	d := &Delete{
		prefix: prefix,
		base:   newBase(c, "Delete – "+shown(space)),
		spec: job.Spec{Kind: job.Delete, From: c.Store.Conn(), To: c.Store.Conn(), Sources: append([]job.Source(nil), sources...),
			Dest: store.Ref{Space: space}, Base: prefix},
	}
	d.choosing = c.Store.Trashes() && !slices.ContainsFunc(sources, func(s job.Source) bool {
		return store.InTrash(s.Ref.Key) || s.Ref.Key == "" && s.Match.Except != store.TrashPrefix
	})
	if d.choosing {
		d.spec = d.trashing(c)
	}
	d.form = d.asking
	return d
}

// trashing is the Spec of a delete to the trash, by the clock of the endpoint: the one here may be wrong.
func (d *Delete) trashing(c *kit.Context) job.Spec {
	s := job.ToTrash(d.spec.From, d.spec.Dest.Space, d.spec.Sources, c.Now().Add(d.store.Ahead()))
	d.title = "Move to trash – " + shown(d.spec.Dest.Space)
	return s
}

// forGood is the Spec of the delete that cannot be undone.
func (d *Delete) forGood() job.Spec {
	d.title = "Delete – " + shown(d.spec.Dest.Space)
	return job.Spec{Kind: job.Delete, From: d.spec.From, To: d.spec.To, Sources: d.spec.Sources,
		Dest: store.Ref{Space: d.spec.Dest.Space}, Base: d.prefix}
}

func (d *Delete) trashes() bool { return d.spec.Kind == job.Trash }

// choose takes the trash, or for good. What was counted for the other is counted again: a plan is what is done.
func (d *Delete) choose(c *kit.Context, i int) tea.Cmd {
	if trash := i == 0; trash == d.trashes() {
		return nil
	} else if trash {
		d.spec = d.trashing(c)
	} else {
		d.spec = d.forGood()
	}
	d.flow.forget()
	return d.flow.start(c, d.id, d.spec)
}

// Init implements kit.Dialog: counting begins.
func (d *Delete) Init(c *kit.Context) tea.Cmd { return d.flow.start(c, d.id, d.spec) }

// Close implements kit.Dialog.
func (d *Delete) Close() { d.flow.close() }

// Update implements kit.Dialog.
func (d *Delete) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	cmd, done := d.flow.take(c, d.id, msg)
	if d.totals.Versioned && d.choosing { // older versions are the trash there
		d.choosing = false
		if again := d.choose(c, 1); again != nil {
			return again
		}
	}
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
	if d.trashes() {
		d.begin(c, "Moving to the trash")
	} else {
		d.begin(c, "Deleting")
	}
	return nil
}

// asking is the form.
func (d *Delete) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap}
	if d.choosing {
		items = append(items, &kit.Choice{Label: "What", Options: kit.Options("Move to trash", "Delete for good"), Chosen: asChoice(!d.trashes()), Choose: d.choose}, kit.Gap)
	}
	items = append(items, text(d.figures(d.c, sources(d.spec.Sources), w)...))
	if warning := d.public(); warning != "" {
		items = append(items, text(note(warning, w, t.Warn)...))
	}
	items = append(items, kit.Gap, &kit.Pager{Lines: d.names(w), Scroll: &d.scroll}, kit.Gap)
	if trouble := d.trouble(t, w); len(trouble) > 0 {
		items = append(items, text(trouble...), kit.Gap)
	}
	items = append(items, spare(2, note(d.after(), w, t.Dim)...))
	word := "Delete"
	if d.trashes() {
		word = "Move to trash"
	}
	buttons := kit.Buttons{dismiss("Cancel"), d.keyed(word, keys.Confirm, d.yes)}
	buttons[1].Danger = !d.trashes()
	if d.at != editing && d.trashes() {
		items = append(items, text(note("The count is not complete: what is found goes to the trash.", w, t.Warn)...))
		buttons = append(buttons, &kit.Button{Label: "Move uncounted", Run: d.now})
	} else if d.at != editing {
		warning := "The count is not complete. Wait, or choose Delete uncounted to delete everything that is found, however much that is."
		if d.at == lost {
			warning = "Not everything could be counted. Delete uncounted deletes whatever can be reached."
		}
		items = append(items, text(note(warning, w, t.Warn)...))
		buttons = append(buttons, &kit.Button{Label: "Delete uncounted", Danger: true, Run: d.now})
	}
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Gap, buttons)}
}

// after says what becomes of what is deleted.
func (d *Delete) after() string {
	switch {
	case d.trashes() && d.store.HidesTrash():
		return "It can be restored from the Trash of this Space, for 30 days unless the server says otherwise. Nobody without a key reads it there."
	case d.trashes():
		return "It can be restored from the Trash of this Space until that is emptied. It is private there, and takes its room."
	case d.totals.Versioned:
		return "Older versions stay: this Space keeps them."
	}
	return "Deleting cannot be undone."
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
		lines = append(lines, "  "+named1(d.c, s, d.prefix, w-2))
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
