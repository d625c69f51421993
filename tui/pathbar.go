package tui

import (
	"strings"

	"spaces/store"
	"spaces/tui/kit"
)

// crumb is one name of the path bar, and where it leads.
type crumb struct {
	text  string // printable
	sep   string // drawn before it
	place store.Place
	leads bool
}

// pathBar draws where one is and, where there is room, on which endpoint.
func (m *Model) pathBar(w int) string {
	paint := &m.host.Context.Theme.Paint
	right := m.endpoint(w)
	crumbs := m.fitCrumbs(w - kit.Width(right) - 2)
	line := kit.Line{}
	line.Space(1)
	for i, c := range crumbs {
		line.Put(paint.PathSep, c.sep)
		switch {
		case i == 0:
			line.Put(paint.Brand, c.text)
		case i == len(crumbs)-1:
			line.Put(paint.PathLast, c.text)
		default:
			line.Put(paint.Path, c.text)
		}
	}
	return kit.Ends(line.String(), right, w)
}

// endpoint names the endpoint and what may be done there, where the whole path leaves room for it. Else it is a dot; that
// nothing may be changed stands there always.
func (m *Model) endpoint(w int) string {
	s := m.host.Context.Store
	if s == nil {
		return ""
	}
	paint := &m.host.Context.Theme.Paint
	name := "built-in server"
	switch {
	case s.NoDisk() != "":
		name = "by ssh"
	case !s.Embedded():
		name = s.Endpoint()
		if _, host, ok := strings.Cut(name, "://"); ok {
			name = host
		}
	}
	name = store.Printable(strings.TrimSuffix(name, "/"))
	dot, mode := paint.Good.On("●"), ""
	if s.ReadOnly() != "" {
		mode = paint.Warn.On("ro") + " "
	}
	if cells(m.crumbs())+kit.Width(name)+10 > w {
		return dot + " " + mode
	}
	if mode == "" {
		mode = paint.Dim.On("rw") + " "
	}
	return dot + " " + paint.Endpoint.On(name) + "  " + mode
}

// crumbs are the names from the program to the folder on the screen.
func (m *Model) crumbs() []crumb {
	name := "Spaces"
	if s := m.host.Context.Store; s != nil && s.Name() != "" {
		name = store.Printable(s.Name())
	}
	p := m.host.Place()
	list := []crumb{{text: "spaces"}, {text: name, sep: " ▸ ", place: store.Place{Conn: p.Conn}, leads: true}}
	switch {
	case p.Space == "" && p.Tab != store.Files:
		return append(list, crumb{text: kit.OneLine(m.host.Page().Title()), sep: " ▸ "})
	case p.Space == "":
		return list
	}
	list = append(list, crumb{store.Printable(p.Space), " ▸ ", store.Place{Conn: p.Conn, Space: p.Space}, true})
	sep := " / "
	for end := 0; end < len(p.Prefix); {
		i := strings.IndexByte(p.Prefix[end:], '/')
		if i < 0 {
			i = len(p.Prefix) - end - 1
		}
		part := p.Prefix[end : end+i+1]
		end += i + 1
		list = append(list, crumb{store.Printable(part), sep, store.Place{Conn: p.Conn, Space: p.Space, Prefix: p.Prefix[:end]}, true})
		sep = ""
	}
	return list
}

// cells is the room that names take.
func cells(list []crumb) (n int) {
	for _, c := range list {
		n += kit.Width(c.sep) + kit.Width(c.text)
	}
	return n
}

// fitCrumbs leaves names out from the left, after the program's own, until the rest fits into w cells.
func (m *Model) fitCrumbs(w int) []crumb {
	list := m.crumbs()
	taken := cells(list)
	if taken <= w {
		return list
	}
	more := crumb{text: "…", sep: " ▸ "}
	taken += cells([]crumb{more})
	first := 1
	for ; first < len(list)-1 && taken > w; first++ {
		taken -= cells(list[first : first+1])
	}
	rest := append([]crumb(nil), list[first:]...)
	if strings.HasSuffix(list[first-1].text, "/") {
		rest[0].sep = "/"
	}
	if taken > w { // the last name alone is too long: its end stays
		rest[0].text = strings.TrimRight(kit.FitLeft(rest[0].text, max(w-len("spaces")-3, 1)), " ")
		rest[0].sep = " ▸ "
		return append(list[:1:1], rest...)
	}
	return append(append(list[:1:1], more), rest...)
}
