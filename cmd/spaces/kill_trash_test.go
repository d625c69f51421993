package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"spaces/server/chance"
	"spaces/store"
	"spaces/store/job"
)

// TestKilledOnTheWayToTheTrash kills the server while a job has files go to the trash or come back. Each file is in one of
// the two afterwards, whole, and nowhere twice; done again, the job comes to its end.
func TestKilledOnTheWayToTheTrash(t *testing.T) {
	const objects = 3000
	r, kills, bad := chance.Rand(t), chance.Rounds(3, 20), 0
	h := newHome(t)
	s := h.serve(t, program(t), "127.0.0.1:0")
	c := s.open(t)
	if err := c.CreateSpace(t.Context(), "killed", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	fillTrash(t, c, objects)
	requests := int64(20) // of a job that nobody kills
	for n := 0; n < kills && bad == 0; {
		spec := trashing(t, r, s.open(t))
		end, asked, killed := s.killAt(t, spec, 1+r.Int64N(requests), r.ExpFloat64())
		if killed {
			s = h.serve(t, program(t), "127.0.0.1:0")
			n++
		} else if requests = asked; len(end.Failed) > 0 {
			t.Fatalf("%s: %v, %v", end.Title, end.Phase, end.Failed[0])
		}
		bad += inOnePlace(t, s.open(t), objects)
	}
	chance.Figure(t, kills, "kills while files go to the trash and come back", bad)
}

// killAt has a job run, and kills the server so many milliseconds after the nth request, and the job with it. It returns
// how the job ended, and how many requests there were.
func (s *service) killAt(t *testing.T, spec job.Spec, nth int64, after float64) (end job.Status, asked int64, killed bool) {
	t.Helper()
	var requests atomic.Int64
	due := make(chan struct{})
	c := s.openBy(t, func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			if requests.Add(1) == nth {
				close(due)
			}
			return next.RoundTrip(r)
		})
	})
	m := job.New(job.Options{Conns: store.ConnsOf(c)})
	id := m.Start(m.Plan(spec))
	ended := make(chan struct{})
	go func() {
		end = waitFor(m, id, func(x job.Status) bool { return x.Phase.Ended() })
		close(ended)
	}()
	select {
	case <-ended:
	case <-due:
		<-time.After(time.Duration(after * float64(time.Millisecond)))
		s.kill()
		killed = true
		m.Cancel(id)
		<-ended
	}
	_ = m.Close(t.Context())
	return end, requests.Load(), killed
}

// trashing is a job that has what is there go to the trash, or what is in the trash come back.
func trashing(t *testing.T, r *rand.Rand, c *store.Store) job.Spec {
	t.Helper()
	there := firstBelow(t, c, "d/")
	back := firstBelow(t, c, store.TrashPrefix)
	b, _, _, in := store.TrashBatchOf(back)
	if in && (there == "" || r.IntN(2) == 0) {
		return job.FromTrash(c.Conn(), "killed", b)
	}
	folder := []job.Source{{Ref: store.Ref{Space: "killed", Key: "d/"}, Folder: true}}
	return job.ToTrash(c.Conn(), "killed", folder, time.Now())
}

func fillTrash(t *testing.T, c *store.Store, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		key := fmt.Sprintf("d/%d/%04d", i%7, i)
		p := store.Props{Access: store.Private}
		if r.IntN(3) == 0 {
			p.Access = store.PublicRead
		}
		if _, err := c.Put(t.Context(), store.Ref{Space: "killed", Key: key}, strings.NewReader(key), int64(len(key)), p, store.PutOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}

// firstBelow is the first file below a prefix, "" when there is none.
func firstBelow(t *testing.T, c *store.Store, prefix string) string {
	t.Helper()
	req := store.ListRequest{Space: "killed", Prefix: prefix}
	for {
		page, err := c.List(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			if !strings.HasSuffix(e.Key, "/") {
				return e.Key
			}
		}
		if !page.More {
			return ""
		}
		req.After = page.Next
	}
}

// inOnePlace looks for everything, in the folder and in the trash.
func inOnePlace(t *testing.T, c *store.Store, objects int) (bad int) {
	t.Helper()
	first := func(key string) string {
		if _, _, rest, in := store.TrashBatchOf(key); in {
			return rest
		}
		return key
	}
	times := map[string]int{}
	for key := range compareAll(t, c, func(key string) ([]byte, error) { return []byte(first(key)), nil }) {
		times[first(key)]++
	}
	for i := range objects {
		key := fmt.Sprintf("d/%d/%04d", i%7, i)
		if times[key] != 1 {
			bad++
			t.Errorf("%s is there %d times", key, times[key])
		}
		delete(times, key)
	}
	for key := range times {
		if !strings.HasSuffix(key, "/") { // a folder that stays has a marker
			bad++
			t.Errorf("nobody made %q", key)
		}
	}
	return bad
}
