package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/themes"
	"spaces/tui/kit"
)

// Mirror shows in what one folder differs from another and asks whether it shall become the same. What only the
// destination has stays unless the switch says otherwise.
type Mirror struct {
	base
	flow
	spec  job.Spec
	names [2]string // of the connections
}

// NewMirror plans to make the folder to as from is, each of any connection.
func NewMirror(c *kit.Context, from, to store.Place, names [2]string) *Mirror {
	d := &Mirror{base: newBase(c, "Mirror – "+shown(lastOf(from))), names: names, spec: job.Spec{Kind: job.Mirror, From: from.Conn, To: to.Conn,
		Sources: []job.Source{{Ref: store.Ref{Space: from.Space, Key: from.Prefix}, Folder: true}}, Dest: store.Ref{Space: to.Space, Key: to.Prefix}}}
	d.form = d.asking
	return d
}

func lastOf(p store.Place) string {
	if p.Prefix == "" {
		return p.Space
	}
	return store.Base(p.Prefix)
}

// Init implements kit.Dialog: counting begins.
func (d *Mirror) Init(c *kit.Context) tea.Cmd { return d.flow.start(c, d.id, d.spec) }

// Close implements kit.Dialog.
func (d *Mirror) Close() { d.flow.close() }

// Update implements kit.Dialog.
func (d *Mirror) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	return tea.Batch(d.flow.takeAnew(c, d.id, msg), d.base.Update(c, msg))
}

// yes begins: at once, while it is still being counted, where nothing is deleted.
func (d *Mirror) yes(c *kit.Context) tea.Cmd {
	switch {
	case d.counting() && d.spec.Prune:
		d.at = waiting
	case d.complete() && d.idle():
		c.Notify(kit.Info, "Nothing differs.")
		c.Dismiss()
	default:
		d.begin(c, "Mirroring")
	}
	return nil
}

// idle says whether there is nothing to do.
func (d *Mirror) idle() bool {
	t := &d.totals
	return t.Objects == 0 && (t.Only == 0 || !d.spec.Prune)
}

// asking is the form.
func (d *Mirror) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	src := d.spec.Sources[0].Ref
	items := []kit.Item{kit.Gap, text(
		d.side("From", d.names[0], src, w), d.side("To", d.names[1], d.spec.Dest, w)), kit.Gap,
		text(d.counts(t, w)...), kit.Gap}
	items = append(items, &kit.Choice{Label: "Only there", Options: kit.Options("Keep", d.removal()), Chosen: index(d.spec.Prune), Choose: d.prune})
	if d.plan != nil && (d.plan.Histories() || d.spec.Current) {
		items = append(items, &kit.Choice{Label: "Versions", Options: kit.Options("All, in order", "Current"), Chosen: index(d.spec.Current), Choose: d.current})
	}
	items = append(items, kit.Gap)
	if trouble := d.trouble(t, w); len(trouble) > 0 {
		items = append(items, text(trouble...), kit.Gap)
	}
	items = append(items, text(d.losses(t, w)...), spare(2, note(d.about(), w, t.Dim)...))
	if d.at == waiting {
		items = append(items, text(note("Wait until everything is counted: something is deleted.", w, t.Warn)...))
	}
	yes := d.keyed("Mirror", keys.Confirm, d.yes)
	switch {
	case d.plan != nil && !d.counting() && !d.complete():
		yes.Why = "Not everything could be read."
	case d.spec.Prune && d.complete() && d.totals.Only > 0:
		yes.Label, yes.Danger = "Mirror and delete "+kit.Count(d.totals.Only), true
	}
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, kit.Gap, kit.Buttons{dismiss("Cancel"), yes})}
}

func index(on bool) int {
	if on {
		return 1
	}
	return 0
}

// side is where is read, or written.
func (d *Mirror) side(label, conn string, r store.Ref, w int) string {
	t, at := &d.c.Theme.Paint, shown(r.String())
	if r.Key == "" {
		at += "/"
	}
	if d.spec.From != d.spec.To {
		at = shown(conn) + " ▸ " + at
	}
	return "  " + t.Dim.On(kit.Fit(label, 6)) + t.Strong.On(middle(at, w-8))
}

// counts are the numbers of each kind, and what that comes to.
func (d *Mirror) counts(t *themes.Paints, w int) []string {
	x := &d.totals
	row := func(what string, n int, more string) string {
		line := kit.Fit(what, 11) + kit.FitRight(kit.Count(n), 10)
		if more = end(more, w-2-kit.Width(line)); w < 32 {
			return "  " + end(line, w-2)
		}
		return "  " + t.Dim.On(line[:11]) + t.Strong.On(line[11:]) + t.Dim.On(more)
	}
	dated, only := "", ""
	if x.Dated > 0 {
		dated = "   " + kit.Count(x.Dated) + " of them by date: their ETags tell nothing"
	}
	if x.Only > 0 {
		only = "   " + d.c.Bytes(x.OnlyBytes)
	}
	return append([]string{row("New", x.New, ""), row("Changed", x.Changed, ""), row("The same", x.Same, dated), row("Only there", x.Only, only), ""},
		d.figures(d.c, "To write", w)...)
}

// removal is the choice to delete, with the number that goes.
func (d *Mirror) removal() string {
	switch {
	case d.complete():
		return "Delete " + kit.Plural(d.totals.Only, "file")
	case d.totals.Only > 0:
		return "Delete at least " + kit.Plural(d.totals.Only, "file")
	}
	return "Delete"
}

func (d *Mirror) prune(_ *kit.Context, i int) tea.Cmd {
	d.spec.Prune, d.at = i == 1, editing
	d.plan.Prune(d.spec.Prune)
	return nil
}

// current looks at all versions, or at what is current: that is another plan.
func (d *Mirror) current(c *kit.Context, i int) tea.Cmd {
	d.spec.Current = i == 1
	d.flow.close()
	d.at = editing
	return d.flow.start(c, d.id, d.spec)
}

// losses is what the destination does not keep.
func (d *Mirror) losses(t *themes.Paints, w int) (lines []string) {
	if d.plan == nil {
		return nil
	}
	var list []string
	for _, err := range d.plan.Losses() {
		list = append(list, err.Error())
	}
	if len(list) == 0 {
		return nil
	}
	return note("Not kept: "+strings.Join(list, "; ")+".", w, t.Warn)
}

// about says what will happen.
func (d *Mirror) about() string {
	switch {
	case d.plan != nil && !d.counting() && !d.complete():
		return ""
	case d.complete() && d.idle():
		return "Nothing differs."
	case d.spec.Prune:
		return "What only the destination has is deleted in the end, when all else has succeeded."
	}
	return "What is new or has changed is written there with all it has. Nothing is deleted."
}
