package page

import (
	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// nothingShown teaches what can be done when there is no row to show: of the only connection, or of what the filter says.
func (x *index) nothingShown(c *kit.Context, w int) []string {
	th := &c.Theme.Paint
	d := &details{th: c.Theme, w: w}
	s, key := x.sections[0], c.Keys.Key
	d.line("")
	switch {
	case x.field != nil && x.field.Value() != "" && (x.several() || len(s.spaces) > 0):
		d.wrapped(th.Text, "No Space begins with “"+few(store.Printable(x.field.Value()))+"”.")
		d.line("")
		d.hint(key(keys.Cancel), "shows all of them")
	case s.err != nil:
		d.lines = append(d.lines, trouble(c, x.Store(), s.err, w)...)
		d.line("")
		if e, is := asError(s.err); is && e.Kind == store.Denied {
			d.hint(key(keys.GoTo), "opens a Space by its name: this key may not list them")
		}
		d.hint(key(keys.Refresh), "tries again")
		if lies(s.err) && notEditable(x.book, s.profile) == "" {
			d.hint(key(keys.Edit), "edits the connection: its key, its address")
		}
	case !s.begun:
		d.line(th.Dim.On("Listing…"))
	default:
		x.welcome(c, d)
	}
	return d.lines
}

// welcome is what an endpoint without Spaces shows.
func (x *index) welcome(c *kit.Context, d *details) {
	th, key := &c.Theme.Paint, c.Keys.Key
	d.wrapped(th.Strong, "There are no Spaces yet.")
	d.line("")
	d.wrapped(th.Text, "A Space holds files, any number of them, and has an address of its own.")
	d.line("")
	d.hint(key(keys.New), "creates the first one")
	if x.book != nil {
		d.hint(key(keys.Connections), "adds another endpoint, or imports those of other tools")
	}
	d.hint(key(keys.Help), "shows all keys")
	d.line("")
	if x.Store().NoDisk() != "" {
		d.wrapped(th.Dim, "What you keep here stays on this server. sftp and scp on the same port move files from and to where you sit.")
		return
	}
	if x.Store().Embedded() {
		d.wrapped(th.Dim, "This is the built-in server: what you keep here stays on this computer. “spaces serve” offers it to other programs.")
	} else {
		d.wrapped(th.Dim, "The access key of this endpoint owns no Space, or may not list them: "+x.Store().Endpoint())
	}
	d.line("")
	d.wrapped(th.Dim, "Another endpoint: spaces --endpoint URL, or spaces --profile NAME.")
}

// Status is the left part of the status line.
func (x *index) Status(c *kit.Context, w int) string {
	th := &c.Theme.Paint
	if at := x.at(); at.err != nil && at.begun {
		return kit.Clip(th.Bad.On(store.Printable("Could not refresh: "+reason(at.err))), w)
	}
	if at := x.at(); at.found > 0 {
		return kit.Clip(th.Bad.On(damaged(c, at.found)), w)
	}
	all, begun, counted := 0, false, true
	var objects, bytes int64
	for _, s := range x.sections {
		begun = begun || s.begun
		all += len(s.spaces)
		for _, space := range s.spaces {
			n, size := s.counted(space.Name)
			counted = counted && n >= 0
			objects, bytes = objects+n, bytes+size
		}
	}
	if !begun {
		return ""
	}
	text := kit.Plural(all, "Space")
	if x.several() {
		text += " of " + kit.Plural(len(x.sections), "connection")
	}
	if x.field != nil && x.field.Value() != "" {
		text = kit.Count(x.spaces()) + " of " + kit.Plural(all, "Space")
	}
	switch {
	case all > 0 && counted:
		text += " · " + kit.Plural(objects, "object") + ", " + c.Bytes(bytes)
	case x.order.by == bySize && !x.asked():
		text += " · by size (partial)"
	}
	return kit.Clip(th.Status.On(text), w)
}

// asked says whether every Space has answered what it holds, or that it does not tell.
func (x *index) asked() bool {
	for _, s := range x.sections {
		for _, space := range s.spaces {
			if !s.usage[space.Name].known {
				return false
			}
		}
	}
	return true
}
