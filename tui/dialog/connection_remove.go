package dialog

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// RemoveConnection takes a connection out of the configuration, when it is confirmed.
type RemoveConnection struct {
	base
	book   store.Book
	p      store.Profile
	remove kit.Slot[struct{}]
	err    error
}

// NewRemoveConnection asks whether to.
func NewRemoveConnection(c *kit.Context, p store.Profile) *RemoveConnection {
	d := &RemoveConnection{base: newBase(c, "Remove – "+shown(p.Name)), book: c.Book, p: p}
	d.form = d.asking
	return d
}

// Close implements kit.Dialog.
func (d *RemoveConnection) Close() { d.remove.Cancel() }

// Update implements kit.Dialog.
func (d *RemoveConnection) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if _, err, ok := d.remove.Take(msg); ok {
		if d.err = err; err == nil {
			c.Dismiss()
			c.Notify(kit.Good, "Removed the connection "+shown(d.p.Name))
		}
		return nil
	}
	return d.base.Update(c, msg)
}

func (d *RemoveConnection) run(c *kit.Context) tea.Cmd {
	if d.remove.Busy() {
		return nil
	}
	book, name := d.book, d.p.Name
	return d.remove.Start(c, d.id, func(ctx context.Context) (struct{}, error) { return struct{}{}, book.Remove(ctx, name) })
}

// asking is the form.
func (d *RemoveConnection) asking(s kit.Size) *kit.Form {
	w, t := room(s, narrow), &d.c.Theme.Paint
	says := "Nothing in its Spaces is touched: only the entry in the configuration goes"
	switch d.p.Source {
	case store.KeyInFile:
		says += ", and the access key that is written there."
	case store.KeyInKeyring:
		says += ", and its secret in the keyring."
	default:
		says += "."
	}
	items := []kit.Item{kit.Gap, text(kit.Labelled(t.Dim, "Endpoint", t.Text.On(end(shown(d.p.Endpoint), kit.Inner(w))), w)),
		kit.Gap, &kit.Pager{Lines: note(says, w, t.Text), Scroll: &d.scroll}, kit.Gap}
	switch {
	case d.remove.Busy():
		items = append(items, text(note("Removing it…", w, t.Dim)...), kit.Gap)
	case d.err != nil:
		items = append(items, text(note(explain(d.err), w, t.Bad)...), kit.Gap)
	}
	yes := d.keyed("Remove", keys.Confirm, d.run)
	yes.Danger = true
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Buttons{dismiss("Cancel"), yes})}
}
