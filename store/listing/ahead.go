package listing

import (
	"context"
	"slices"
	"sync"

	"spaces/store"
)

// ahead is a search that lists by a Spread and hands the objects that are looked for out in the order of keys. What is found
// further on than that is held until its turn comes. Requests call it, one at a time; the Listing tells it of changes.
type ahead struct {
	running sync.Mutex // held by the call that lists
	mu      sync.Mutex // of what follows; never held while it waits for an endpoint

	space, prefix string
	found         *Found
	spread        *Spread
	held          map[*stretch][]holding
	count         int // objects held
	changes       []Change
	at            string // After of the page that is next
	before        string // After of the page that was given last
	given         gotten // it, for who asks again, having been stopped meanwhile
}

// holding is what is looked for of one page, and the keys that the page speaks of.
type holding struct {
	entries  []store.Entry
	from, to string
	looked   int
	since    int // changes that it knows of
}

// gotten is a page for a Listing: what is looked for of all that was looked at, up to the key to.
type gotten struct {
	store.Page
	to     string
	looked int
	again  bool // all that was given before has to be looked at again
}

func newAhead(space, prefix string, found *Found) *ahead {
	a := &ahead{space: space, prefix: prefix, found: found}
	a.begin("")
	return a
}

func (a *ahead) begin(after string) {
	a.spread, a.held, a.count = NewSpread(a.space, a.prefix, after), map[*stretch][]holding{}, 0
	a.at, a.before, a.given, a.changes = after, "", gotten{}, nil
}

// tell has what is held be as jobs have changed it since.
func (a *ahead) tell(changes []Change) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.changes = append(a.changes, changes...)
}

// page gives the page that goes on after a place: the Next of the one before, or any, where it begins anew.
func (a *ahead) page(ctx context.Context, list Lister, after string) (gotten, error) {
	a.running.Lock()
	defer a.running.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case after == a.at:
	case a.given.More && after == a.before:
		return a.given, nil
	default:
		a.begin(after)
	}
	most := a.spread.most
	if a.count > a.found.most {
		most = 1 // what is held is enough
	}
	round, since := a.spread.round(most), len(a.changes)
	a.mu.Unlock()
	answers, err := round.Do(ctx, list)
	a.mu.Lock()
	parts, again := a.spread.Take(answers)
	if again {
		a.held, a.count = map[*stretch][]holding{}, 0
	}
	for _, p := range parts {
		h := holding{looked: len(p.Entries), from: p.from, to: p.to, since: since}
		h.entries = a.found.among(p.Entries)
		a.held[p.of] = append(a.held[p.of], h)
		a.count += len(h.entries)
	}
	if err != nil {
		return gotten{}, err
	}
	a.before, a.given = after, a.give(again)
	a.at = a.given.Next
	return a.given, nil
}

// give takes out what is held of the first stretches.
func (a *ahead) give(again bool) gotten {
	g := gotten{again: again}
	var pages [][]store.Entry
	for _, st := range a.spread.stretches {
		for i, h := range a.held[st] {
			w := walk{prefix: a.prefix, last: h.to, done: st.done && i == len(a.held[st])-1 && st.until == ""}
			pages = append(pages, w.amend(h.entries, h.from, a.changes[h.since:]))
			g.looked, g.to = g.looked+h.looked, max(g.to, h.to)
			a.count -= len(h.entries)
		}
		delete(a.held, st)
		if !st.done {
			g.More, g.Next = true, st.next
			break
		}
	}
	g.Entries = joined(pages)
	return g
}

// joined are the entries of all pages, copied only where there are several.
func joined(pages [][]store.Entry) []store.Entry {
	if len(pages) == 1 {
		return pages[0]
	}
	return slices.Concat(pages...)
}
