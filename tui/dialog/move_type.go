package dialog

import (
	"context"
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
			d.field = kit.NewField(d.pathText(), "folder/, /SPACE/folder/, or CONNECTION:SPACE/folder/")
		}
		return nil
	}
}

// entry is the field, while something is typed.
func (d *Move) entry() *kit.Entry {
	e := &kit.Entry{Name: "typed", Label: "New folder", Field: d.field, Word: "go there", Complete: d.complete,
		Enter: d.typed, Left: d.left, Paths: true,
		Changed: func(*kit.Context) tea.Cmd { d.wrong = ""; d.offer.Cancel(); return nil }}
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

// pathText is the place that is shown as it is typed: from its Space on when that is another one, and of another connection
// from that on.
func (d *Move) pathText() string {
	switch at := d.here.at; {
	case d.here.top:
		return ""
	case at.Conn != d.from.Conn && at.Conn == "":
		return "@:" + strings.TrimPrefix(at.String(), "/")
	case at.Conn != d.from.Conn:
		return at.String()
	case at.Space == "":
		return "/"
	case !d.sameSpace():
		return "/" + at.Space + "/" + at.Prefix
	default:
		return at.Prefix
	}
}

// complete asks what a path may become. The name of a new folder takes what all folders on the screen that begin with it
// share; it is false when there is nothing to add.
func (d *Move) complete(c *kit.Context) (tea.Cmd, bool) {
	text := d.field.Value()
	if d.typing == typingPath {
		conns, from := d.here.conns, d.from
		return d.offer.Start(c, d.id, func(ctx context.Context) ([]string, error) { return folderPaths(ctx, conns, from, text) }), true
	}
	var offers []string
	for i := range d.here.rows {
		if offer := store.Base(d.here.key(i)); strings.HasPrefix(offer, text) {
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

// completed adds what all paths that were found share. Where there is nothing to add, Tab goes where the path says.
func (d *Move) completed(c *kit.Context, offers []string, err error) tea.Cmd {
	if d.typing != typingPath {
		return nil
	}
	switch more := common(offers); {
	case len(more) > len(d.field.Value()):
		d.field.SetValue(more)
		return nil
	case len(offers) > 1:
		d.wrong = "There are " + kit.Count(len(offers)) + ": " + strings.Join(shownAll(offers), "  ")
		return nil
	case err != nil:
		d.wrong = store.Capital(happened(err))
		return nil
	}
	cmd := d.typed(c)
	if d.wrong == "" {
		d.focus.Name = d.button()
	}
	return cmd
}

// shownAll are the last names of paths.
func shownAll(paths []string) []string {
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = shown(store.Base(path))
	}
	return names
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
	at := d.here.at
	if d.wrong = kit.WrongName(at.Prefix, text, "/"); d.wrong != "" {
		return nil
	}
	d.typing, d.focus.Name = typingNothing, "folders"
	at.Prefix += text + "/"
	return d.show(c, at, false, "")
}

// typedPath goes to a folder of the Space that the sources lie in, with a slash before it to one of any Space, and with a
// connection before that to one of any connection.
func (d *Move) typedPath(c *kit.Context, text string) tea.Cmd {
	p, err := placeTyped(d.here.conns, d.from, text)
	switch {
	case err != nil:
		d.wrong = store.Capital(happened(err))
		return nil
	case p.Space == "" && p.Conn == d.from.Conn:
		d.wrong = "Name a Space after the slash; without the slash it is a folder of " + shown(d.from.Space) + "."
		return nil
	}
	folder := p.Ref().Key
	if folder != "" && !strings.HasSuffix(folder, "/") {
		folder += "/"
	}
	d.typing, d.focus.Name = typingNothing, "folders"
	return d.show(c, store.Place{Conn: p.Conn, Space: p.Space, Prefix: folder}, false, "")
}
