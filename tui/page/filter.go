package page

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// typingRest is how long the filter waits for the next letter before it asks the endpoint.
const typingRest = 60 * time.Millisecond

// filter narrows the listing: keys.Filter to names that begin with its text, exact at any size; keys.Contains to
// loaded rows whose names contain it. Without a kind there is none.
type filter struct {
	kind   keys.Action
	field  *kit.Field
	typing bool
	text   string
	beyond bool // the endpoint was asked
	going  bool // to the key that was typed, when the answer has it
}

// begins is the text that names begin with.
func (x *filter) begins() string {
	if x.kind == keys.Filter {
		return x.text
	}
	return ""
}

// contains is the text that names contain.
func (x *filter) contains() string {
	if x.kind == keys.Contains {
		return x.text
	}
	return ""
}

// deep says whether the filter reaches below this folder: its text is (the beginning of) a whole key.
func (x *filter) deep() bool { return strings.Contains(x.begins(), "/") }

// startFilter begins to type a filter, or goes on with it.
func (f *files) startFilter(c *kit.Context, kind keys.Action) tea.Cmd {
	f.pane.full = false
	if f.filter.kind == kind {
		f.filter.typing = true
		f.filter.field.Focus()
		return nil
	}
	text := f.filter.text
	placeholder := "names that begin with…"
	if kind == keys.Contains {
		placeholder = "names that contain…"
	}
	f.filter = filter{kind: kind, field: kit.NewField(text, placeholder), typing: true}
	return f.narrow(c, text)
}

// typeFilter is a key while the filter is typed.
func (f *files) typeFilter(c *kit.Context, msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "esc":
			return f.clearFilter(c)
		case "enter":
			return f.acceptFilter(c)
		case "backspace":
			if f.filter.field.Value() == "" {
				return f.clearFilter(c)
			}
		}
	}
	if f.list.Update(c, msg) {
		return f.moved(c)
	}
	if f.filter.field.Update(c, msg) {
		return f.narrow(c, f.filter.field.Value())
	}
	return nil
}

// acceptFilter ends typing. A key that was typed in full is gone to.
func (f *files) acceptFilter(c *kit.Context) tea.Cmd {
	if f.filter.text == "" {
		return f.clearFilter(c)
	}
	f.filter.typing = false
	f.filter.field.Blur()
	f.filter.going = f.filter.deep()
	return f.goOn(c)
}

// goOn goes to the key that was typed in full, now or when the answer that is under way has it.
func (f *files) goOn(c *kit.Context) tea.Cmd {
	if !f.filter.going {
		return nil
	}
	if id, ok := f.under(); ok && f.view.rows.Key(id) == f.place.Prefix+f.filter.text {
		f.filter.going = false
		return f.open(c)
	}
	f.filter.going = f.found.busy()
	return nil
}

func (f *files) clearFilter(c *kit.Context) tea.Cmd {
	f.found.stop()
	f.found = walk{}
	f.filter = filter{}
	f.deep = sheet{rows: listing.NewRows(f.place.Prefix)}
	return f.reshow(c)
}

// narrow shows what the filter's text finds: in what is loaded where that is known to be all, else by asking.
func (f *files) narrow(c *kit.Context, text string) tea.Cmd {
	f.filter.text, f.held = text, false
	f.again.stop()
	f.again = walk{}
	prefix := f.place.Prefix + f.filter.begins()
	deep := f.filter.deep()
	switch {
	case f.filter.kind == keys.Contains, text == "", !deep && f.whole.covers(prefix):
		f.found.stop()
		f.found, f.filter.beyond = walk{}, false
	case f.filter.beyond && f.found.covers(prefix):
		f.found.stop()
	default:
		return f.ask(c, prefix)
	}
	return f.reshow(c)
}

// ask lists what begins with prefix, after a pause in typing.
func (f *files) ask(c *kit.Context, prefix string) tea.Cmd {
	f.found.stop()
	if f.filter.deep() {
		f.deep = sheet{rows: listing.NewRows(f.place.Prefix)}
	}
	f.found, f.filter.beyond = walk{prefix: prefix}, true
	return tea.Batch(f.found.fetch(c, f.id, f.place.Space, typingRest), f.reshow(c))
}

// reshow shows the rows under another filter or in another order.
func (f *files) reshow(c *kit.Context) tea.Cmd {
	f.reach.on = false
	rows := f.view.rows
	f.bounds()
	if f.view.rows != rows {
		f.onRow = false
		f.view.direct, f.view.desc, f.view.ids = true, f.view.order.Desc, nil
	}
	f.view.text = f.filter.contains()
	cmd := f.view.make(c, f.id)
	f.settle()
	return tea.Batch(cmd, f.feed(c), f.look(c))
}

// sortBy orders the listing; the same order again is turned around.
func (f *files) sortBy(c *kit.Context, by listing.SortBy) tea.Cmd {
	f.held = false
	o := &f.view.order
	if o.By == by {
		o.Desc = !o.Desc
	} else {
		*o = listing.Order{By: by, Desc: by != listing.ByName} // the largest and the newest first
	}
	return f.reshow(c)
}
