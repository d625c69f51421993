package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// kindsOfSteps are all that a writer does, each as often as it is here. nil: not now.
var kindsOfSteps = []func(*writer) *step{
	(*writer).put, (*writer).put, (*writer).put, (*writer).put, (*writer).putConditional, (*writer).remove, (*writer).copy, (*writer).rename,
	(*writer).renameMany, (*writer).removeMany, (*writer).changeMany, (*writer).tag, (*writer).publish, (*writer).replace,
	(*writer).beginUpload, (*writer).putPart, (*writer).copyPart, (*writer).complete, (*writer).complete, (*writer).abort,
	(*writer).putVersion, (*writer).putVersion, (*writer).mark, (*writer).removeVersion, (*writer).removeVersion, (*writer).keep, (*writer).hold,
	(*writer).document, (*writer).document, (*writer).undocument, (*writer).switches,
	(*writer).makeKey, (*writer).grant, (*writer).revokeKey, (*writer).authorize, (*writer).revokeLogin, (*writer).makeLink, (*writer).extendLink, (*writer).revokeLink,
	(*writer).putOwn, (*writer).putOwn, (*writer).copyOwn, (*writer).removeOwn,
	(*writer).putSwitched, (*writer).putSwitched, (*writer).markSwitched, (*writer).removeSwitched, (*writer).pack, (*writer).removePacked,
	(*writer).createSpace, (*writer).destroySpace, (*writer).undestroySpace, (*writer).endSpace,
}

func (w *writer) next() *step {
	for {
		if s := kindsOfSteps[w.rand.IntN(len(kindsOfSteps))](w); s != nil {
			return s
		}
	}
}

// spot is a key of the writer's in a Space.
type spot struct{ space, key string }

func (p spot) path() string { return "/" + p.space + "/" + p.key }
func (p spot) cell() string { return "object " + p.space + " " + p.key }

func (w *writer) place() spot {
	return spot{[]string{"plain", "plain", "secret"}[w.rand.IntN(3)], fmt.Sprintf("w%d/%c", w.n, 'a'+w.rand.IntN(7))}
}

// some gives different places of one Space, of those where something is.
func (w *writer) some(n int) (list []spot) {
	for i := range 7 {
		if p := (spot{"plain", fmt.Sprintf("w%d/%c", w.n, 'a'+i)}); w.cells[p.cell()] != "" {
			list = append(list, p)
		}
	}
	w.rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:min(n, len(list))]
}

// body is a new one: most are small, some are files of their own.
func (w *writer) body() []byte {
	size := w.rand.IntN(3000)
	if w.rand.IntN(5) == 0 {
		size = 60<<10 + w.rand.IntN(100<<10)
	}
	return pattern(w.token(), size)
}

// attributes are what a new object gets beside its body.
func (w *writer) attributes(h *held) (header []string) {
	if h.Kind = "text/x-plain"; w.rand.IntN(2) == 0 {
		h.Meta = w.token()
		header = append(header, "X-Amz-Meta-T", h.Meta)
	}
	if w.rand.IntN(4) == 0 {
		h.Tag = w.token()
		header = append(header, "X-Amz-Tagging", "t="+h.Tag)
	}
	if w.rand.IntN(6) == 0 {
		h.Public = true
		header = append(header, "X-Amz-Acl", "public-read")
	}
	return append(header, "Content-Type", h.Kind)
}

func (w *writer) put() *step {
	p, body := w.place(), w.body()
	h := held{Sum: summed(body), Sealed: p.space == "secret"}
	header := w.attributes(&h)
	return &step{kind: "PUT", method: "PUT", path: p.path(), body: body, header: header, want: 200, changes: []change{{p.cell(): text(h)}}, answered: w.notesETag(p)}
}

func (w *writer) notesETag(p spot) func(answer) error {
	return func(a answer) error {
		w.etags[p.cell()] = a.header.Get("Etag")
		return nil
	}
}

// putConditional writes where nothing is, or over exactly what is there, and is refused elsewhere.
func (w *writer) putConditional() *step {
	s := w.put()
	s.kind = "PUT with a condition"
	cell := slices.Collect(maps.Keys(s.changes[0]))[0]
	old := w.cells[cell]
	ok := false
	switch w.rand.IntN(3) {
	case 0:
		s.header = append(s.header, "If-None-Match", "*")
		ok = old == ""
	case 1:
		if old == "" || w.etags[cell] == "" {
			return nil
		}
		s.header = append(s.header, "If-Match", w.etags[cell])
		ok = true
	default:
		if old == "" {
			return nil
		}
		s.header = append(s.header, "If-Match", `"0123456789abcdef0123456789abcdef"`)
	}
	if !ok {
		s.want, s.changes, s.answered = 412, nil, nil
	}
	return s
}

func (w *writer) remove() *step {
	p := w.place()
	return &step{kind: "DELETE", method: "DELETE", path: p.path(), want: 204, changes: []change{{p.cell(): ""}}}
}

func (w *writer) copy() *step {
	from, to := w.place(), w.place()
	if w.cells[from.cell()] == "" || from == to {
		return nil
	}
	h := parsed[held](w.cells[from.cell()])
	h.Public, h.Sealed = false, to.space == "secret"
	delete(w.etags, to.cell())
	return &step{kind: "copy", method: "PUT", path: to.path(), header: []string{"X-Amz-Copy-Source", from.path()}, want: 200, changes: []change{{to.cell(): text(h)}}}
}

func (w *writer) rename() *step {
	from, to := w.place(), w.place()
	if w.cells[from.cell()] == "" || from == to || from.space != to.space {
		return nil
	}
	delete(w.etags, to.cell())
	return &step{kind: "rename", method: "PUT", path: to.path() + "?renameObject", header: []string{"X-Amz-Rename-Source", from.key}, want: 200,
		changes: []change{{from.cell(): "", to.cell(): w.cells[from.cell()]}}}
}

func (w *writer) renameMany() *step {
	list := w.some(4)
	if len(list) < 4 {
		return nil
	}
	s := &step{kind: "rename of many", method: "POST", path: "/plain?renameObjects", want: 200}
	var b strings.Builder
	for i := 0; i < 4; i += 2 {
		from, to := list[i], list[i+1]
		delete(w.etags, to.cell())
		fmt.Fprintf(&b, "<Object><Key>%s</Key><NewKey>%s</NewKey></Object>", from.key, to.key)
		s.changes = append(s.changes, change{from.cell(): "", to.cell(): w.cells[from.cell()]})
	}
	s.body = []byte("<RenameObjects>" + b.String() + "</RenameObjects>")
	return s
}

func (w *writer) removeMany() *step {
	list := w.some(2 + w.rand.IntN(2))
	if len(list) == 0 {
		return nil
	}
	s := &step{kind: "delete of many", method: "POST", path: "/plain?delete", want: 200}
	var b strings.Builder
	for _, p := range list {
		fmt.Fprintf(&b, "<Object><Key>%s</Key></Object>", p.key)
		s.changes = append(s.changes, change{p.cell(): ""})
	}
	s.body = []byte("<Delete>" + b.String() + "</Delete>")
	return s
}

func (w *writer) changeMany() *step {
	list, meta, tag := w.some(3), w.token(), w.token()
	if len(list) == 0 {
		return nil
	}
	s := &step{kind: "change of many", method: "POST", path: "/plain?changeObjects", want: 200}
	var b strings.Builder
	for _, p := range list {
		h := parsed[held](w.cells[p.cell()])
		h.Public, h.Meta, h.Tag = true, meta, tag
		fmt.Fprintf(&b, "<Object><Key>%s</Key></Object>", p.key)
		s.changes = append(s.changes, change{p.cell(): text(h)})
	}
	s.body = fmt.Appendf(nil, "<ChangeObjects><ACL>public-read</ACL><Set><Name>x-amz-meta-t</Name><Value>%s</Value></Set><Tag><Key>t</Key><Value>%s</Value></Tag>%s</ChangeObjects>", meta, tag, &b)
	return s
}

func (w *writer) tag() *step {
	p := w.place()
	if w.cells[p.cell()] == "" {
		return nil
	}
	h := parsed[held](w.cells[p.cell()])
	s := &step{kind: "tags", method: "PUT", path: p.path() + "?tagging", want: 200}
	if h.Tag = w.token(); w.rand.IntN(4) == 0 {
		s.method, s.want, h.Tag = "DELETE", 204, ""
	} else {
		s.body = []byte("<Tagging><TagSet><Tag><Key>t</Key><Value>" + h.Tag + "</Value></Tag></TagSet></Tagging>")
	}
	s.changes = []change{{p.cell(): text(h)}}
	return s
}

func (w *writer) publish() *step {
	p := w.place()
	if w.cells[p.cell()] == "" {
		return nil
	}
	h := parsed[held](w.cells[p.cell()])
	acl := "public-read"
	if h.Public = !h.Public; !h.Public {
		acl = "private"
	}
	return &step{kind: "ACL", method: "PUT", path: p.path() + "?acl", header: []string{"X-Amz-Acl", acl}, want: 200, changes: []change{{p.cell(): text(h)}}}
}

func (w *writer) replace() *step {
	p := w.place()
	if w.cells[p.cell()] == "" {
		return nil
	}
	h := parsed[held](w.cells[p.cell()])
	h.Meta, h.Kind, h.Public = w.token(), "text/x-other", false
	delete(w.etags, p.cell())
	return &step{kind: "metadata", method: "PUT", path: p.path(), want: 200, changes: []change{{p.cell(): text(h)}},
		header: []string{"X-Amz-Copy-Source", p.path(), "X-Amz-Metadata-Directive", "REPLACE", "X-Amz-Meta-T", h.Meta, "Content-Type", h.Kind}}
}
