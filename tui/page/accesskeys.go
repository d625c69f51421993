package page

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// accessKeys is the page of the access keys of a connection.
type accessKeys struct {
	board
	keys   []store.Key // by name
	listed kit.Slot[[]store.Key]
}

func newAccessKeys(c *kit.Context, p store.Place) *accessKeys {
	return &accessKeys{board: newBoard(c, "Access keys", p.Conn, store.AccessKeys)}
}

// Close implements kit.Page.
func (x *accessKeys) Close() { x.listed.Cancel(); x.mend.close() }

// Init lists the keys.
func (x *accessKeys) Init(c *kit.Context) tea.Cmd { return x.listed.Start(c, x.id, x.store.Keys) }

// Update takes one message. The list is asked for again whenever a dialog over it has closed: that may have changed it.
func (x *accessKeys) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case kit.Answer:
		if x.mended(c, msg) {
			return x.Init(c)
		}
		if list, err, ok := x.listed.Take(msg); ok {
			x.take(list, err)
		}
	case kit.Return:
		if cmd := x.mend.returned(c, x.id); cmd != nil {
			return cmd
		}
		return x.Init(c)
	case kit.Key, kit.Mouse:
		if x.list.Update(c, msg) && x.list.Double() {
			return x.edit(c)
		}
	}
	return nil
}

// take shows what came, with the cursor on the key that was just made, or else on the one that it was on.
func (x *accessKeys) take(list []store.Key, err error) {
	if x.err = err; err != nil {
		return
	}
	had, begun := x.keys, x.begun
	in := func(list []store.Key, k store.Key) int {
		return slices.IndexFunc(list, func(o store.Key) bool { return o.ID == k.ID })
	}
	at, _ := x.under()
	slices.SortFunc(list, func(a, b store.Key) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
	})
	x.keys, x.begun = list, true
	x.list.SetLen(len(list))
	i := in(list, at)
	if made := slices.IndexFunc(list, func(k store.Key) bool { return in(had, k) < 0 }); begun && made >= 0 {
		i = made
	}
	if i >= 0 {
		x.list.MoveTo(i)
	}
}

func (x *accessKeys) under() (store.Key, bool) {
	if i := x.list.Cursor; i < len(x.keys) {
		return x.keys[i], true
	}
	return store.Key{}, false
}

// Actions implements kit.Page, in the order of menus and hints.
func (x *accessKeys) Actions() []kit.Action {
	list := guarded(x.store, []kit.Action{
		{Name: keys.Enter, Label: "Name and grants…", Hint: hintChange, Why: x.nothing, Run: x.edit},
		{Name: keys.New, Label: "Create an access key…", Hint: "create", Why: x.off, Run: x.create},
		{Name: keys.Rename, Label: "Rename…", Why: x.nothing, Run: x.on(func(c *kit.Context, k store.Key) kit.Dialog { return dialog.NewEditKey(c, k, false) })},
		{Name: keys.Access, Label: "Grants…", Hint: "grants", Why: x.nothing, Run: x.edit},
		{Name: keys.ShareAgain, Label: "New secret…", Hint: "new secret", Why: x.notRenewable, Run: x.on(func(c *kit.Context, k store.Key) kit.Dialog { return dialog.NewRegenerateKey(c, k) })},
		{Name: keys.CopyURL, Label: "Copy the key ID", Hint: "copy ID", Why: x.nothing, Run: x.copyID},
		{Name: keys.Delete, Why: x.nothing, Run: x.on(func(c *kit.Context, k store.Key) kit.Dialog { return dialog.NewDeleteKey(c, k) })},
		{Name: keys.Refresh, Run: x.Init},
		x.up(),
		x.stopping(x.listed.Busy, x.listed.Cancel),
		{Name: keys.More, Run: x.more},
	})
	return slices.Insert(list, 1, x.mend.action(x.id, x.err))
}

// notRenewable is why the key under the cursor gets no new secret.
func (x *accessKeys) notRenewable() string { return cmp.Or(x.store.ReadOnly(), x.nothing()) }

// off is why keys cannot be managed here, "" when they can.
func (x *accessKeys) off() string {
	switch {
	case x.err != nil:
		return "Access keys cannot be managed here: " + reason(x.err)
	case !x.begun:
		return "The access keys are not listed yet."
	}
	return ""
}

func (x *accessKeys) nothing() string {
	if _, ok := x.under(); !ok && x.off() == "" {
		return "There is no access key under the cursor."
	}
	return x.off()
}

// on opens a dialog about the key under the cursor.
func (x *accessKeys) on(make func(*kit.Context, store.Key) kit.Dialog) func(*kit.Context) tea.Cmd {
	return func(c *kit.Context) tea.Cmd {
		if k, ok := x.under(); ok {
			c.Open(make(c, k))
		}
		return nil
	}
}

func (x *accessKeys) edit(c *kit.Context) tea.Cmd {
	return x.on(func(c *kit.Context, k store.Key) kit.Dialog { return dialog.NewEditKey(c, k, true) })(c)
}

func (x *accessKeys) create(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewCreateKey(c))
	return nil
}

func (x *accessKeys) copyID(c *kit.Context) tea.Cmd {
	k, _ := x.under()
	c.Notify(kit.Info, c.Sent()+": "+store.Printable(k.ID))
	return c.Clip(k.ID)
}

// more opens the menu of what can be done with the key under the cursor, or where there is none with the page.
func (x *accessKeys) more(c *kit.Context) tea.Cmd {
	title, names := "Access keys", []keys.Action{keys.New, keys.Edit, keys.Refresh}
	if k, ok := x.under(); ok {
		title = store.Printable(k.Name)
		names = []keys.Action{keys.Rename, keys.Access, keys.ShareAgain, keys.CopyURL, keys.New, keys.Delete}
	}
	c.Open(dialog.NewMore(c, title, among(x.Actions(), names)))
	return nil
}
