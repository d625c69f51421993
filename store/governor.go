package store

import (
	"context"
	"io"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// Hold has nothing begin in the background at the host of the endpoint, on any connection to it, until it is called with
// false. What is under way ends, and what somebody waits for on the screen goes on.
func (s *Store) Hold(on bool) {
	s.limit.mu.Lock()
	defer s.limit.mu.Unlock()
	s.limit.held = on
	s.limit.admit(time.Now())
}

// Held says whether Hold is in force.
func (s *Store) Held() bool {
	s.limit.mu.Lock()
	defer s.limit.mu.Unlock()
	return s.limit.held
}

// leastBandwidth keeps a transfer alive: servers cut off what is slower than some 500 bytes a second.
const leastBandwidth = 1 << 10

// SetBandwidth bounds the bytes a second of all bodies, sent and received in the background, at the host of the endpoint,
// on any connection to it; at once, also for what is under way. 0 or less is no bound, little is taken for 1 KiB.
func (s *Store) SetBandwidth(perSecond int64) { s.limit.bandwidth.set(perSecond) }

// Bandwidth is what SetBandwidth, or the configuration, has set: 0 is no bound.
func (s *Store) Bandwidth() int64 { return s.limit.bandwidth.now() }

// bandwidth is a bound of bytes a second that may change while they flow.
type bandwidth struct{ limit *rate.Limiter }

// chunk is the most that is let through at once, in bytes. A slow link gets a tenth of a second's worth.
const chunk = 64 << 10

func newBandwidth() bandwidth { return bandwidth{rate.NewLimiter(rate.Inf, chunk)} }

func (b bandwidth) set(perSecond int64) {
	if perSecond <= 0 {
		b.limit.SetLimit(rate.Inf)
		return
	}
	perSecond = max(perSecond, leastBandwidth)
	b.limit.SetBurst(int(min(chunk, max(perSecond/10, 1))))
	b.limit.SetLimit(rate.Limit(perSecond))
}

func (b bandwidth) now() int64 {
	if l := b.limit.Limit(); l != rate.Inf {
		return int64(l)
	}
	return 0
}

// wait lets n bytes through when it is their turn. The bound may change meanwhile: each piece asks anew.
func (b bandwidth) wait(ctx context.Context, n int) error {
	for n > 0 && b.limit.Limit() != rate.Inf {
		piece := min(n, max(1, b.limit.Burst()))
		if err := b.limit.WaitN(ctx, piece); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			continue // the burst has just become smaller
		}
		n -= piece
	}
	return nil
}

// slowing bounds the bandwidth of bodies in the background.
func (s *Store) slowing(do func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		if rankOf(r.Context()) != background || s.Embedded() {
			return do(r)
		}
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = &slowBody{r.Body, r.Context(), s.limit.bandwidth}
		}
		resp, err := do(r)
		if err == nil {
			resp.Body = &slowBody{resp.Body, r.Context(), s.limit.bandwidth}
		}
		return resp, err
	}
}

type slowBody struct {
	io.ReadCloser
	ctx context.Context
	b   bandwidth
}

func (s *slowBody) Read(p []byte) (int, error) {
	if s.b.limit.Limit() != rate.Inf {
		p = p[:min(len(p), max(1, s.b.limit.Burst()))]
	}
	n, err := s.ReadCloser.Read(p)
	if late := s.b.wait(s.ctx, n); late != nil && err == nil {
		err = late
	}
	return n, err
}
