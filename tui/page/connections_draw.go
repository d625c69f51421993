package page

import (
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// View draws the connections.
func (x *connections) View(c *kit.Context, size kit.Size) string {
	if size.W < 16 || size.H < 4 {
		return blank(size)
	}
	r := &frame{th: c.Theme, w: size.W, tab: "Connections"}
	r.b.Grow(size.H * (size.W + 120))
	r.top()
	col := connectionColumnsOf(r.inner())
	r.line(col.head(c), "")
	x.list.Y = 2
	var lines []string
	switch {
	case x.err != nil || !x.begun:
		lines = x.nothingShown(c, r.inner())
	default:
		drawn := x.list.View(kit.Size{W: r.inner(), H: size.H - 3}, func(i, w int, cursor bool) string { return x.row(c, col, x.all[i], cursor) })
		lines = strings.Split(drawn, "\n")
		x.teach(c, lines, r.inner())
	}
	return r.filled(lines, size.H-3)
}

// teach fills empty lines where there is nothing yet but this machine.
func (x *connections) teach(c *kit.Context, lines []string, w int) {
	if len(x.all) > 1 || x.book == nil || len(lines) < 8 {
		return
	}
	d := &details{th: c.Theme, w: w}
	d.line("")
	d.wrapped(c.Theme.Paint.Text, "Other endpoints can be added: DigitalOcean Spaces, AWS, or any server that speaks S3.")
	d.line("")
	d.hint(c.Keys.Key(keys.New), "adds one")
	d.hint(c.Keys.Key(keys.Upload), "imports those of ~/.aws, s3cmd, rclone and mc")
	copy(lines[1:], d.lines)
}

type connectionColumns struct{ name, endpoint, region, key, mode, state int }

func connectionColumnsOf(w int) connectionColumns {
	n := kit.Columns(w-3, 2, kit.Column{Width: 14, Flex: 1}, kit.Column{Width: 22, Flex: 2, Drop: 2}, kit.Column{Width: 9, Drop: 3},
		kit.Column{Width: 17, Drop: 4}, kit.Column{Width: 2}, kit.Column{Width: 17, Flex: 1, Drop: 1})
	return connectionColumns{n[0], n[1], n[2], n[3], n[4], n[5]}
}

func (col connectionColumns) head(c *kit.Context) string {
	p := c.Theme.Paint.Header
	l := &kit.Line{}
	l.Space(2)
	col.put(l, p, p, p, p, "Name", "Endpoint", "Region", "Key", "", "State")
	return l.String()
}

// put puts the columns that there is room for.
func (col connectionColumns) put(l *kit.Line, name, text, mode, state kit.Paint, values ...string) {
	paints := [...]kit.Paint{name, text, text, text, mode, state}
	first := true
	for i, w := range [...]int{col.name, col.endpoint, col.region, col.key, col.mode, col.state} {
		if w == 0 {
			continue
		}
		if !first {
			l.Space(2)
		}
		first = false
		l.Put(paints[i], kit.Fit(values[i], w))
	}
	l.Space(1)
}

func (x *connections) row(c *kit.Context, col connectionColumns, p store.Profile, cursor bool) string {
	th := &c.Theme.Paint
	l := &kit.Line{}
	bar := " "
	if cursor {
		bar, l.Base = "▌", th.Cursor
	}
	l.Put(th.Accent, bar).Space(1)
	state, how := x.state(p, th.Dim, th.Good, th.Warn, th.Bad)
	mode, modePaint := "rw", th.Dim
	if p.ReadOnly {
		mode, modePaint = "ro", th.Warn
	}
	endpoint, region := p.Endpoint, p.Region
	if _, host, ok := strings.Cut(endpoint, "://"); ok && strings.HasPrefix(endpoint, "https:") {
		endpoint = host
	}
	if p.Name == "" {
		endpoint = "built-in server"
	}
	name := nameOf(p)
	if p.Given && p.Name != "" {
		name = "given"
	}
	col.put(l, th.Folder, th.Dim, modePaint, how, name, store.Printable(endpoint), store.Printable(region), keyOf(p), mode, state)
	return l.String()
}

// keyOf says where the key of a connection comes from.
func keyOf(p store.Profile) string {
	switch {
	case p.Name == "":
		return "its own"
	case p.Source == store.KeyInFile && p.Given:
		return store.Printable(p.AccessKey)
	case p.Source == store.KeyInFile:
		return "configuration"
	case p.Source == store.KeyInKeyring:
		return "keyring"
	case p.AWSProfile != "":
		return "~/.aws: " + store.Printable(p.AWSProfile)
	}
	return "environment, ~/.aws"
}

// state is how a connection is, as far as it was tried.
func (x *connections) state(p store.Profile, dim, good, warn, bad kit.Paint) (string, kit.Paint) {
	d, known := x.known[p.Name]
	switch {
	case p.Unused && !known:
		return "nothing kept yet", dim
	case !known && p.Name == "" && !x.conns.IsOpen(""):
		return "not opened yet", dim
	case !known && x.book == nil:
		return "open", good
	case !known:
		return "…", dim
	case !d.OK:
		return d.State, bad
	case d.Advice != "":
		return d.State, warn
	}
	return d.State, good
}

// nothingShown explains why there is no list.
func (x *connections) nothingShown(c *kit.Context, w int) []string {
	d := &details{th: c.Theme, w: w}
	d.line("")
	if x.err == nil {
		d.line(c.Theme.Paint.Dim.On("Reading the configuration…"))
		return d.lines
	}
	d.wrapped(c.Theme.Paint.Bad, "The configuration cannot be read.")
	d.wrapped(c.Theme.Paint.Text, store.Printable(x.err.Error()))
	d.line("")
	d.hint(c.Keys.Key(keys.Refresh), "reads it again")
	return d.lines
}

// Status is the left part of the status line: what is known of the connection under the cursor.
func (x *connections) Status(c *kit.Context, w int) string {
	th := &c.Theme.Paint
	p, ok := x.under()
	if !ok || x.err != nil {
		return ""
	}
	if d, known := x.known[p.Name]; known && (!d.OK || d.Advice != "") {
		paint := th.Warn
		if !d.OK {
			paint = th.Bad
		}
		text := d.Says
		if d.Fix != nil {
			text += " " + c.Keys.Key(keys.Inspector) + " mends it."
		}
		return kit.Clip(paint.On(text), w)
	}
	return kit.Clip(th.Status.On(kit.Plural(len(x.all), "connection")), w)
}
