package dialog

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// ImportConnections takes over the endpoints that other tools know.
type ImportConnections struct {
	base
	book   store.Book
	taken  map[string]bool // names of connections that are there
	all    []store.Candidate
	chosen []bool
	copied bool // keys of ~/.aws are copied instead of referred to
	list   kit.List
	look   kit.Slot[[]store.Candidate]
	begun  bool
	save   kit.Slot[int]
	err    error
}

// NewImportConnections looks for them. have are the connections that there are.
func NewImportConnections(c *kit.Context, have []store.Profile) *ImportConnections {
	d := &ImportConnections{base: newBase(c, "Import connections"), book: c.Book, taken: map[string]bool{}}
	for _, p := range have {
		d.taken[p.Name] = true
	}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog.
func (d *ImportConnections) Init(c *kit.Context) tea.Cmd {
	return d.look.Start(c, d.id, d.book.Candidates)
}

// Close implements kit.Dialog.
func (d *ImportConnections) Close() {
	d.look.Cancel()
	d.save.Cancel()
}

// Update implements kit.Dialog.
func (d *ImportConnections) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if all, err, ok := d.look.Take(msg); ok {
		d.all, d.err, d.begun = all, err, true
		d.chosen = make([]bool, len(all))
		for i := range all {
			d.chosen[i] = d.off(i) == "" && d.doubt(i) == ""
		}
		d.list.SetLen(len(all))
		return nil
	}
	if n, err, ok := d.save.Take(msg); ok {
		if d.err = err; err == nil {
			c.Dismiss()
			c.Notify(kit.Good, "Imported "+kit.Plural(n, "connection"))
		}
		return nil
	}
	return d.base.Update(c, msg)
}

// off says why a candidate cannot be taken over, "" when it can.
func (d *ImportConnections) off(i int) string {
	x := d.all[i]
	if x.Why == "" && d.taken[x.Name] {
		return "There is a connection of this name."
	}
	return x.Why
}

// doubt says why a candidate that can be taken over is of no use as it stands, "" when nothing speaks against it. Profiles
// of ~/.aws without any key are not meant: they get theirs in other ways.
func (d *ImportConnections) doubt(i int) string {
	if x := d.all[i]; x.AccessKey != "" && x.Secret == "" {
		return "There is an access key, and no secret with it: nothing can be signed before that is added."
	}
	return ""
}

// profiles are those that are taken over, each under a name of its own.
func (d *ImportConnections) profiles() []store.Profile {
	var list []store.Profile
	taken := map[string]bool{}
	for i, x := range d.all {
		if !d.chosen[i] {
			continue
		}
		p := x.Profile
		switch {
		case p.Source == store.KeyOfAWS && d.copied && p.AccessKey != "" && p.Secret != "":
			p.Source, p.AWSProfile = store.KeyInFile, ""
		case p.Source == store.KeyOfAWS:
			p.AccessKey, p.Secret = "", ""
		}
		for n := 2; taken[p.Name] || d.taken[p.Name]; n++ {
			p.Name = fmt.Sprintf("%s-%d", x.Name, n)
		}
		taken[p.Name] = true
		list = append(list, p)
	}
	return list
}

func (d *ImportConnections) run(c *kit.Context) tea.Cmd {
	list := d.profiles()
	switch {
	case d.save.Busy():
		return nil
	case len(list) == 0:
		d.err = errors.New("choose at least one of them")
		return nil
	}
	book := d.book
	return d.save.Start(c, d.id, func(ctx context.Context) (int, error) {
		for i, p := range list {
			if err := book.Save(ctx, p, true); err != nil {
				return i, fmt.Errorf("adding %s: %w", p.Name, err)
			}
		}
		return len(list), nil
	})
}

func (d *ImportConnections) toggle(c *kit.Context) tea.Cmd {
	i := d.list.Cursor
	if i >= len(d.all) {
		return nil
	}
	d.err = nil
	if why := d.off(i); why != "" {
		c.Notify(kit.Warn, why)
		return nil
	}
	d.chosen[i] = !d.chosen[i]
	return nil
}

// ofAWS says whether one of the keys can be referred to as well as copied.
func (d *ImportConnections) ofAWS() bool {
	for i, x := range d.all {
		if d.chosen[i] && x.Source == store.KeyOfAWS && x.Secret != "" {
			return true
		}
	}
	return false
}

// asking is the form.
func (d *ImportConnections) asking(s kit.Size) *kit.Form {
	w, t := room(s, wide), &d.c.Theme.Paint
	nothing := note("Looking…", w, t.Dim)
	if d.begun {
		nothing = note("Neither ~/.aws nor s3cmd, rclone or mc know an endpoint on this machine.", w, t.Text)
	}
	rows := &kit.Rows{Name: "found", List: &d.list, Still: len(d.all) == 0, Most: max(len(d.all), 1), Empty: nothing, Open: d.toggle, Word: "choose", Row: d.row,
		Keys: func(c *kit.Context, k kit.Key) (tea.Cmd, bool) {
			if k.Action == keys.Select {
				cmd := d.toggle(c)
				d.list.MoveTo(d.list.Cursor + 1)
				return cmd, true
			}
			return nil, false
		}}
	items := []kit.Item{kit.Gap, rows, kit.Gap}
	if i := d.list.Cursor; i < len(d.all) {
		about := d.all[i].File
		if why := cmp.Or(d.off(i), d.doubt(i)); why != "" {
			items = append(items, text(note(why, w, t.Warn)...))
		}
		items = append(items, spare(2, "  "+t.Dim.On(end("found in "+shown(about), w-2))))
	}
	if d.ofAWS() {
		items = append(items, &kit.Choice{Label: "AWS keys", Options: kit.Options("Stay in ~/.aws", "Copied into the configuration"), Chosen: asChoice(d.copied),
			Choose: func(_ *kit.Context, i int) tea.Cmd { d.copied = i == 1; return nil }})
	}
	if d.err != nil {
		items = append(items, text(note(explain(d.err), w, t.Bad)...))
	}
	items = append(items, kit.Gap)
	if !d.begun || len(d.all) == 0 {
		return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Buttons{dismiss("Close")})}
	}
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Buttons{{Label: "Import", Run: d.run}, dismiss("Cancel")})}
}

func (d *ImportConnections) row(i, w int, cursor bool) string {
	t, x := &d.c.Theme.Paint, d.all[i]
	sign := "[ ] "
	switch {
	case d.off(i) != "":
		sign = "  – "
	case d.chosen[i]:
		sign = "[x] "
	}
	widths := kit.Columns(w-6, 2, kit.Column{Width: 8}, kit.Column{Width: 16, Flex: 1}, kit.Column{Width: 34, Flex: 1, Drop: 1})
	line := mark(cursor) + sign + kit.Fit(x.Tool, widths[0]) + "  " + kit.Fit(shown(x.Name), widths[1])
	if widths[2] > 0 {
		line += "  " + kit.Fit(shown(x.Endpoint), widths[2])
	}
	switch {
	case cursor:
		return t.Cursor.On(kit.Fit(line, w))
	case d.off(i) != "":
		return t.Dim.On(kit.Fit(line, w))
	}
	return t.Row.On(kit.Fit(line, w))
}
