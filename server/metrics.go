package server

import (
	"sync/atomic"
	"time"
)

// Metrics counts what a server does. Counting costs a few atomic additions a
// request and never waits.
type Metrics struct {
	byOp     map[*operation]*opMetrics
	other    opMetrics // requests that belong to no row of the table
	inFlight atomic.Int64
	in, out  atomic.Uint64 // bytes of bodies
	panics   atomic.Uint64
}

// durationBounds are the upper bounds of the histogram's buckets. The last
// bucket has none.
var durationBounds = [...]time.Duration{
	time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond,
	50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond, time.Second, 5 * time.Second, 30 * time.Second, 5 * time.Minute,
}

type opMetrics struct {
	status  [6]atomic.Uint64 // by the first digit of the status; 0: the answer never began
	buckets [len(durationBounds) + 1]atomic.Uint64
	nanos   atomic.Uint64
}

// NewMetrics makes the counters of one Server.
func NewMetrics() *Metrics {
	m := &Metrics{byOp: map[*operation]*opMetrics{}}
	for _, group := range operations {
		for _, op := range group {
			m.byOp[op] = &opMetrics{}
		}
	}
	return m
}

// arrive counts a request that begins, depart one that ended.
func (c *call) arrive() {
	if m := c.s.metrics; m != nil {
		m.inFlight.Add(1)
	}
}

func (c *call) depart(problem any) {
	c.took = time.Since(c.began)
	if m := c.s.metrics; m != nil {
		m.count(c, problem)
	}
	if c.s.access != nil {
		c.s.access.Record(c.accessLine())
	}
	if c.s.logs != nil {
		c.logDelivered()
	}
}

func (m *Metrics) count(c *call, problem any) {
	m.inFlight.Add(-1)
	op := m.byOp[c.op]
	if op == nil {
		op = &m.other
	}
	class := c.status / 100
	if class < 0 || class > 5 {
		class = 0
	}
	op.status[class].Add(1)
	i := 0
	for i < len(durationBounds) && c.took > durationBounds[i] {
		i++
	}
	op.buckets[i].Add(1)
	op.nanos.Add(uint64(c.took))
	if c.received > 0 {
		m.in.Add(uint64(c.received))
	}
	if c.sent > 0 {
		m.out.Add(uint64(c.sent))
	}
	if problem != nil && problem != errAborted {
		m.panics.Add(1)
	}
}
