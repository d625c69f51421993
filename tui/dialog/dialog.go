// Package dialog holds the modal boxes of the panel, one file each: what is asked before something is made, moved or
// deleted, what is shown of links and transfers, and the menus. A dialog knows its targets from the moment it opens;
// nothing that happens below it can change them.
package dialog

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// base is what every dialog has: its identity, and the form that it is. The form is made anew from the dialog's state
// whenever it is drawn or gets a message.
type base struct {
	id     kit.ID
	title  string
	c      *kit.Context // of the panel: what is asked without one needs its theme and keys
	store  *store.Store // of the place that it was opened on
	form   func(s kit.Size) *kit.Form
	focus  kit.Focus
	scroll kit.Scroll
}

func newBase(c *kit.Context, title string) base {
	return base{id: c.NewID(), title: title, c: c, store: c.Store}
}

// ID implements kit.Dialog.
func (b *base) ID() kit.ID { return b.id }

// Title implements kit.Dialog.
func (b *base) Title() string { return b.title }

// Init implements kit.Dialog.
func (b *base) Init(*kit.Context) tea.Cmd { return nil }

// Update implements kit.Dialog.
func (b *base) Update(c *kit.Context, msg tea.Msg) tea.Cmd { return b.made(c.Room).Update(c, msg) }

// View implements kit.Dialog.
func (b *base) View(c *kit.Context, s kit.Size) string { return b.made(s).View(c.Theme, s) }

// Actions implements kit.Dialog.
func (b *base) Actions() []kit.Action { return b.made(b.c.Room).Hints() }

// Typing implements kit.Dialog.
func (b *base) Typing() bool { return b.form(b.c.Room).Typing() }

// Asks implements kit.Asker.
func (b *base) Asks() kit.Question { return b.form(b.c.Room).Asks() }

// Close implements kit.Dialog.
func (b *base) Close() {}

// made is the form. Where one of its buttons is off because nothing may be changed on the connection, that is said first:
// it is opened to be looked at.
func (b *base) made(s kit.Size) *kit.Form {
	f := b.form(s)
	if b.store == nil || b.store.ReadOnly() == "" {
		return f
	}
	why := b.store.ReadOnly()
	for _, item := range f.Items {
		buttons, is := item.(kit.Buttons)
		if is && slices.ContainsFunc(buttons, func(x *kit.Button) bool { return x.Why == why }) {
			f.Items = slices.Insert(f.Items, 0, kit.Item(kit.Gap), kit.Item(text(note(why, f.Width, b.c.Theme.Paint.Warn)...)))
			break
		}
	}
	return f
}

// keyed is a button that a key presses too.
func (b *base) keyed(label string, key keys.Action, run func(*kit.Context) tea.Cmd) *kit.Button {
	return &kit.Button{Label: label, Key: key, Sign: b.c.Keys.Key(key), Run: run}
}

// dismiss is a button that closes the box.
func dismiss(label string) *kit.Button { return &kit.Button{Label: label} }

// text is an item of lines that must be there, spare one of lines that are left out where there is no room.
func text(lines ...string) *kit.Text         { return &kit.Text{Lines: lines} }
func spare(n int, lines ...string) *kit.Text { return &kit.Text{Lines: lines, Spare: n} }

// does makes an action of what asks for no command.
func does(run func()) func(*kit.Context) tea.Cmd {
	return func(*kit.Context) tea.Cmd {
		run()
		return nil
	}
}
