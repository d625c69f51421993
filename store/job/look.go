package job

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

const (
	headsAtOnce = 16
	fewHeads    = 32 // so many names are looked at one by one; more by a listing
)

// isKnown says whether a listing has told all that the work needs to know of an object. What is copied or downloaded must
// be what was chosen, so its ETag is needed; lists of rows keep none.
func (p *Plan) isKnown(e store.Entry) bool {
	w := p.work()
	return w.blind || e.Key != "" && (e.ETag != "" || !w.exact)
}

// lookAtObjects finds the steps of single objects of which too little is known.
func (p *Plan) lookAtObjects(ctx context.Context, sources []int) error {
	if len(sources) == 0 {
		return nil
	}
	bySpace := map[string][]int{}
	for _, i := range sources {
		bySpace[p.sources[i].Ref.Space] = append(bySpace[p.sources[i].Ref.Space], i)
	}
	var missing []int
	for space, members := range bySpace {
		slices.SortFunc(members, func(a, b int) int { return strings.Compare(p.sources[a].Ref.Key, p.sources[b].Ref.Key) })
		l := looker{s: p.from, space: space, keys: make([]string, len(members)), gone: p.work().deletes, try: p.try}
		for n, i := range members {
			l.keys[n] = p.sources[i].Ref.Key
		}
		l.visit = func(n int, e store.Entry, err error) error {
			i := members[n]
			switch {
			case err == nil:
				return p.foundObject(ctx, i, e)
			case p.work().deletes && errors.Is(err, store.NotFound):
				return p.foundObject(ctx, i, store.Entry{}) // gone already: deleting it is no error
			case p.spec.moves() && p.spec.Again && errors.Is(err, store.NotFound):
				missing = append(missing, i)
				return nil
			}
			p.lose(i, "", p.sources[i].label(), err)
			return nil
		}
		if err := l.run(ctx); err != nil {
			return err
		}
	}
	return p.lookForMoved(ctx, missing)
}

// lookForMoved finds out which of the sources that are not there any more were moved before the work was cut short: there is
// nothing to do for those that are at their destination.
func (p *Plan) lookForMoved(ctx context.Context, sources []int) error {
	switch {
	case len(sources) == 0:
		return nil
	case p.work().toDisk:
		return p.lookForLanded(sources)
	}
	slices.SortFunc(sources, func(a, b int) int { return strings.Compare(p.sources[a].target, p.sources[b].target) })
	l := looker{s: p.to, space: p.spec.Dest.Space, keys: make([]string, len(sources)), gone: true, try: p.try}
	for n, i := range sources {
		l.keys[n] = p.sources[i].target
	}
	l.visit = func(n int, _ store.Entry, err error) error {
		if err != nil {
			p.lose(sources[n], "", p.sources[sources[n]].label(), err)
		}
		return nil
	}
	return l.run(ctx)
}

// looker asks what objects are in as few requests as may be: up to 32 names by HEAD, more by a listing, of all that is between
// them where they are of several folders, else of that level; it is given up where there is very much more than is asked for.
type looker struct {
	s     *store.Store
	space string
	keys  []string                                                 // those of a folder together, in byte order
	gone  bool                                                     // what a listing does not have is gone: nobody has to ask again
	visit func(n int, e store.Entry, err error) error              // for each key; its error ends it all
	try   func(context.Context, func(context.Context) error) error // how requests are sent
}

func (l *looker) run(ctx context.Context) error {
	from, err := l.between(ctx)
	if err != nil {
		return err
	}
	for from < len(l.keys) {
		dir, to := parent(l.keys[from]), from+1
		for to < len(l.keys) && parent(l.keys[to]) == dir {
			to++
		}
		if err := l.level(ctx, from, to); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// level looks at the keys from…to-1, which are of one folder.
func (l *looker) level(ctx context.Context, from, to int) error {
	if to-from <= fewHeads {
		return l.heads(ctx, numbers(from, to))
	}
	prefix := commonPrefix(l.keys[from], l.keys[to-1])
	if dir := parent(l.keys[from]); len(prefix) < len(dir) {
		prefix = dir
	}
	at, err := l.listed(ctx, from, to, store.ListRequest{Space: l.space, Prefix: prefix, Delimiter: "/"})
	if err != nil || at == to {
		return err
	}
	return l.heads(ctx, numbers(at, to))
}

// between looks at keys of several folders by listing all that is between them, and says how far it came: to the end, or to
// where the folders hold much else. Not every endpoint lists whole trees in byte order: that a key is gone such a page does not tell.
func (l *looker) between(ctx context.Context) (from int, err error) {
	last := len(l.keys) - 1
	if l.gone || last < fewHeads || parent(l.keys[0]) == parent(l.keys[last]) || !slices.IsSorted(l.keys) {
		return 0, nil
	}
	return l.listed(ctx, 0, last+1, store.ListRequest{Space: l.space, Prefix: commonPrefix(l.keys[0], l.keys[last])})
}

// listed looks at the keys from…to-1 by a listing, and says how far it came.
func (l *looker) listed(ctx context.Context, from, to int, request store.ListRequest) (at int, err error) {
	if first, prefix := l.keys[from], request.Prefix; len(first) > len(prefix)+1 {
		request.After = commonPrefix(first, first[:len(first)-1]) // where others come before
	}
	var missing []int
	for pages := (to - from) / fewHeads; pages > 0 && from < to; pages-- {
		page, err := l.list(ctx, request)
		switch {
		case ctx.Err() != nil:
			return from, ctx.Err()
		case errors.Is(err, store.Denied): // who may not list may look at what is known by name
			return to, l.heads(ctx, append(missing, numbers(from, to)...))
		case err != nil:
			return to, l.fail(append(missing, numbers(from, to)...), err)
		}
		had := from
		for _, e := range page.Entries {
			for from < to && l.keys[from] < e.Key {
				missing = append(missing, from)
				from++
			}
			if from == to {
				break
			}
			if !e.Folder && l.keys[from] == e.Key {
				if err := l.visit(from, e, nil); err != nil {
					return from, err
				}
				from++
			}
		}
		if !page.More {
			missing = append(missing, numbers(from, to)...)
			from = to
		}
		if request.Delimiter == "" && (from-had)*fewHeads < len(page.Entries) {
			break
		}
		request.After = page.Next
	}
	if l.gone {
		return from, l.fail(missing, store.NotFound)
	}
	return from, l.heads(ctx, missing)
}

// fail tells the same error of several keys.
func (l *looker) fail(which []int, err error) error {
	for _, n := range which {
		if err := l.visit(n, store.Entry{}, err); err != nil {
			return err
		}
	}
	return nil
}

// heads looks at keys one by one, many at once, and tells of them in order.
func (l *looker) heads(ctx context.Context, which []int) error {
	for chunk := range slices.Chunk(which, headsAtOnce*4) {
		entries, failed := make([]store.Entry, len(chunk)), make([]error, len(chunk))
		var g errgroup.Group
		g.SetLimit(headsAtOnce)
		for i, n := range chunk {
			g.Go(func() error {
				defer store.Caught(ctx)
				failed[i] = l.try(ctx, func(ctx context.Context) error {
					info, err := l.s.Head(ctx, store.Ref{Space: l.space, Key: l.keys[n]})
					entries[i] = store.Entry{Key: l.keys[n], Size: info.Size, ETag: info.ETag, Modified: info.Modified}
					return err
				})
				return nil
			})
		}
		_ = g.Wait() // each has its own error
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for i, n := range chunk {
			if err := l.visit(n, entries[i], failed[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *looker) list(ctx context.Context, r store.ListRequest) (page store.Page, err error) {
	err = l.try(ctx, func(ctx context.Context) (err error) {
		page, err = l.s.List(ctx, r)
		return err
	})
	return page, err
}

// numbers are from…to-1.
func numbers(from, to int) []int {
	list := make([]int, 0, to-from)
	for n := from; n < to; n++ {
		list = append(list, n)
	}
	return list
}

// commonPrefix is what two keys begin with, in whole characters: an endpoint may refuse others.
func commonPrefix(a, b string) string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	return a[:n]
}
