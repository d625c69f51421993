package page

import (
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// toldLines are kept below the list for what the check under the cursor says: a sentence and an advice, each of two lines
// or three.
const toldLines = 6

// View draws the checks, and in full the one under the cursor.
func (x *doctor) View(c *kit.Context, size kit.Size) string {
	if size.W < 16 || size.H < 4 {
		return blank(size)
	}
	r := x.frame(c, size)
	var col tableColumns = kit.Columns(r.inner()-3, 2, kit.Column{Width: 7}, kit.Column{Width: 11}, kit.Column{Width: 20, Flex: 1, Drop: 1})
	x.head(r, col, "State", "Check", "What was found")
	h := size.H - 3
	if len(x.checks) == 0 || x.err != nil {
		return r.filled(x.nothingShown(c, r.inner()), h)
	}
	told := min(toldLines, h/2)
	lines := strings.Split(x.list.View(kit.Size{W: r.inner(), H: h - told - 1}, func(i, _ int, cursor bool) string { return x.row(c, col, i, cursor) }), "\n")
	lines = append(lines, c.Theme.Paint.Border.On(strings.Repeat("─", r.inner())))
	return r.filled(append(lines, x.told(c, r.inner(), told)...), h)
}

func (x *doctor) row(c *kit.Context, col tableColumns, i int, cursor bool) string {
	p, k := &c.Theme.Paint, x.checks[i]
	word, paint := stateWord(c, k.State)
	text := p.Text
	if k.State == store.CheckOK {
		text = p.Dim
	}
	return col.put(x.begin(c, cursor), []kit.Paint{paint, p.Strong, text}, word, store.Printable(k.Name), store.Printable(k.Sentence))
}

// stateWord is how a state is shown, in a word as well as by its colour.
func stateWord(c *kit.Context, s store.CheckState) (string, kit.Paint) {
	p := &c.Theme.Paint
	switch s {
	case store.CheckOK:
		return "ok", p.Good
	case store.CheckWarn:
		return "warning", p.Warn
	case store.CheckWrong:
		return "wrong", p.Bad
	}
	return "unknown", p.Dim
}

// told is what the check under the cursor says, and what to do.
func (x *doctor) told(c *kit.Context, w, h int) []string {
	at, _ := x.under()
	p := &c.Theme.Paint
	d := &details{th: c.Theme, w: w}
	d.wrapped(p.Strong, at.Sentence)
	if at.Advice != "" {
		d.wrapped(p.Text, at.Advice)
	}
	if len(d.lines) > h { // the advice is what is kept
		advice := &details{th: c.Theme, w: w}
		advice.wrapped(p.Text, at.Advice)
		n := min(len(advice.lines), h-1)
		d.lines = append(d.lines[:h-n:h-n], advice.lines[:n]...)
	}
	return d.lines
}

// nothingShown says why there is nothing to see, and what to do.
func (x *doctor) nothingShown(c *kit.Context, w int) []string {
	p := &c.Theme.Paint
	d := &details{th: c.Theme, w: w}
	d.line("")
	e, _ := asError(x.err)
	switch {
	case e != nil && e.Kind == store.Unsupported:
		d.wrapped(p.Strong, "This endpoint does not say what is wrong with it.")
		d.line("")
		d.wrapped(p.Text, store.Capital(e.Err.Error())+". "+e.Advice())
		d.line("")
		d.pair("Endpoint", x.store.Endpoint())
	case x.err != nil:
		x.mend.failed(c, d, x.store, x.err)
	case !x.begun:
		d.line(p.Dim.On("Looking…"))
	default:
		d.wrapped(p.Strong, "The server looked at nothing.")
		d.line("")
		d.hint(c.Keys.Key(keys.Refresh), "has it look again")
	}
	return d.lines
}

// Status is the left part of the status line.
func (x *doctor) Status(c *kit.Context, w int) string {
	if len(x.checks) == 0 || x.err != nil {
		return ""
	}
	if x.asked.Busy() {
		return kit.Clip(c.Theme.Paint.Status.On("Looking…"), w)
	}
	n := [4]int{}
	for _, k := range x.checks {
		n[severity(k.State)]++
	}
	th := &c.Theme.Paint
	switch {
	case n[0] > 0:
		return kit.Clip(th.Bad.On(kit.Count(n[0])+" of "+kit.Plural(len(x.checks), "check")+" found something wrong"), w)
	case n[1] > 0:
		return kit.Clip(th.Warn.On(kit.Plural(n[1], "warning")), w)
	}
	return kit.Clip(th.Status.On(kit.Plural(len(x.checks), "check")+", nothing is wrong"), w)
}
