package job

import (
	"context"
	"errors"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

const (
	headsAtOnce = 16
	fewHeads    = 32 // so many single looks are better than a listing
)

// walkAll finds all steps, then looks at the destinations, unless a job is at work already and looks for itself.
func (p *Plan) walkAll(ctx context.Context) error {
	if err := p.lookAtObjects(ctx); err != nil {
		return err
	}
	for i := range p.sources {
		if err := p.walkSource(ctx, i, ""); err != nil {
			return err
		}
	}
	if p.keep() {
		return nil
	}
	p.askPublic(ctx)
	return p.findClashes(ctx)
}

// lookAtObjects asks for the sizes of single objects that came without.
func (p *Plan) lookAtObjects(ctx context.Context) error {
	if p.spec.Kind == Upload {
		return nil
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(headsAtOnce)
	for i := range p.sources {
		src := &p.sources[i]
		if src.Folder || src.Entry.Key != "" {
			continue
		}
		g.Go(func() error {
			info, err := p.from().Head(ctx, src.Ref)
			if errors.Is(err, store.Canceled) {
				return ctx.Err()
			}
			if err == nil {
				src.Entry = store.Entry{Key: src.Ref.Key, Size: info.Size, ETag: info.ETag, Modified: info.Modified}
			} else if p.spec.Kind == Delete && errors.Is(err, store.NotFound) {
				src.Entry.Key = src.Ref.Key // gone already: deleting it is no error
			}
			return nil // what it is that failed is asked again, and told, in order
		})
	}
	return g.Wait()
}

// walkSource finds the steps of one source, from where an earlier walk broke off. Its error ends the whole walk; what
// only this source lacks is lost and told.
func (p *Plan) walkSource(ctx context.Context, i int, after string) error {
	src := &p.sources[i]
	switch {
	case p.spec.Kind == Move && p.spec.From == p.spec.to() && src.space == p.spec.Dest.Space && src.target == src.prefix:
		return nil // it is there already
	case p.spec.Kind == Upload:
		return p.walkLocal(ctx, i, after)
	case !src.Folder:
		return p.walkObject(ctx, i)
	}
	folders := folderCount{}
	for {
		page, err := p.from().List(ctx, store.ListRequest{Space: src.space, Prefix: src.prefix, After: after})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			p.lose(i, after, src.label(), err)
			return nil
		}
		for _, e := range page.Entries {
			name := e.Key[len(src.prefix):]
			p.totals.folders.Add(folders.add(name))
			if err := p.found(ctx, record{source: i, name: name, size: e.Size, etag: e.ETag, modified: e.Modified}); err != nil {
				return err
			}
		}
		if !page.More {
			p.totals.folders.Add(1)
			return nil
		}
		after = page.Next
	}
}

func (p *Plan) walkObject(ctx context.Context, i int) error {
	src := &p.sources[i]
	if src.Entry.Key == "" {
		info, err := p.from().Head(ctx, src.Ref)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			p.lose(i, "", src.label(), err)
			return nil
		}
		src.Entry = store.Entry{Key: src.Ref.Key, Size: info.Size, ETag: info.ETag, Modified: info.Modified}
	}
	e := src.Entry
	return p.found(ctx, record{source: i, size: e.Size, etag: e.ETag, modified: e.Modified})
}

// found adds a step. For what only needs names, the rest is not kept.
func (p *Plan) found(ctx context.Context, r record) error {
	p.totals.objects.Add(1)
	p.totals.bytes.Add(r.size)
	if p.spec.Kind == Delete || p.spec.Kind == Destroy {
		r.etag = ""
	}
	_, err := p.steps.add(ctx, r)
	return err
}

// folderCount counts the distinct folders of names that come in byte order.
type folderCount struct{ last []string }

// add says how many folders a name is the first of.
func (f *folderCount) add(name string) int64 {
	i := strings.LastIndexByte(name, '/')
	if i < 0 {
		f.last = f.last[:0]
		return 0
	}
	dirs := strings.Split(name[:i], "/")
	same := 0
	for same < len(dirs) && same < len(f.last) && dirs[same] == f.last[same] {
		same++
	}
	f.last = dirs
	return int64(len(dirs) - same)
}

// askPublic finds out how many of a few objects are public: their links break.
func (p *Plan) askPublic(ctx context.Context) {
	if p.spec.Kind != Delete && p.spec.Kind != Move || p.totals.objects.Load() > fewHeads {
		return
	}
	var g errgroup.Group
	g.SetLimit(headsAtOnce)
	p.steps.each(func(_ pos, r record) bool {
		g.Go(func() error {
			if access, err := p.from().Access(ctx, p.step(r).From); err == nil {
				p.totals.asked.Add(1)
				if access == store.PublicRead {
					p.totals.public.Add(1)
				}
			}
			return nil // unknown is not public: asked says how many are known
		})
		return true
	})
	_ = g.Wait()
}

// labels are what a plan's first sources are called.
func (p *Plan) labels() []string {
	names := make([]string, 0, len(p.spec.Sources))
	for _, c := range p.spec.Sources {
		name := baseName(c.Ref.Key)
		if c.Local != "" {
			name = c.Local
		} else if name == "" {
			name = c.Ref.Space
		}
		names = append(names, name)
	}
	return slices.Clip(names)
}
