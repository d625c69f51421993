package page

import (
	"fmt"
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/themes"
	"spaces/tui/kit"
)

// detailLines is how many lines below the list are about the link under the cursor, where there is room for them.
const detailLines = 6

// View draws the links, and what there is to know of the one under the cursor.
func (x *sharedLinks) View(c *kit.Context, size kit.Size) string {
	if size.W < 16 || size.H < 4 {
		return blank(size)
	}
	r := x.frame(c, size)
	col := linkColumnsOf(c.Formats, r.inner())
	x.head(r, col, "To", "Link", "Until", "Used", "State")
	rows := size.H - 3
	if len(x.links) == 0 {
		return r.filled(x.nothingShown(c, r.inner()), rows)
	}
	var about []string
	if rows >= 2*detailLines {
		about = x.about(c, r.inner())
		rows -= detailLines
	}
	lines := strings.Split(x.list.View(kit.Size{W: r.inner(), H: rows}, func(i, _ int, cursor bool) string { return x.row(c, col, i, cursor) }), "\n")
	for len(lines) < rows {
		lines = append(lines, "")
	}
	return r.filled(append(lines, about...), size.H-3)
}

// linkColumnsOf are the widths of the target, the kind, the end, the use and the state.
func linkColumnsOf(f kit.Formats, w int) tableColumns {
	return kit.Columns(w-3, 2, kit.Column{Width: 14, Flex: 3}, kit.Column{Width: len("password zip"), Drop: 2}, kit.Column{Width: f.DateWidth(), Drop: 3},
		kit.Column{Width: 14, Drop: 1}, kit.Column{Width: 7})
}

func (x *sharedLinks) row(c *kit.Context, col tableColumns, i int, cursor bool) string {
	p := &c.Theme.Paint
	l := &x.links[i]
	return col.put(x.begin(c, cursor), []kit.Paint{p.Strong, p.Text, p.Dim, p.Text, statePaint(p, l.State)}, kit.FitMiddle(x.target(l), col[0]), l.What(), until(c, l), x.used(l), l.State)
}

// target is what the link is to, with the connection where that is another one.
func (x *sharedLinks) target(l *store.LinkNow) string {
	text := store.Printable(l.Space + "/" + l.Key)
	if l.Conn != x.store.Conn() {
		text = store.Printable(l.Conn.Name()) + ": " + text
	}
	return text
}

func until(c *kit.Context, l *store.LinkNow) string {
	if l.Until.IsZero() {
		return "no end"
	}
	return c.Date(l.Until)
}

func (x *sharedLinks) used(l *store.LinkNow) string {
	switch {
	case l.Kept && l.Conn != x.store.Conn():
		return "unknown"
	case l.Receive && x.fresh[l.ID] > 0:
		return fmt.Sprintf("%d came, %d new", l.Received, x.fresh[l.ID])
	case l.Receive:
		return fmt.Sprintf("%d came", l.Received)
	case l.Kept && l.Used == 1:
		return "once"
	case l.Kept:
		return fmt.Sprintf("%d times", l.Used)
	}
	return "unknown"
}

func statePaint(p *themes.Paints, state string) themes.Paint {
	switch state {
	case "active":
		return p.Good
	case "public":
		return p.Public
	case "locked", "dead":
		return p.Bad
	}
	return p.Dim
}

// about are the lines on the link under the cursor.
func (x *sharedLinks) about(c *kit.Context, w int) []string {
	l, ok := x.under()
	if !ok {
		return nil
	}
	p := &c.Theme.Paint
	d := &details{th: c.Theme, w: w}
	d.line("")
	made := "Made " + c.Moment(l.Made)
	if l.Maker != "" {
		made += " with the access key " + store.Printable(l.Maker)
	}
	if l.Archive != "" {
		made += ". It gives all files of the folder as " + store.ArchiveName(store.Ref{Space: l.Space, Key: l.Key})
	}
	d.wrapped(p.Dim, made+".")
	switch {
	case l.State == "dead":
		d.wrapped(p.Text, "The access key that made it is gone, and with it what the link may do.")
	case l.State == "locked":
		d.wrapped(p.Text, "Too many wrong passwords were tried: another end lets people in again.")
	case l.State == "gone":
		d.wrapped(p.Text, "The server has no such link any more: it was taken back elsewhere, or ended long ago.")
	case !l.Kept:
		d.wrapped(p.Text, l.TakeBack())
	case len(l.Came) > 0:
		for _, a := range l.Came[max(0, len(l.Came)-3):] {
			d.line(p.Text.On(kit.Fit(fmt.Sprintf("%s  %s  %s", store.Printable(a.Name), c.Bytes(a.Size), c.Date(a.At)), w-4)))
		}
	case l.Password:
		d.wrapped(p.Text, "It asks for a password.")
	}
	return d.lines
}

// nothingShown says why there are no links to see, and what to do.
func (x *sharedLinks) nothingShown(c *kit.Context, w int) []string {
	p, key := &c.Theme.Paint, c.Keys.Key
	d := &details{th: c.Theme, w: w}
	d.line("")
	switch {
	case x.err != nil:
		x.mend.failed(c, d, x.store, x.err)
	case !x.begun:
		d.line(p.Dim.On("Listing…"))
	default:
		d.wrapped(p.Strong, "No links were made yet.")
		d.line("")
		d.wrapped(p.Text, "Quick Share of a file makes one by which anybody gets it for a while; a folder's copy menu makes one by which somebody sends files into it. All of them are listed here, with what takes them back.")
		d.line("")
		d.hint(key(keys.Share), "on a file makes a Quick Share")
		d.hint(key(keys.Parent), "goes back to the Spaces")
	}
	return d.lines
}

// Status is the left part of the status line.
func (x *sharedLinks) Status(c *kit.Context, w int) string {
	if !x.begun {
		return ""
	}
	active := 0
	for _, l := range x.links {
		if l.State == "active" {
			active++
		}
	}
	text := fmt.Sprintf("%s, %d active", kit.Plural(len(x.links), "link"), active)
	if x.err != nil {
		text += "; what the server knows of them could not be asked"
	}
	return kit.Clip(c.Theme.Paint.Status.On(text), w)
}
