package page

import (
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// View draws the keys, or why there are none to see.
func (x *accessKeys) View(c *kit.Context, size kit.Size) string {
	if size.W < 16 || size.H < 4 {
		return blank(size)
	}
	r := x.frame(c, size)
	col := keyColumnsOf(c.Formats, r.inner())
	x.head(r, col, "Name ▲", "Key ID", "It may do", "Created")
	var lines []string
	if len(x.keys) == 0 || x.err != nil {
		lines = x.nothingShown(c, r.inner())
	} else {
		lines = strings.Split(x.list.View(kit.Size{W: r.inner(), H: size.H - 3}, func(i, _ int, cursor bool) string { return x.row(c, col, i, cursor) }), "\n")
	}
	return r.filled(lines, size.H-3)
}

// keyColumnsOf are the widths of name, ID, grants and date.
func keyColumnsOf(f kit.Formats, w int) tableColumns {
	return kit.Columns(w-3, 2, kit.Column{Width: 12, Flex: 2}, kit.Column{Width: 20, Drop: 2}, kit.Column{Width: 14, Flex: 3, Drop: 1},
		kit.Column{Width: f.DateWidth(), Drop: 3})
}

func (x *accessKeys) row(c *kit.Context, col tableColumns, i int, cursor bool) string {
	p := &c.Theme.Paint
	k := x.keys[i]
	name := store.Printable(k.Name)
	if k.ID == x.store.AccessKey() {
		name += " (this connection)"
	}
	return col.put(x.begin(c, cursor), []kit.Paint{p.Strong, p.Text, p.Text, p.Dim}, name, store.Printable(k.ID), dialog.GrantsText(k.Grants), c.Date(k.Created))
}

// nothingShown says why there are no keys to see, and what to do.
func (x *accessKeys) nothingShown(c *kit.Context, w int) []string {
	p, key := &c.Theme.Paint, c.Keys.Key
	d := &details{th: c.Theme, w: w}
	d.line("")
	e, _ := asError(x.err)
	switch {
	case e != nil && e.Kind == store.Unsupported:
		d.wrapped(p.Strong, "Access keys are managed elsewhere.")
		d.line("")
		d.wrapped(p.Text, "This endpoint has no way to manage them from here. "+e.Advice())
		d.line("")
		d.pair("Endpoint", x.store.Endpoint())
	case x.err != nil:
		x.mend.failed(c, d, x.store, x.err)
	case !x.begun:
		d.line(p.Dim.On("Listing…"))
	default:
		d.wrapped(p.Strong, "There are no access keys beside the one of the connection.")
		d.line("")
		d.wrapped(p.Text, "An access key lets a program in. It may do everything, or read, or read, write and delete in the Spaces that you choose. Its secret is shown once.")
		d.line("")
		d.hint(key(keys.New), "creates the first one")
		d.hint(key(keys.Parent), "goes back to the Spaces")
	}
	return d.lines
}

// Status is the left part of the status line.
func (x *accessKeys) Status(c *kit.Context, w int) string {
	if !x.begun || x.err != nil {
		return ""
	}
	return kit.Clip(c.Theme.Paint.Status.On(kit.Plural(len(x.keys), "access key")), w)
}
