package job

import (
	"sync"
	"time"
)

// tickEvery bounds how often Changed fires.
const tickEvery = 100 * time.Millisecond

// ticker passes on that something changed: at once when it was quiet, else after a while, once for all.
type ticker struct {
	c     chan struct{}
	now   func() time.Time
	every time.Duration

	mu      sync.Mutex
	last    time.Time
	pending *time.Timer
	stopped bool
}

func newTicker(now func() time.Time) *ticker {
	return &ticker{c: make(chan struct{}, 1), now: now, every: tickEvery}
}

func (t *ticker) touch() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pending != nil || t.stopped {
		return
	}
	wait := max(t.every-t.now().Sub(t.last), 0)
	if wait == 0 || wait > t.every { // a clock that was set back
		t.send()
		return
	}
	t.pending = time.AfterFunc(wait, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.pending = nil; !t.stopped {
			t.send()
		}
	})
}

// send never blocks. mu is held.
func (t *ticker) send() {
	t.last = t.now()
	select {
	case t.c <- struct{}{}:
	default:
	}
}

func (t *ticker) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped = true
	if t.pending != nil {
		t.pending.Stop()
	}
}

const (
	rateWindow  = 8 * time.Second
	sampleEvery = 250 * time.Millisecond
	steadyAfter = 2 * time.Second // connections are open by then, and a few answers have come
)

// speed measures over a sliding window, and for estimates over a longer one: half of the time so far. Endpoints that are
// sent as much as they take are sent too much now and then.
type speed struct {
	samples []sample
	long    []sample
	first   time.Time // of long
}

type sample struct {
	at      time.Time
	bytes   int64
	objects int64
}

// add notes how far the work is now. The time before the first progress, in which things are counted, tells nothing of
// the speed.
func (s *speed) add(now sample) {
	if n := len(s.samples); n == 1 && now.bytes == s.samples[0].bytes && now.objects == s.samples[0].objects {
		s.samples[0] = now
		return
	} else if n > 0 && now.at.Sub(s.samples[n-1].at) < sampleEvery {
		return
	}
	s.samples = append(s.samples, now)
	for len(s.samples) > 2 && now.at.Sub(s.samples[1].at) >= rateWindow {
		s.samples = s.samples[1:]
	}
	s.lengthen(now)
}

// longSamples are enough to know half of the time by.
const longSamples = 32

// lengthen keeps some samples of the longer window.
func (s *speed) lengthen(now sample) {
	if len(s.long) == 0 {
		s.long, s.first = []sample{s.samples[0]}, s.samples[0].at
	}
	window := max(now.at.Sub(s.first)/2, rateWindow)
	if now.at.Sub(s.long[len(s.long)-1].at) < window/longSamples {
		return
	}
	s.long = append(s.long, now)
	for len(s.long) > 2 && now.at.Sub(s.long[1].at) >= window {
		s.long = s.long[1:]
	}
}

// estimates are rates for what is still to come.
func (s *speed) estimates(now sample) (bytes, objects float64) {
	return (&speed{samples: s.long}).rates(now)
}

// rates are bytes and objects a second up to now.
func (s *speed) rates(now sample) (bytes, objects float64) {
	if len(s.samples) == 0 {
		return 0, 0
	}
	first := s.samples[0]
	elapsed := now.at.Sub(first.at).Seconds()
	if elapsed <= 0 {
		return 0, 0
	}
	return max(0, float64(now.bytes-first.bytes)/elapsed), float64(now.objects-first.objects) / elapsed
}

// steady says whether the speed lets the rest be estimated: it was measured for a while, and where it is not one of bytes,
// more steps are done than are begun at once.
func (s *speed) steady(now sample, bytes bool, workers int) bool {
	return len(s.samples) > 0 && now.at.Sub(s.samples[0].at) >= steadyAfter && (bytes || now.objects > int64(workers))
}

// left is the time that the rest takes at this speed; 0 is not known. Where bytes tell nothing, objects do.
func left(bytes, objects int64, bytesRate, objectsRate float64) time.Duration {
	seconds := 0.0
	switch {
	case bytes > 0 && bytesRate > 0:
		seconds = float64(bytes) / bytesRate
	case objects > 0 && objectsRate > 0:
		seconds = float64(objects) / objectsRate
	}
	return time.Duration(min(seconds, 1e8) * float64(time.Second)).Round(time.Second)
}
