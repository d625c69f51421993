package job

import (
	"context"
	"errors"

	"spaces/store"
)

// weighSpace asks what is in a Space that is destroyed as a whole, by one request: there are no steps.
func (p *Plan) weighSpace(ctx context.Context, i int) error {
	src := &p.sources[i]
	var held store.Space
	err := p.try(ctx, func(ctx context.Context) (err error) {
		held, err = p.from.Usage(ctx, src.Ref.Space)
		return err
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		p.lose(i, "", src.label(), err)
		return nil
	}
	p.totals.objects.Add(held.Objects)
	p.totals.bytes.Add(held.Bytes)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.weights == nil {
		p.weights = map[int]store.Space{}
	}
	p.weights[i] = held
	return nil
}

// weight is what weighSpace has found; ok is false of a source whose objects are steps.
func (p *Plan) weight(i int) (held store.Space, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	held, ok = p.weights[i]
	return held, ok
}

// destroyAtOnce takes a Space away with all that is in it by now.
func (j *job) destroyAtOnce(ctx context.Context, space string, held store.Space) error {
	err := j.try(ctx, func(ctx context.Context) error {
		_, err := j.plan.from.DestroySpace(ctx, space)
		return err
	})
	if errors.Is(err, store.NoSpace) {
		err = nil // the answer to an earlier attempt got lost
	}
	if err == nil {
		j.bytes.Add(held.Bytes)
		j.succeed(held.Objects)
	}
	return err
}
