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
	since   time.Time // when passed and refused began to count
	passed  int
	refused int64
	left    time.Time // when a request last ended
	pace    *rate.Limiter
	gain    float64 // requests a second that the pace gains each second
}

const (
	window    = time.Second // one burst of refusals is one sign
	slowest   = 2           // requests a second
	leastGain = 2           // requests a second, each second
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
		g.since, g.passed, g.refused = now, 0, 0 // idle time is not slowness
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
	switch {
	case throttled == g.seen:
		g.limit = min(float64(g.most), g.limit+1/g.limit)
	case now.Sub(g.eased) >= window:
		g.limit, g.eased = max(1, g.limit/2), now
	}
	g.refused += throttled - g.seen
	g.seen = throttled
	if elapsed := now.Sub(g.since); elapsed >= window {
		g.adjust(float64(g.passed)/elapsed.Seconds(), elapsed.Seconds())
		g.since, g.passed, g.refused = now, 0, 0
	}
}

// adjust sets the pace after a window: a little below what got through when some was refused, else a little higher than
// before, until it is no bound any more. done is the rate of the window, in requests a second.
func (g *governor) adjust(done, seconds float64) {
	pace := float64(g.pace.Limit())
	switch {
	case g.refused > 0:
		g.gain = max(g.gain, done/10, leastGain)
		g.pace.SetLimit(rate.Limit(max(slowest, min(pace, done*0.9))))
	case g.pace.Limit() == rate.Inf:
	case pace > 4*done+10*g.gain:
		g.pace.SetLimit(rate.Inf)
	default:
		g.pace.SetLimit(rate.Limit(pace + g.gain*seconds))
	}
}
