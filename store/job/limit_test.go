package job_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// limited refuses what comes faster than n a second, and counts that.
func limited(n int, refused *int) storetest.Fault {
	var mu sync.Mutex
	var second time.Time
	passed := 0
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		mu.Lock()
		if now := time.Now().Truncate(time.Second); now != second {
			second, passed = now, 0
		}
		passed++
		refuse := passed > n
		if refuse {
			*refused++
		}
		mu.Unlock()
		if refuse {
			return storetest.SlowDown()(next, r)
		}
		return next.RoundTrip(r)
	}
}

func TestCountingWaitsUnderALimitOfRequests(t *testing.T) {
	files := map[string]string{}
	for i := range 25 {
		files[fmt.Sprintf("f%02d", i)] = "x"
	}
	dir := tree(t, files)
	synctest.Test(t, func(t *testing.T) {
		f := storetest.New(t)
		f.Space(t, "media")
		m := job.New(job.Options{Conns: store.ConnsOf(f.Store)})
		defer m.Close(t.Context())
		f.Faults.Add(storetest.Rule{Fault: limited(3, new(int))})
		p := m.Plan(job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}})
		for range 4 { // one count after the other: what an earlier one learned helps the next
			check(t, m.Plan(p.Spec()).Count(t.Context()))
		}
		check(t, p.Count(t.Context()))
	})
}
