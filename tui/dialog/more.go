package dialog

import (
	"cmp"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// More is the menu of one thing: what can be done with it, by which keys, and why not where it cannot.
type More struct {
	base
	entries []entry
	list    kit.List
}

// NewMore offers actions under a title, which may be an object's name. Deleting stands last, apart from the others.
func NewMore(c *kit.Context, title string, actions []kit.Action) *More {
	m := &More{base: newBase(c, kit.OneLine(title)), entries: entriesOf(c, actions)}
	slices.SortStableFunc(m.entries, func(a, b entry) int { return cmp.Compare(a.danger(), b.danger()) })
	m.list.SetLen(len(m.entries))
	m.form = m.asking
	return m
}

// Add puts an action before what deletes.
func (m *More) Add(a kit.Action) {
	at := len(m.entries)
	for at > 0 && m.entries[at-1].danger() > 0 {
		at--
	}
	m.entries = slices.Insert(m.entries, at, entriesOf(m.c, []kit.Action{a})...)
	m.list.SetLen(len(m.entries))
}

func (m *More) run(c *kit.Context, i int) tea.Cmd {
	if i >= len(m.entries) {
		return nil
	}
	m.list.MoveTo(i)
	return m.entries[i].run(c)
}

// asking is the form.
func (m *More) asking(s kit.Size) *kit.Form {
	w := room(s, m.width())
	last := len(m.entries) - 1
	apart := 0
	if last > 0 {
		apart = last * m.entries[last].danger()
	}
	rows := &kit.Rows{Name: "entries", List: &m.list, Most: max(len(m.entries), 1), Apart: apart, Word: "do it",
		Empty: []string{m.c.Theme.Paint.Dim.On(end("Nothing can be done with this.", w))},
		Row:   func(i, w int, cursor bool) string { return m.entries[i].row(m.c, w, cursor) },
		Open:  func(c *kit.Context) tea.Cmd { return m.run(c, m.list.Cursor) },
		Keys: func(c *kit.Context, k kit.Key) (tea.Cmd, bool) {
			if k.Action == keys.Parent {
				c.Dismiss()
			}
			return nil, k.Action == keys.Parent
		}}
	return &kit.Form{Width: w, Focus: &m.focus, Items: []kit.Item{rows}}
}

// Actions implements kit.Dialog: the keys of the entries work here too. They stand beside them, so that no hint is needed.
func (m *More) Actions() []kit.Action {
	list := m.base.Actions()
	for i, e := range m.entries {
		list = append(list, kit.Action{Name: e.action.Name, Hint: kit.NoHint, Why: func() string { return store.Capital(e.action.Off()) },
			Run: func(c *kit.Context) tea.Cmd { return m.run(c, i) }})
	}
	return append(list, kit.Action{Name: keys.Back, Hint: kit.NoHint, Run: func(c *kit.Context) tea.Cmd { c.Dismiss(); return nil }})
}

// width is what the longest entry needs, within what is comfortable: reasons are cut.
func (m *More) width() int {
	w := narrow / 2
	for _, e := range m.entries {
		w = max(w, e.width())
	}
	return min(w, normal)
}
