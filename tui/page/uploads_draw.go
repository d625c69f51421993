package page

import (
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// View draws the page.
func (x *uploads) View(c *kit.Context, size kit.Size) string {
	if size.W < 16 || size.H < 5 {
		return blank(size)
	}
	r := &frame{th: c.Theme, w: size.W, tab: paneTab("Unfinished uploads – "+store.Printable(x.place.Space), x.store, x.bare)}
	head, lines := x.body(c, r.inner(), size.H-4)
	return r.table(size, head, lines, "Their parts take room until they are ended. Other programs and machines may have some under way.")
}

func (x *uploads) body(c *kit.Context, w, h int) (head string, lines []string) {
	th := &c.Theme.Paint
	col := kit.Columns(w-4, 2, kit.Column{Width: c.Formats.DateWidth()}, kit.Column{Width: 16, Flex: 2}, kit.Column{Width: 12, Flex: 1, Drop: 2},
		kit.Column{Width: 6, Drop: 1}, kit.Column{Width: c.Formats.SizeWidth() + 1})
	cells := func(at, key, by, parts, bytes string) string {
		line := kit.Fit(at, col[0]) + "  " + kit.Fit(kit.FitMiddle(key, col[1]), col[1])
		if col[2] > 0 {
			line += "  " + kit.Fit(by, col[2])
		}
		if col[3] > 0 {
			line += "  " + kit.FitRight(parts, col[3])
		}
		return line + "  " + kit.FitRight(bytes, col[4])
	}
	head = "   " + th.Header.On(cells("Begun", "File", "Job", "Parts", "Size"))
	if len(x.have) == 0 {
		return head, x.nothingShown(c, w)
	}
	x.list.Y = 2
	drawn := x.list.View(kit.Size{W: w, H: h}, func(i, _ int, cursor bool) string {
		u := x.have[i]
		parts, bytes := x.cells(c, u.Upload)
		text := cells(c.Date(u.Begun), store.Printable(u.Key), store.Printable(u.Job), parts, bytes)
		selected := x.selected[u.Upload]
		var l kit.Line
		lead, paint := " ", th.Text
		switch {
		case cursor && selected:
			l.Base = th.CursorSelected
		case cursor:
			l.Base = th.Cursor
		case selected:
			l.Base = th.Selected
		}
		if cursor {
			l.Put(th.Accent, "▌")
			lead = ""
		}
		if u.Job != "" {
			paint = th.Dim
		}
		if selected {
			l.Put(th.Mark, lead+"✓")
			l.Put(paint, " "+text)
		} else {
			l.Put(paint, lead+"  "+text)
		}
		return l.String()
	})
	return head, strings.Split(drawn, "\n")
}

// cells are what is told of an upload's parts.
func (x *uploads) cells(c *kit.Context, u store.Upload) (parts, bytes string) {
	switch w, known := x.weights[u]; {
	case !known:
		return "…", "…"
	case w.err != nil:
		return "?", "not known"
	default:
		return kit.Count(w.Parts), c.Bytes(w.Bytes)
	}
}

// nothingShown is drawn where there are no rows.
func (x *uploads) nothingShown(c *kit.Context, w int) []string {
	d := &details{th: c.Theme, w: w}
	d.line("")
	switch {
	case x.err != nil:
		x.mend.failed(c, d, x.store, x.err)
	case !x.known:
		d.line(c.Theme.Paint.Dim.On("Listing…"))
	default:
		d.wrapped(c.Theme.Paint.Strong, "There is no unfinished upload.")
		d.line("")
		d.wrapped(c.Theme.Paint.Text, "Large files are uploaded in parts. What was begun and neither completed nor aborted is listed here.")
	}
	return d.lines
}

// Status says how much there is, as far as it is known, or why a row is not ended from here.
func (x *uploads) Status(c *kit.Context, w int) string {
	th := &c.Theme.Paint
	if x.err != nil && len(x.have) > 0 {
		return kit.Clip(th.Bad.On(store.Printable("Could not refresh: "+reason(x.err))), w)
	}
	bytes, all, jobs := int64(0), true, 0
	for _, u := range x.have {
		weight, known := x.weights[u.Upload]
		bytes, all = bytes+weight.Bytes, all && known && weight.err == nil
		if u.Job != "" {
			jobs++
		}
	}
	text := kit.Plural(len(x.have), "upload")
	if len(x.have) > 0 {
		text += " · " + map[bool]string{false: "≥ "}[all] + c.Bytes(bytes)
	}
	if jobs > 0 {
		text += " · " + kit.Count(jobs) + " of jobs, see " + c.Keys.Key(keys.Transfers)
	}
	if n := len(x.selected); n > 0 {
		text += " · " + kit.Count(n) + " selected"
	}
	return kit.Clip(th.Status.On(text), w)
}
