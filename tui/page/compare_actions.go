package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/compare"
	"spaces/store/job"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// Actions that there are, but those of leaving, which the panes have.
func (x *comparing) Actions() []kit.Action {
	plain := func(what func()) func(*kit.Context) tea.Cmd {
		return func(*kit.Context) tea.Cmd { what(); return nil }
	}
	over, arrow := "to the right", "→"
	if x.from == compare.Right {
		over, arrow = "to the left", "←"
	}
	return []kit.Action{
		{Name: keys.CopyTo, Label: "Copy " + over + "…", Hint: "copy " + arrow, Why: x.nothing, Run: x.copyOver},
		{Name: keys.OtherPane, Label: "Copy the other way", Hint: "other way", Run: plain(func() { x.from = x.from.Other() })},
		{Name: keys.Select, Why: x.noRow, Run: plain(x.toggle)},
		{Name: keys.NextTab, Label: "Next kind", Hint: "next kind", Run: plain(func() { x.turn(1) })},
		{Name: keys.PrevTab, Label: "Previous kind", Hint: kit.NoHint, Run: plain(func() { x.turn(-1) })},
		{Name: keys.SelectAll, Label: "Select all shown", Why: x.noRow, Run: plain(func() { x.choose(func(*compared) bool { return true }) })},
		{Name: keys.Invert, Why: x.noRow, Run: plain(func() { x.choose(func(r *compared) bool { return !r.chosen }) })},
		{Name: keys.Refresh, Label: "Compare again", Hint: "again", Run: x.again},
	}
}

// again compares anew, or goes on where an error or somebody stopped it.
func (x *comparing) again(c *kit.Context) tea.Cmd {
	if !x.done && !x.step.Busy() && !x.old {
		return x.goOn(c)
	}
	return x.Init(c)
}

func (x *comparing) toggle() {
	if r, ok := x.current(); ok {
		if r.chosen = !r.chosen; r.chosen {
			x.chosen++
		} else {
			x.chosen--
		}
		x.list.MoveTo(x.list.Cursor + 1)
	}
}

func (x *comparing) noRow() string {
	if _, ok := x.current(); !ok {
		return "There is nothing under the cursor."
	}
	return ""
}

func (x *comparing) nothing() string {
	switch {
	case x.noRow() != "":
		return x.noRow()
	case x.stores[x.from.Other()].ReadOnly() != "":
		return x.stores[x.from.Other()].ReadOnly()
	case len(x.sources()) > 0:
		return ""
	}
	side := map[compare.Side]string{compare.Left: "left", compare.Right: "right"}[x.from]
	return "There is no such file on the " + side + " to copy: turn the direction round."
}

// escape undoes one thing; false says that there is nothing to undo.
func (x *comparing) escape() bool {
	switch {
	case x.step.Busy():
		x.step.Cancel()
	case x.chosen > 0:
		x.choose(func(*compared) bool { return false })
	default:
		return false
	}
	return true
}

// turn shows another tab. What is chosen elsewhere is not any more: it would be copied unseen.
func (x *comparing) turn(by int) {
	x.tab = (x.tab + by + len(compareTabs)) % len(compareTabs)
	x.choose(func(*compared) bool { return false })
	x.show()
}

func (x *comparing) choose(is func(*compared) bool) {
	x.chosen = 0
	for i := range x.rows {
		r := &x.rows[i]
		if r.chosen = x.shows(r) && is(r); r.chosen {
			x.chosen++
		}
	}
}

// sources are the chosen files of the side that is copied from, else the one under the cursor.
func (x *comparing) sources() (list []job.Source) {
	at := x.places[x.from]
	add := func(r *compared) {
		if r.Has(x.from) && !r.gone {
			list = append(list, job.Source{Ref: store.Ref{Space: at.Space, Key: at.Prefix + r.Name}})
		}
	}
	if r, ok := x.current(); ok && x.chosen == 0 {
		add(r)
	}
	for i := range x.rows {
		if x.rows[i].chosen {
			add(&x.rows[i])
		}
	}
	return list
}

func (x *comparing) copyOver(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewCopyOver(c, x.placeOf(x.from), x.placeOf(x.from.Other()), x.sources()))
	return nil
}

func (x *comparing) placeOf(s compare.Side) store.Place {
	p := x.places[s]
	return store.Place{Conn: x.stores[s].Conn(), Space: p.Space, Prefix: p.Prefix}
}
