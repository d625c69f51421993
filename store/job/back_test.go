package job_test

import (
	"slices"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// Taken back, a move that was cut short leaves the destination as it was, but for what it has overwritten, and all sources.
func TestAKilledMoveIsTakenBack(t *testing.T) {
	for _, kind := range []job.Kind{job.Copy, job.Move} {
		t.Run(kind.String(), func(t *testing.T) {
			a, b := storetest.New(t, storetest.Listener(), longAgo), storetest.New(t, storetest.Listener())
			a.Space(t, "from")
			b.Space(t, "media")
			keys := append(numberedKeys("d/", 6), "d/big")
			fill(t, a.Store, "from", keys[:6]...)
			storetest.Put(t, a.Store, "from", "d/big", noise(12<<20))
			slices.Sort(keys)
			storetest.Put(t, b.Store, "media", "d/00005", "theirs")
			storetest.Put(t, b.Store, "media", "other", "theirs")
			e := errand{URL: b.URL, From: a.URL, Ledger: t.TempDir(), Method: "PUT", Has: "partNumber", After: 1,
				Spec: job.Spec{Kind: kind, Sources: []job.Source{folder("from", "d/")}, Dest: store.Ref{Space: "media"}, Policy: job.Skip}}
			e.dies(t)
			if got := storetest.Keys(t, b.Store, "media", "d/"); len(got) < 6 {
				t.Fatalf("there are %q", got)
			}
			ledger, err := job.OpenLedger(e.Ledger)
			check(t, err)
			defer ledger.Close()
			m := manager(t, job.Options{Ledger: ledger, PartSize: 5 << 20, Workers: 2}, a.Store, b.Store)
			u := wantUnfinished(t, m, 1)[0]
			if !u.CanBack() {
				t.Errorf("it cannot: %+v", u)
			}
			id, err := m.Back(u.ID)
			check(t, err)
			if status := await(t, m, id, ended); status.Phase != job.Done {
				t.Errorf("it ended %v, %v", status.Phase, status.Failed)
			}
			wantKeys(t, a.Store, "from", "", keys...)
			wantKeys(t, b.Store, "media", "", "d/00005", "other")
			wantUploads(t, b, 0)
			wantNothingNoted(t, e.Ledger)
		})
	}
}
