package job

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"spaces/store"
)

// governor keeps the number of requests at one endpoint in bounds. When the endpoint asks to slow down, it halves how
// many are under way and keeps below the rate that was too much; both recover slowly (additive increase,
// multiplicative decrease: what lets TCP flows share a link).
type governor struct {
	store *store.Store
	most  int
	now   func() time.Time

	mu      sync.Mutex
	limit   float64 // requests at once
	active  int
	waiting []chan struct{}
	seen    int64     // store.Throttled at the last look
	eased   time.Time // when it last slowed down
	since   time.Time // when passed began to count
	passed  int
	left    time.Time // when a request last ended
	pace    *rate.Limiter
	gain    float64 // requests a second that the pace gains each second
}

const (
	easeEvery = time.Second // one burst of refusals is one sign
	slowest   = 2           // requests a second
)

func newGovernor(s *store.Store, most int, now func() time.Time) *governor {
	return &governor{store: s, most: most, limit: float64(most), now: now, seen: s.Throttled(), since: now(),
		pace: rate.NewLimiter(rate.Inf, most)}
}

// do runs one request when it is its turn.
func (g *governor) do(ctx context.Context, request func() error) error {
	if err := g.enter(ctx); err != nil {
		return err
	}
	defer g.leave()
	if err := g.pace.Wait(ctx); err != nil {
		return err
	}
	return request()
}

func (g *governor) enter(ctx context.Context) error {
	g.mu.Lock()
	if now := g.now(); g.active == 0 && now.Sub(g.left) > time.Second {
		g.since, g.passed = now, 0 // idle time is not slowness
	}
	if g.active < int(g.limit) && len(g.waiting) == 0 {
		g.active++
		g.mu.Unlock()
		return ctx.Err()
	}
	turn := make(chan struct{})
	g.waiting = append(g.waiting, turn)
	g.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		g.quit(turn)
		return ctx.Err()
	}
}

// quit leaves the queue, or gives a turn back that came at the same moment.
func (g *governor) quit(turn chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, other := range g.waiting {
		if other == turn {
			g.waiting = append(g.waiting[:i], g.waiting[i+1:]...)
			return
		}
	}
	g.active--
	g.admit()
}

func (g *governor) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.active--
	g.learn()
	g.admit()
}

// admit gives turns to those who wait longest. mu is held.
func (g *governor) admit() {
	for len(g.waiting) > 0 && g.active < int(g.limit) {
		close(g.waiting[0])
		g.waiting = g.waiting[1:]
		g.active++
	}
}

// learn follows what the endpoint said during the request that ended. mu is held.
func (g *governor) learn() {
	now := g.now()
	g.left = now
	g.passed++
	throttled := g.store.Throttled()
	elapsed := now.Sub(g.since).Seconds()
	switch {
	case throttled > g.seen && now.Sub(g.eased) >= easeEvery:
		g.limit = max(1, g.limit/2)
		pace := float64(g.passed) / max(elapsed, 0.1)
		if limit := float64(g.pace.Limit()); limit < pace {
			pace = limit
		}
		g.gain = max(g.gain, pace/10, 1)
		g.pace.SetLimit(rate.Limit(max(slowest, pace*0.7)))
		g.eased, g.since, g.passed = now, now, 0
	case throttled == g.seen:
		g.limit = min(float64(g.most), g.limit+1/g.limit)
	}
	g.seen = throttled
	if elapsed >= 1 && g.passed > 0 {
		g.recover(elapsed)
		g.since, g.passed = now, 0
	}
}

// recover lets the pace grow, and forgets it when it has long been no bound.
func (g *governor) recover(elapsed float64) {
	limit := float64(g.pace.Limit())
	if g.pace.Limit() == rate.Inf {
		return
	}
	if limit > 4*float64(g.passed)/elapsed+float64(10*g.gain) {
		g.pace.SetLimit(rate.Inf)
		return
	}
	g.pace.SetLimit(rate.Limit(limit + g.gain*elapsed))
}
