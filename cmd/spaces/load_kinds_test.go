package main

import (
	"archive/tar"
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// What is under a key of the customer's is in a Space of its own. Each place there has a key that never changes.

func (w *writer) ownPlace() spot {
	return spot{"own", fmt.Sprintf("w%d/%c", w.n, 'a'+w.rand.IntN(4))}
}

// customersKey are the headers of the key that a place has; of is "" or that of the source of a copy.
func (p spot) customersKey(of string) []string {
	key := pattern(p.key, 32)
	sum := md5.Sum(key)
	name := "X-Amz-" + of + "Server-Side-Encryption-Customer-"
	return []string{name + "Algorithm", "AES256", name + "Key", base64.StdEncoding.EncodeToString(key), name + "Key-Md5", base64.StdEncoding.EncodeToString(sum[:])}
}

func (w *writer) putOwn() *step {
	p, body := w.ownPlace(), w.body()
	h := held{Sum: summed(body), Own: true}
	header := append(w.attributes(&h), p.customersKey("")...)
	return &step{kind: "PUT under a customer's key", method: "PUT", path: p.path(), body: body, header: header, want: 200, changes: []change{{p.cell(): text(h)}}}
}

func (w *writer) copyOwn() *step {
	from, to := w.ownPlace(), w.ownPlace()
	if w.cells[from.cell()] == "" || from == to {
		return nil
	}
	h := parsed[held](w.cells[from.cell()])
	h.Public = false
	header := slices.Concat([]string{"X-Amz-Copy-Source", from.path()}, from.customersKey("Copy-Source-"), to.customersKey(""))
	return &step{kind: "copy to another customer's key", method: "PUT", path: to.path(), header: header, want: 200, changes: []change{{to.cell(): text(h)}}}
}

func (w *writer) removeOwn() *step {
	p := w.ownPlace()
	return &step{kind: "DELETE under a customer's key", method: "DELETE", path: p.path(), want: 204, changes: []change{{p.cell(): ""}}}
}

// In the Space whose versioning a writer turns on and off, a version that was written while it was off is the one without
// an id, of which a key has one at most.

func (w *writer) switchedPlace() (p spot, list []held, versioning string) {
	p = spot{w.docs(), fmt.Sprintf("w%d/%c", w.n, 'a'+w.rand.IntN(2))}
	return p, parsed[[]held](w.cells[p.versions()]), w.cells[w.settings()+"versioning"]
}

func withoutNull(list []held) []held {
	return slices.DeleteFunc(slices.Clone(list), func(h held) bool { return h.Null })
}

// newest notes the id of what is first now: that of which there is one, or a new one; none: there is nothing new.
func (w *writer) newest(p spot, null, none bool) func(answer) error {
	return func(a answer) error {
		id, ids := a.header.Get("X-Amz-Version-Id"), w.ids[p.versions()]
		if null {
			id, ids = "null", slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "null" })
		}
		if !none {
			ids = append([]string{id}, ids...)
		}
		w.ids[p.versions()] = ids
		if id == "" {
			return errors.New("no version id")
		}
		return nil
	}
}

func (w *writer) putSwitched() *step {
	p, list, versioning := w.switchedPlace()
	if len(list) > 4 {
		return nil
	}
	body, null := w.body(), versioning != "Enabled"
	h := held{Sum: summed(body), Sealed: w.cells[w.settings()+"encryption"] == "AES256", Null: null}
	header := w.attributes(&h)
	if null {
		list = withoutNull(list)
	}
	return &step{kind: "PUT, versioning " + versioning, method: "PUT", path: p.path(), body: body, header: header, want: 200,
		changes: p.chain(append([]held{h}, list...)), answered: w.newest(p, null, false)}
}

func (w *writer) markSwitched() *step {
	p, list, versioning := w.switchedPlace()
	if len(list) > 4 {
		return nil
	}
	null, none := versioning != "Enabled", versioning == ""
	if null {
		list = withoutNull(list)
	}
	if !none {
		list = append([]held{{Marker: true, Null: null}}, list...)
	}
	return &step{kind: "DELETE, versioning " + versioning, method: "DELETE", path: p.path(), want: 204, changes: p.chain(list), answered: w.newest(p, null, none)}
}

func (w *writer) removeSwitched() *step {
	p, list, _ := w.switchedPlace()
	if len(list) == 0 {
		return nil
	}
	i := w.rand.IntN(len(list))
	return &step{kind: "DELETE of a version, also the one without an id", method: "DELETE", path: p.path() + "?versionId=" + w.ids[p.versions()][i], want: 204,
		changes: p.chain(slices.Delete(slices.Clone(list), i, i+1)), answered: func(answer) error {
			w.ids[p.versions()] = slices.Delete(w.ids[p.versions()], i, i+1)
			return nil
		}}
}

// pack stores an archive whose members are objects. Most are of one commit, some of several: each member is there as a
// whole or not at all then.
func (w *writer) pack() *step {
	s := &step{kind: "archive", method: "PUT", path: fmt.Sprintf("/plain/w%d/archive.tar", w.n), want: 200, header: []string{"X-Amz-Meta-Snowball-Auto-Extract", "true"}}
	var b bytes.Buffer
	t := tar.NewWriter(&b)
	add := func(p spot, body []byte) {
		h := held{Sum: summed(body), Kind: "binary/octet-stream"}
		m := tar.Header{Name: p.key, Size: int64(len(body)), Mode: 0o644}
		if w.rand.IntN(2) == 0 {
			h.Kind, h.Meta = "text/x-packed", w.token()
			m.Format, m.PAXRecords = tar.FormatPAX, map[string]string{"minio.metadata.Content-Type": h.Kind, "minio.metadata.X-Amz-Meta-T": h.Meta}
		}
		err := t.WriteHeader(&m)
		if _, e := t.Write(body); errors.Join(err, e) != nil {
			w.t.Error(err, e)
		}
		delete(w.etags, p.cell())
		s.changes = append(s.changes, change{p.cell(): text(h)})
	}
	for _, i := range w.rand.Perm(7)[:1+w.rand.IntN(7)] {
		add(spot{"plain", fmt.Sprintf("w%d/%c", w.n, 'a'+i)}, w.body())
	}
	if w.rand.IntN(4) == 0 {
		s.kind = "archive of several commits"
		for i := range 12 {
			add(spot{"plain", fmt.Sprintf("w%d/packed/%d", w.n, i)}, pattern(w.token(), 700<<10+w.rand.IntN(400<<10)))
		}
	}
	if err := t.Close(); err != nil {
		w.t.Error(err)
	}
	s.body = b.Bytes()
	return s
}

// removePacked has the large members go, which are only read again and again else.
func (w *writer) removePacked() *step {
	s := &step{kind: "delete of what was in an archive", method: "POST", path: "/plain?delete", want: 200}
	var b strings.Builder
	for i := range 12 {
		p := spot{"plain", fmt.Sprintf("w%d/packed/%d", w.n, i)}
		if w.cells[p.cell()] == "" {
			return nil
		}
		fmt.Fprintf(&b, "<Object><Key>%s</Key></Object>", p.key)
		s.changes = append(s.changes, change{p.cell(): ""})
	}
	s.body = []byte("<Delete>" + b.String() + "</Delete>")
	return s
}
