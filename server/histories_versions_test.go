package server_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/anishathalye/porcupine"

	"spaces/server/chance"
)

// versionsState is a key with versions, from the newest to the oldest, each as "id
// etag "; the etag of a delete marker is "marker", and the id of what was written by who
// did not hear the answer is "?" until somebody sees it.
type versionsState string

func (s versionsState) rows() [][2]string {
	words := strings.Fields(string(s))
	rows := make([][2]string, 0, len(words)/2)
	for i := 0; i < len(words); i += 2 {
		rows = append(rows, [2]string{words[i], words[i+1]})
	}
	return rows
}

func versionsOf(rows [][2]string) versionsState {
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(r[0] + " " + r[1] + " ")
	}
	return versionsState(b.String())
}

// current is the etag of the current version, "" when there is none.
func (s versionsState) current() string {
	if rows := s.rows(); len(rows) > 0 && rows[0][1] != "marker" {
		return rows[0][1]
	}
	return ""
}

// on puts a version on top. Where versions are suspended it is the null one, and the
// one before goes.
func (s versionsState) on(id, etag string) versionsState {
	rows := s.rows()
	if id == "null" {
		rows = slices.DeleteFunc(rows, func(r [2]string) bool { return r[0] == "null" })
	}
	return versionsOf(append([][2]string{{id, etag}}, rows...))
}

// met takes what was seen for what is there, when it can be: as many rows from the top as
// were seen, whose ids are learned.
func (s versionsState) met(seen [][2]string, all bool) (bool, versionsState) {
	rows := s.rows()
	if len(seen) > len(rows) || all && len(seen) < len(rows) {
		return false, s
	}
	for i, r := range seen {
		if r[1] != rows[i][1] || r[0] != rows[i][0] && rows[i][0] != "?" {
			return false, s
		}
		rows[i] = r
	}
	return true, versionsOf(rows)
}

// versionsModel is of a Space whose versions are kept, or suspended.
func versionsModel(suspended bool, begun versionsState) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return begun },
		Step: func(state, input, output any) (bool, any) {
			s, a, got := state.(versionsState), input.(ask), output.(told)
			return s.step(&a, &got, suspended)
		},
		DescribeOperation: describe,
	}
}

func (s versionsState) step(a *ask, got *told, suspended bool) (bool, versionsState) {
	id := got.seen
	switch {
	case suspended:
		id = "null"
	case got.lost || id == "":
		id = "?"
	}
	switch a.what {
	case "put":
		if no := a.refusal(object{etag: s.current()}); no != 0 {
			return got.lost || got.status == no, s
		}
		return got.lost || got.status == 200, s.on(id, a.etag)
	case "delete":
		if no := a.refusal(object{etag: s.current()}); no != 0 {
			return got.lost || got.status == no, s
		}
		return got.lost || got.status == 204, s.on(id, "marker")
	case "delete version":
		rows := s.rows()
		i := slices.IndexFunc(rows, func(r [2]string) bool { return r[0] == a.id })
		if i < 0 {
			return got.lost || got.status == 204 && got.acl == "", s
		}
		marker := rows[i][1] == "marker"
		return got.lost || got.status == 204 && (got.acl == "marker") == marker, versionsOf(slices.Delete(rows, i, i+1))
	case "restore": // a copy of an older version onto the key
		rows := s.rows()
		i := slices.IndexFunc(rows, func(r [2]string) bool { return r[0] == a.id })
		switch {
		case i < 0:
			return got.lost || got.status == 404, s
		case rows[i][1] == "marker":
			return got.lost || got.status == 400, s
		}
		return got.lost || got.status == 200 && got.etag == rows[i][1], s.on(id, rows[i][1])
	}
	return s.read(a, got)
}

func (s versionsState) read(a *ask, got *told) (bool, versionsState) {
	if got.lost {
		return true, s
	}
	switch a.what {
	case "get", "head":
		switch {
		case got.status == 200:
			return s.met([][2]string{{got.seen, got.etag}}, false)
		case got.status == 404 && got.acl == "marker":
			return s.met([][2]string{{got.seen, "marker"}}, false)
		}
		return got.status == 404 && s.current() == "", s // the marker may have gone, or come, in between
	case "object": // by its version
		for _, r := range s.rows() {
			if r[0] == a.id {
				return r[1] == "marker" && got.status == 405 || got.status == 200 && got.etag == r[1], s
			}
		}
		return got.status == 404, s
	}
	return s.met(versionsState(got.seen).rows(), true) // "versions"
}

// versionsHistory is what clients know who are at a key with versions.
type versionsHistory struct {
	at  string
	mu  sync.Mutex
	ids []string
}

func (k *versionsHistory) next(client, i int, rng *rand.Rand) ask {
	a := ask{id: "null"}
	k.mu.Lock()
	if len(k.ids) > 0 {
		a.id = k.ids[max(0, len(k.ids)-1-rng.IntN(5))]
	}
	k.mu.Unlock()
	a.what = []string{"put", "put", "put", "put", "get", "get", "head", "object", "object", "versions", "versions", "versions", "delete", "delete", "delete version", "delete version",
		"delete version", "restore"}[rng.IntN(18)]
	if a.what == "put" {
		a.meta = fmt.Sprintf("%s %d.%d", k.at, client, i)
		a.etag = etagOf(a.meta)
		a.none = rng.IntN(4) == 0
	}
	return a
}

func (k *versionsHistory) send(ctx context.Context, h *history, a *ask) (got told) {
	var res answer
	switch a.what {
	case "put":
		res, got = h.send(ctx, "PUT", k.at, a.meta, a.headers()...)
	case "delete":
		res, got = h.send(ctx, "DELETE", k.at, "")
	case "delete version":
		res, got = h.send(ctx, "DELETE", k.at+"?versionId="+a.id, "")
	case "restore":
		res, got = h.send(ctx, "PUT", k.at, "", "X-Amz-Copy-Source", k.at+"?versionId="+a.id, "X-Amz-Metadata-Directive", "REPLACE")
		got.etag = strings.Trim(first(res.body, "ETag"), `"`)
	case "get", "head":
		res, got = h.send(ctx, map[string]string{"get": "GET", "head": "HEAD"}[a.what], k.at, "")
	case "object":
		res, got = h.send(ctx, "GET", k.at+"?versionId="+a.id, "")
	case "versions":
		res, got = h.send(ctx, "GET", "/media?versions&prefix="+strings.TrimPrefix(k.at, "/media/"), "")
		got.seen = string(versionsOf(versionRows(res.body)))
		return got
	}
	if got.lost {
		return got
	}
	got.seen = res.Header.Get("X-Amz-Version-Id")
	if res.Header.Get("X-Amz-Delete-Marker") == "true" {
		got.acl = "marker"
	}
	if got.status == 200 && (a.what == "get" || a.what == "head" || a.what == "object") {
		got.etag = strings.Trim(res.Header.Get("Etag"), `"`)
		if a.what != "head" && got.etag != etagOf(res.body) {
			got.etag = "another than that of the body"
		}
	}
	if got.seen != "" && got.seen != "null" {
		k.mu.Lock()
		k.ids = append(k.ids, got.seen)
		k.mu.Unlock()
	}
	return got
}

// versionRows gives the versions of a list as id and etag, and says where that the newest is
// not the latest, or another one is.
func versionRows(body string) (rows [][2]string) {
	for i, chunk := range strings.Split(body, "<VersionId>")[1:] {
		id, rest, _ := strings.Cut(chunk, "</VersionId>")
		etag := strings.Trim(first(rest, "ETag"), `"`)
		if next := strings.Index(rest, "<Key>"); next >= 0 && !strings.Contains(rest[:next], "<ETag>") || !strings.Contains(rest, "<ETag>") {
			etag = "marker"
		}
		if (first(rest, "IsLatest") == "true") != (i == 0) {
			etag = "wrongly-latest"
		}
		rows = append(rows, [2]string{id, etag})
	}
	return rows
}

// TestHistoriesOfVersionsArePossible is about a key of which every version stays, or, in
// every other history, about one whose Space has its versions suspended.
func TestHistoriesOfVersionsArePossible(t *testing.T) {
	histories(t, "histories of a key with versions, 8 clients", chance.Rounds(6, 150), 8, func(f *fixture, n int, rng *rand.Rand) (porcupine.Model, func(*history, int, *rand.Rand)) {
		if n == 0 {
			f.want(200, "PUT", "/media", "")
		}
		k := &versionsHistory{at: fmt.Sprintf("/media/v%d", n)}
		f.want(200, "PUT", "/media?versioning", versioningOn)
		begun := versionsState("")
		for i := range 2 {
			body := fmt.Sprint("begun ", i)
			begun = begun.on(f.putVersion(k.at, body), etagOf(body))
		}
		if n%2 == 1 {
			f.want(200, "PUT", "/media?versioning", versioningOff)
		}
		return versionsModel(n%2 == 1, begun), func(h *history, client int, rng *rand.Rand) {
			for i := range 8 {
				ctx, done := context.Background(), func() {}
				if client < 3 && i == 2 {
					ctx, done = impatient(ctx, rng)
				}
				a := k.next(client, i, rng)
				h.record(client, a, func() told { return k.send(ctx, h, &a) })
				done()
			}
		}
	})
}
