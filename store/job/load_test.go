package job_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// load uploads 1000 files to an endpoint with faults, in a bubble where waiting takes no time, and says how many
// requests and how much of that time it took.
func load(t *testing.T, rules ...storetest.Rule) (requests int, took time.Duration) {
	names := map[string]string{}
	for i := range 1000 {
		names[fmt.Sprintf("d%d/f%03d", i%10, i)] = "x"
	}
	dir := tree(t, names)
	synctest.Test(t, func(t *testing.T) {
		f := storetest.New(t)
		f.Space(t, "media")
		m := job.New(job.Options{Conns: store.ConnsOf(f.Store)})
		defer m.Close(t.Context())
		f.Faults.Clear()
		takesNoPacks(f) // or there would be nothing to refuse
		for _, rule := range rules {
			f.Faults.Add(rule)
		}
		start := time.Now()
		id := m.Start(m.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}}))
		status := m.Snapshot()[0]
		for !status.Phase.Ended() {
			<-m.Changed()
			status = m.Snapshot()[0]
		}
		took, requests = time.Since(start), len(f.Faults.Requests())
		if status.ID != id || status.Phase != job.Done || status.ObjectsDone != 1000 {
			t.Errorf("ended %v, %d done: %v", status.Phase, status.ObjectsDone, status.Failed)
		}
		f.Faults.Clear()
		if n := len(storetest.Keys(t, f.Store, "media", "")); n != 1000 {
			t.Errorf("%d objects are there", n)
		}
		if err := m.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
	return requests, took
}

func TestThrottlingIsSurvived(t *testing.T) {
	requests, took := load(t, storetest.Rule{Rate: 0.3, Fault: storetest.SlowDown()})
	t.Logf("30 %% refused: %d requests, %v", requests, took)
	if requests > 3000 || took > 10*time.Minute {
		t.Errorf("%d requests and %v for 1000 files", requests, took)
	}
}

func TestAllKindsOfTroubleTogetherAreSurvived(t *testing.T) {
	requests, took := load(t,
		storetest.Rule{Rate: 0.08, Fault: storetest.SlowDown("Retry-After", "2")},
		storetest.Rule{Rate: 0.08, Fault: storetest.Answer(500, "InternalError")},
		storetest.Rule{Rate: 0.08, Fault: storetest.Reset},
		storetest.Rule{Rate: 0.08, Fault: storetest.DropAnswer})
	t.Logf("%d requests, %v", requests, took)
	if requests > 3000 || took > 105*time.Second {
		t.Errorf("%d requests and %v for 1000 files", requests, took)
	}
}

// An endpoint that takes 100 requests a second refuses what is more. The job has to find that rate.
func TestTheRateSettlesBelowTheEndpoints(t *testing.T) {
	refused := 0
	requests, took := load(t, storetest.Rule{Fault: limited(100, &refused)})
	t.Logf("%d requests, %d refused, %v", requests, refused, took)
	if refused > 500 || took > 60*time.Second {
		t.Errorf("1000 files at 100 a second took %v with %d refused", took, refused)
	}
}
