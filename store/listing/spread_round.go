package listing

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"sync"

	"spaces/store"
)

// Lister gives one page, as Store.List does.
type Lister func(context.Context, store.ListRequest) (store.Page, error)

// Round is some listings that go on by a page or two, at once.
type Round struct{ asks []ask }

type ask struct {
	of      *stretch // for Take alone; nil: it looks where stretches can be cut
	request store.ListRequest
	until   string
	pages   int
}

// Answers are what a Round has brought.
type Answers struct{ of []answer }

type answer struct {
	ask
	got []store.Page
	err error
}

// Do asks for all of a Round and returns when all is answered. Where err is not nil some pages may have come all the same.
func (r Round) Do(ctx context.Context, list Lister) (Answers, error) {
	a := Answers{make([]answer, len(r.asks))}
	var group sync.WaitGroup
	for i := range r.asks {
		group.Go(func() {
			defer store.Caught(ctx)
			a.of[i] = r.asks[i].do(ctx, list)
		})
	}
	group.Wait()
	var err error
	for _, x := range a.of {
		if x.of != nil { // where to cut is no more than a guess
			err = cmp.Or(err, x.err)
		}
	}
	return a, err
}

func (k ask) do(ctx context.Context, list Lister) answer {
	a := answer{ask: k}
	for range k.pages {
		p, err := list(ctx, k.request)
		if a.err = err; err != nil {
			break
		}
		a.got = append(a.got, p)
		if n := len(p.Entries); !p.More || k.until != "" && n > 0 && p.Entries[n-1].Key >= k.until {
			break
		}
		k.request.After = p.Next
	}
	return a
}

// Part is a page of one stretch: objects in the order of their keys, all there are from one key, without it, to another.
type Part struct {
	Entries  []store.Entry
	from, to string
	of       *stretch
}

// Take takes what a Round has brought, and gives the objects of it. With again nothing that was given before is true: the
// endpoint has shown that it has another order than that of the keys, and all is listed from the start by one listing.
func (s *Spread) Take(a Answers) (parts []Part, again bool) {
	for _, x := range a.of {
		for _, p := range x.got {
			if x.of == nil {
				s.learn(p)
				continue
			}
			if x.of.isAstray(p) {
				s.alone = true
				if s.cut {
					s.begin()
					return nil, true
				}
			}
			parts = append(parts, x.of.take(p))
		}
	}
	return parts, false
}

// begin lists from the start, and alone.
func (s *Spread) begin() {
	s.stretches, s.folders, s.cut = []*stretch{{}}, nil, false
}

// learn takes the folders of a page.
func (s *Spread) learn(p store.Page) {
	for _, e := range p.Entries {
		if e.Folder {
			s.folders = append(s.folders, e.Key)
		}
	}
	slices.Sort(s.folders)
}

// isAstray says whether a page of a stretch is not what comes next in the order of keys.
func (st *stretch) isAstray(p store.Page) bool {
	return p.Unordered || len(p.Entries) > 0 && p.Entries[0].Key <= st.last
}

// take leaves out what is of the next stretch.
func (st *stretch) take(p store.Page) Part {
	part := Part{Entries: p.Entries, from: st.last, of: st}
	if st.until != "" {
		part.Entries = p.Entries[:sort.Search(len(p.Entries), func(i int) bool { return p.Entries[i].Key > st.until })]
	}
	if n := len(p.Entries); n > 0 {
		st.first, st.last = p.Entries[0].Key, max(st.last, p.Entries[n-1].Key)
	}
	st.next, st.done = p.Next, !p.More || st.until != "" && st.last >= st.until
	st.pages++
	if part.to = st.last; st.until != "" && st.done {
		part.to = st.until
	}
	return part
}
