package store_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"spaces/server/chance"
	"spaces/store"
	"spaces/store/storetest"
)

// far is an endpoint that is not in this process: all its answers come from faults.
func far(t *testing.T, f *storetest.Fixture, host string, bandwidth int64) *store.Store {
	s, err := store.Open(t.Context(), store.Config{Name: "far", Endpoint: "https://" + host, AccessKey: "a", SecretKey: "b", Wrap: f.Faults.Wrap, Bandwidth: bandwidth})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// swallow takes what is put, and gives a body of size bytes to who gets.
func swallow(size int) storetest.Fault {
	return func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		size := size
		if r.Body != nil {
			size = 0
			if _, err := io.Copy(io.Discard, r.Body); err != nil {
				return nil, err
			}
		}
		resp := storetest.Document(r, strings.Repeat("x", size))
		resp.Header.Set("Etag", `"0123456789abcdef0123456789abcdef"`)
		return resp, nil
	}
}

func took(do func()) time.Duration {
	begin := time.Now()
	do()
	return time.Since(begin).Round(time.Second)
}

func TestTransfersKeepToTheirBandwidthAndTheScreenDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := storetest.New(t)
		s := far(t, f, "far.example", 256<<10)
		f.Faults.Add(storetest.Rule{Fault: swallow(1 << 20)})
		body := bytes.Repeat([]byte("x"), 1<<20)
		at := store.Ref{Space: "media", Key: "x"}
		work := store.Background(t.Context())
		put := func() {
			if _, err := s.Put(work, at, bytes.NewReader(body), int64(len(body)), store.Props{}, store.PutOptions{}); err != nil {
				t.Error(err)
			}
		}
		get := func(background bool) func() {
			return func() {
				ctx := t.Context()
				if background {
					ctx = work
				}
				from, _, err := s.Get(ctx, at, store.GetOptions{})
				if err != nil {
					t.Fatal(err)
				}
				defer from.Close()
				if n, err := io.Copy(io.Discard, from); n != 1<<20 || err != nil {
					t.Error(n, err)
				}
			}
		}
		if d := took(put); d != 4*time.Second {
			t.Errorf("1 MiB up at 256 KiB a second took %v", d)
		}
		if d := took(get(true)); d != 4*time.Second {
			t.Errorf("1 MiB down took %v", d)
		}
		if d := took(get(false)); d != 0 {
			t.Errorf("the screen waited %v", d)
		}
		done := make(chan time.Duration)
		go func() { done <- took(put) }()
		time.Sleep(time.Second)
		s.SetBandwidth(64 << 10) // three quarters are left: 12 seconds
		if d := <-done; d < 12*time.Second || d > 14*time.Second {
			t.Errorf("slowed on the way it took %v", d)
		}
		s.SetBandwidth(0)
		if d := took(put); d != 0 || s.Bandwidth() != 0 {
			t.Errorf("without bound it took %v", d)
		}
	})
}

func TestAHeldEndpointBeginsNothingInTheBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := storetest.New(t)
		s := far(t, f, "far.example", 0)
		var most atomic.Int64
		f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE"), Fault: taking(time.Second, &most)})
		s.Hold(true)
		done := make(chan struct{})
		go func() {
			defer close(done)
			many(store.Background(t.Context()), s, 10, 1)
		}()
		synctest.Wait()
		if n := most.Load(); n != 0 || !s.Held() {
			t.Errorf("%d began", n)
		}
		if d := took(func() { many(t.Context(), s, 10, 1) }); d != time.Second {
			t.Errorf("the screen waited %v", d)
		}
		s.Hold(false)
		<-done
		if n := most.Load(); n != 10 {
			t.Errorf("%d were done together", n)
		}
	})
}

// DigitalOcean's own figures are where it begins there: nobody has to be refused first.
func TestDigitalOceansRatesAreKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := storetest.New(t)
		s := far(t, f, "nyc3.digitaloceanspaces.com", 0)
		var most, sent atomic.Int64
		f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			sent.Add(1)
			return taking(10*time.Millisecond, &most)(next, r)
		}})
		for i, bound := range []float64{900, 1600, 1600}[:chance.Rounds(1, 3)] { // the first request is what counts; TestThePaceKeepsToTheMostThatIsKnown does the rest
			sent.Store(0)
			begin := time.Now()
			many(t.Context(), s, 60, 50+150*i)
			rate := float64(sent.Load()) / time.Since(begin).Seconds()
			t.Logf("%.0f requests a second", rate)
			if rate > bound || i == 0 && rate < 700 {
				t.Errorf("%.0f requests a second, the bound is %.0f", rate, bound)
			}
		}
		if n := s.PartsAtOnce(); n != 10 {
			t.Errorf("%d parts of one object at once", n)
		}
	})
}
