package server

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits protect a server from more work than it can do. Zero values are no limits.
type Limits struct {
	// Requests is how many work at once; one that waits for its client does
	// not. Those that come then wait up to Queue, each client address in its
	// turn, and are answered 503 SlowDown if theirs has not come by then (S3,
	// "Error responses"; clients try again after Retry-After).
	Requests int
	Queue    time.Duration // 0: a second
	// Waiting is how many may wait for their clients at once, for more of a
	// body or for room to send, each with a buffer of 256 KiB. Where more do,
	// those that have waited longest are cut off.
	Waiting int
	// Rate is how many requests a second each access key may make, and Burst
	// how many at once; 0: as many as Rate. All who come without a key share
	// one rate.
	Rate  float64
	Burst int
}

const defaultQueue = time.Second

// checkRate refuses a caller who asks more often than it may. It runs when it
// is known who calls, so that nobody uses up the rate of another.
func (c *call) checkRate() error {
	r := c.s.gate.rates
	if r == nil || c.who == nil || r.allow(c.who.AccessKey, c.s.now()) {
		return nil
	}
	c.s.gate.slowed.Add(1)
	return refuse("SlowDown")
}

// keyRates has a limiter for each access key that was used. Only keys that
// exist come here, and they are few: deleted ones are kept until the end.
type keyRates struct {
	limit rate.Limit
	burst int
	mu    sync.Mutex
	byKey map[string]*rate.Limiter
}

func (r *keyRates) allow(key string, now time.Time) bool {
	r.mu.Lock()
	l := r.byKey[key]
	if l == nil {
		l = rate.NewLimiter(r.limit, r.burst)
		r.byKey[key] = l
	}
	r.mu.Unlock()
	return l.AllowN(now, 1)
}
