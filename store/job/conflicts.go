package job

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

// findClashes looks what is at the destinations: a few by HEAD, more by listings of just the folders that are written to.
func (p *Plan) findClashes(ctx context.Context) error {
	if p.work().clash == nil {
		return nil
	}
	err := p.work().clash(p, ctx)
	if err == nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.checked = true
	}
	return err
}

func (p *Plan) clashesInStore(ctx context.Context) error {
	switch {
	case p.totals.objects.Load() <= fewHeads:
		return p.clashesByHead(ctx)
	case p.spec.restoresTrash(): // to anywhere in the Space
		return p.clashesByFolder(ctx)
	}
	return p.clashesByListing(ctx)
}

func (p *Plan) clashesByHead(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(headsAtOnce)
	p.steps.each(func(at pos, r record) bool {
		step := p.step(r)
		if step.From == step.To && p.same() {
			return true
		}
		g.Go(func() error {
			defer store.Caught(ctx)
			var info store.Info
			err := p.try(ctx, func(ctx context.Context) (err error) {
				info, err = p.to.Head(ctx, step.To)
				return err
			})
			switch {
			case errors.Is(err, store.NotFound):
				return nil
			case err != nil:
				return err
			}
			p.clash(at, seenInfo(info))
			return nil
		})
		return true
	})
	return g.Wait()
}

// clashesByFolder looks folder by folder, for steps that go to many of them: what else the Space holds between the first and
// the last is not listed.
func (p *Plan) clashesByFolder(ctx context.Context) error {
	type wanted struct {
		key string
		at  pos
	}
	var window []wanted
	look := func() error {
		slices.SortFunc(window, func(a, b wanted) int {
			return cmp.Or(strings.Compare(parent(a.key), parent(b.key)), strings.Compare(a.key, b.key))
		})
		l := looker{s: p.to, space: p.spec.Dest.Space, keys: make([]string, len(window)), gone: true, try: p.try}
		for i, w := range window {
			l.keys[i] = w.key
		}
		l.visit = func(n int, e store.Entry, err error) error {
			switch {
			case errors.Is(err, store.NotFound):
				return nil
			case err != nil:
				return err
			}
			p.clash(window[n].at, seen{Version: Version{Size: e.Size, Modified: e.Modified}, etag: e.ETag})
			return nil
		}
		err := l.run(ctx)
		window = window[:0]
		return err
	}
	var err error
	p.steps.each(func(at pos, r record) bool {
		if window = append(window, wanted{p.step(r).To.Key, at}); len(window) == clashWindow {
			err = look()
		}
		return err == nil && ctx.Err() == nil
	})
	if err == nil && len(window) > 0 {
		err = look()
	}
	return cmp.Or(err, ctx.Err())
}

func seenInfo(i store.Info) seen {
	return seen{Version: Version{Size: i.Size, Modified: i.Modified}, etag: i.ETag}
}

// eachEntry visits a listing of where is written to, up to the key to; "": to its end.
func (p *Plan) eachEntry(ctx context.Context, r store.ListRequest, to string, visit func(store.Entry)) error {
	for {
		page, err := p.list(ctx, p.to, r)
		if err != nil {
			return err
		}
		for _, e := range page.Entries {
			visit(e)
		}
		if n := len(page.Entries); !page.More || to != "" && n > 0 && page.Entries[n-1].Key >= to {
			return nil
		}
		r.After = page.Next
	}
}

func (p *Plan) list(ctx context.Context, s *store.Store, r store.ListRequest) (page store.Page, err error) {
	err = p.try(ctx, func(ctx context.Context) (err error) {
		page, err = s.List(ctx, r)
		return err
	})
	return page, err
}

func (p *Plan) clashesOnDisk(context.Context) error {
	root, err := os.OpenRoot(p.spec.LocalDir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer root.Close()
	p.steps.each(func(at pos, r record) bool {
		step := p.step(r)
		name, err := localName(step.Local)
		if err != nil || strings.HasSuffix(step.Local, "/") {
			return true // told when it is done
		}
		if info, err := root.Lstat(name); err == nil {
			p.clash(at, seen{Version: Version{Size: info.Size(), Modified: info.ModTime()}})
		}
		return true
	})
	return nil
}
