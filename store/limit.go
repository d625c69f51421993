package store

import (
	"context"
	"sync"
	"time"

	"github.com/aws/smithy-go/middleware"
)

// limiter keeps the number of requests at one endpoint in bounds, whoever sends them: pages, jobs, and what a Store itself
// does many times at once. When the endpoint asks to slow down, it halves how many are under way and keeps below the rate
// that was too much; both recover slowly (additive increase, multiplicative decrease: what lets TCP flows share a link).
// Who waits for an answer on the screen goes first.
//
// A request is under it from before it is signed, so that no signature grows old in the queue, until its answer begins:
// a body that is read slowly holds nobody up.
type limiter struct {
	mu      sync.Mutex
	limit   float64 // requests at once
	active  int
	behind  int                // of those, in the background
	waiting [2][]chan struct{} // in the foreground, in the background

	eased   time.Time // when it last slowed down
	since   time.Time // when answered and refused began to count
	left    time.Time // when a request last ended
	done    int       // since then, those that were not refused
	refused int       // since then, those by which the endpoint asked to slow down

	pace  float64   // requests a second, 0: without bound
	gain  float64   // requests a second that the pace gains in the next second
	next  time.Time // when the pace lets the next one begin
	timer *time.Timer
}

const (
	mostRequests = 64          // at once, as many as there are idle connections
	window       = time.Second // one burst of refusals is one sign
	slowest      = 1           // requests a second
	leastGain    = 0.1         // requests a second, each second
	growth       = 1.5         // of the gain, each second: slowly near what was too much, soon far from it
	burst        = window / 10 // of the pace, that may be made up for
)

// rank of a request: an index of limiter.waiting.
type rank int

const (
	foreground rank = iota
	background
)

type rankKey struct{}

// Background has the requests of a context wait for those that somebody waits for on the screen.
func Background(ctx context.Context) context.Context {
	return context.WithValue(ctx, rankKey{}, background)
}

func rankOf(ctx context.Context) rank {
	r, _ := ctx.Value(rankKey{}).(rank)
	return r
}

func newLimiter() *limiter { return &limiter{limit: mostRequests, since: time.Now()} }

// addTo has each attempt of each request wait for its turn. What is only signed is not sent and waits for none.
func (l *limiter) addTo(stack *middleware.Stack) error {
	if _, sent := stack.Finalize.Get("Retry"); !sent {
		return nil
	}
	return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("Turn",
		func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (out middleware.FinalizeOutput, md middleware.Metadata, err error) {
			r := rankOf(ctx)
			if err := l.enter(ctx, r); err != nil {
				return out, md, err
			}
			defer func() { l.leave(r, classify(err)) }()
			return next.HandleFinalize(ctx, in)
		}), "Retry", middleware.After)
}

func (l *limiter) enter(ctx context.Context, r rank) error {
	l.mu.Lock()
	now := time.Now()
	if l.active == 0 && now.Sub(l.left) > window {
		l.since, l.done, l.refused = now, 0, 0 // idle time is not slowness
	}
	if len(l.waiting[foreground]) == 0 && len(l.waiting[r]) == 0 && l.hasRoom(r) && l.isDue(now) {
		l.take(r, now)
		l.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	l.waiting[r] = append(l.waiting[r], turn)
	l.admit(now)
	l.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		l.quit(r, turn)
		return ctx.Err()
	}
}

// hasRoom says whether one more may be under way: a quarter is kept for the foreground. mu is held.
func (l *limiter) hasRoom(r rank) bool {
	return l.active < int(l.limit) && (r == foreground || l.behind < max(1, int(l.limit)*3/4))
}

// isDue says whether the pace lets one begin. mu is held.
func (l *limiter) isDue(now time.Time) bool { return l.pace == 0 || !now.Before(l.next) }

// take begins one. mu is held.
func (l *limiter) take(r rank, now time.Time) {
	l.active++
	l.behind += int(r)
	if l.pace > 0 {
		if from := now.Add(-burst); l.next.Before(from) {
			l.next = from
		}
		l.next = l.next.Add(time.Duration(float64(time.Second) / l.pace))
	}
}

// admit gives turns to those who wait longest, the foreground first. mu is held.
func (l *limiter) admit(now time.Time) {
	for r := foreground; r <= background; r++ {
		for len(l.waiting[r]) > 0 && l.hasRoom(r) {
			if !l.isDue(now) {
				l.wake(l.next.Sub(now))
				return
			}
			close(l.waiting[r][0])
			l.waiting[r] = l.waiting[r][1:]
			l.take(r, now)
		}
	}
}

// wake admits again when the pace lets it. mu is held.
func (l *limiter) wake(after time.Duration) {
	if l.timer != nil {
		return
	}
	l.timer = time.AfterFunc(after, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.timer = nil
		l.admit(time.Now())
	})
}

// quit leaves the queue, or gives a turn back that came at the same moment.
func (l *limiter) quit(r rank, turn chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, other := range l.waiting[r] {
		if other == turn {
			l.waiting[r] = append(l.waiting[r][:i], l.waiting[r][i+1:]...)
			return
		}
	}
	l.active--
	l.behind -= int(r)
	l.admit(time.Now())
}

// leave ends one and learns from its answer.
func (l *limiter) leave(r rank, answer Kind) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	switch answer {
	case Throttled:
		l.refused++
		if now.Sub(l.eased) >= window {
			l.limit, l.eased = max(1, min(l.limit, float64(l.active))/2), now
		}
	case Unreachable, Canceled:
	default:
		l.done++
		l.limit = min(mostRequests, l.limit+1/l.limit)
	}
	l.active--
	l.behind -= int(r)
	l.left = now
	elapsed, isNew := now.Sub(l.since), l.pace == 0 && l.refused > 0
	if elapsed >= window || isNew && elapsed >= window/4 {
		l.adjust(float64(l.done)/elapsed.Seconds(), elapsed.Seconds())
		l.since, l.done, l.refused = now, 0, 0
	}
	l.admit(now)
}

// adjust sets the pace after a window: a little below what got through when some was refused, else higher than before, until
// it is no bound any more. done is the rate of the window, in requests a second. mu is held.
func (l *limiter) adjust(done, seconds float64) {
	switch {
	case l.refused > 0:
		l.gain = max(done/20, leastGain)
		if through := done * 0.9; l.pace == 0 || through < l.pace {
			l.pace = max(slowest, through)
		}
	case l.pace == 0:
	case l.pace > 4*done+10*l.gain:
		l.pace = 0
	default:
		l.pace += l.gain * seconds
		l.gain *= growth
	}
}
