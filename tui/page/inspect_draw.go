package page

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"spaces/keys"
	"spaces/store"
	"spaces/themes"
	"spaces/tui/kit"
)

// view draws the inside of the inspector: at most size.H lines of size.W cells. What does not fit is scrolled to, the tabs
// stay.
func (p *inspector) view(c *kit.Context, size kit.Size) []string {
	lines, room := p.all(c, size), max(size.H-tabLines, 0)
	if len(lines) <= size.H || room < 2 {
		return lines
	}
	body := lines[tabLines:]
	from := p.scroll.Window(body, room)
	shown := append(slices.Clone(lines[:tabLines]), body[from:from+room]...)
	if below := len(body) - from - room; below > 0 {
		shows := c.Keys.Key(keys.Enter) // beside the list, whose keys the others are
		if p.full {
			shows = c.Keys.Key(keys.PageDown)
		}
		shown[len(shown)-1] = kit.Pad(" "+c.Theme.Paint.Dim.On("… "+kit.Plural(below+1, "more line")+": "+shows), size.W)
	}
	return shown
}

// all are the lines for a room, however many.
func (p *inspector) all(c *kit.Context, size kit.Size) []string {
	d := &p.drawn
	if d.lines == nil || d.theme != c.Theme || d.formats != c.Formats || d.tab != p.tab || d.size != size {
		*d = drawn{p.draw(c, size), c.Theme, c.Formats, p.tab, size}
	}
	return d.lines
}

func (p *inspector) draw(c *kit.Context, size kit.Size) []string {
	x := &p.seen
	switch {
	case p.several != nil:
		d := &details{th: c.Theme, w: size.W, h: size.H}
		p.several.draw(c, d)
		return d.lines
	case x.ref == store.Ref{}:
		return []string{}
	case x.folder:
		return note(c.Theme, size.W, "A folder: the part of names before a slash.", "", "Enter opens it. Move and Delete work on everything in it.")
	case x.err != nil:
		return unseen(c, p.store, x.err, size.W)
	}
	d := &details{th: c.Theme, w: size.W, h: size.H}
	d.line(tabLine(c.Theme, p.tab, size.W-1))
	d.line("")
	inspectorTabs[p.tab].draw(p, c, d)
	return d.lines
}

// unseen explains why HEAD told nothing. Without the key of one that is encrypted with a key of the client's (SSE-C), S3
// answers 400, and HEAD has no room for a reason.
func unseen(c *kit.Context, s *store.Store, err error, w int) []string {
	lines := trouble(c, s, err, w)
	if e, ok := asError(err); ok && e.Status == http.StatusBadRequest {
		lines = append(lines, kit.Blank(w))
		lines = append(lines, note(c.Theme, w, "Objects that are encrypted with a customer key (SSE-C) answer so: the key is not here, and without it there is nothing to see.")...)
	}
	return lines
}

// tabLine draws the names of the tabs into w cells. Where there is no room for all, those before the active one give way.
func tabLine(th *themes.Theme, active, w int) string {
	gap, first := 2, 0
	for w < tabsWidth(first, len(inspectorTabs), gap) && gap > 1 {
		gap--
	}
	for first < active && w < tabsWidth(first, active+1, gap) {
		first++
	}
	var l kit.Line
	for i := first; i < len(inspectorTabs); i++ {
		paint := th.Paint.Tab
		if i == active {
			paint = th.Paint.TabActive
		}
		if i > first {
			l.Space(gap)
		}
		l.Put(paint, inspectorTabs[i].name)
	}
	return l.String()
}

func tabsWidth(from, to, gap int) int {
	w := -gap
	for _, t := range inspectorTabs[from:to] {
		w += gap + len(t.name)
	}
	return w
}

// info is the first tab: what the object is.
func (p *inspector) info(c *kit.Context, d *details) {
	x, th := &p.seen, c.Theme
	d.pair("Size", c.Bytes(x.info.Size)+exact(c, x.info.Size))
	d.pair("Type", x.info.ContentType)
	d.pair("Modified", c.Moment(x.info.Modified)+since(c, x.info.Modified))
	d.line(th.Paint.Dim.On(kit.Fit("Access", nameWidth)) + " " + p.accessText(th))
	d.pair("ETag", x.info.ETag)
	if sum := x.info.Checksum; sum.Value != "" {
		d.pair(sum.Algorithm, sum.Value)
	}
	if x.info.Class != "" {
		d.pair("Class", x.info.Class)
	}
	d.line("")
	d.wrapped(d.th.Paint.Dim, x.url)
	p.beneath(c, d)
}

// exact is the number of bytes where the size is rounded.
func exact(c *kit.Context, n int64) string {
	if n < 1000 || c.Formats.Sizes == kit.Exact {
		return ""
	}
	return " (" + kit.Count(n) + " bytes)"
}

// since is how long ago that was, where dates are told so.
func since(c *kit.Context, t time.Time) string {
	if t.IsZero() || c.Formats.Dates != kit.Relative {
		return ""
	}
	return ", " + c.Date(t)
}

// metadata is the second tab: what was set beside the body.
func (p *inspector) metadata(_ *kit.Context, d *details) {
	x := &p.seen
	i := &x.info
	pairs := [][2]string{{"Content-Type", i.ContentType}, {"Cache-Control", i.CacheControl},
		{"Content-Encoding", i.ContentEncoding}, {"Content-Disposition", i.ContentDisposition},
		{"Content-Language", i.ContentLanguage}, {"Expires", i.Expires}}
	pairs = slices.DeleteFunc(pairs, func(pair [2]string) bool { return pair[1] == "" })
	for _, name := range slices.Sorted(maps.Keys(i.Meta)) {
		pairs = append(pairs, [2]string{"x-amz-meta-" + name, i.Meta[name]})
	}
	d.table(pairs)
}

// tags is the fourth tab.
func (p *inspector) tags(_ *kit.Context, d *details) {
	x := &p.seen
	switch {
	case x.tagsErr != nil:
		d.wrapped(d.th.Paint.Warn, "Not known")
		d.wrapped(d.th.Paint.Dim, reason(x.tagsErr))
	case len(x.tags) == 0:
		d.wrapped(d.th.Paint.Dim, "It has no tags.")
	default:
		pairs := make([][2]string, 0, len(x.tags))
		for _, name := range slices.Sorted(maps.Keys(x.tags)) {
			pairs = append(pairs, [2]string{name, x.tags[name]})
		}
		d.table(pairs)
	}
}

// access is the third tab: who may read.
func (p *inspector) access(c *kit.Context, d *details) {
	d.line(p.accessText(c.Theme))
	d.line("")
	switch {
	case store.KindOf(p.seen.accessErr) == store.Unsupported:
		d.wrapped(d.th.Paint.Dim, "Single files have no permissions at this endpoint: the policy of the Space says who may read.")
	case p.seen.accessErr != nil:
		d.wrapped(d.th.Paint.Dim, reason(p.seen.accessErr))
	case p.seen.access == store.PublicRead:
		d.wrapped(d.th.Paint.Dim, "Anyone with this address can read it, for as long as it stays public:")
		d.line("")
		d.wrapped(d.th.Paint.Text, p.seen.url)
	case p.seen.access == store.Private:
		d.wrapped(d.th.Paint.Dim, "Only access keys can read it. A Quick Share lends it for a time.")
	default:
		d.wrapped(d.th.Paint.Dim, "It has grants of its own, neither private nor public.")
	}
}

func (p *inspector) accessText(th *themes.Theme) string {
	switch {
	case store.KindOf(p.seen.accessErr) == store.Unsupported:
		return th.Paint.Dim.On("as the whole Space")
	case p.seen.accessErr != nil:
		return th.Paint.Warn.On("not known")
	}
	word, paint := accessWord(&th.Paint, p.seen.access)
	return paint.On(word)
}

// details are the lines of a pane: names and values, values broken where they must be.
type details struct {
	th    *themes.Theme
	w, h  int // the room; lines beyond h are scrolled to
	names int // room of names, at least nameWidth
	lines []string
}

// nameWidth is the room of names, unless a table needs more of it.
const nameWidth = 10

// table adds pairs with their values below each other.
func (d *details) table(pairs [][2]string) {
	for _, pair := range pairs {
		if n := kit.Width(store.Printable(pair[0])); n <= d.w/2 {
			d.names = max(d.names, n)
		}
	}
	for _, pair := range pairs {
		d.pair(pair[0], pair[1])
	}
}

// line adds styled text.
func (d *details) line(text string) { d.lines = append(d.lines, kit.Pad(" "+text, d.w)) }

// pair adds a name with its value; a long name has a line of its own.
func (d *details) pair(name, value string) {
	name = store.Printable(name)
	room := max(d.names, nameWidth)
	head, indent := d.th.Paint.Dim.On(kit.Fit(name, room))+" ", room+1
	if kit.Width(name) > room {
		d.line(d.th.Paint.Dim.On(name))
		head, indent = "  ", 2
	}
	for _, part := range kit.Wrap(store.Printable(value), max(d.w-indent-2, 8)) {
		d.line(head + d.th.Paint.Text.On(part))
		head = kit.Blank(indent)
	}
}

// wrapped adds text in as many lines as it takes.
func (d *details) wrapped(p kit.Paint, text string) {
	for _, part := range kit.Wrap(store.Printable(text), max(d.w-2, 8)) {
		d.line(p.On(part))
	}
}

// note is text in the middle of nothing.
func note(th *themes.Theme, w int, lines ...string) []string {
	d := &details{th: th, w: w}
	for _, text := range lines {
		d.wrapped(th.Paint.Dim, text)
	}
	return d.lines
}
