package store

import (
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"spaces/server/chance"
)

// remote is an endpoint that is only simulated: 50 ms away, with a capacity, and a share that it refuses whatever comes.
type remote struct {
	mu       sync.Mutex
	capacity float64 // operations a second
	noise    float64
	far      time.Duration
	tokens   float64
	since    time.Time
	passed   int
	refused  int
}

const away = 50 * time.Millisecond

func newRemote(capacity, noise float64) *remote {
	return &remote{capacity: capacity, noise: noise, far: away, since: time.Now()}
}

func (e *remote) answer() Kind {
	time.Sleep(e.far / 2)
	defer time.Sleep(e.far / 2)
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	e.tokens = min(e.tokens+e.capacity*now.Sub(e.since).Seconds(), max(1, e.capacity/10))
	e.since = now
	if e.tokens < 1 || rand.Float64() < e.noise {
		e.refused++
		return Throttled
	}
	e.tokens--
	e.passed++
	return ""
}

func (e *remote) set(capacity float64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.capacity = capacity
}

// during is what passes each second from now on, and the share that is refused.
func (e *remote) during(d time.Duration) (rate, share float64) {
	e.mu.Lock()
	passed, refused := e.passed, e.refused
	e.mu.Unlock()
	time.Sleep(d)
	e.mu.Lock()
	defer e.mu.Unlock()
	passed, refused = e.passed-passed, e.refused-refused
	return float64(passed) / d.Seconds(), float64(refused) / float64(max(passed+refused, 1))
}

// client is a program with work to do: as many workers as a job has.
type client struct {
	*limiter
	passed *atomic.Int64
}

func (e *remote) busy(t *testing.T) client {
	l := newLimiter(rates{})
	return client{l, e.work(t, l, mostRequests)}
}

// work has so many send requests until the test ends, and counts those that pass. What is refused is sent again after a
// while.
func (e *remote) work(t *testing.T, l *limiter, workers int) *atomic.Int64 {
	passed := new(atomic.Int64)
	var done sync.WaitGroup
	t.Cleanup(done.Wait)
	for range workers {
		done.Go(func() {
			for attempt := 0; t.Context().Err() == nil && l.enter(t.Context(), background) == nil; {
				begin := time.Now()
				answer := e.answer()
				l.leave(background, begin, answer)
				if attempt++; answer != Throttled {
					passed.Add(1)
					attempt = 0
					continue
				}
				wait := min(firstWait<<(attempt-1), maxBackoff)
				time.Sleep(wait/2 + rand.N(wait/2))
			}
		})
	}
	return passed
}

func (c client) state() (pace, limit float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pace, c.limit
}

// finish has as many workers as a job has do n requests, and says how long it took.
func (e *remote) finish(t *testing.T, n int, wait func(attempt int) time.Duration) time.Duration {
	l := newLimiter(rates{})
	begin := time.Now()
	var done sync.WaitGroup
	work := make(chan struct{}, n)
	for range n {
		work <- struct{}{}
	}
	close(work)
	for range mostRequests {
		done.Go(func() {
			for range work {
				for attempt := 1; l.enter(t.Context(), background) == nil; attempt++ {
					begin := time.Now()
					answer := e.answer()
					if l.leave(background, begin, answer); answer != Throttled {
						break
					}
					time.Sleep(wait(attempt))
				}
			}
		})
	}
	done.Wait()
	return time.Since(begin)
}

// is fails unless so many pass each second for a while, and no more than a share is refused.
func (e *remote) is(t *testing.T, when string, d time.Duration, least, most float64) {
	t.Helper()
	rate, share := e.during(d)
	t.Logf("%s: %.1f a second pass, %.2f %% are refused", when, rate, 100*share)
	if rate < least || share > most {
		t.Errorf("%s: %.1f a second pass, of at least %.0f, and %.2f %% are refused, of at most %.1f", when, rate, least, 100*share, 100*most)
	}
}

// seconds is how long an endpoint is looked at: in virtual time, of which a second is a thousand requests to be simulated.
func seconds(few, many int) time.Duration {
	return time.Duration(chance.Rounds(few, many)) * time.Second
}

func TestWhatAnEndpointTakesIsUsed(t *testing.T) {
	for _, c := range []struct {
		name            string
		capacity, noise float64
		least, most     float64
	}{
		{"nothing is refused", 1e6, 0, 950, 0}, // 48 at once
		{"one in a hundred is refused at any rate", 1e6, 0.01, 850, 0.02},
		{"one in twelve is", 1e6, 0.08, 500, 0.1},
		{"more is refused than it takes", 800, 0, 720, 0.03},
		{"more is, and one in a hundred at any rate", 800, 0.01, 720, 0.03},
		{"far more is", 50, 0, 45, 0.05},
	} {
		synctest.Test(t, func(t *testing.T) {
			e := newRemote(c.capacity, c.noise)
			e.busy(t)
			time.Sleep(10 * time.Second)
			e.is(t, c.name, seconds(20, 60), c.least, c.most)
		})
	}
}

// Where the most that an endpoint takes is known, it is come to, and nobody has to be refused to find it.
func TestThePaceKeepsToTheMostThatIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newRemote(1e6, 0)
		e.far = 10 * time.Millisecond
		e.work(t, newLimiter(oceanRates), mostRequests)
		time.Sleep(40 * time.Second)
		e.is(t, "at DigitalOcean", 5*time.Second, 0.8*oceanRates.most, 0)
		if rate, _ := e.during(5 * time.Second); rate > 1.05*oceanRates.most {
			t.Errorf("%.0f a second are sent", rate)
		}
	})
}

// From the first request on: an endpoint of which nothing is known.
func TestTooMuchIsLearnedSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newRemote(800, 0)
		e.busy(t)
		e.is(t, "at first", 20*time.Second, 720, 0.03)
	})
}

// A listing is one request at a time. What of those is refused says nothing of what comes after it.
func TestWhatFollowsAListingIsNotSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newRemote(800, 0.01)
		l := newLimiter(rates{})
		e.work(t, l, 1)
		time.Sleep(time.Minute)
		e.work(t, l, mostRequests)
		time.Sleep(10 * time.Second)
		e.is(t, "after a listing", 30*time.Second, 720, 0.03)
	})
}

func TestThePaceFollowsACapacityThatChanges(t *testing.T) {
	for _, noise := range []float64{0, 0.01} {
		synctest.Test(t, func(t *testing.T) {
			e := newRemote(800, noise)
			e.busy(t)
			time.Sleep(20 * time.Second)
			e.set(100)
			e.is(t, "the first seconds of less", 5*time.Second, 90, 0.5)
			e.is(t, "then", seconds(20, 30), 90, 0.06)
			e.set(800)
			time.Sleep(20 * time.Second)
			e.is(t, "when it is back", seconds(15, 30), 720, 0.04)
		})
	}
}

func TestAnEndpointThatRefusesEverythingIsAskedOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newRemote(800, 0.01)
		c := e.busy(t)
		time.Sleep(10 * time.Second)
		e.set(0)
		before, _ := c.state()
		time.Sleep(2 * away)
		if pace, limit := c.state(); pace < 0.4*before || limit < mostRequests/8 {
			t.Errorf("after one round trip the pace fell from %.0f to %.0f a second, and the limit to %.0f", before, pace, limit)
		}
		time.Sleep(30 * time.Second)
		if pace, limit := c.state(); pace > 2*slowest || limit > 2 {
			t.Errorf("after half a minute the pace is %.1f a second, and %.0f are under way at once", pace, limit)
		}
		rate, _ := e.during(30 * time.Second)
		if e.mu.Lock(); rate > 0 || e.refused > 2000 {
			t.Errorf("%.1f a second passed, %d were refused", rate, e.refused)
		}
		e.mu.Unlock()
		e.set(800)
		time.Sleep(30 * time.Second)
		e.is(t, "when it is back", 30*time.Second, 720, 0.04)
	})
}

func TestTwoProgramsShareAnEndpoint(t *testing.T) {
	for _, noise := range []float64{0, 0.01} {
		synctest.Test(t, func(t *testing.T) {
			e := newRemote(800, noise)
			a := e.busy(t)
			time.Sleep(seconds(10, 20))
			b := e.busy(t) // comes late
			e.is(t, "the first minute of both", time.Minute, 720, 0.06)
			first, second := a.passed.Load(), b.passed.Load()
			e.is(t, "then", seconds(30, 90), 720, 0.04)
			first, second = a.passed.Load()-first, b.passed.Load()-second
			if t.Logf("the first has %d, the second %d", first, second); min(first, second)*3 < max(first, second) {
				t.Errorf("the first has %d, the second %d", first, second)
			}
		})
	}
}

// A job of 1,400 requests, nine times in ten, or seven where it is done a few times only: chance has the pace fall now and
// then, but not to where it stays.
func TestWhatIsRefusedByChanceDoesNotKeepThePaceLow(t *testing.T) {
	for _, c := range []struct {
		name            string
		capacity, noise float64
		far             time.Duration
		most            float64 // seconds
	}{
		{"one in twelve", 1e6, 0.08, away, 20},
		{"one in twelve, and nearly no time for an answer", 1e6, 0.08, 0, 20},
		{"a third", 1e6, 0.3, away, 90},
		{"one in twelve, and what is more than it takes", 100, 0.08, away, 60},
	} {
		var took []float64
		rounds := chance.Rounds(12, 50)
		for range rounds {
			synctest.Test(t, func(t *testing.T) {
				e := newRemote(c.capacity, c.noise)
				e.far = c.far
				took = append(took, e.finish(t, 1400, func(int) time.Duration { return 2*time.Second + rand.N(firstWait) }).Seconds())
			})
		}
		slices.Sort(took)
		usual := took[rounds*chance.Rounds(7, 9)/10]
		t.Logf("%s: half take %.1f s, most %.1f s, all %.1f s", c.name, took[rounds/2], usual, took[rounds-1])
		if usual > c.most {
			t.Errorf("%s: it takes %.0f s, of at most %.0f", c.name, usual, c.most)
		}
	}
}
