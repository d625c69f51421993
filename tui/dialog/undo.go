package dialog

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// Undo shows what can be undone, the last first, and what that comes to. Its default answer is yes: it takes back.
type Undo struct {
	base
	flow
	jobs  *job.Manager
	all   []job.Undoable
	list  kit.List
	of    string // ID that is planned
	err   error  // why there is no plan
	reads kit.Slot[[]job.Undoable]
	plans kit.Slot[*job.Plan]
}

// NewUndo offers the jobs that can be undone.
func NewUndo(c *kit.Context) *Undo {
	d := &Undo{base: newBase(c, "Undo"), jobs: c.Jobs}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog: what was done is read.
func (d *Undo) Init(c *kit.Context) tea.Cmd {
	jobs := d.jobs
	return d.reads.Start(c, d.id, func(context.Context) ([]job.Undoable, error) { return jobs.Undoable(), nil })
}

// Close implements kit.Dialog.
func (d *Undo) Close() {
	d.reads.Cancel()
	d.plans.Cancel()
	d.flow.close()
}

// Update implements kit.Dialog.
func (d *Undo) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if all, _, ok := d.reads.Take(msg); ok {
		d.show(all)
		return d.pick(c)
	}
	if plan, err, ok := d.plans.Take(msg); ok {
		if d.err = err; err != nil {
			return nil
		}
		return d.flow.countPlan(c, d.id, plan)
	}
	return tea.Batch(d.flow.takeAnew(c, d.id, msg), d.base.Update(c, msg))
}

// show lists what was found, the cursor on the last job that can be undone. To undo an undo is not what is meant at first.
func (d *Undo) show(all []job.Undoable) {
	d.all = all
	d.list.SetLen(len(all))
	d.focus = kit.Focus{Name: "jobs"}
	if len(all) < 2 {
		d.focus.Name = ""
	}
	for _, redo := range []bool{false, true} {
		for i, u := range all {
			if u.Why == "" && u.Redo == redo {
				d.list.MoveTo(i)
				return
			}
		}
	}
}

// chosen is the job under the cursor.
func (d *Undo) chosen() (u job.Undoable, ok bool) {
	if d.list.Cursor >= len(d.all) {
		return u, false
	}
	return d.all[d.list.Cursor], true
}

// pick begins to plan what is under the cursor, if that is something else than before.
func (d *Undo) pick(c *kit.Context) tea.Cmd {
	u, ok := d.chosen()
	if !ok || u.ID == d.of {
		return nil
	}
	d.plans.Cancel()
	d.forget()
	d.of, d.err, d.totals, d.left, d.found = u.ID, nil, job.Totals{}, nil, nil
	if u.Why != "" {
		return nil
	}
	jobs, id := d.jobs, u.ID
	return d.plans.Start(c, d.id, func(context.Context) (*job.Plan, error) { return jobs.UndoPlan(id) })
}

func (d *Undo) yes(c *kit.Context) tea.Cmd {
	u, ok := d.chosen()
	switch {
	case !ok, d.err != nil, u.Why != "":
	case d.plans.Busy(), d.counting():
		d.at = waiting
	case d.complete() && d.totals.Objects == 0:
		c.Notify(kit.Info, d.nothing())
		c.Dismiss()
	case d.complete():
		d.begin(c, map[bool]string{false: "Undoing", true: "Redoing"}[u.Redo])
	}
	return nil
}

func (d *Undo) nothing() string { return "Nothing is as it was left: there is nothing to undo." }

// asking is the form.
func (d *Undo) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	f := &kit.Form{Width: w, Focus: &d.focus}
	u, ok := d.chosen()
	switch {
	case !ok && d.reads.Busy():
		f.Items = []kit.Item{kit.Gap, text(note("Looking what can be undone…", w, t.Dim)...), kit.Gap, kit.Buttons{dismiss("Cancel")}}
		return f
	case !ok:
		f.Items = []kit.Item{kit.Gap, text(note("Nothing to undo.", w, t.Row)...), kit.Gap, kit.Buttons{dismiss("Close")}}
		return f
	}
	f.Items = []kit.Item{kit.Gap}
	if len(d.all) > 1 {
		f.Items = append(f.Items, &kit.Rows{Name: "jobs", List: &d.list, Most: min(len(d.all), 6), Row: d.row, Moved: d.pick}, kit.Gap)
	} else {
		f.Items = append(f.Items, text(d.row(0, w, false)), kit.Gap)
	}
	f.Items = append(f.Items, text(d.comesTo(u, w)...), spare(2, d.about(u, w)...))
	if len(d.left) > 0 {
		f.Items = append(f.Items, &kit.Pager{Lines: d.leftAlone(w), Scroll: &d.scroll})
	}
	if trouble := d.trouble(t, w); len(trouble) > 0 {
		f.Items = append(f.Items, text(trouble...))
	}
	if d.at == waiting {
		f.Items = append(f.Items, text(note("Wait until everything is counted.", w, t.Warn)...))
	}
	yes := d.keyed(map[bool]string{false: "Undo", true: "Redo"}[u.Redo], keys.Confirm, d.yes)
	switch {
	case u.Why != "":
		yes.Why = because(u.Why)
	case d.err != nil:
		yes.Why = explain(d.err)
	}
	f.Default = yes.Label
	if len(d.all) < 2 && d.focus.Name == "" {
		d.focus.Name = yes.Label
	}
	f.Items = append(f.Items, kit.Gap, kit.Buttons{dismiss("Cancel"), yes})
	return f
}

// row is one of the jobs, and when it was.
func (d *Undo) row(i, w int, cursor bool) string {
	u, t := d.all[i], &d.c.Theme.Paint
	width, when := w-4-d.c.Formats.DateWidth(), "  "+d.c.Date(u.When)
	if width < 40 {
		width, when = max(w-2, 1), "" // what it was matters more
	}
	line := kit.Fit(kit.Fit(mark(cursor && len(d.all) > 1)+middle(shown(u.Title), width), width+2)+when, w)
	switch {
	case cursor && len(d.all) > 1:
		return t.Cursor.On(line)
	case u.Why != "":
		return t.Dim.On(line)
	}
	return t.Row.On(line)
}

// comesTo is how much would be undone, or why nothing can be.
func (d *Undo) comesTo(u job.Undoable, w int) []string {
	t := &d.c.Theme.Paint
	switch {
	case u.Why != "":
		return note("That cannot be undone: "+because(shown(u.Why)), w, t.Warn)
	case d.err != nil:
		return note(explain(d.err), w, t.Bad)
	case d.complete() && d.totals.Objects == 0:
		return note(d.nothing(), w, t.Warn)
	case d.totals.Err != nil && d.totals.Objects == 0:
		return nil
	}
	sum := kit.Plural(d.totals.Objects, "object")
	if moves(u) {
		sum = d.sum(d.c)
	}
	state := "counted so far…"
	if !d.plans.Busy() {
		state = d.state()
	}
	if kit.Width(sum+state)+7 > w {
		state = strings.TrimPrefix(state, "counted, ")
	}
	lines := []string{"  " + t.Strong.On(sum) + t.Dim.On("   ("+state+")")}
	if price := d.price(); price != "" {
		lines = append(lines, note(price, w, t.Dim)...)
	}
	return lines
}

// moves says whether what a job changed is where objects are, and not what they are like.
func moves(u job.Undoable) bool {
	return u.Kind != job.Permissions && u.Kind != job.Metadata && u.Kind != job.Tags
}

// about says what there is to know of it.
func (d *Undo) about(u job.Undoable, w int) []string {
	if u.Why != "" || d.err != nil {
		return nil
	}
	var lines []string
	say := func(n int, one, many string) {
		if n == 1 {
			lines = append(lines, note(one, w, d.c.Theme.Paint.Warn)...)
		} else if n > 1 {
			lines = append(lines, note(kit.Count(n)+" "+many, w, d.c.Theme.Paint.Warn)...)
		}
	}
	does, one := "They go back to where they were.", d.totals.Objects == 1
	switch {
	case u.Redo:
		does = "What was undone is done again."
	case !moves(u) && one:
		does = "It gets back what it had."
	case !moves(u):
		does = "They get back what they had."
	case one:
		does = "It goes back to where it was."
	}
	if d.totals.Objects > 0 || d.counting() || d.plans.Busy() {
		lines = note(does, w, d.c.Theme.Paint.Dim)
	}
	say(len(d.found), "One old name is taken: what had it stays where it is now.", "old names are taken: what had them stays where it is now.")
	say(u.Replaced, "One replaced something where it went: that does not come back.", "replaced something where they went: that does not come back.")
	if u.Unsure > 0 {
		lines = append(lines, note("Nobody looked what they replaced where they went: that would not come back.", w, d.c.Theme.Paint.Warn)...)
	}
	say(u.Unknown, "Of one more it is not known how it was: it stays as it is.", "more stay as they are: it is not known how they were.")
	if u.Part {
		lines = append(lines, note("The program ended while it ran: what it did last may not be undone.", w, d.c.Theme.Paint.Warn)...)
	}
	return lines
}

// leftAlone lists what is not undone.
func (d *Undo) leftAlone(w int) []string {
	t := &d.c.Theme.Paint
	head := "One is left alone:"
	if d.totals.LeftOut > 1 {
		head = kit.Count(d.totals.LeftOut) + " are left alone:"
	}
	lines := note(head, w, t.Warn)
	for i, f := range d.left {
		if i == named && d.totals.LeftOut > named+1 {
			return append(lines, t.Dim.On("    and "+kit.Count(d.totals.LeftOut-named)+" more"))
		}
		why := ": " + f.Err.Error()
		lines = append(lines, "    "+t.Text.On(middle(shown(f.Name), max(w-4-kit.Width(why), 8)))+t.Dim.On(why))
	}
	return lines
}

// because ends a reason.
func because(s string) string { return strings.TrimSuffix(store.Capital(s), ".") + "." }
