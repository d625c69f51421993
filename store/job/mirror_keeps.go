package job

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

// ErrNoHistory is what the destination of a mirror does not keep, beside ErrKeepsNoAccess and ErrKeepsNoTags.
var ErrNoHistory = errors.New("older versions and delete markers stay behind: versioning is off at the destination")

// keeping is what one side of a mirror keeps. The rest is only asked when something is to be written.
type keeping struct {
	store.Versioning
	asked, access, tags bool
}

// Histories says whether a mirror is of all versions. It is known when it has begun to be counted.
func (p *Plan) Histories() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	from, to := p.mirror.keeping[0], p.mirror.keeping[1]
	return !p.spec.Current && from.Versioning != store.Unversioned && to.Versioning == store.Versioned
}

// Losses are what the destination of a mirror does not keep of what its source may have, as far as that can be known before
// anything is written.
func (p *Plan) Losses() (losses []error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	from, to := p.mirror.keeping[0], p.mirror.keeping[1]
	if from.Versioning != store.Unversioned && to.Versioning != store.Versioned && !p.spec.Current {
		losses = append(losses, ErrNoHistory)
	}
	if from.asked && from.access && !to.access {
		losses = append(losses, ErrKeepsNoAccess)
	}
	if from.asked && from.tags && !to.tags {
		losses = append(losses, ErrKeepsNoTags)
	}
	return losses
}

// lookAtVersioning asks both sides, once.
func (p *Plan) lookAtVersioning(ctx context.Context) error {
	if p.mirror.known {
		return nil
	}
	err := p.bothSides(ctx, func(ctx context.Context, s *store.Store, space string, k *keeping) (err error) {
		k.Versioning, err = s.Versioning(ctx, space)
		switch {
		case errors.Is(err, store.NoSpace), errors.Is(err, store.Canceled), errors.Is(err, store.BadCredentials), store.Transient(err):
			return err
		}
		return nil // it has no such thing, or does not tell this key
	})
	p.mirror.known = err == nil
	return err
}

// lookAtRest asks both sides for what else they keep, once.
func (p *Plan) lookAtRest(ctx context.Context) error {
	if p.mirror.keeping[0].asked {
		return nil
	}
	return p.bothSides(ctx, func(ctx context.Context, s *store.Store, space string, k *keeping) error {
		has, err := s.Keeps(ctx, space)
		k.access, k.tags, k.asked = has.Access, has.Tags, err == nil
		return err
	})
}

// bothSides asks something of both sides at once.
func (p *Plan) bothSides(ctx context.Context, ask func(context.Context, *store.Store, string, *keeping) error) error {
	now := p.mirror.keeping
	g, ctx := errgroup.WithContext(ctx)
	for i, side := range []struct {
		name  string
		s     *store.Store
		space string
	}{{"source", p.from, p.sources[0].Ref.Space}, {"destination", p.to, p.spec.Dest.Space}} {
		g.Go(func() error {
			defer store.Caught(ctx)
			err := p.try(ctx, func(ctx context.Context) error { return ask(ctx, side.s, side.space, &now[i]) })
			if err != nil {
				err = fmt.Errorf("at the %s: %w", side.name, err)
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mirror.keeping = now
	return nil
}
