package listing

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"spaces/store"
	"spaces/store/job"
)

// world is a listing of p/, the endpoint that it lists, and what a naive reader of both expects of it.
type world struct {
	*Listing
	rnd      *rand.Rand
	truth    bucket
	under    Request // the request that is under way, with what it will answer
	answer   store.Page
	selected map[string]bool // keys in p/ that the model says are selected
	before   map[string]bool // those that were before the range
	anchor   string          // of the range
	went     map[string]bool // keys that were not there for a time
	stopped  bool            // a refresh was: what is shown may be old
	passive  bool            // the last step may not move the cursor from its row
	steps    []string
}

// mine is the connection that the listing is of.
const mine store.Conn = "mine"

func newWorld(seed uint64) *world {
	w := &world{rnd: rand.New(rand.NewPCG(seed, 2)), truth: bucket{}, selected: map[string]bool{}, went: map[string]bool{}}
	for range w.rnd.IntN(30) {
		w.truth.put(w.key(), w.rnd.IntN(5))
	}
	w.Listing = New(store.Place{Conn: mine, Space: "media", Prefix: "p/"})
	w.view.limits = limits{atOnce: w.rnd.IntN(12), page: pageOf, doubts: 3}
	w.See(w.rnd.IntN(3))
	return w
}

// pageOf is how many rows the endpoint gives at once.
const pageOf = 4

// key is of p/, mostly, with folders one and two levels down.
func (w *world) key() string {
	name := ""
	for range 1 + w.rnd.IntN(3) {
		name += []string{"a", "b", "A", "ab", "d/", "e/", "/"}[w.rnd.IntN(7)]
	}
	if w.rnd.IntN(12) == 0 {
		return "q" + name
	}
	return "p/" + name
}

// step does one thing that can happen.
func (w *world) step() {
	name := ""
	n := w.rnd.IntN(24)
	w.passive = n < 12 || n == 13 || n == 14 || n > 20
	switch {
	case n < 4:
		name = w.send()
	case n < 9:
		name = w.come(nil)
	case n == 9:
		name = w.come(store.Canceled)
	case n < 12:
		name = w.sort()
	case n == 12:
		text := []string{"", "a", "ab", "b", "d/", "d/a", "/", "A"}[w.rnd.IntN(8)]
		filter := []Filter{All, Begins, Begins, Contains}[w.rnd.IntN(4)]
		w.Narrow(filter, text)
		name = fmt.Sprint("narrow ", filter, text)
	case n == 13:
		by := SortBy(1 + w.rnd.IntN(3))
		w.passive = w.Cursor() != 0 // from the first row it goes to what is first then
		w.SortBy(by)
		name = fmt.Sprint("sort by ", by)
	case n == 14:
		w.Refresh()
		name = "refresh"
	case n == 15:
		w.stopped = w.stopped || w.Refreshing() || w.Sort() != nil
		w.Stop()
		name = "stop"
	case n < 18:
		w.See(w.Len() + w.rnd.IntN(3))
		w.MoveTo(w.rnd.IntN(w.Len() + 2))
		name = fmt.Sprint("move to ", w.Cursor())
	case n == 18:
		w.FollowEnd()
		name = "follow the end"
	case n == 19:
		name = w.choose()
	case n == 20:
		w.Show(w.rnd.IntN(3) > 0)
		name = "show"
	default:
		name = w.work()
	}
	w.steps = append(w.steps, name)
}

// send starts the request that is wanted; its answer is made now, and may come late or never.
func (w *world) send() string {
	r, ok := w.Next()
	if !ok || r == w.under {
		return "nothing to send"
	}
	w.under, w.answer = r, w.truth.list(r.ListRequest, pageOf)
	return fmt.Sprintf("send %+v", r)
}

// come hands in the answer of what was sent, wanted or not.
func (w *world) come(err error) string {
	if w.under == (Request{}) {
		return "nothing comes"
	}
	r := w.under
	w.under = Request{}
	for n := 1; n < r.Pages && w.answer.More; n++ { // those after the first are read when more has changed
		r.After = w.answer.Next
		next := w.truth.list(r.ListRequest, pageOf)
		w.answer.Entries = append(w.answer.Entries, next.Entries...)
		w.answer.Next, w.answer.More = next.Next, next.More
	}
	_ = w.Take(r, Whole(w.answer), err)
	return fmt.Sprintf("come %v %v", r.After, err)
}

func (w *world) sort() string {
	s := w.Sort()
	if s == nil {
		return "nothing to sort"
	}
	ids, err := s.Do(context.Background())
	if err != nil {
		panic(err)
	}
	w.Sorted(s, ids)
	return "sorted"
}

// choose changes the selection, in the listing and in the model.
func (w *world) choose() string {
	before := w.keys()
	switch w.rnd.IntN(5) {
	case 0:
		w.SelectShown()
		w.pick(before, func(bool) bool { return true })
		return "select all"
	case 1:
		w.InvertShown()
		w.pick(before, func(in bool) bool { return !in })
		return "invert"
	case 2:
		w.Unselect()
		if !w.isDeep() {
			clear(w.selected)
		}
		return "unselect"
	case 3:
		w.Range()
		w.before = maps.Clone(w.selected)
		if id, ok := w.Under(); ok {
			w.anchor = w.Rows().Key(id)
		}
		return "range"
	}
	if id, ok := w.Under(); ok {
		w.Select(id, true)
		w.pick([]string{w.Rows().Key(id)}, func(bool) bool { return true })
	}
	return "select"
}

// pick is what the model selects. Of a filter that reaches below the folder it knows nothing.
func (w *world) pick(keys []string, in func(bool) bool) {
	for _, key := range keys {
		if !w.isDeep() {
			w.selected[key] = in(w.selected[key])
		}
	}
}

func (w *world) keys() (keys []string) {
	for i := range w.Len() {
		keys = append(keys, w.Rows().Key(w.ID(i)))
	}
	return keys
}

// work is a job: it changes the endpoint and tells of it, row by row or in brief.
func (w *world) work() string {
	var effects []job.Effect
	var finished []job.Finished
	tell := func(kind job.EffectKind, key string, e store.Entry) {
		ref := store.Ref{Space: "media", Key: key}
		if w.rnd.IntN(4) == 0 {
			kind, ref.Key, e = job.Stale, parentOf(key), store.Entry{}
		}
		effects = append(effects, job.Effect{Kind: kind, Conn: mine, Ref: ref, Entry: e})
		if kind == job.RowThere {
			finished = append(finished, job.Finished{Conn: mine, Ref: ref, Turn: 1})
		}
		w.forgo(kind, key)
	}
	before := w.truth.level("p/")
	for range 1 + w.rnd.IntN(4) {
		key := w.key()
		switch w.rnd.IntN(4) {
		case 0:
			if folder := folderOf(key); folder != "" {
				maps.DeleteFunc(w.truth, func(k string, _ store.Entry) bool { return strings.HasPrefix(k, folder) })
				tell(job.TreeGone, folder, store.Entry{})
			}
		case 1:
			if all := slices.Sorted(maps.Keys(w.truth)); len(all) > 0 {
				key = all[w.rnd.IntN(len(all))]
			}
			delete(w.truth, key)
			tell(job.RowGone, key, store.Entry{})
		default:
			tell(job.RowThere, key, w.truth.put(key, w.rnd.IntN(5)))
		}
		before = append(before, w.truth.level("p/")...)
	}
	for _, e := range before { // whether it was noticed that they went, nobody knows when they come again
		if !slices.ContainsFunc(w.truth.level("p/"), func(now store.Entry) bool { return now.Key == e.Key }) {
			w.went[e.Key] = true
		}
	}
	w.Apply(effects)
	w.Finished(finished)
	return fmt.Sprintf("work %+v", effects)
}

// forgo takes out of the model's selection what a job is done with.
func (w *world) forgo(kind job.EffectKind, key string) {
	for _, sel := range []map[string]bool{w.selected, w.before} {
		switch {
		case kind == job.TreeGone:
			maps.DeleteFunc(sel, func(k string, _ bool) bool { return strings.HasPrefix(k, key) })
		case kind == job.RowThere, kind == job.RowGone && !strings.HasSuffix(key, "/"):
			delete(sel, key)
		}
	}
}
