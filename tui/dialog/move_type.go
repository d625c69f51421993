package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/tui/kit"
)

// typeKey takes keys while a path or the name of a new folder is typed.
func (d *Move) typeKey(c *kit.Context, p press) tea.Cmd {
	d.wrong = ""
	switch p.name {
	case "esc":
		d.typing = typingNothing
	case "enter":
		return d.typed(c)
	case "tab":
		d.completeField()
	default:
		d.field.Update(c, p.msg)
	}
	return nil
}

// completeField takes what all folders that begin with the typed text share; only those on the screen are known.
func (d *Move) completeField() {
	text, dir := d.field.Value(), ""
	if d.typing == typingPath {
		dir = d.at
		if kit.Rooted(text) {
			dir = "/" + d.target + "/" + d.at
		}
	}
	var offers []string
	for _, k := range d.here.keys {
		if offer := dir + name(k); strings.HasPrefix(offer, text) {
			offers = append(offers, offer)
		}
	}
	if more := common(offers); len(more) > len(text) {
		d.field.SetValue(more)
	}
}

// typed goes to the folder whose path or name was typed. A folder need not be made: it is there as soon as something
// is moved into it.
func (d *Move) typed(c *kit.Context) tea.Cmd {
	text := d.field.Value()
	switch {
	case d.typing == typingPath:
		return d.typedPath(c, text)
	case text == "":
		d.typing = typingNothing
		return nil
	}
	text = strings.TrimSuffix(text, "/")
	if d.wrong = kit.WrongName(d.at, text, "/"); d.wrong != "" {
		return nil
	}
	d.typing = typingNothing
	return d.show(c, d.at+text+"/")
}

// typedPath goes to a folder of the Space that the sources lie in, or with a slash before it to one of any Space.
func (d *Move) typedPath(c *kit.Context, text string) tea.Cmd {
	space, folder := d.space, text
	if kit.Rooted(text) {
		if space, folder = kit.SplitPath(text); space == "" {
			d.wrong = "Name a Space after the slash; without the slash it is a folder of " + shown(d.space) + "."
			return nil
		}
	}
	if folder != "" && !strings.HasSuffix(folder, "/") {
		folder += "/"
	}
	d.typing, d.target = typingNothing, space
	return d.show(c, folder)
}
