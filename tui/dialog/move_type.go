package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// types begins a path, or the name of a new folder.
func (d *Move) types(what typing) func(*kit.Context) tea.Cmd {
	return func(*kit.Context) tea.Cmd {
		d.typing, d.wrong, d.focus.Name = what, "", "typed"
		d.field = kit.NewField("", "name of the new folder")
		if what == typingPath {
			d.field = kit.NewField(d.pathText(), "folder/folder/, or /space/folder/")
		}
		return nil
	}
}

// entry is the field, while something is typed.
func (d *Move) entry() *kit.Entry {
	e := &kit.Entry{Name: "typed", Label: "New folder", Field: d.field, Word: "go there", Complete: d.complete,
		Enter: d.typed, Left: d.left, Paths: true,
		Changed: func(*kit.Context) tea.Cmd { d.wrong = ""; return nil }}
	if d.typing == typingPath {
		e.Label = "Path"
	}
	return e
}

// left goes where the text says before anything else is done: what is moved goes where the screen says.
func (d *Move) left(c *kit.Context) (tea.Cmd, bool) {
	cmd := d.typed(c)
	return cmd, d.wrong == ""
}

// paste puts a path that begins with a Space in the place of what is typed.
func (d *Move) paste(c *kit.Context, m tea.PasteMsg) tea.Cmd {
	if d.typing == typingPath && rooted(m.Content) {
		d.field.SetValue(strings.TrimSpace(m.Content))
	} else if d.typing != typingNothing {
		d.field.Update(c, m)
	}
	d.wrong = ""
	return nil
}

// rooted says whether a text that was pasted is a whole place, and no part of one.
func rooted(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "/") || strings.Contains(text, "://")
}

// complete takes what all folders that begin with the typed text share; only those on the screen are known. It is
// false when there is nothing to add.
func (d *Move) complete(*kit.Context) (tea.Cmd, bool) {
	text, dir := d.field.Value(), ""
	if d.typing == typingPath {
		dir = d.in
		if strings.HasPrefix(text, "/") {
			dir = "/" + d.target + "/" + d.in
		}
	}
	var offers []string
	for i := range d.here.rows {
		if offer := dir + name(d.here.key(i)); strings.HasPrefix(offer, text) {
			offers = append(offers, offer)
		}
	}
	more := common(offers)
	if len(more) <= len(text) {
		return nil, false
	}
	d.field.SetValue(more)
	return nil, true
}

// typed goes to the folder whose path or name was typed. A folder need not be made: it is there as soon as something
// is moved into it.
func (d *Move) typed(c *kit.Context) tea.Cmd {
	text := d.field.Value()
	switch {
	case d.typing == typingPath:
		return d.typedPath(c, text)
	case text == "":
		return d.cancel(c)
	}
	text = strings.TrimSuffix(text, "/")
	if d.wrong = kit.WrongName(d.in, text, "/"); d.wrong != "" {
		return nil
	}
	d.typing, d.focus.Name = typingNothing, "folders"
	return d.show(c, d.in+text+"/", false, "")
}

// typedPath goes to a folder of the Space that the sources lie in, or with a slash before it to one of any Space.
func (d *Move) typedPath(c *kit.Context, text string) tea.Cmd {
	p, err := store.ParsePlace(text, store.Place{Conn: d.store.Conn(), Space: d.space})
	switch {
	case err != nil:
		d.wrong = upper(happened(err))
	case p.Conn != d.store.Conn():
		d.wrong = "Things are moved within one connection."
	case p.Space == "":
		d.wrong = "Name a Space after the slash; without the slash it is a folder of " + shown(d.space) + "."
	default:
		folder := p.Ref().Key
		if folder != "" && !strings.HasSuffix(folder, "/") {
			folder += "/"
		}
		d.typing, d.target, d.focus.Name = typingNothing, p.Space, "folders"
		return d.show(c, folder, false, "")
	}
	return nil
}
