package job

import (
	"context"
	"errors"
	"sync/atomic"

	"spaces/store"
)

// walk is one run of counting.
type walk struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// Count walks all sources once and looks what is at the destination. Called again, it waits for the first or tells how
// that ended; after it was canceled it begins anew. A job that was started meanwhile keeps the walk alive.
func (p *Plan) Count(ctx context.Context) error {
	if p.invalid != nil {
		return p.invalid
	}
	w := p.begin(ctx)
	select {
	case <-w.done:
	case <-ctx.Done():
		if !p.keep() {
			w.cancel()
			<-w.done
		}
		return ctx.Err()
	}
	p.askLacks(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// keep says whether a job has taken the walk over.
func (p *Plan) keep() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.adopted
}

// begin starts the walk, or joins the one that is under way or complete.
func (p *Plan) begin(ctx context.Context) *walk {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.walk != nil && !(p.ended() && errors.Is(p.err, context.Canceled)) {
		return p.walk
	}
	if p.walk != nil {
		p.reset()
	}
	p.begun = p.from.Now()
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	w := &walk{cancel: cancel, done: make(chan struct{})}
	p.walk = w
	go func() {
		defer close(w.done)
		defer cancel()
		defer store.Caught(ctx)
		p.finish(p.walkAll(ctx))
	}()
	return w
}

// ended says whether the walk is over. mu is held.
func (p *Plan) ended() bool {
	select {
	case <-p.walk.done:
		return true
	default:
		return false
	}
}

func (p *Plan) reset() {
	p.mingle()
	p.late = late{}
	p.weights = nil
	p.leftOut, p.leftOutCount, p.mirror = nil, 0, mirroring{visit: p.mirror.visit}
	p.steps, p.lost, p.clashes, p.err, p.complete, p.checked = newSteps(p.scratch), nil, clashes{}, nil, false, false
	for _, n := range []*atomic.Int64{&p.totals.objects, &p.totals.folders, &p.totals.bytes, &p.totals.public, &p.totals.asked, &p.totals.versions, &p.totals.markers, &p.totals.large, &p.totals.parts,
		&p.totals.fresh, &p.totals.changed, &p.totals.alike, &p.totals.only, &p.totals.onlyBytes, &p.totals.dated} {
		n.Store(0)
	}
}

// finish notes how the walk ended. The first part that was lost is the error to tell.
func (p *Plan) finish(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
	if err == nil && len(p.lost) > 0 {
		p.err = p.lost[0].Err
	}
	p.complete = p.err == nil
	p.steps.close()
}

// adopt has a job do the steps: the walk, begun if need be, lives as long as the job wants.
func (p *Plan) adopt(ctx context.Context) *walk {
	p.mu.Lock()
	p.adopted = true
	p.mu.Unlock()
	w := p.begin(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.steps.bind()
	return w
}

// again walks what was lost once more.
func (p *Plan) again(ctx context.Context) *walk {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.lost) == 0 {
		return p.walk
	}
	lost := p.lost
	p.lost, p.err = nil, nil
	p.steps.reopen()
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	w := &walk{cancel: cancel, done: make(chan struct{})}
	p.walk = w
	go func() {
		defer close(w.done)
		defer cancel()
		defer store.Caught(ctx)
		p.finish(p.walkEach(ctx, lost))
	}()
	return w
}
