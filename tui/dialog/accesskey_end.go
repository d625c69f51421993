package dialog

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// EndKey asks before an access key is deleted, or before its secret is. Its default answer is no.
type EndKey struct {
	base
	key    store.Key
	word   string // of the button
	about  string // what happens
	does   func(context.Context) (store.Key, error)
	done   func(*kit.Context, store.Key)
	err    error
	answer kit.Slot[store.Key]
}

// NewDeleteKey asks before a key is deleted.
func NewDeleteKey(c *kit.Context, k store.Key) *EndKey {
	d := newEndKey(c, "Delete – "+shown(k.Name), k)
	d.word, d.about = "Delete", "Whoever uses it is refused at once. That cannot be undone."
	s := d.store
	d.does = func(ctx context.Context) (store.Key, error) { return store.Key{}, s.DeleteKey(ctx, k.ID) }
	d.done = func(c *kit.Context, _ store.Key) { c.Notify(kit.Good, "Deleted the access key "+shown(k.Name)) }
	return d
}

// NewRegenerateKey asks before a key gets another secret.
func NewRegenerateKey(c *kit.Context, k store.Key) *EndKey {
	d := newEndKey(c, "New secret – "+shown(k.Name), k)
	d.word, d.about = "Regenerate", "It gets another secret. Who uses the old one is refused at once; name, ID and grants stay."
	after := ""
	if !d.store.CanRegenerate() {
		d.word = "Make a new key"
		d.about = "DigitalOcean's API cannot change a secret. A new key with this name and these grants is made instead; this one goes on working until you delete it."
		after = "Move everything to the new key, then delete the old one, " + shown(k.ID) + "."
	}
	s := d.store
	d.does = func(ctx context.Context) (store.Key, error) { return s.RegenerateKey(ctx, k) }
	d.done = func(c *kit.Context, made store.Key) {
		c.Notify(kit.Good, "The access key "+shown(k.Name)+" has a new secret")
		c.Open(NewKeySecret(c, made, after))
	}
	return d
}

func newEndKey(c *kit.Context, title string, k store.Key) *EndKey {
	d := &EndKey{base: newBase(c, title), key: k}
	d.form = d.asking
	return d
}

// Close implements kit.Dialog.
func (d *EndKey) Close() { d.answer.Cancel() }

// Update implements kit.Dialog.
func (d *EndKey) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if k, err, ok := d.answer.Take(msg); ok {
		if d.err = err; err == nil {
			c.Dismiss()
			d.done(c, k)
		}
		return nil
	}
	return d.base.Update(c, msg)
}

func (d *EndKey) yes(c *kit.Context) tea.Cmd {
	if d.answer.Busy() {
		return nil
	}
	d.err = nil
	return d.answer.Start(c, d.id, d.does)
}

// own says whether the connection itself uses the key, so that it ends with it.
func (d *EndKey) own() bool {
	return d.key.ID == d.store.AccessKey() && (d.word == "Delete" || d.store.CanRegenerate())
}

// asking is the form.
func (d *EndKey) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal-8), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap,
		text("  "+t.Strong.On(middle(shown(d.key.Name), w-2)), "  "+t.Dim.On(end(shown(d.key.ID), w-2))),
		spare(2, note(GrantsText(d.key.Grants), w, t.Text)...), kit.Gap}
	if d.own() {
		items = append(items, text(note("This connection itself uses this key: afterwards it is refused here too, until it is given another one.", w, t.Bad)...), kit.Gap)
	}
	items = append(items, spare(1, note(d.about, w, t.Warn)...))
	switch {
	case d.err != nil:
		items = append(items, kit.Gap, &kit.Pager{Lines: note(keyTrouble(d.err), w, t.Bad), Scroll: &d.scroll})
	case d.answer.Busy():
		items = append(items, text(note("Asking the endpoint…", w, t.Dim)...))
	}
	yes := d.keyed(d.word, keys.Confirm, d.yes)
	yes.Danger = d.word != "Make a new key"
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Gap, kit.Buttons{dismiss("Cancel"), yes})}
}
