package dialog

import (
	"context"
	"maps"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"spaces/store"
	"spaces/store/job"
)

// answers are the values of the files that could be asked.
type answers struct {
	files  []map[string]string
	failed int
}

func refsOf(sources []job.Source) []store.Ref {
	refs := make([]store.Ref, len(sources))
	for i, s := range sources {
		refs[i] = s.Ref
	}
	return refs
}

// askAll asks each file for its values. The error is the first that came.
func askAll(ctx context.Context, s *store.Store, kind job.Kind, refs []store.Ref) (answers, error) {
	found := make([]map[string]string, len(refs))
	var mu sync.Mutex
	var all answers
	var g errgroup.Group
	g.SetLimit(askedAtOnce)
	for i, ref := range refs {
		g.Go(func() (err error) {
			defer store.Caught(ctx)
			if kind == job.Tags {
				found[i], err = s.Tags(ctx, ref)
			} else {
				var info store.Info
				info, err = s.Head(ctx, ref)
				found[i] = headersOf(info.Props)
			}
			if err != nil {
				mu.Lock()
				defer mu.Unlock()
				found[i] = nil
				all.failed++
			}
			return err
		})
	}
	err := g.Wait()
	for _, f := range found {
		if f != nil {
			all.files = append(all.files, f)
		}
	}
	return all, err
}

// learn makes the pairs of what files have.
func (d *Metadata) learn(a answers, err error) {
	d.files, d.failed, d.unsure = a.files, a.failed, err
	if d.known = len(a.files) > 0; !d.known {
		return
	}
	has := map[string]bool{}
	for _, f := range a.files {
		for name := range f {
			has[name] = true
		}
	}
	for _, name := range headers {
		if d.kind == job.Metadata && (has[name] || slices.Contains(d.fixed, name)) {
			d.pairs = append(d.pairs, pairOf(name, a.files, d.empty))
			delete(has, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(has)) {
		d.pairs = append(d.pairs, pairOf(name, a.files, d.empty))
	}
	if len(d.pairs) == 0 {
		d.focus.Name = "add" // and stays there when there is a first
	}
	d.refresh()
}
