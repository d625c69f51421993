package dialog

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// What a Space is to visitors, in the order of the choice.
const (
	noPages = iota
	pages
	elsewhere
)

// protocols of a choice, the first for the one that a visitor came by.
var protocols = []string{"", "https", "http"}

// website sets how a Space is served as web pages.
type website struct {
	base
	writes
	space              string
	now                store.Website
	kind, was          int
	protocol           int
	index, failure, to *kit.Field
	wrong              string
}

// NewWebsite serves a Space as web pages, or no more.
func NewWebsite(c *kit.Context, space string, now store.Website) kit.Dialog {
	index := now.Index
	if index == "" {
		index = "index.html"
	}
	d := &website{base: newBase(c, "Web pages – "+shown(space)), space: space, now: now,
		index: kit.NewField(index, "index.html"), failure: kit.NewField(now.Error, "none, or 404.html"), to: kit.NewField(now.To, "www.example.com")}
	for i, p := range protocols {
		if p == now.Protocol {
			d.protocol = i
		}
	}
	switch {
	case now.To != "":
		d.kind = elsewhere
	case now.Index != "":
		d.kind = pages
	}
	d.was = d.kind
	d.form = d.asking
	return d
}

// Close implements kit.Dialog.
func (d *website) Close() { d.slot.Cancel() }

// Update implements kit.Dialog.
func (d *website) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if d.take(msg) {
		if d.err == nil {
			c.Dismiss()
			c.Notify(kit.Good, map[int]string{noPages: shown(d.space) + " is no website any more", pages: shown(d.space) + " is a website now",
				elsewhere: "Visitors of " + shown(d.space) + " are sent to " + shown(d.to.Value()) + " now"}[d.kind])
		}
		return nil
	}
	return d.base.Update(c, msg)
}

// set is the website as it was typed.
func (d *website) set() store.Website {
	w := d.now
	w.Index, w.Error, w.To, w.Protocol = "", "", "", ""
	switch d.kind {
	case pages:
		w.Index, w.Error = strings.TrimSpace(d.index.Value()), strings.TrimSpace(d.failure.Value())
	case elsewhere:
		w.To, w.Protocol = strings.TrimSpace(d.to.Value()), protocols[d.protocol]
	}
	if d.kind != pages {
		w.Rules = nil
	}
	return w
}

func (d *website) changed() bool {
	w := d.set()
	return d.kind != d.was || w.Index != d.now.Index || w.Error != d.now.Error || w.To != d.now.To || w.Protocol != d.now.Protocol
}

func (d *website) apply(c *kit.Context) tea.Cmd {
	set := d.set()
	if d.kind == elsewhere && set.To == "" {
		d.wrong, d.focus.Name = "Type the host that visitors are sent to.", "To the host"
		return nil
	}
	if d.kind != noPages {
		if err := set.Check(); err != nil {
			d.wrong = store.Capital(shown(err.Error())) + "."
			return nil
		}
	}
	s, space := d.store, d.space
	return d.start(c, d.id, func(ctx context.Context) error { return s.SetWebsite(ctx, space, set) })
}

func (d *website) edited(*kit.Context) tea.Cmd { d.err, d.wrong = nil, ""; return nil }

// asking is the form.
func (d *website) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap,
		&kit.Choice{Name: "kind", Look: kit.Stack, Chosen: d.kind, Options: []kit.Option{
			{Label: "No web pages", About: "The Space is storage only"},
			{Label: "Website", About: "Files that are public are pages"},
			{Label: "Redirect", About: "All visitors are sent to another host"}},
			Choose: func(_ *kit.Context, i int) tea.Cmd { d.kind, d.err, d.wrong = i, nil, ""; return nil }},
		kit.Gap}
	about := func(n int, says string) kit.Item {
		return spare(n, kit.Under(w, styled(says, kit.Inner(w), t.Dim)...)...)
	}
	switch d.kind {
	case pages:
		items = append(items, &kit.Entry{Label: "Index", Field: d.index, Changed: d.edited}, about(3, "The page of each folder."),
			&kit.Entry{Label: "Error page", Field: d.failure, Changed: d.edited}, about(3, "The key of the page for what is not there or private."))
	case elsewhere:
		items = append(items, &kit.Entry{Label: "To the host", Field: d.to, Changed: d.edited},
			&kit.Choice{Label: "Protocol", Options: kit.Options("As they came", "https", "http"), Chosen: d.protocol,
				Choose: func(_ *kit.Context, i int) tea.Cmd { d.protocol, d.err, d.wrong = i, nil, ""; return nil }})
	}
	items = append(items, d.says(w)...)
	items = append(items, d.writes.items(&d.base, w)...)
	apply := &kit.Button{Label: "Apply", Why: d.store.ReadOnly(), Run: d.apply}
	if apply.Why == "" && !d.changed() {
		apply.Why = "Nothing was changed."
	}
	return &kit.Form{Width: w, Focus: &d.focus, Unsaved: d.changed(), Items: append(items, kit.Gap, kit.Buttons{apply, d.routing(), dismiss("Cancel")})}
}

// says tells what is wrong, what is lost, and where the website is.
func (d *website) says(w int) (items []kit.Item) {
	t := &d.c.Theme.Paint
	if d.wrong != "" {
		items = append(items, text(note(d.wrong, w, t.Warn)...))
	}
	if n := len(d.now.Rules); n > 0 && d.kind != pages {
		items = append(items, text(note(store.Capital(kit.Plural(n, "routing rule"))+" will be gone.", w, t.Warn)...))
	}
	if d.kind == noPages {
		return items
	}
	where := "Where it is the endpoint does not tell. This program's server has websites with --website-domain."
	if url := d.store.WebsiteURL(d.space, d.now, ""); url != "" {
		where = "At " + shown(url)
	}
	return append(items, spare(1, append([]string{""}, note(where, w, t.Dim)...)...))
}

// routing opens the rules, which are set for themselves.
func (d *website) routing() *kit.Button {
	b := &kit.Button{Label: "Routing rules…", Run: func(c *kit.Context) tea.Cmd {
		c.Dismiss()
		c.Open(newRouting(c, d.space, d.now))
		return nil
	}}
	switch {
	case d.now.Index == "":
		b.Why = "Routing rules are of a website: apply that first."
	case d.changed():
		b.Why = "Apply what was changed first."
	}
	return b
}
