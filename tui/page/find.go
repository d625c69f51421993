package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// find is what the Files tab has beside its rows when they are what a search found below a folder: the query. Everything
// that can be done with rows of a folder can be done with them.
type find struct {
	field  *kit.Field
	typing bool
	err    error          // why what is typed is no query
	query  *listing.Query // that the rows are of; nil: none yet
}

// newFind is the Find tab of a place.
func newFind(c *kit.Context, p store.Place) kit.Page {
	f := newFiles(c, p)
	f.find = &find{field: kit.NewField("", "*.jpg size>1M age<7d"), typing: true}
	p.Conn = f.store.Conn()
	f.l = listing.Those(p)
	return f
}

func (q *find) isTyping() bool { return q != nil && q.typing }

// startQuery leads to the Find tab, or there to the query.
func (f *files) startQuery(c *kit.Context) tea.Cmd {
	if f.find == nil {
		c.Go(store.Place{Conn: f.place.Conn, Space: f.place.Space, Prefix: f.l.Dir(), Tab: store.Find})
		return nil
	}
	f.pane.full, f.find.typing = false, true
	f.find.field.Focus()
	return nil
}

// typeQuery is a key while the query is typed.
func (f *files) typeQuery(c *kit.Context, msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "esc":
			return f.leaveQuery(c)
		case "enter":
			return f.acceptQuery(c)
		}
	}
	if q := f.find; q.field.Update(c, msg) {
		_, q.err = listing.ParseQuery(q.field.Value(), c.Now())
	}
	return nil
}

// acceptQuery looks for what was typed.
func (f *files) acceptQuery(c *kit.Context) tea.Cmd {
	q := f.find
	query, err := listing.ParseQuery(q.field.Value(), c.Now())
	if q.err = err; err != nil {
		return nil
	}
	p := store.Place{Conn: f.store.Conn(), Space: f.place.Space, Prefix: f.place.Prefix}
	f.feed.Close()
	f.pane.stop()
	f.clearFilter()
	f.l, f.list, f.onRow = listing.Search(p, query), kit.List{}, false
	q.query, q.typing = query, false
	q.field.Blur()
	return nil
}

// leaveQuery goes back to what was found, or where there is nothing to the folder.
func (f *files) leaveQuery(c *kit.Context) tea.Cmd {
	q := f.find
	if q.query == nil {
		return f.parent(c)
	}
	q.field.SetValue(q.query.Text)
	q.typing, q.err = false, nil
	q.field.Blur()
	return nil
}

// fit are the actions of a search: what belongs to one folder is off.
func (q *find) fit(f *files, all []kit.Action) []kit.Action {
	if !f.l.IsFound() {
		return all
	}
	for i, a := range all {
		switch a.Name {
		case keys.Upload, keys.New, keys.Versions, keys.AsOf:
			all[i].Why = func() string { return "These are files of many folders: open one first." }
		case keys.Filter:
			all[i].Why = func() string { return "These are files of many folders: “contains” narrows them." }
		case keys.Find:
			if q != nil {
				all[i].Label, all[i].Hint = "Look for something else…", "look for"
			}
		case keys.Enter:
			all[i].Hint = "go there"
		}
	}
	return all
}
