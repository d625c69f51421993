package job

import (
	"context"
	"sync"
	"sync/atomic"
)

// gate is where workers wait while their job is paused.
type gate struct {
	mu   sync.Mutex
	open chan struct{} // closed while it is open
	shut bool
}

func newGate() *gate {
	g := &gate{open: make(chan struct{})}
	close(g.open)
	return g
}

func (g *gate) hold(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case on && !g.shut:
		g.open = make(chan struct{})
	case !on && g.shut:
		close(g.open)
	}
	g.shut = on
}

func (g *gate) held() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shut
}

func (g *gate) wait(ctx context.Context) error {
	g.mu.Lock()
	open := g.open
	g.mu.Unlock()
	select {
	case <-open:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tally counts the bytes of one step, or of a part of one, into the job's: in the end exactly its size, or nothing.
type tally struct {
	total *atomic.Int64
	step  *tally // of a part
	own   atomic.Int64
}

// part is a tally within t.
func (t *tally) part() *tally { return &tally{step: t} }

func (t *tally) add(delta int64) {
	t.own.Add(delta)
	if t.step != nil {
		t.step.add(delta)
		return
	}
	t.total.Add(delta)
}

func (t *tally) settle(size int64) { t.add(size - t.own.Load()) }
