package server_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/anishathalye/porcupine"

	"spaces/server/chance"
)

const someSpaces, someDestroyed = 2, 12

// spaceThere is a Space: its document, and the ETag of the object in it, if any.
type spaceThere struct {
	there     bool
	doc, etag string
}

// spacesState is what a few names of Spaces stand for, and the destroyed Spaces by their ids.
type spacesState struct {
	spaces    [someSpaces]spaceThere
	destroyed [someDestroyed]struct {
		id   string
		what spaceThere
	}
}

// does gives the status of a request that changes something, and what is so afterwards.
func (s spacesState) does(a *ask, got *told) (int, spacesState) {
	sp := &s.spaces[a.key]
	if !sp.there && a.what != "create" && a.what != "undestroy" {
		return 404, s
	}
	switch a.what {
	case "create":
		if sp.there {
			return 409, s
		}
		*sp = spaceThere{there: true}
	case "drop":
		if sp.etag != "" {
			return 409, s
		}
		*sp = spaceThere{}
		return 204, s
	case "destroy":
		for i := range s.destroyed {
			if d := &s.destroyed[i]; d.id == "" {
				d.id, d.what = got.seen, *sp
				*sp = spaceThere{}
				return 200, s
			}
		}
		return 0, s
	case "undestroy":
		for i := range s.destroyed {
			if d := &s.destroyed[i]; d.id == a.id {
				if sp.there {
					return 409, s
				}
				*sp, d.what, d.id = d.what, spaceThere{}, ""
				return 200, s
			}
		}
		return 404, s
	case "set document":
		sp.doc = a.meta
		return 204, s
	case "put":
		if a.none && sp.etag != "" {
			return 412, s
		}
		sp.etag = a.etag
	case "delete":
		sp.etag = ""
		return 204, s
	case "copy":
		src := &s.spaces[a.from]
		if src.etag == "" {
			return 404, s
		}
		sp.etag = src.etag
	}
	return 200, s
}

func (s spacesState) saw(a *ask, got *told) bool {
	sp := s.spaces[a.key]
	there := sp.there
	switch a.what {
	case "spaces":
		names := ""
		for i := range s.spaces {
			if s.spaces[i].there {
				names += fmt.Sprint(i)
			}
		}
		return got.seen == names
	case "document":
		there = there && sp.doc != ""
		sp.etag = sp.doc
	case "object":
		there = there && sp.etag != ""
	case "exists":
		sp.etag = ""
	}
	if !there {
		return got.status == 404
	}
	return got.status == 200 && got.etag == sp.etag
}

var spacesModel = porcupine.Model{
	Init: func() any { return spacesState{} },
	Step: func(state, input, output any) (bool, any) {
		s, a, got := state.(spacesState), input.(ask), output.(told)
		switch a.what {
		case "spaces", "document", "object", "exists":
			return got.lost || s.saw(&a, &got), s
		}
		status, next := s.does(&a, &got)
		return got.lost || got.status == status, next
	},
	DescribeOperation: describe,
	DescribeState:     func(state any) string { return fmt.Sprintf("%+v", state) },
}

// spacesHistory is what clients know who make, change and end the same Spaces.
type spacesHistory struct {
	n   int
	mu  sync.Mutex
	ids []string // of the destroyed
}

func (k *spacesHistory) at(i int) string { return fmt.Sprintf("/h%d-%d", k.n, i) }

func (k *spacesHistory) next(client, i int, rng *rand.Rand) ask {
	a := ask{key: rng.IntN(someSpaces), id: "0000000000000000"}
	a.from = (a.key + 1) % someSpaces
	a.what = []string{"create", "create", "create", "drop", "drop", "destroy", "undestroy", "set document", "set document", "document", "put", "put", "delete", "delete",
		"object", "copy", "copy", "spaces", "exists"}[rng.IntN(19)]
	wrote := fmt.Sprintf("%d.%d", client, i)
	switch a.what {
	case "put":
		a.meta = fmt.Sprintf("in %d by %s", k.n, wrote)
		a.etag, a.none = etagOf(a.meta), rng.IntN(3) == 0
	case "set document":
		a.meta = []string{"", wrote}[rng.IntN(2)]
	case "destroy", "undestroy":
		k.mu.Lock()
		if len(k.ids) > 0 {
			a.id = k.ids[rng.IntN(len(k.ids))]
		}
		if a.what == "destroy" && len(k.ids) >= someDestroyed-8 {
			a.what = "exists"
		}
		k.mu.Unlock()
	}
	return a
}

func (k *spacesHistory) send(ctx context.Context, h *history, a *ask) (got told) {
	at := k.at(a.key)
	var res answer
	switch a.what {
	case "create":
		_, got = h.send(ctx, "PUT", at, "")
	case "drop":
		_, got = h.send(ctx, "DELETE", at, "")
	case "exists":
		_, got = h.send(ctx, "HEAD", at, "")
	case "destroy":
		res, got = h.send(context.Background(), "POST", at+"?destroy", "") // whoever does not hear of it does not know what to ask for
		if got.seen = first(res.body, "ID"); got.seen != "" {
			k.mu.Lock()
			k.ids = append(k.ids, got.seen)
			k.mu.Unlock()
		}
	case "undestroy":
		_, got = h.send(context.Background(), "POST", "/?undestroy="+a.id+"&name="+strings.TrimPrefix(at, "/"), "")
	case "set document":
		if a.meta == "" {
			_, got = h.send(ctx, "DELETE", at+"?tagging", "")
		} else {
			_, got = h.send(ctx, "PUT", at+"?tagging", "<Tagging><TagSet><Tag><Key>t</Key><Value>"+a.meta+"</Value></Tag></TagSet></Tagging>")
		}
	case "document":
		res, got = h.send(ctx, "GET", at+"?tagging", "")
		got.etag = first(res.body, "Value")
	case "put":
		_, got = h.send(ctx, "PUT", at+"/k", a.meta, a.headers()...)
	case "delete":
		_, got = h.send(ctx, "DELETE", at+"/k", "")
	case "copy":
		_, got = h.send(ctx, "PUT", at+"/k", "", "X-Amz-Copy-Source", k.at(a.from)+"/k")
	case "object":
		if res, got = h.send(ctx, "GET", at+"/k", ""); got.status == 200 {
			got.etag = etagOf(res.body)
		}
	case "spaces":
		res, got = h.send(ctx, "GET", "/", "")
		for i := range someSpaces {
			if strings.Contains(res.body, "<Name>"+strings.TrimPrefix(k.at(i), "/")+"</Name>") {
				got.seen += fmt.Sprint(i)
			}
		}
	}
	return got
}

// TestHistoriesOfSpacesArePossible: Spaces are made, deleted, destroyed and had back, and
// their documents set, while there is an object in them, or none, or one comes from
// the other Space.
func TestHistoriesOfSpacesArePossible(t *testing.T) {
	histories(t, "histories of two Spaces, 8 clients", chance.Rounds(6, 150), 8, func(f *fixture, n int, rng *rand.Rand) (porcupine.Model, func(*history, int, *rand.Rand)) {
		k := &spacesHistory{n: n}
		return spacesModel, func(h *history, client int, rng *rand.Rand) {
			for i := range 8 {
				ctx, done := context.Background(), func() {}
				if client == 0 && i%2 == 1 {
					ctx, done = impatient(ctx, rng)
				}
				a := k.next(client, i, rng)
				h.record(client, a, func() told { return k.send(ctx, h, &a) })
				done()
			}
		}
	})
}
