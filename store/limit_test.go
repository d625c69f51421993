package store_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"spaces/server/chance"
	"spaces/store"
	"spaces/store/storetest"
)

// taking is an endpoint whose requests take a while each. most is how many were under way at once.
func taking(d time.Duration, most *atomic.Int64) storetest.Fault {
	var now atomic.Int64
	return func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		n := now.Add(1)
		defer now.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		time.Sleep(d)
		return storetest.Document(r, ""), nil
	}
}

// many sends requests from so many at once and waits for all.
func many(ctx context.Context, s *store.Store, workers, each int) (failed int64) {
	var wg sync.WaitGroup
	var n atomic.Int64
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				if err := s.Delete(ctx, store.Ref{Space: "media", Key: fmt.Sprint(w, "-", i)}); err != nil {
					n.Add(1)
				}
			}
		})
	}
	wg.Wait()
	return n.Load()
}

func TestTheForegroundGoesBeforeTheBackground(t *testing.T) {
	inner := func(_ *testing.T, f *storetest.Fixture) *store.Store { return f.Store }
	theForegroundFirst(t, inner, min(48, int64(4*runtime.GOMAXPROCS(0)))) // the processors have the screen to draw, too
	theForegroundFirst(t, func(t *testing.T, f *storetest.Fixture) *store.Store {
		s, err := store.Open(t.Context(), store.Config{Name: "far", Endpoint: "http://far.example", AccessKey: "a", SecretKey: "b", Wrap: f.Faults.Wrap})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}, 48)
}

func theForegroundFirst(t *testing.T, open func(*testing.T, *storetest.Fixture) *store.Store, background int64) {
	synctest.Test(t, func(t *testing.T) {
		f := storetest.New(t)
		s := open(t, f)
		var most atomic.Int64
		f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE"), Fault: taking(time.Second, &most)})
		jobs := make(chan struct{})
		go func() {
			defer close(jobs)
			many(store.Background(t.Context()), s, 200, 1)
		}()
		synctest.Wait()
		if n := most.Load(); n != background {
			t.Errorf("%s: %d in the background are under way, want %d", s.Name(), n, background)
		}
		begin := time.Now()
		many(t.Context(), s, 16, 1)
		if took := time.Since(begin); took != time.Second {
			t.Errorf("the screen waited %v, want a second", took)
		}
		go many(t.Context(), s, 100, 1) // more than there is room for
		synctest.Wait()
		if n := most.Load(); n != 64 {
			t.Errorf("%d are under way, want 64", n)
		}
		<-jobs
	})
}

func TestWhoGivesUpWaitingLeavesTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := storetest.New(t)
		var most atomic.Int64
		f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE"), Fault: taking(time.Minute, &most)})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan int64)
		go func() { done <- many(t.Context(), f.Store, 64, 1) }()
		synctest.Wait()
		go func() { done <- many(ctx, f.Store, 10, 1) }()
		synctest.Wait()
		cancel()
		if failed := <-done; failed != 10 {
			t.Errorf("%d of 10 gave up", failed)
		}
		if failed := <-done; failed != 0 {
			t.Errorf("%d of 64 failed", failed)
		}
		begin := time.Now()
		if many(t.Context(), f.Store, 64, 1); time.Since(begin) != time.Minute {
			t.Errorf("afterwards 64 take %v", time.Since(begin))
		}
	})
}

// rated refuses what comes faster than so many a second.
type rated struct {
	mu      sync.Mutex
	perSec  float64
	tokens  float64
	last    time.Time
	refused int
	sent    int
}

func (l *rated) fault(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.tokens, l.last = min(l.perSec/2, l.tokens+now.Sub(l.last).Seconds()*l.perSec), now
	l.sent++
	if l.tokens < 1 {
		l.refused++
		return storetest.SlowDown()(nil, r)
	}
	l.tokens--
	return storetest.Document(r, ""), nil
}

func TestAnEndpointThatThrottlesIsSentWhatItTakes(t *testing.T) {
	for _, rate := range []float64{3, 50} {
		synctest.Test(t, func(t *testing.T) {
			f := storetest.New(t)
			limit := &rated{perSec: rate, last: time.Now()}
			f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE"), Fault: limit.fault})
			many(store.Background(t.Context()), f.Store, 16, int(rate*15/16)+1) // the first seconds teach
			limit.refused, limit.sent = 0, 0
			begin := time.Now()
			failed := many(store.Background(t.Context()), f.Store, 16, int(rate*60/16)+1)
			passed := float64(limit.sent-limit.refused) / time.Since(begin).Seconds()
			t.Logf("at %v a second %.2f passed, and %d of %d were refused", rate, passed, limit.refused, limit.sent)
			if failed > 0 || passed < 0.87*rate || limit.refused > limit.sent/12 {
				t.Errorf("at %v a second %.2f passed, %d of %d were refused, %d failed", rate, passed, limit.refused, limit.sent, failed)
			}
			// It recovers when the endpoint does.
			limit.perSec = 1e6
			many(t.Context(), f.Store, 16, 400)
			begin = time.Now()
			if many(t.Context(), f.Store, 64, 20); time.Since(begin) > time.Second {
				t.Errorf("after it recovered 1,280 take %v", time.Since(begin))
			}
		})
	}
}

// An endpoint that is not well refuses some of whatever it is sent. Sending less would only take longer.
func TestWhatIsRefusedAtAnyRateDoesNotLowerIt(t *testing.T) {
	for _, share := range []float64{0.01, 0.08} {
		synctest.Test(t, func(t *testing.T) {
			f := storetest.New(t)
			var most atomic.Int64
			f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE"), Rate: share, Fault: storetest.SlowDown()})
			f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE"), Fault: taking(50*time.Millisecond, &most)})
			const workers = 48
			each := chance.Rounds(100, 400)
			begin := time.Now()
			failed := many(store.Background(t.Context()), f.Store, workers, each)
			rate := float64(workers*each) / time.Since(begin).Seconds()
			t.Logf("with %v refused, %.0f a second", share, rate)
			if failed > 0 || rate < 60 {
				t.Errorf("with %v refused, %.0f a second pass and %d failed", share, rate, failed)
			}
		})
	}
}

func TestConnectionsToOneHostAreInBoundsTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := storetest.New(t)
		var most atomic.Int64
		f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE"), Fault: taking(time.Second, &most)})
		conns := store.NewConns(func(conn store.Conn) (store.Config, error) {
			return store.Config{Endpoint: map[store.Conn]string{"one": "http://s3.test", "two": "http://S3.test", "other": "http://s3.test:81"}[conn],
				AccessKey: string(conn), SecretKey: "x", Wrap: f.Faults.Wrap}, nil
		})
		defer conns.Close()
		for _, c := range []struct {
			conns []store.Conn
			most  int64
		}{{[]store.Conn{"one", "two"}, 64}, {[]store.Conn{"one", "other"}, 128}} {
			most.Store(0)
			var wg sync.WaitGroup
			for _, conn := range c.conns {
				s, err := conns.Get(conn)
				if err != nil {
					t.Fatal(err)
				}
				wg.Go(func() { many(t.Context(), s, 100, 1) })
			}
			if wg.Wait(); most.Load() != c.most {
				t.Errorf("on %v %d were under way, want %d", c.conns, most.Load(), c.most)
			}
		}
	})
}

func TestALinkIsMadeWhileTheEndpointIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := storetest.New(t)
		var most atomic.Int64
		f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE"), Fault: taking(time.Minute, &most)})
		go many(t.Context(), f.Store, 100, 1)
		synctest.Wait()
		begin := time.Now()
		if _, err := f.Store.Share(t.Context(), store.Ref{Space: "media", Key: "x"}, time.Hour); err != nil || time.Since(begin) > 0 {
			t.Errorf("after %v: %v", time.Since(begin), err)
		}
		time.Sleep(2 * time.Minute)
	})
}

func BenchmarkGet4KiB(b *testing.B) {
	f := storetest.New(b, storetest.Listener())
	s := f.Open(b, func(c *store.Config) { c.Wrap = nil })
	f.Space(b, "media")
	storetest.Put(b, s, "media", "x", strings.Repeat("x", 4<<10))
	b.SetParallelism(16 / 2)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			storetest.Read(b, s, "media", "x")
		}
	})
}
