package job

import (
	"context"
	"slices"
	"sync"
	"time"

	"spaces/store"
)

// streams decide how many bodies of one large object are on the wire to, or from, an endpoint at once. What is on the wire
// when the program is killed is lost, so it is one to begin with, and more only where more pay: over a long way, where a
// connection carries less than the link, or to a server that does more with several. So now and then twice as many are tried,
// and kept when clearly more arrives; and half as many, kept unless clearly less does, which also takes back what was kept by
// chance. Rates are of all objects under way at the endpoint together: otherwise each would only take from the others.
//
// A rate tells something when it was measured over enough, and not before what was sent into buffers at once has left them
// and a connection has found its speed: a window begins after half of one.
type streams struct {
	mu    sync.Mutex
	flows []*flow
	on    int // bodies on the wire
	most  int // of an object that any flow ever allowed; 0: nothing is tried

	wide  int     // bodies of one object at once
	trial int     // as many are tried instead; 0: none
	down  bool    // the next trial is of fewer
	tried int     // as many have won a trial of more,
	won   float64 // with that many bytes a second; 0: none has
	base  float64 // bytes a second with wide
	next  time.Time
	rest  time.Duration // between trials

	since   time.Time     // when the window began
	bytes   int64         // in it
	disk    time.Duration // that all bodies together waited for it
	settled bool
}

const (
	clearly     = 1.25 // as much
	windowTime  = time.Second
	windowLeast = 4 << 20  // bytes in that time, else it takes longer
	windowBytes = 64 << 20 // end it sooner,
	windowShort = 100 * time.Millisecond
	restFirst   = 30 * time.Second // trials cost a little: they become rare where nothing changes
	restMost    = 10 * time.Minute
	bodiesMost  = 32 // of all objects of an endpoint: less than a store has under way in the background
)

// way is to an endpoint, or from it.
type way struct {
	s  *store.Store
	to bool
}

func (m *Manager) streams(s *store.Store, to bool) *streams {
	known, _ := m.ways.LoadOrStore(way{s, to}, newStreams())
	return known.(*streams)
}

func newStreams() *streams { return &streams{wide: 1, rest: restFirst} }

// bodiesOf is how many bodies of one object may be tried at once. On this machine no way is too long for one connection: what
// several gain there is a larger share of the processors.
func bodiesOf(s *store.Store, most int) int {
	if s.IsNear() {
		return 1
	}
	return most
}

// flow is one large object on its way. It must be ended.
type flow struct {
	s       *streams
	most    int // bodies at once
	on      int
	waiting []chan struct{}

	room   chan struct{} // closed when inHand falls or more are allowed
	inHand int           // parts that were begun, and are not handed over yet
}

// begin adds an object, of which at most so many bodies may be under way at once.
func (s *streams) begin(most int) *flow {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &flow{s: s, most: max(most, 1), room: make(chan struct{})}
	s.flows = append(s.flows, f)
	s.most = max(s.most, most)
	s.drop()
	return f
}

func (f *flow) end() {
	s := f.s
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flows = slices.DeleteFunc(s.flows, func(x *flow) bool { return x == f })
	s.drop()
}

// drop gives a trial up when what is measured changes. mu is held.
func (s *streams) drop() {
	s.trial, s.won = 0, 0
	s.measure()
}

// restart begins to measure. mu is held.
func (s *streams) restart() { s.since, s.bytes, s.disk, s.settled = time.Now(), 0, 0, false }

// measure has the limit heeded and begins to measure. mu is held.
func (s *streams) measure() {
	s.restart()
	for _, f := range s.flows {
		f.admit()
	}
}

// limit is how many bodies of an object may be on the wire now. mu is held.
func (f *flow) limit() int {
	if f.s.trial > 0 {
		return min(f.s.trial, f.most)
	}
	return min(f.s.wide, f.most)
}

// admit lets those begin for whom there is room. mu is held.
func (f *flow) admit() {
	for len(f.waiting) > 0 && f.on < f.limit() {
		close(f.waiting[0])
		f.waiting = f.waiting[1:]
		f.enter()
	}
	f.stir()
}

// stir wakes who waits in ready. mu is held.
func (f *flow) stir() {
	close(f.room)
	f.room = make(chan struct{})
}

// enter puts a body on the wire. mu is held.
func (f *flow) enter() {
	if f.s.on == 0 { // idle time is not slowness
		f.s.restart()
	}
	f.on++
	f.s.on++
}

// take waits until one more body may be on the wire. leave is to be called once.
func (f *flow) take(ctx context.Context) (leave func(), err error) {
	s := f.s
	s.mu.Lock()
	if len(f.waiting) == 0 && f.on < f.limit() {
		f.enter()
		s.mu.Unlock()
		return f.leave, nil
	}
	turn := make(chan struct{})
	f.waiting = append(f.waiting, turn)
	s.mu.Unlock()
	select {
	case <-turn:
		return f.leave, nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	i := slices.Index(f.waiting, turn)
	if i >= 0 {
		f.waiting = slices.Delete(f.waiting, i, i+1)
	}
	s.mu.Unlock()
	if i < 0 { // it came at the same moment
		f.leave()
	}
	return nil, ctx.Err()
}

func (f *flow) leave() {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	f.on--
	f.s.on--
	f.admit()
}

// ready waits until one more part is worth to be read and hashed: while one is on the wire, two more are made ready, of many
// as many. handed is to be called when its body is on its way, or will not be; again it does nothing.
func (f *flow) ready(ctx context.Context) (handed func(), err error) {
	s := f.s
	s.mu.Lock()
	for f.inHand > 2*f.limit() {
		room := f.room
		s.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		s.mu.Lock()
	}
	f.inHand++
	s.mu.Unlock()
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		f.inHand--
		f.stir()
	}), nil
}

// wrote notes how long bytes took to be written: where the disk is what is waited for, more streams only fill buffers, and
// what is in those is lost as well.
func (f *flow) wrote(d time.Duration) {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	f.s.disk += d
}

// share is how many ranges of what is left one request is for: as many as give each of those at once two more of them, so that
// all end at about the same time.
func (f *flow) share(left, size int64) int {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	return int(min(max(left/size/int64(3*f.limit()), 1), runMost))
}

// count notes bytes that went along; fewer than 0 did not count after all.
func (f *flow) count(n int64) {
	s := f.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.on > f.limit() { // those that were begun before the limit fell
		s.restart()
		return
	}
	s.bytes += n
	now := time.Now()
	elapsed := now.Sub(s.since)
	switch {
	case !s.settled && isWindow(2*elapsed, 2*s.bytes):
		s.since, s.bytes, s.disk, s.settled = now, 0, 0, true
	case s.settled && isWindow(elapsed, s.bytes):
		s.judge(float64(s.bytes) / elapsed.Seconds())
	}
}

func isWindow(elapsed time.Duration, bytes int64) bool {
	return elapsed >= windowShort && bytes >= windowBytes || elapsed >= windowTime && bytes >= windowLeast
}

// judge ends a window. mu is held.
func (s *streams) judge(rate float64) {
	now := time.Now()
	switch {
	case s.trial == 0 && s.won > 0 && s.won >= clearly*max(rate, s.base):
		s.wide, s.base, s.won, s.rest = s.tried, s.won, 0, restFirst
		s.try()
	case s.trial == 0:
		if s.won > 0 { // it was chance
			s.won, s.down = 0, true
		}
		busy := s.disk > now.Sub(s.since)*time.Duration(s.on)/4
		s.base = rate
		s.since, s.bytes, s.disk = now, 0, 0
		if now.Before(s.next) {
			return
		}
		s.down = s.down || busy
		s.try()
	case s.trial > s.wide && rate >= clearly*s.base: // unless as much arrives without, when that is measured once more
		s.won, s.tried, s.trial = rate, s.trial, 0
		s.measure()
		return
	case s.trial < s.wide && clearly*rate >= s.base:
		s.wide, s.base, s.rest = s.trial, rate, restFirst
		s.try()
	case s.trial > s.wide: // it did not pay. Perhaps what is kept does not either
		s.down = true
		s.try()
	default:
		s.down, s.trial = false, 0
	}
	if s.trial == 0 {
		s.next = now.Add(s.rest)
		s.rest = min(2*s.rest, restMost)
	}
	s.measure()
}

// try chooses what is tried next: more, or fewer where down says so. mu is held.
func (s *streams) try() {
	s.trial = 0
	most := min(s.most, bodiesMost/max(len(s.flows), 1))
	switch {
	case s.down && s.wide > 1:
		s.trial = s.wide / 2
	case !s.down && s.wide < most:
		s.trial = min(2*s.wide, most)
	default:
		s.down = s.wide > 1 && !s.down
	}
}
