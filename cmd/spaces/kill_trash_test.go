package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
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
	for n := 0; n < kills && bad == 0; {
		c = s.open(t)
		m := job.New(job.Options{Conns: store.ConnsOf(c)})
		id := m.Start(m.Plan(trashing(t, r, c)))
		at := r.IntN(objects)
		end := waitFor(m, id, func(x job.Status) bool { return x.ObjectsDone >= at || x.Phase.Ended() })
		if !end.Phase.Ended() {
			s.kill()
			m.Cancel(id)
			n++
		}
		killed := !end.Phase.Ended()
		end = waitFor(m, id, func(x job.Status) bool { return x.Phase.Ended() })
		_ = m.Close(t.Context())
		if killed {
			s = h.serve(t, program(t), "127.0.0.1:0")
		} else if len(end.Failed) > 0 {
			t.Fatalf("%s: %v, %v", end.Title, end.Phase, end.Failed[0])
		}
		bad += inOnePlace(t, s.open(t), objects)
	}
	chance.Figure(t, kills, "kills while files go to the trash and come back", bad)
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
	times := map[string]int{}
	compareAll(t, c, func(key string) ([]byte, error) {
		_, _, rest, in := store.TrashBatchOf(key)
		if !in {
			rest = key
		}
		times[rest]++
		return []byte(rest), nil
	})
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
