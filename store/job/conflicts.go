package job

import (
	"context"
	"errors"
	"os"
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
	if p.totals.objects.Load() <= fewHeads {
		return p.clashesByHead(ctx)
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
