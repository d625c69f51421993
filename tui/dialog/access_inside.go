package dialog

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// AccessInside sets who may read everything inside folders, and files beside them. It is counted while one chooses, and
// confirmed when it is known how much it is.
type AccessInside struct {
	base
	flow
	sources []job.Source
	chosen  int // -1: nothing yet; else index in accesses
	sure    bool
}

// NewAccessInside offers private and public for all that is in sources.
func NewAccessInside(c *kit.Context, sources []job.Source) *AccessInside {
	d := &AccessInside{base: newBase(c, "Permissions of everything inside"), sources: append([]job.Source(nil), sources...), chosen: -1}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog: counting begins.
func (d *AccessInside) Init(c *kit.Context) tea.Cmd {
	// Private stands until it is known what: see Plan.Change.
	return d.flow.start(c, d.id, job.Spec{Kind: job.Permissions, From: d.store.Conn(), Sources: d.sources, Access: store.Private})
}

// Close implements kit.Dialog.
func (d *AccessInside) Close() { d.flow.close() }

// Update implements kit.Dialog.
func (d *AccessInside) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	cmd, _ := d.flow.take(c, d.id, msg)
	return tea.Batch(cmd, d.base.Update(c, msg))
}

func (d *AccessInside) goOn(*kit.Context) tea.Cmd {
	d.sure, d.focus.Name = true, ""
	return nil
}

func (d *AccessInside) back(*kit.Context) tea.Cmd {
	d.sure, d.focus.Name = false, ""
	return nil
}

func (d *AccessInside) apply(c *kit.Context) tea.Cmd {
	d.plan.Change(accesses[d.chosen], job.Edit{})
	d.begin(c, "Making "+kit.Plural(d.totals.Objects, "file")+" "+d.word())
	return nil
}

func (d *AccessInside) word() string {
	if accesses[d.chosen] == store.PublicRead {
		return "public"
	}
	return "private"
}

// asking is the form.
func (d *AccessInside) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap, text(d.figures(d.c, sources(d.sources), w)...)}
	items = append(items, spare(1, note(d.now(), w, t.Dim)...), kit.Gap)
	if trouble := d.trouble(t, w); len(trouble) > 0 {
		items = append(items, text(trouble...), kit.Gap)
	}
	if d.sure {
		items = append(items, text(note(d.warning(), w, t.Warn)...), kit.Gap, kit.Buttons{{Label: "Back", Run: d.back}, d.confirm()})
		return &kit.Form{Width: w, Focus: &d.focus, Cancel: d.back, Leave: "back", Items: items}
	}
	items = append(items, accessChoice(d.chosen, func(i int) { d.chosen = i }), kit.Gap)
	next := &kit.Button{Label: "Continue", Run: d.goOn}
	if d.chosen < 0 {
		next.Why = "Choose private or public first"
	}
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Buttons{next, dismiss("Cancel")})}
}

// now says what is known of who may read them.
func (d *AccessInside) now() string {
	n := d.totals.PublicAsked
	switch {
	case n == 0:
		return ""
	case n < d.totals.Objects:
		return "Now: " + kit.Count(d.totals.Public) + " public of the " + kit.Count(n) + " that were asked"
	}
	return "Now: " + kit.Count(d.totals.Public) + " public, " + kit.Count(n-d.totals.Public) + " not"
}

func (d *AccessInside) warning() string {
	if accesses[d.chosen] == store.PublicRead {
		return "Anyone with the address can read each of these files, for as long as they are public."
	}
	return "Plain links to these files stop working, and grants of their own are replaced."
}

// confirm is the button that does it, as soon as it is known how much that is.
func (d *AccessInside) confirm() *kit.Button {
	b := d.keyed("Make "+d.word(), keys.Confirm, d.apply)
	switch {
	case d.counting():
		b.Why = "It is still being counted"
	case d.totals.Objects == 0:
		b.Why = "There is nothing in it"
	case !d.complete():
		b.Label = "Make " + d.word() + " what was found"
	}
	return b
}

// accessChoice is private or public.
func accessChoice(chosen int, choose func(int)) *kit.Choice {
	return &kit.Choice{Name: "access", Look: kit.Stack, Chosen: chosen, Options: []kit.Option{
		{Label: "Private", About: "Only with your access keys or a Quick Share link"},
		{Label: "Public", About: "Anyone with the address can read it"},
	}, Choose: func(_ *kit.Context, i int) tea.Cmd { choose(i); return nil }}
}
