package job_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// flaky is an endpoint on a bad day: three in ten requests are refused, and of the rest some are cut off before they
// arrive, some lose their answer, bodies end early, and a 200 brings an error.
func flaky(f *storetest.Fixture) {
	f.Faults.Add(storetest.Rule{Rate: 0.3, Fault: storetest.SlowDown()})
	f.Faults.Add(storetest.Rule{Rate: 0.05, Fault: storetest.Reset})
	f.Faults.Add(storetest.Rule{Match: storetest.Is(http.MethodGet, "/d"), Rate: 0.1, Fault: storetest.CutBody(700)})
	f.Faults.Add(storetest.Rule{Match: storetest.Is(http.MethodPut), Rate: 0.05, Fault: storetest.DropAnswer})
	copies := func(r *http.Request) bool { return r.Header.Get("X-Amz-Copy-Source") != "" }
	f.Faults.Add(storetest.Rule{Match: copies, Rate: 0.1, Fault: storetest.ErrorIn200("InternalError")})
}

// What goes up, over to another Space and down again is what it was, in at most three times the requests.
func TestManyFilesSurviveAFlakyEndpoint(t *testing.T) {
	const count = 400
	names := map[string]string{}
	for i := range count {
		names[fmt.Sprintf("d%d/f%03d", i%10, i)] = strings.Repeat(fmt.Sprint(i, " "), 1+i%700)
	}
	src, dst := tree(t, names), t.TempDir()
	base := filepath.Base(src)
	synctest.Test(t, func(t *testing.T) {
		f := storetest.New(t)
		f.Space(t, "media")
		f.Space(t, "archive")
		m := job.New(job.Options{Conns: store.ConnsOf(f.Store)})
		defer func() {
			if err := m.Close(context.Background()); err != nil {
				t.Error(err)
			}
		}()
		here := f.Store.Conn()
		for _, x := range []struct {
			spec job.Spec
			each int // requests for an object where nothing goes wrong
		}{
			{job.Spec{Kind: job.Upload, To: here, Sources: []job.Source{{Local: src}}, Dest: store.Ref{Space: "media"}}, 1},
			{job.Spec{Kind: job.Copy, From: here, To: here, Sources: []job.Source{folder("media", base+"/")}, Dest: store.Ref{Space: "archive"}}, 2}, // who may read the source is asked
			{job.Spec{Kind: job.Download, From: here, Sources: []job.Source{folder("archive", base+"/")}, LocalDir: dst}, 1},
		} {
			f.Faults.Clear()
			takesNoPacks(f) // each file by requests of its own
			flaky(f)
			m.Start(m.Plan(x.spec))
			status := m.Snapshot()[0]
			for !status.Phase.Ended() {
				<-m.Changed()
				status = m.Snapshot()[0]
			}
			sent := len(f.Faults.Requests())
			t.Logf("%v: %d requests for %d objects", x.spec.Kind, sent, count)
			if status.Phase != job.Done || status.ObjectsDone != count || sent > 3*x.each*count {
				t.Fatalf("%v ended %v, %d done, %d requests: %v", x.spec.Kind, status.Phase, status.ObjectsDone, sent, status.Failed[:min(3, len(status.Failed))])
			}
		}
	})
	if got := files(t, filepath.Join(dst, base)); !maps.Equal(got, names) {
		t.Errorf("%d files arrived, not all as they were", len(got))
	}
	left, err := os.ReadDir(dst)
	if err != nil || len(left) != 1 {
		t.Errorf("beside them are %v, %v", left, err)
	}
}
