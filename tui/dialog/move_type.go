package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/tui/kit"
)

// typeKey takes keys while a path or the name of a new folder is typed.
func (d *Move) typeKey(c *kit.Context, p press) tea.Cmd {
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
	if d.typing == typingName {
		if strings.Trim(text, "/") == "" {
			d.typing = typingNothing
			return nil
		}
		text = d.at + text
	}
	d.typing = typingNothing
	if text != "" && !strings.HasSuffix(text, "/") {
		text += "/"
	}
	return d.show(c, text)
}
