package job_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func TestAnEndpointThatIsDownIsToldSoon(t *testing.T) {
	t.Run("file by file", func(t *testing.T) { isToldSoon(t, 100, 100_000) })
	t.Run("in packs", func(t *testing.T) { isToldSoon(t, 5000, 1) })
}

func isToldSoon(t *testing.T, files, size int) {
	names := map[string]string{}
	for i := range files {
		names[fmt.Sprint("f", i)] = strings.Repeat("x", size)
	}
	dir := tree(t, names)
	synctest.Test(t, func(t *testing.T) {
		f := storetest.New(t)
		f.Space(t, "media")
		f.Faults.Add(storetest.Rule{Fault: func(http.RoundTripper, *http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
		}})
		m := job.New(job.Options{Conns: store.ConnsOf(f.Store)})
		defer m.Close(t.Context())
		start := time.Now()
		id := m.Start(m.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}}))
		status := await(t, m, id, func(s job.Status) bool { return s.Trouble != nil })
		if took := time.Since(start); took > 2*time.Second || store.KindOf(status.Trouble) != store.Unreachable {
			t.Errorf("after %v it tells %v", took, status.Trouble)
		}
		status = await(t, m, id, ended)
		last := status.Failed[len(status.Failed)-1]
		if took := time.Since(start); took > 10*time.Second || status.FailedCount != files || !strings.Contains(last.Name, "not begun") {
			t.Errorf("after %v it ended %v, %d failed, the last is %v", took, status.Phase, status.FailedCount, last)
		}
	})
}

func TestAPlanOfManyStepsIsSmall(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	page := listingOf(t, 100_000)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "list-type"), Fault: page})
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Copy, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{folder("media", "photos/")}, Dest: store.Ref{Space: "media", Key: "copy/"}})
	check(t, p.Count(t.Context()))
	bytes, count := job.Memory(p)
	if count != 100_000 {
		t.Fatalf("%d steps", count)
	}
	t.Logf("%d bytes a step", bytes/count)
	if bytes/count > 150 {
		t.Errorf("%d bytes a step", bytes/count)
	}
}

// listingOf answers listings of n keys below photos/, and of none elsewhere.
func listingOf(t *testing.T, n int) storetest.Fault {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		q := r.URL.Query()
		if q.Get("prefix") != "photos/" {
			return next.RoundTrip(r)
		}
		first := 0
		if after := q.Get("start-after"); after != "" {
			if _, err := fmt.Sscanf(after, "photos/2024/holidays/IMG_%08d.jpg", &first); err != nil {
				t.Error(err)
			}
			first++
		}
		var b strings.Builder
		last := min(n, first+1000)
		fmt.Fprintf(&b, `<ListBucketResult><IsTruncated>%v</IsTruncated><NextContinuationToken>t%d</NextContinuationToken>`, last < n, last)
		for i := first; i < last; i++ {
			fmt.Fprintf(&b, `<Contents><Key>photos/2024/holidays/IMG_%08d.jpg</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified>`+
				`<ETag>&quot;%032x&quot;</ETag><Size>%d</Size></Contents>`, i, i*7919, 1<<20+i)
		}
		b.WriteString(`</ListBucketResult>`)
		return storetest.Document(r, b.String()), nil
	}
}
