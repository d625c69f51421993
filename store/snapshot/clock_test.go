package snapshot_test

import (
	"slices"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/snapshot"
	"spaces/store/storetest"
)

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// TestTheLatestSnapshotIsTheOneThatWasWrittenLast has backups by clocks that are set in between. --keep goes by it, and so
// does what is restored when no snapshot is named.
func TestTheLatestSnapshotIsTheOneThatWasWrittenLast(t *testing.T) {
	for name, jump := range map[string]time.Duration{
		"40 days on": 40 * day, "40 days back": -40 * day, "10 years on": 10 * year, "10 years back": -10 * year, "not set": 0,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			right := w.at
			names, warned := []string{}, 0
			for i, by := range []time.Duration{0, jump, jump, 0, 0} { // it is right again at last
				w.write("daily", random(i, 1000+i))
				w.at = right.Add(time.Duration(i)*time.Hour + by)
				did, err := w.v.Save(t.Context(), w.dir, snapshot.SaveOptions{At: w.at, Warn: func(string) { warned++ }})
				w.must(err)
				names = append(names, did.Snapshot)
				for _, n := range []int{i, 3, 1} {
					did, err := w.v.Prune(t.Context(), snapshot.Keep{Last: max(n, 2), Now: w.at})
					w.must(err)
					if got, want := w.snapshots(), names[max(0, len(names)-did.Kept):]; !slices.Equal(got, want) {
						t.Fatalf("after backup %d there are %q, and %q were written last", i, got, want)
					}
				}
				w.same(w.dir, w.restored(""))
				m, err := w.v.Manifest(t.Context(), "")
				w.must(err)
				if !m.At.Equal(w.at) {
					t.Errorf("backup %d is of %v, by the clock it was %v", i, m.At, w.at)
				}
			}
			if want := 2; jump != 0 && warned != want || jump == 0 && warned != 0 {
				t.Errorf("that a clock is wrong was said %d times", warned)
			}
			if did, err := w.v.Prune(t.Context(), snapshot.Keep{Last: 1}); err != nil || did.Kept != 1 {
				t.Errorf("%+v, %v", did, err)
			}
			w.same(w.dir, w.restored(""))
		})
	}
}

// TestSnapshotsDoNotGoByAClockThatIsAhead of the endpoint's.
func TestSnapshotsDoNotGoByAClockThatIsAhead(t *testing.T) {
	for _, jump := range []time.Duration{40 * day, 10 * year, -40 * day, -10 * year} {
		w := newWorld(t, nil)
		w.at = time.Now().Add(-20 * day)
		w.days(4)
		for _, by := range []time.Duration{jump, 0} {
			did, err := w.v.Prune(t.Context(), snapshot.Keep{Within: 30 * day, Now: time.Now().Add(by)})
			if err != nil || did.Kept != 4 {
				t.Errorf("%v: %+v, %v", jump, did, err)
			}
		}
		if did, err := w.v.Prune(t.Context(), snapshot.Keep{Within: 10 * day, Now: time.Now().Add(max(jump, 0))}); err != nil || did.Kept != 1 {
			t.Errorf("%v: what is due stays: %+v, %v", jump, did, err)
		}
	}
}

// TestARemovalEndsWhereTheClockIsSet: nobody can say then for how long others have not heard of it.
func TestARemovalEndsWhereTheClockIsSet(t *testing.T) {
	for _, jump := range []time.Duration{40 * day, -40 * day, 10 * year, -10 * year} {
		var clock held
		w := newWorld(t, nil, storetest.Config(func(c *store.Config) { c.Now = clock.now }))
		w.days(3)
		w.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "?delete"), Times: 1, Fault: storetest.Before(func() { clock.Store(int64(jump)) })})
		if _, err := w.v.Prune(t.Context(), snapshot.Keep{Last: 1}); err == nil {
			t.Errorf("%v: it went on", jump)
		}
		clock.Store(0)
		w.must(func() error { _, err := w.v.Prune(t.Context(), snapshot.Keep{Last: 1}); return err }())
		w.same(w.dir, w.restored(""))
	}
}
