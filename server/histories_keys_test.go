package server_test

import (
	"context"
	"crypto/md5"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/anishathalye/porcupine"

	"spaces/server/chance"
)

// object is what is known of one: etag "" is none.
type object struct{ etag, meta, tag, acl string }

const someKeys, someUploads = 3, 4

// keysState is what a few keys of a Space without versions are, and what became of uploads
// to them: "", "done" or "aborted".
type keysState struct {
	keys    [someKeys]object
	uploads [someUploads]string
}

// refusal is why a condition keeps a write from what is there: 0 when it does not.
func (a *ask) refusal(cur object) int {
	switch {
	case a.none && cur.etag != "", a.match != "" && cur.etag != "" && cur.etag != a.match:
		return 412
	case a.match != "" && cur.etag == "":
		return 404
	}
	return 0
}

// does gives the status that a request has to be answered with, and what is so afterwards.
func (s keysState) does(a *ask) (int, keysState) {
	cur := &s.keys[a.key]
	switch a.what {
	case "put", "copy onto", "rename onto":
		if no := a.refusal(*cur); no != 0 {
			return no, s
		}
		*cur = a.object
	case "complete":
		switch u := &s.uploads[a.from]; {
		case *u == "aborted" || *u == "done" && cur.etag == "":
			return 404, s
		case *u == "":
			if no := a.refusal(*cur); no != 0 {
				return no, s
			}
			*cur, *u = a.object, "done"
		}
	case "abort":
		if s.uploads[a.from] != "" {
			return 404, s
		}
		s.uploads[a.from] = "aborted"
		return 204, s
	case "delete":
		if no := a.refusal(*cur); no != 0 {
			return no, s
		}
		*cur = object{}
		return 204, s
	case "delete all":
		s.keys = [someKeys]object{}
	case "copy", "rename":
		src := s.keys[a.from]
		if src.etag == "" {
			return 404, s
		}
		if no := a.refusal(*cur); no != 0 {
			return no, s
		}
		if *cur = src; a.what == "copy" {
			cur.acl = ""
			if a.key == a.from {
				cur.meta = a.meta
			}
		} else {
			s.keys[a.from] = object{}
		}
	case "rename away":
		if cur.etag == "" {
			return 404, s
		}
		*cur = object{}
	case "rotate": // in one commit: the first to the second, that to the third
		for i := someKeys - 1; i > 0; i-- {
			if s.keys[i-1].etag != "" {
				s.keys[i], s.keys[i-1] = s.keys[i-1], object{}
			}
		}
	case "tag", "set acl":
		if cur.etag == "" {
			return 404, s
		}
		if a.what == "tag" {
			cur.tag = a.tag
		} else {
			cur.acl = a.acl
		}
	case "tag all":
		for i := range s.keys {
			if s.keys[i].etag != "" {
				s.keys[i].tag = a.tag
			}
		}
	}
	return 200, s
}

// saw says whether a read was answered by what is there.
func (s keysState) saw(a *ask, got *told) bool {
	cur := s.keys[a.key]
	switch a.what {
	case "list":
		var etags []string
		for _, o := range s.keys {
			etags = append(etags, o.etag)
		}
		return got.seen == strings.Join(etags, " ")
	case "get", "head":
		switch got.status {
		case 412:
			return cur.etag != "" && a.match != "" && a.match != cur.etag
		case 304:
			return cur.etag != "" && a.id == cur.etag
		case 200:
			if a.match != "" && a.match != cur.etag || a.id != "" && a.id == cur.etag {
				return false
			}
		}
		cur.acl, cur.tag = "", map[bool]string{true: "1"}[cur.tag != ""]
	case "tagged":
		cur = object{etag: cur.etag, tag: cur.tag}
		got.etag = cur.etag
	case "acl":
		cur = object{etag: cur.etag, acl: cur.acl}
		got.etag = cur.etag
	}
	if cur.etag == "" {
		return got.status == 404
	}
	return got.status == 200 && got.object == cur
}

var keysModel = porcupine.Model{
	Init: func() any { return keysState{} },
	Step: func(state, input, output any) (bool, any) {
		s, a, got := state.(keysState), input.(ask), output.(told)
		if slices.Contains(reads, a.what) {
			return got.lost || s.saw(&a, &got), s
		}
		status, next := s.does(&a)
		if a.what == "complete" && got.status == 409 { // somebody wrote or deleted since it began
			return status == 200 && (a.none || a.match != ""), s
		}
		if a.what == "rename away" && got.status == 200 && (got.etag != s.keys[0].etag || got.meta != s.keys[0].meta) {
			return false, s
		}
		return got.lost || status == got.status, next
	},
	DescribeOperation: describe,
	DescribeState:     func(state any) string { return fmt.Sprintf("%+v", state) },
}

func describe(input, output any) string {
	a, got := input.(ask), output.(told)
	s := fmt.Sprintf("%s %d", a.what, a.key)
	if slices.Contains([]string{"copy", "rename", "complete", "abort"}, a.what) {
		s += fmt.Sprintf(" from %d", a.from)
	}
	s += fmt.Sprintf(" %s %+v", a.id, a.object)
	if a.match != "" {
		s += " if " + a.match
	}
	if a.none {
		s += " if none"
	}
	if got.lost {
		return s + " → ?"
	}
	return s + fmt.Sprintf(" → %d %s %s %+v", got.status, got.code, got.seen, got.object)
}

func etagOf(body string) string { return fmt.Sprintf("%x", md5.Sum([]byte(body))) }

// joinedETag is that of an object that was uploaded in one part.
func joinedETag(body string) string {
	sum := md5.Sum([]byte(body))
	return fmt.Sprintf("%x-1", md5.Sum(sum[:]))
}

// TestHistoriesOfAKeyArePossible: 16 clients at a key, some of which hang up now and
// then. What they are told could have been told if they had come one after the other.
func TestHistoriesOfAKeyArePossible(t *testing.T) {
	testKeys(t, "histories of a key, 16 clients", chance.Rounds(4, 200), 1, 16, 5)
}

// TestHistoriesOfSeveralKeysArePossible is about three keys at once: copies and renames
// from one to another, batches, and lists, which are of one moment.
func TestHistoriesOfSeveralKeysArePossible(t *testing.T) {
	testKeys(t, "histories of three keys and lists of them, 5 clients", chance.Rounds(6, 200), someKeys, 5, 8)
}

func testKeys(t *testing.T, what string, many, keys, clients, each int) {
	histories(t, what, many, clients, func(f *fixture, n int, rng *rand.Rand) (porcupine.Model, func(*history, int, *rand.Rand)) {
		if n == 0 {
			f.want(200, "PUT", "/media", "")
			f.want(200, "PUT", "/media/stable", "stable", "X-Amz-Meta-W", "stable")
		}
		k := newKeysHistory(f, n, keys)
		return keysModel, func(h *history, client int, rng *rand.Rand) {
			for i := range each {
				ctx, done := context.Background(), func() {}
				if client < 3 && i%3 == 2 {
					ctx, done = impatient(ctx, rng)
				}
				a := k.next(client, i, rng)
				k.prepare(h, &a)
				got := h.record(client, a, func() told { return k.send(ctx, h, &a) })
				if got.etag != "" {
					k.met(got.etag)
				}
				done()
			}
		}
	})
}
