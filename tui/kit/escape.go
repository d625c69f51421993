package kit

import (
	"slices"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
)

// uncoalesced takes apart what may have been two keys. Escape and a key that are read together, as they are when typed
// fast or over a slow line, look like that key with Alt. Where Alt with it means nothing it is Escape and the key.
func (h *Host) uncoalesced(msg tea.KeyPressMsg) (rest tea.KeyPressMsg, ok bool) {
	if msg.Mod&tea.ModAlt == 0 {
		return msg, false
	}
	if t := h.front(); t == nil || !t.Typing() { // the key map has no say in texts, and no text takes Alt
		pressed := append(slices.Clone(h.keyboard.pending), msg.String())
		if _, match := h.lookup(pressed); match != keys.None {
			return msg, false
		}
	}
	msg.Mod &^= tea.ModAlt
	if msg.Mod&^tea.ModShift == 0 && msg.Text == "" && unicode.IsPrint(msg.Code) {
		code := msg.Code
		if msg.Mod&tea.ModShift != 0 {
			code = unicode.ToUpper(code)
		}
		msg.Text = string(code)
	}
	return msg, true
}
