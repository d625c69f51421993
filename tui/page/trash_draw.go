package page

import (
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// View draws the page.
func (x *trash) View(c *kit.Context, size kit.Size) string {
	if size.W < 16 || size.H < 5 {
		return blank(size)
	}
	r := &frame{th: c.Theme, w: size.W, tab: paneTab("Trash – "+store.Printable(x.place.Space), x.store, x.bare)}
	head, lines := x.body(c, r.inner(), size.H-4)
	return r.table(size, head, lines, x.about(c))
}

// about says how long things stay, or where else what was deleted is.
func (x *trash) about(c *kit.Context) string {
	switch {
	case x.have.versioned:
		return "This Space keeps versions: " + c.Keys.Key(keys.Versions) + " shows them, and what was deleted among them."
	case x.store.HidesTrash():
		return "The server removes what is older than 30 days, unless it was told otherwise."
	}
	return "It stays until it is emptied, and takes its room."
}

func (x *trash) body(c *kit.Context, w, h int) (head string, lines []string) {
	th := &c.Theme.Paint
	col := kit.Columns(w-3, 2, kit.Column{Width: c.Formats.DateWidth()}, kit.Column{Width: 14, Flex: 2}, kit.Column{Width: 12, Flex: 1, Drop: 2},
		kit.Column{Width: 9, Drop: 1}, kit.Column{Width: c.Formats.SizeWidth() + 1})
	cells := func(at, what, from, objects, bytes string) string {
		line := kit.Fit(at, col[0]) + "  " + kit.FitMiddle(what, col[1])
		line = kit.Fit(line, col[0]+2+col[1])
		if col[2] > 0 {
			line += "  " + kit.Fit(kit.FitMiddle(from, col[2]), col[2])
		}
		if col[3] > 0 {
			line += "  " + kit.FitRight(objects, col[3])
		}
		return line + "  " + kit.FitRight(bytes, col[4])
	}
	head = "  " + th.Header.On(cells("Deleted", "What", "From", "Objects", "Size"))
	if len(x.have.batches) == 0 {
		return head, x.nothingShown(c, w)
	}
	x.list.Y = 2
	drawn := x.list.View(kit.Size{W: w, H: h}, func(i, _ int, cursor bool) string {
		b := x.have.batches[i]
		text := cells(x.cells(c, b))
		if cursor {
			return th.Accent.On("▌") + th.Cursor.On(" "+text+" ")
		}
		return "  " + th.Text.On(text)
	})
	return head, strings.Split(drawn, "\n")
}

func (x *trash) cells(c *kit.Context, b store.TrashBatch) (at, what, from, objects, bytes string) {
	at = c.Date(b.At)
	h, known := x.held[b.Name]
	switch {
	case !known:
		return at, "…", "", "", ""
	case h.err != nil:
		return at, "not known: " + said(h.err), "", "", ""
	case h.objects == 0:
		return at, "nothing", "", "0", ""
	}
	from = store.Printable(h.from)
	if from == "" {
		from = "/"
	}
	return at, store.Printable(h.what), from, h.count(), c.Bytes(h.bytes)
}

// nothingShown is drawn where there are no rows.
func (x *trash) nothingShown(c *kit.Context, w int) []string {
	d := &details{th: c.Theme, w: w}
	d.line("")
	switch {
	case x.err != nil:
		x.mend.failed(c, d, x.store, x.err)
	case !x.known:
		d.line(c.Theme.Paint.Dim.On("Listing…"))
	default:
		d.wrapped(c.Theme.Paint.Strong, "The trash is empty.")
		d.line("")
		switch {
		case x.have.versioned:
			d.hint(c.Keys.Key(keys.Versions), "shows older versions, and what was deleted among them")
		case x.store.Trashes():
			d.wrapped(c.Theme.Paint.Text, "What is deleted from this Space goes here first, and can be restored.")
		default:
			d.wrapped(c.Theme.Paint.Text, "On this connection deleting is for good. Its settings on the connections page change that.")
		}
	}
	return d.lines
}

// Status says how much there is, as far as it is known.
func (x *trash) Status(c *kit.Context, w int) string {
	th := &c.Theme.Paint
	if x.err != nil && len(x.have.batches) > 0 {
		return kit.Clip(th.Bad.On(store.Printable("Could not refresh: "+reason(x.err))), w)
	}
	objects, bytes, all := int64(0), int64(0), true
	for _, b := range x.have.batches {
		h, known := x.held[b.Name]
		objects, bytes, all = objects+h.objects, bytes+h.bytes, all && known && h.err == nil && !h.more
	}
	text := kit.Plural(len(x.have.batches), "delete")
	if len(x.have.batches) > 0 {
		atLeast := ""
		if !all {
			atLeast = "≥ "
		}
		text += " · " + atLeast + kit.Plural(int(objects), "object") + ", " + c.Bytes(bytes)
	}
	return kit.Clip(th.Status.On(text), w)
}
