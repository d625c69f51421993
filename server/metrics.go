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
	for _, t := range []table{operations, siteOperations} {
		for _, group := range t {
			for _, op := range group {
				m.byOp[op] = &opMetrics{}
			}
		}
	}
	return m
}

// arrive counts a request that begins. A nil Metrics counts nothing.
func (m *Metrics) arrive() {
	if m != nil {
		m.inFlight.Add(1)
	}
}

// count counts one that ended; op nil: it belongs to no row.
func (m *Metrics) count(op *operation, t *trace) {
	if m == nil {
		return
	}
	m.inFlight.Add(-1)
	counts := m.byOp[op]
	if counts == nil {
		counts = &m.other
	}
	class := t.status / 100
	if class < 0 || class > 5 {
		class = 0
	}
	counts.status[class].Add(1)
	i := 0
	for i < len(durationBounds) && t.took > durationBounds[i] {
		i++
	}
	counts.buckets[i].Add(1)
	counts.nanos.Add(uint64(t.took))
	if t.received > 0 {
		m.in.Add(uint64(t.received))
	}
	if t.sent > 0 {
		m.out.Add(uint64(t.sent))
	}
	if t.panicked != nil {
		m.panics.Add(1)
	}
}
