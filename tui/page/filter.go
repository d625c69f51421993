package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// filter is the text box that narrows the listing: keys.Filter to names that begin with its text, keys.Contains to
// loaded rows whose names contain it. Without a kind there is none.
type filter struct {
	kind   keys.Action
	field  *kit.Field
	typing bool
	text   string
	going  bool // to the key that was typed, when the answer has it
}

// startFilter begins to type a filter, or goes on with it.
func (f *files) startFilter(kind keys.Action) {
	f.pane.full = false
	if f.filter.kind == kind {
		f.filter.typing = true
		f.filter.field.Focus()
		return
	}
	text := f.filter.text
	placeholder := "names that begin with…"
	if kind == keys.Contains {
		placeholder = "names that contain…"
	}
	f.filter = filter{kind: kind, field: kit.NewField(text, placeholder), typing: true}
	f.narrow(text)
}

// typeFilter is a key while the filter is typed.
func (f *files) typeFilter(c *kit.Context, msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "esc":
			f.clearFilter()
			return nil
		case "enter":
			return f.acceptFilter(c)
		case "backspace":
			if f.filter.field.Value() == "" {
				f.clearFilter()
				return nil
			}
		}
	}
	if f.list.Update(c, msg) {
		f.l.MoveTo(f.list.Cursor)
	} else if f.filter.field.Update(c, msg) {
		f.narrow(f.filter.field.Value())
	}
	return nil
}

// acceptFilter ends typing. A key that was typed in full is gone to.
func (f *files) acceptFilter(c *kit.Context) tea.Cmd {
	if f.filter.text == "" {
		f.clearFilter()
		return nil
	}
	f.filter.typing = false
	f.filter.field.Blur()
	f.filter.going = f.l.Dir() != f.place.Prefix
	return f.goOn(c)
}

// goOn goes to the key that was typed in full, now or when the answer that is under way has it.
func (f *files) goOn(c *kit.Context) tea.Cmd {
	if !f.filter.going {
		return nil
	}
	if id, ok := f.l.Under(); ok && f.l.Rows().Key(id) == f.place.Prefix+f.filter.text {
		f.filter.going = false
		return f.open(c)
	}
	f.filter.going = f.l.Looking()
	return nil
}

func (f *files) clearFilter() {
	f.filter = filter{}
	f.l.Narrow(listing.All, "")
}

// narrow shows what the filter's text finds.
func (f *files) narrow(text string) {
	f.filter.text = text
	kind := listing.Begins
	if f.filter.kind == keys.Contains {
		kind = listing.Contains
	}
	f.l.Narrow(kind, text)
}
