package store

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/aws/smithy-go/middleware"
)

// limiter keeps the number of requests at one endpoint in bounds, whoever sends them: pages, jobs, and what a Store itself
// does many times at once. When the endpoint asks to slow down, half as many are under way, and they keep a little below the
// rate that got through, at most once a round trip; the pace soon gets back to where it was too much and grows slowly there
// (what lets TCP flows share a link: multiplicative decrease, then binary search as in BIC, slow start far from it). What is
// refused as often after the pace fell as before is noise: it says nothing about the rate and does not lower it, as long as
// it does not become more than chance explains. Who waits for an answer on the screen goes first.
//
// A request is under it from before it is signed, so that no signature grows old in the queue, until its answer begins:
// a body that is read slowly holds nobody up.
type limiter struct {
	mu      sync.Mutex
	limit   float64 // requests at once
	active  int
	behind  int                // of those, in the background
	most    int                // of those, at most; 0: three quarters of the limit
	waiting [2][]chan struct{} // in the foreground, in the background

	left    time.Time     // when a request last ended
	since   time.Time     // when a window began
	begun   int           // in it
	refused int           // of those, by which the endpoint asked to slow down
	trip    time.Duration // how long such an answer took
	took    time.Duration // how long others do
	answers int           // that it was learned from

	pace   float64   // requests a second, 0: without bound
	crowd  float64   // requests at once that it was learned from
	top    float64   // requests a second that the endpoint took, when the pace last fell
	gain   float64   // requests a second, that the pace gains each second of this window, above top
	next   time.Time // when the pace lets the next one begin
	timer  *time.Timer
	noise  float64 // share that is refused however little is sent
	slowed int     // how often in a row the pace fell below what got through: as much of what is refused now as before is noise
	share  float64 // that was refused before
	after  tally   // since it fell
	lately float64 // requests a second that got through, at most

	known     rates // of the endpoint
	held      bool  // nothing begins in the background
	bandwidth bandwidth
}

// rates are what an endpoint is known to take, in requests a second: it begins with usual, and never does more than most.
// 0 is not known.
type rates struct{ usual, most float64 }

// mostRequests are under way at once: as many as there are idle connections.
const mostRequests = 64

// perProcessor are under way in the background, at once, where this process serves them as well.
const perProcessor = 4

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

func newLimiter(known rates) *limiter {
	return &limiter{limit: mostRequests, since: time.Now(), known: known, pace: known.usual, gain: leastGain, bandwidth: newBandwidth()}
}

// newInnerLimiter is that of the server in this process. What is asked of it is done by the processors that also draw the
// screen, and goroutines that can run take turns: with 48 before it, a key waits for 48 others. Some more than there are
// processors are at the disk.
func newInnerLimiter() *limiter {
	l := newLimiter(rates{})
	l.most = perProcessor * runtime.GOMAXPROCS(0)
	return l
}

// limiters are those of the hosts that one Conns has connections to: an endpoint counts requests, whatever they are signed with.
type limiters struct {
	mu sync.Mutex
	of map[string]*limiter
}

// at is the limiter of a host, the same each time. A nil l has a new one for each.
func (l *limiters) at(host string, known rates) *limiter {
	if l == nil {
		return newLimiter(known)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of == nil {
		l.of = map[string]*limiter{}
	}
	if l.of[host] == nil {
		l.of[host] = newLimiter(known)
	}
	return l.of[host]
}

// addTo has each attempt of each request wait for its turn. What is only signed is not sent and waits for none.
func (l *limiter) addTo(stack *middleware.Stack) error {
	if _, sent := stack.Finalize.Get("Retry"); !sent {
		return nil
	}
	return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("Turn",
		func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (out middleware.FinalizeOutput, md middleware.Metadata, err error) {
			r := rankOf(ctx)
			begin, has := firstOfCtx(ctx).turn()
			if !has {
				if err := l.enter(ctx, r); err != nil {
					return out, md, err
				}
				begin = time.Now()
			}
			defer func() { l.leave(r, begin, classify(err)) }()
			return next.HandleFinalize(ctx, in)
		}), "Retry", middleware.After)
}

func (l *limiter) enter(ctx context.Context, r rank) error {
	l.mu.Lock()
	now := time.Now()
	if l.active == 0 && now.Sub(l.left) > window {
		l.since, l.begun, l.refused = now, 0, 0 // idle time is not slowness
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
	most := max(1, int(l.limit)*3/4)
	if l.most > 0 {
		most = min(most, l.most)
	}
	return l.active < int(l.limit) && (r == foreground || !l.held && l.behind < most)
}

// isDue says whether the pace lets one begin. mu is held.
func (l *limiter) isDue(now time.Time) bool { return l.pace == 0 || !now.Before(l.next) }

// take begins one. mu is held.
func (l *limiter) take(r rank, now time.Time) {
	l.active++
	l.begun++
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
