package job

import (
	"context"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

// walksAtOnce is how many folders are listed side by side.
const walksAtOnce = 8

// pagesAtOnce is how many pages all of them together may hold until their steps are added: about 4 MB with keys of 50 bytes.
const pagesAtOnce = 16

// walkAll finds all steps, and what people are told before they agree: what is at the destinations, what stays as older
// versions, whose links break. Nobody is told when a job is at work already; it looks at its destinations itself.
func (p *Plan) walkAll(ctx context.Context) error {
	all := make([]unwalked, len(p.sources))
	for i := range all {
		all[i].source = i
	}
	var probe sync.WaitGroup
	if !p.keep() {
		probe.Go(func() {
			defer store.Caught(ctx)
			p.probeVersions(ctx)
		})
	}
	err := p.walkThem(ctx, all)
	probe.Wait()
	if err != nil {
		return err
	}
	if p.keep() || p.undo != nil {
		return nil
	}
	p.askPublic(ctx)
	return p.findClashes(ctx)
}

func (p *Plan) walkThem(ctx context.Context, all []unwalked) error {
	if p.undo != nil {
		return p.walkUndo(ctx)
	}
	return p.walkEach(ctx, all)
}

// walkEach finds the steps of sources: first of those that a listing has told all about, so that work can begin at once,
// then of those that have to be looked at, last of folders. Its error ends the whole walk; what only one source lacks is
// lost and told.
func (p *Plan) walkEach(ctx context.Context, all []unwalked) error {
	var ask []int
	for _, u := range all {
		src := &p.sources[u.source]
		switch {
		case !p.isObject(src) || p.isHere(src):
		case p.isKnown(src.Entry):
			if err := p.foundObject(ctx, u.source, src.Entry); err != nil {
				return err
			}
		default:
			ask = append(ask, u.source)
		}
	}
	if err := p.lookAtObjects(ctx, ask); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(walksAtOnce)
	if p.work().fromDisk {
		g.SetLimit(1) // a disk
	}
	for _, u := range all {
		src := &p.sources[u.source]
		if ctx.Err() != nil {
			break
		}
		if p.isObject(src) || p.isHere(src) {
			continue
		}
		g.Go(func() error {
			defer store.Caught(ctx)
			return p.work().walk(p, ctx, u.source, u.after)
		})
	}
	return g.Wait()
}

// isObject says whether a source is one object, not a tree.
func (p *Plan) isObject(src *source) bool {
	return !p.work().fromDisk && !p.work().versions && !src.Folder
}

// isHere says whether a source is at its destination already: there is nothing to do then.
func (p *Plan) isHere(src *source) bool {
	return p.work().moves && p.same() && src.Ref.Space == p.spec.Dest.Space && src.target == src.Ref.Key
}

// walkFolder finds the steps of a folder, from where an earlier walk broke off.
func (p *Plan) walkFolder(ctx context.Context, i int, after string) error {
	src := &p.sources[i]
	folders, first, takes := folderCount{}, after == "", src.takes()
	for pages := 1; ; pages = min(2*pages, p.pagesOfWalk()) { // few objects cost one request, and their work begins at once
		page, err := p.list(ctx, p.from, store.ListRequest{Space: src.Ref.Space, Prefix: src.prefix(), After: after, Pages: pages})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			p.lose(i, after, src.label(), err)
			return nil
		}
		if first && len(page.Entries) == 0 && !page.More && strings.Contains(src.Ref.Key, "\ufffd") {
			p.lose(i, after, src.label(), ErrNameUntold)
			return nil
		}
		first = false
		for _, e := range page.Entries {
			name := e.Key[len(src.Ref.Key):]
			if !takes(name) || p.leaves(i, name, e.Modified) {
				continue
			}
			p.totals.folders.Add(folders.add(name))
			if err := p.found(ctx, record{source: i, name: name, size: e.Size, etag: e.ETag, modified: e.Modified}); err != nil {
				return err
			}
		}
		if !page.More {
			if !src.Among() {
				p.totals.folders.Add(1)
			}
			return nil
		}
		after = page.Next
	}
}

// pagesOfWalk is how many pages of one folder are read at once, while as many folders are listed as may be.
func (p *Plan) pagesOfWalk() int { return pagesAtOnce / min(max(len(p.sources), 1), walksAtOnce) }

// foundObject adds the one step of an object.
func (p *Plan) foundObject(ctx context.Context, i int, e store.Entry) error {
	if p.leaves(i, "", e.Modified) {
		return nil
	}
	return p.found(ctx, record{source: i, size: e.Size, etag: e.ETag, modified: e.Modified})
}

// found adds a step. For what only needs names, the rest is not kept.
func (p *Plan) found(ctx context.Context, r record) error {
	p.totals.objects.Add(1)
	p.totals.bytes.Add(r.size)
	p.weigh(r.size)
	if p.work().deletes {
		r.etag = ""
	}
	return p.add(ctx, r)
}

func (p *Plan) add(ctx context.Context, r record) error {
	if err := p.merge.claim(p, r); err != nil {
		return err
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

// accessHeads is of how many objects it is asked who may read them, where permissions are what a plan is about.
const accessHeads = 500

// askPublic finds out how many of a few objects are public: their links break. Where permissions are what it is about, the
// first are asked also of many.
func (p *Plan) askPublic(ctx context.Context) {
	if !p.work().access && (!p.spec.takes() || p.totals.objects.Load() > fewHeads) {
		return
	}
	left := accessHeads
	var g errgroup.Group
	g.SetLimit(headsAtOnce)
	p.steps.each(func(_ pos, r record) bool {
		if left--; left < 0 || ctx.Err() != nil {
			return false
		}
		g.Go(func() error {
			defer store.Caught(ctx)
			var access store.Access
			err := p.try(ctx, func(ctx context.Context) (err error) {
				access, err = p.from.Access(ctx, p.step(r).From)
				return err
			})
			if err == nil {
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
