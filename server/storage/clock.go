package storage

import (
	"sync"
	"time"
)

// A retention that ended by a clock that was set has not ended: what it keeps
// would be gone for good. When the wall clock moves by more than lockStep against
// the time that the engine runs, it counts for lockSettle of that time as if it
// had not; what it shows by then is believed. A machine that sleeps moves it,
// too: nights do not count, and nothing waits for ever. What the clock shows when
// the engine is opened is believed at once, since there is nothing to compare
// it with.
const (
	lockStep   = 24 * time.Hour
	lockSettle = 24 * time.Hour
)

// clocks compares the wall clock with the time that the engine runs.
type clocks struct {
	began time.Time     // when the engine was opened, by both clocks
	ranAt time.Duration // the same by Options.Ran
	first uint64        // number of the first write

	mu     sync.Mutex
	zero   time.Time     // what the wall clock would have shown when it was opened, by what it shows
	held   time.Time     // the same by what it showed before it was set; zero: it is believed
	heldAt time.Duration // when it was last set
}

// Ran is how long the engine has been open, by a clock that nobody can set. now
// is what the clock of its Options shows at this moment, with its monotonic
// reading.
func (e *Engine) Ran(now time.Time) time.Duration {
	if e.o.Ran != nil {
		return e.o.Ran() - e.clocks.ranAt
	}
	return now.Sub(e.clocks.began)
}

// LockTime is the time by which locks are kept: now, or what would be now if the
// clock had not been set lately.
func (e *Engine) LockTime() time.Time {
	now := e.o.Now()
	wall, ran := now.Round(0), e.Ran(now)
	c := &e.clocks
	c.mu.Lock()
	defer c.mu.Unlock()
	zero := wall.Add(-ran)
	if zero.Sub(c.zero).Abs() > lockStep {
		if c.held.IsZero() {
			c.held = c.zero
		}
		if zero.Before(c.held) {
			c.held = zero
		}
		c.heldAt = ran
		e.log.Warn("the clock was set, or the machine slept: locks are kept by what it showed before", "now", wall, "locks", c.held.Add(ran), "for", lockSettle)
	}
	c.zero = zero
	if !c.held.IsZero() && ran-c.heldAt >= lockSettle {
		c.held = time.Time{}
	}
	if t := c.held.Add(ran); !c.held.IsZero() && t.Before(wall) {
		return t
	}
	return wall
}

func (c *clocks) open(e *Engine) {
	c.began = e.o.Now()
	c.zero = c.began.Round(0)
	if e.o.Ran != nil {
		c.ranAt = e.o.Ran()
	}
}

// Opened is what the clock showed when the engine was opened.
func (e *Engine) Opened() time.Time { return e.clocks.began.Round(0) }

// Written gives the number of the first write since the engine was opened, and
// that of the next one: see Object.Seq.
func (e *Engine) Written() (first, next uint64) {
	e.seq.mu.Lock()
	defer e.seq.mu.Unlock()
	return e.clocks.first, e.seq.next
}
