package dialog

import (
	"cmp"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// entry is one action as menus show it.
type entry struct {
	action kit.Action
	label  string
	key    string
	off    string // why it cannot be done now, as it was when the menu opened or was last used
}

// entriesOf gives actions the words and keys of the key map.
func entriesOf(c *kit.Context, actions []kit.Action) []entry {
	help := map[keys.Action]string{}
	for _, b := range c.Keys.Bindings() {
		help[b.Action] = b.Help
	}
	list := make([]entry, 0, len(actions))
	for _, a := range actions {
		label := cmp.Or(a.Label, help[a.Name], strings.ReplaceAll(string(a.Name), "-", " "))
		list = append(list, entry{action: a, label: label, key: c.Keys.Key(a.Name), off: a.Off()})
	}
	return list
}

// matches says whether every word of the filter occurs in the entry.
func (e entry) matches(filter string) bool {
	text := strings.ToLower(e.label + " " + string(e.action.Name) + " " + e.key)
	for _, word := range strings.Fields(strings.ToLower(filter)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// danger is 1 where it takes away what there is, else 0.
func (e entry) danger() int {
	if e.action.Name == keys.Delete {
		return 1
	}
	return 0
}

// reason is why it is off, as it stands behind the words: what it says before it explains.
func (e entry) reason() string {
	if e.off == "" {
		return ""
	}
	short, _, _ := strings.Cut(e.off, ": ")
	return "   – " + shown(strings.TrimSuffix(short, "."))
}

// width is what row needs to show everything.
func (e entry) width() int {
	return 2 + kit.Width(e.label) + kit.Width(e.reason()) + 3 + kit.Width(e.key) + 1
}

// row draws an entry: words, reason when it is off, key at the right edge.
func (e entry) row(c *kit.Context, w int, cursor bool) string {
	t := &c.Theme.Paint
	key := " " + e.key + " "
	text := kit.Fit(mark(cursor)+store.Capital(e.label)+e.reason(), w-kit.Width(key))
	switch {
	case cursor:
		return t.Cursor.On(text + key)
	case e.off != "":
		return t.Dim.On(text + key)
	}
	return t.Text.On(text) + t.HintKey.On(key)
}

// run closes the menu and does the entry, or says why not.
func (e entry) run(c *kit.Context) tea.Cmd {
	if why := e.action.Off(); why != "" {
		c.Notify(kit.Warn, store.Capital(shown(why)))
		return nil
	}
	c.Dismiss()
	if e.action.Run == nil {
		return nil
	}
	return e.action.Run(c)
}
