package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// labelCells is the room of the longest name of a header, with a gap.
const labelCells = len("Content-Disposition") + 2

// asking is the form.
func (d *Metadata) asking(s kit.Size) *kit.Form {
	if d.review {
		return d.reviewing(s)
	}
	w, t := room(s, wide-8), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap, text(d.head(w)...)}
	if d.inside {
		about := "An empty line leaves that as it is; " + d.emptying() + " in one removes it."
		if d.kind == job.Tags {
			about = "What stands here is set; other tags stay as they are."
		}
		items = append(items, spare(3, note(about, w, t.Dim)...))
		if trouble := d.trouble(t, w); len(trouble) > 0 {
			items = append(items, kit.Gap, text(trouble...))
		}
	}
	items = append(items, kit.Gap)
	switch {
	case d.ask.Busy():
		items = append(items, text(note("Asking for the "+d.word+" there is now…", w, t.Dim)...), kit.Gap)
	case !d.known && d.unsure != nil:
		items = append(items, &kit.Pager{Lines: note(explain(d.unsure), w, t.Bad), Scroll: &d.scroll}, kit.Gap)
	case d.known:
		items = append(items, d.entries(w)...)
		items = append(items, kit.Gap, text(d.hintLine(w)), kit.Gap)
	}
	next := &kit.Button{Label: "Continue", Run: d.goOn}
	buttons := kit.Buttons{next, dismiss("Cancel")}
	if !d.known {
		buttons = kit.Buttons{dismiss("Cancel")}
	}
	return &kit.Form{Width: w, Focus: &d.focus, Unsaved: d.dirty(), Items: append(items, buttons)}
}

// emptying is the key that removes.
func (d *Metadata) emptying() string { return "ctrl+u" }

// head says of what it is.
func (d *Metadata) head(w int) []string {
	t := &d.c.Theme.Paint
	if d.inside {
		return d.figures(d.c, sources(d.sources), w)
	}
	if len(d.sources) == 1 {
		return []string{"  " + t.Strong.On(middle(shown(store.Base(d.sources[0].Ref.Key)), w-2))}
	}
	what := kit.Plural(len(d.sources), "file")
	more := ""
	if len(d.sources) > asked && d.known {
		more = "   values of the first " + kit.Count(asked)
	}
	if d.failed > 0 && d.known {
		more += "   " + kit.Count(d.failed) + " could not be asked"
	}
	return []string{"  " + t.Strong.On(what) + t.Dim.On(end(more, max(w-2-kit.Width(what), 0)))}
}

// entries are the lines to edit.
func (d *Metadata) entries(w int) []kit.Item {
	t := &d.c.Theme.Paint
	var items []kit.Item
	custom := false
	for _, p := range d.pairs {
		label := p.name
		if rest, is := strings.CutPrefix(p.name, metaName); is {
			if label = rest; !custom {
				items = append(items, text(t.Dim.On(end("  Custom metadata, "+metaName+"…", w))))
			}
			custom = true
		}
		items = append(items, d.entry(p, label))
	}
	entered := func(c *kit.Context) tea.Cmd {
		if strings.TrimSpace(d.add.Value()) == "" {
			return d.goOn(c)
		}
		d.takeNew()
		return nil
	}
	word := ""
	if strings.TrimSpace(d.add.Value()) != "" {
		word = "add"
	}
	return append(items, &kit.Entry{Name: "add", Label: "Add", Room: labelCells, Field: d.add, Enter: entered, Word: word,
		Changed: does(func() { d.wrong = "" }),
		Left:    func(*kit.Context) (tea.Cmd, bool) { return nil, d.takeNew() }})
}

func (d *Metadata) entry(p *pair, label string) *kit.Entry {
	return &kit.Entry{Name: stopOf(p), Label: shown(label), Room: labelCells, Field: p.field, Complete: d.completes(p),
		Changed: does(func() { p.gone = false })}
}

// hintLine is about the line with the focus: always one, so that nothing jumps.
func (d *Metadata) hintLine(w int) string {
	t, p := &d.c.Theme.Paint, d.under()
	say := func(text string) string { return "  " + t.Dim.On(end(text, w-2)) }
	switch {
	case p == nil && d.focus.Name == "add" && d.wrong != "":
		return "  " + t.Warn.On(end(shown(d.wrong), w-2))
	case p == nil && d.focus.Name == "add" && d.kind == job.Tags:
		return say("A new tag, written name=value. An object has at most " + kit.Count(store.MaxTags) + ".")
	case p == nil && d.focus.Name == "add":
		return say("Custom metadata or a header, written name: value")
	case p == nil:
		return ""
	}
	if err := d.refused(p); err != nil {
		return "  " + t.Warn.On(end(shown(store.Capital(err.Error()))+".", w-2))
	}
	if err := d.tooMuch(); err != nil {
		return "  " + t.Warn.On(end(store.Capital(err.Error())+".", w-2))
	}
	list := d.offers(p)
	switch {
	case p.gone:
		return say(store.Capital(d.emptying() + " brings it back"))
	case d.begun(p):
		return say("Tab takes " + strings.Join(list[:min(len(list), 6)], ", "))
	case p.field.Value() != "" && p.edited() && len(list) > 0:
		return say("It may go on: " + strings.Join(list[:min(len(list), 6)], ", "))
	case p.detail() != "":
		return say(p.detail() + "; " + d.emptying() + " removes it")
	case p.field.Value() == "" && len(list) > 0:
		return say("Such as " + strings.Join(list[:min(len(list), 6)], ", "))
	case explained[p.name] != "":
		return say(explained[p.name])
	case p.field.Value() == "" && d.empty:
		return say("An empty value; " + d.emptying() + " removes it")
	}
	return say(store.Capital(d.emptying() + " empties the line, once more " + map[bool]string{true: "removes it", false: "brings it back"}[d.empty || p.any]))
}

// reviewing is the form that shows what changes.
func (d *Metadata) reviewing(s kit.Size) *kit.Form {
	w, t := room(s, wide-8), &d.c.Theme.Paint
	var lines []string
	for _, p := range d.pairs {
		if !p.edited() {
			continue
		}
		story := p.story(len(d.sources), len(d.sources) <= asked && d.failed == 0)
		for i, line := range kit.Wrap(shown(p.name)+": "+story, max(w-4, 1)) {
			indent := map[bool]string{true: "  ", false: "    "}[i == 0]
			lines = append(lines, end(indent, w)+t.Text.On(line))
		}
	}
	items := append([]kit.Item{kit.Gap, text(d.head(w)...), kit.Gap}, &kit.Pager{Lines: lines, Scroll: &d.scroll}, kit.Gap)
	if d.inside && len(d.trouble(t, w)) > 0 {
		items = append(items, text(d.trouble(t, w)...), kit.Gap)
	}
	switch {
	case d.set.Busy():
		items = append(items, text(note("Changing it…", w, t.Dim)...), kit.Gap)
	case d.err != nil:
		items = append(items, text(note(explain(d.err), w, t.Bad)...), kit.Gap)
	case d.kind == job.Metadata:
		items = append(items, spare(1, note("All else stays as it is. The date becomes that of now.", w, t.Dim)...), kit.Gap)
	}
	return &kit.Form{Width: w, Focus: &d.focus, Cancel: d.back, Leave: "back",
		Items: append(items, kit.Buttons{d.confirm(), {Label: "Back", Run: d.back}})}
}
