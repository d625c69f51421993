package dialog

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// setting chooses one of a few states of something.
type setting struct {
	base
	writes
	options     []kit.Option
	chosen, was int
	means       func(i int) string // of the chosen state, in a sentence or two
	set         func(i int) (work func(context.Context) error, did string)
}

func (d *setting) begin(now int) {
	d.chosen, d.was = now, now
	d.form = d.asking
}

// Close implements kit.Dialog.
func (d *setting) Close() { d.slot.Cancel() }

// Update implements kit.Dialog.
func (d *setting) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if d.take(msg) {
		if d.err == nil {
			_, did := d.set(d.chosen)
			c.Dismiss()
			c.Notify(kit.Good, did)
		}
		return nil
	}
	return d.base.Update(c, msg)
}

func (d *setting) apply(c *kit.Context) tea.Cmd {
	work, _ := d.set(d.chosen)
	return d.start(c, d.id, work)
}

// asking is the form.
func (d *setting) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	apply := &kit.Button{Label: "Apply", Run: d.apply}
	switch {
	case d.store.ReadOnly() != "":
		apply.Why = d.store.ReadOnly()
	case d.chosen < 0:
		apply.Why = "Choose one first."
	case d.chosen == d.was:
		apply.Why = "It is so already."
	}
	items := []kit.Item{kit.Gap,
		&kit.Choice{Name: "state", Look: kit.Stack, Options: d.options, Chosen: d.chosen,
			Choose: func(_ *kit.Context, i int) tea.Cmd { d.chosen, d.err = i, nil; return nil }},
		kit.Gap}
	if d.chosen >= 0 {
		items = append(items, spare(1, note(d.means(d.chosen), w, t.Dim)...))
	}
	items = append(items, d.writes.items(&d.base, w)...)
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Gap, kit.Buttons{apply, dismiss("Cancel")})}
}

// NewListing sets who may list a Space.
func NewListing(c *kit.Context, space string, now store.Access) kit.Dialog {
	d := &setting{base: newBase(c, "File listing – "+shown(space)), options: []kit.Option{
		{Label: "Private (keys only)", About: "Only your keys can list the files"},
		{Label: "Public listing", About: "Anyone can list the names"}},
		means: func(i int) string {
			if i == 1 {
				return "It has no effect on the files themselves: private ones stay private."
			}
			return "Files that are public stay so: who knows their address can open them."
		}}
	s, r := d.store, store.Ref{Space: space}
	d.set = func(i int) (func(context.Context) error, string) {
		if i == 0 {
			return func(ctx context.Context) error { return s.SetAccess(ctx, r, store.Private) }, "Only your keys can list " + shown(space) + " now"
		}
		return func(ctx context.Context) error {
			if err := s.SetAccess(ctx, r, store.PublicRead); err != nil {
				return err
			}
			return s.ConfirmPublic(ctx, r)
		}, "Anyone can list " + shown(space) + " now"
	}
	at := map[store.Access]int{store.Private: 0, store.PublicRead: 1}
	i, known := at[now]
	if !known {
		i = -1
	}
	d.begin(i)
	return d
}

// NewVersioning enables or suspends versioning of a Space.
func NewVersioning(c *kit.Context, space string, now store.Versioning) kit.Dialog {
	states := []store.Versioning{store.Versioned, store.Suspended}
	d := &setting{base: newBase(c, "Versioning – "+shown(space)), options: []kit.Option{
		{Label: "Enabled", About: "What is overwritten or deleted stays as an older version"},
		{Label: "Suspended", About: "Older versions stay; no new ones are made"}},
		means: func(i int) string {
			if i == 0 {
				return "Older versions take room and are paid for like others: a lifecycle rule deletes them after some days. Once enabled, versioning can only be suspended."
			}
			return "What is overwritten from now on is gone. The versions there are stay until they are deleted or a lifecycle rule does it."
		}}
	s := d.store
	d.set = func(i int) (func(context.Context) error, string) {
		return func(ctx context.Context) error { return s.SetVersioning(ctx, space, states[i]) },
			"Versioning of " + shown(space) + " is " + map[int]string{0: "enabled", 1: "suspended"}[i] + " now"
	}
	d.begin(map[store.Versioning]int{store.Versioned: 0, store.Suspended: 1, store.Unversioned: -1}[now])
	return d
}

// NewEncryption sets how new objects of a Space are encrypted.
func NewEncryption(c *kit.Context, space string, now store.Encryption) kit.Dialog {
	d := &setting{base: newBase(c, "Encryption – "+shown(space)), options: []kit.Option{
		{Label: "Not by default", About: "A writer can ask for it"},
		{Label: "AES-256", About: "New objects are encrypted with a key of the endpoint"}},
		means: func(int) string {
			return "It is for what is written from now on. Who may read an object does not notice."
		}}
	s := d.store
	d.set = func(i int) (func(context.Context) error, string) {
		set := now
		set.Algorithm, set.Key = []string{"", "AES256"}[i], ""
		return func(ctx context.Context) error { return s.SetEncryption(ctx, space, set) },
			"New objects in " + shown(space) + map[int]string{0: " are not encrypted by default now", 1: " are encrypted now"}[i]
	}
	at, known := map[string]int{"": 0, "AES256": 1}[now.Algorithm]
	if !known {
		at = -1
	}
	d.begin(at)
	return d
}
