package page

import (
	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// lines are the query and, while it is typed, what is wrong about it.
func (q *find) lines(c *kit.Context, w int) []string {
	if q == nil {
		return nil
	}
	th := c.Theme
	sign := c.Keys.Key(keys.Find)
	if sign == "" {
		sign = "?"
	}
	sign = " " + sign + " "
	l := kit.Line{}
	l.Put(th.Paint.Accent, sign).Put(kit.Paint{}, q.field.View(th, max(w-kit.Width(sign)-1, 1))).Space(1)
	lines := []string{l.String()}
	if q.typing {
		text, paint := "in everything below here", th.Paint.Dim
		if q.err != nil && q.field.Value() != "" {
			text, paint = store.Capital(q.err.Error()), th.Paint.Bad
		}
		l := kit.Line{}
		lines = append(lines, l.Space(markWidth).Put(paint, kit.Fit(store.Printable(text), max(w-markWidth, 0))).String())
	}
	return lines
}

// amount says how much was found, and in how much.
func (q *find) amount(f *files) string {
	if q.query == nil {
		return ""
	}
	looked := kit.Count(f.l.Looked())
	of := looked
	if !f.l.Known() {
		of = "≥ " + looked
	}
	text := kit.Count(f.l.Loaded()) + " found in " + looked + " of " + of
	if f.filter.text != "" {
		text = kit.Count(f.l.Len()) + " of " + text
	}
	return text
}

// tail stands for what was not looked at yet.
func (q *find) tail(c *kit.Context, f *files) string {
	if f.l.Awaited() {
		return "… looking"
	}
	return "… stopped, " + c.Keys.Key(keys.Refresh) + " goes on"
}

// ways are what can be looked for, with what it means.
var ways = [][2]string{
	{"sunset", "part of a name; small letters find capitals, too"},
	{"*.jpg", "the whole name; ? [a-z] {jpg,png} and !*.tmp"},
	{"2024/**/x?.png", "the whole path below here"},
	{"size>100M  <1k", "B, k, M, G, T, or Ki, Mi, Gi, Ti"},
	{"age<7d  >2h", "m, h, d, w, y"},
	{"2026-11-01..", "written on those days"},
}

// nothing explains an empty list.
func (q *find) nothing(c *kit.Context, d *details, f *files) {
	th, key := &c.Theme.Paint, c.Keys.Key
	switch {
	case q.query == nil:
		d.wrapped(th.Text, "Finds files below here by name, size and date. All of what is written has to hold:")
		d.line("")
		for _, way := range ways {
			d.line(th.Accent.On(kit.Fit(way[0], 16)) + th.Dim.On(way[1]))
		}
	case f.l.Known():
		d.wrapped(th.Text, "Nothing of “"+few(q.query.Text)+"” in "+kit.Plural(f.l.Looked(), "object")+".")
		d.line("")
		d.hint(key(keys.Find), "looks for something else")
		d.hint(key(keys.Parent), "goes back to the folder")
	case f.l.Awaited():
		d.line(th.Dim.On("Looking…"))
	default:
		d.line(th.Dim.On(q.tail(c, f)))
	}
}
