package job

import (
	"context"
	"errors"
	"hash/maphash"
	"os"
	"strings"
	"sync"

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

func (p *Plan) clash(at pos, theirs seen) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.clashes == nil {
		p.clashes = map[pos]seen{}
	}
	p.clashes[at] = theirs
}

// known tells what is at a step's destination: ok is false when that was not looked at.
func (p *Plan) known(at pos) (theirs seen, exists, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	theirs, exists = p.clashes[at]
	return theirs, exists, p.checked
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

func seenInfo(i store.Info) seen { return seen{Version{Size: i.Size, Modified: i.Modified}, i.ETag} }

// clashesByListing lists each folder's destination once, and the destination's own level for single files. Steps are
// found again by a hash of their keys.
func (p *Plan) clashesByListing(ctx context.Context) error {
	seed := maphash.MakeSeed()
	wanted := map[uint64]pos{}
	p.steps.each(func(at pos, r record) bool {
		wanted[maphash.String(seed, p.step(r).To.Key)] = at
		return ctx.Err() == nil
	})
	match := func(e store.Entry) {
		at, ok := wanted[maphash.String(seed, e.Key)]
		if !ok || e.Folder {
			return
		}
		if step := p.step(p.steps.at(at)); step.To.Key == e.Key && (step.From != step.To || !p.same()) {
			p.clash(at, seen{Version{Size: e.Size, Modified: e.Modified}, e.ETag})
		}
	}
	levels := map[string]map[string]bool{} // folders that there are in those that were listed
	level := func(dir string) error {
		if levels[dir] != nil {
			return nil
		}
		levels[dir] = map[string]bool{}
		return p.eachEntry(ctx, store.ListRequest{Space: p.spec.Dest.Space, Prefix: dir, Delimiter: "/"}, func(e store.Entry) {
			if e.Folder {
				levels[dir][e.Key] = true
			}
			match(e)
		})
	}
	many := len(p.sources) > fewHeads
	for i := range p.sources {
		target := p.sources[i].target
		tree, above := strings.HasSuffix(target, "/"), parent(target)
		if !tree || many {
			if err := level(above); err != nil {
				return err
			}
		}
		if !tree || many && !levels[above][target] {
			continue
		}
		if err := p.eachEntry(ctx, store.ListRequest{Space: p.spec.Dest.Space, Prefix: target}, match); err != nil {
			return err
		}
	}
	return nil
}

// eachEntry visits a whole listing of where is written to.
func (p *Plan) eachEntry(ctx context.Context, r store.ListRequest, visit func(store.Entry)) error {
	for {
		page, err := p.list(ctx, p.to, r)
		if err != nil {
			return err
		}
		for _, e := range page.Entries {
			visit(e)
		}
		if !page.More {
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

// names remembers what files were claimed, as the file system of a download tells names apart.
type names struct {
	folding

	mu      sync.Mutex
	claimed map[uint64]uint64 // of folded paths: of the paths themselves
	seed    maphash.Seed
}

func newNames(f folding) *names {
	return &names{folding: f, claimed: map[uint64]uint64{}, seed: maphash.MakeSeed()}
}

// claim is false when another path that the file system takes for the same was claimed before. Folders along the way
// are claimed too: "A/x" and "a/y" would merge two folders.
func (n *names) claim(name string) bool {
	if n.folding == (folding{}) {
		return true
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != os.PathSeparator {
			continue
		}
		folded := maphash.String(n.seed, n.fold(name[:i]))
		own := maphash.String(n.seed, name[:i])
		if other, ok := n.claimed[folded]; ok && other != own {
			return false
		}
		n.claimed[folded] = own
	}
	return true
}
