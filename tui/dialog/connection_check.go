package dialog

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/themes"
	"spaces/tui/kit"
)

// CheckConnection tries a connection and says what is wrong with it. What a setting mends can be mended at once.
type CheckConnection struct {
	base
	book  store.Book
	p     store.Profile
	found *store.Diagnosis
	test  kit.Slot[store.Diagnosis]
	save  kit.Slot[struct{}]
	err   error
}

// NewCheckConnection tries a connection as it is.
func NewCheckConnection(c *kit.Context, p store.Profile) *CheckConnection {
	d := &CheckConnection{base: newBase(c, "Test – "+connectionName(p)), book: c.Book, p: p}
	d.form = d.asking
	return d
}

// connectionName is what a connection is called.
func connectionName(p store.Profile) string {
	if p.Name == "" {
		return "this machine"
	}
	return shown(p.Name)
}

// Init implements kit.Dialog.
func (d *CheckConnection) Init(c *kit.Context) tea.Cmd {
	book, p := d.book, d.p
	d.found = nil
	return d.test.Start(c, d.id, func(ctx context.Context) (store.Diagnosis, error) {
		return store.Diagnose(ctx, p, book.Draft), nil
	})
}

// Close implements kit.Dialog.
func (d *CheckConnection) Close() {
	d.test.Cancel()
	d.save.Cancel()
}

// Update implements kit.Dialog.
func (d *CheckConnection) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if found, _, ok := d.test.Take(msg); ok {
		d.found = &found
		return nil
	}
	if _, err, ok := d.save.Take(msg); ok {
		if d.err = err; err == nil {
			return d.Init(c)
		}
		return nil
	}
	return d.base.Update(c, msg)
}

// mend saves the setting that was proposed, and tries again.
func (d *CheckConnection) mend(c *kit.Context) tea.Cmd {
	if d.found == nil || d.found.Fix == nil || d.save.Busy() {
		return nil
	}
	d.p = d.found.Fix.On(d.p)
	book, p := d.book, d.p
	return d.save.Start(c, d.id, func(ctx context.Context) (struct{}, error) { return struct{}{}, book.Save(ctx, p, false) })
}

func (d *CheckConnection) edit(c *kit.Context) tea.Cmd {
	c.Dismiss()
	c.Open(NewEditConnection(c, d.p))
	return nil
}

// asking is the form.
func (d *CheckConnection) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	where := d.p.Endpoint
	if d.p.Name == "" {
		where = "the built-in server"
	}
	items := []kit.Item{kit.Gap, text(kit.Labelled(t.Dim, "Endpoint", t.Text.On(end(shown(where), kit.Inner(w))), w)), kit.Gap}
	lines := note("Asking the endpoint…", w, t.Dim)
	again := &kit.Button{Label: "Test again", Run: d.Init}
	buttons := kit.Buttons{dismiss("Close"), again}
	if d.err != nil {
		lines = note(explain(d.err), w, t.Bad)
	} else if d.found != nil && !d.test.Busy() {
		lines = diagnosis(t, *d.found, w)
		if d.p.Name != "" && !d.p.Given {
			if !d.found.OK {
				buttons = append(buttons, &kit.Button{Label: "Edit…", Run: d.edit})
			}
			if d.found.Fix != nil {
				buttons = append(kit.Buttons{{Label: d.found.Fix.What, Run: d.mend}}, buttons...)
			}
		}
	}
	return &kit.Form{Width: w, Focus: &d.focus, Leave: "close", Items: append(items, &kit.Pager{Lines: lines, Scroll: &d.scroll}, kit.Gap, buttons)}
}

// diagnosis are the lines that say what was found, and what to do.
func diagnosis(t *themes.Paints, found store.Diagnosis, w int) []string {
	paint := t.Bad
	switch {
	case found.OK && found.Advice != "":
		paint = t.Warn
	case found.OK:
		paint = t.Good
	}
	return append(note(found.Says, w, paint), note(found.Advice, w, t.Text)...)
}
