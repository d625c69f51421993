package snapshot_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"spaces/store"
	"spaces/store/snapshot"
	"spaces/store/storetest"
)

// days makes a snapshot for each of some contents of a file, beside one that stays, and gives their names.
func (w *world) days(n int) (names []string) {
	w.write("same", random(99, 5000))
	for i := range n {
		w.must(os.RemoveAll(filepath.Join(w.dir, "daily")))
		w.write(fmt.Sprintf("daily/%d", i), random(i, 1000+i))
		names = append(names, w.save().Snapshot)
	}
	return names
}

func (w *world) snapshots() (names []string) {
	list, err := w.v.Snapshots(w.t.Context())
	w.must(err)
	for _, s := range list {
		names = append(names, s.Name)
	}
	return names
}

func TestOlderSnapshotsGoWithWhatOnlyTheyNeed(t *testing.T) {
	w := newWorld(t, newKey(t))
	names := w.days(5)
	first := w.at.Add(-4 * time.Hour)
	_, err := w.Store.Put(t.Context(), store.Ref{Space: "backups", Key: w.v.At().Key + "data/garbage"}, strings.NewReader("x"), 1, store.Props{}, store.PutOptions{})
	w.must(err)
	if did, err := w.v.Prune(t.Context(), snapshot.Keep{}); err != nil || did.Snapshots != 0 || did.Kept != 5 {
		t.Errorf("%+v, %v", did, err)
	}
	if did, err := w.v.Prune(t.Context(), snapshot.Keep{Last: 4}); err != nil || did.Snapshots != 1 || did.Kept != 4 || did.Pieces != 2 {
		t.Errorf("%+v, %v", did, err)
	}
	// of those since the third, and of the last two: three
	if did, err := w.v.Prune(t.Context(), snapshot.Keep{Last: 2, Within: time.Hour + time.Minute, Now: first.Add(3 * time.Hour)}); err != nil || did.Snapshots != 1 || did.Pieces != 1 {
		t.Errorf("%+v, %v", did, err)
	}
	if got := w.snapshots(); !slices.Equal(got, names[2:]) {
		t.Error(got)
	}
	w.restored(names[2])
	w.restored(names[3])
	w.same(w.dir, w.restored(names[4]))
	if c, err := w.v.Check(t.Context(), snapshot.CheckOptions{Read: true}); err != nil || len(c.Faults) > 0 || c.Needless > 0 || c.Snapshots != 3 {
		t.Errorf("%+v, %v", c, err)
	}
	// a rule that keeps none keeps the latest
	if did, err := w.v.Prune(t.Context(), snapshot.Keep{Within: time.Second, Now: w.at.Add(24 * time.Hour)}); err != nil || did.Kept != 1 {
		t.Errorf("%+v, %v", did, err)
	}
	w.same(w.dir, w.restored(""))
	if n := len(w.keys(w.v.At().Key + "leases/")); n > 0 {
		t.Error(n, "leases are left")
	}
}

func TestNoDataGoWhenAManifestCannotBeRead(t *testing.T) {
	w := newWorld(t, nil)
	names := w.days(3)
	key := w.v.At().Key + "snapshots/" + names[1] + ".jsonl.gz"
	_, err := w.Store.Put(t.Context(), store.Ref{Space: "backups", Key: key}, strings.NewReader("garbled"), 7, store.Props{}, store.PutOptions{})
	w.must(err)
	before := len(w.keys(w.v.At().Key + "data/"))
	if _, err := w.v.Prune(t.Context(), snapshot.Keep{Last: 2}); err == nil || !strings.Contains(err.Error(), "no data were removed") {
		t.Error(err)
	}
	if after := len(w.keys(w.v.At().Key + "data/")); after != before {
		t.Error(before, after)
	}
	w.same(w.dir, w.restored(names[2]))
	if c, err := w.v.Check(t.Context(), snapshot.CheckOptions{}); err != nil || len(c.Faults) != 1 || !strings.Contains(c.Faults[0], names[1]) {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestAManifestWithoutItsEndIsNoSnapshot(t *testing.T) {
	w := newWorld(t, nil)
	w.some()
	did := w.save()
	ref := store.Ref{Space: "backups", Key: w.v.At().Key + "snapshots/" + did.Snapshot + ".jsonl.gz"}
	body, info, err := w.Store.Get(t.Context(), ref, store.GetOptions{})
	w.must(err)
	content := make([]byte, info.Size)
	_, err = body.Read(content)
	_ = errors.Join(err, body.Close())
	for _, n := range []int{0, 10, len(content) / 2, len(content) - 1} {
		_, err = w.Store.Put(t.Context(), ref, strings.NewReader(string(content[:n])), int64(n), store.Props{}, store.PutOptions{})
		w.must(err)
		if _, err := w.v.Manifest(t.Context(), ""); err == nil {
			t.Errorf("%d of %d bytes are taken for a manifest", n, len(content))
		}
	}
	if did := w.save(); did.Read != did.Bytes || did.Pieces != 0 { // nothing is known of files, and all is there
		t.Errorf("%+v", did)
	}
}

// held is a clock that is moved by hand.
type held struct{ atomic.Int64 }

func (h *held) now() time.Time { return time.Now().Add(time.Duration(h.Load())) }

func TestNothingIsRemovedWhileABackupRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.days(3)
		w.must(os.RemoveAll(filepath.Join(w.dir, "daily")))
		w.write("daily/0", random(0, 1000)) // known by the first snapshot only, which is about to go
		entered, release := make(chan struct{}, 1), make(chan struct{})
		w.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/snapshots/"), Times: 1, Fault: storetest.Hold(entered, release, storetest.Before(func() {}))})
		done := make(chan error)
		go func() {
			_, err := w.trySave(t.Context())
			done <- err
		}()
		<-entered
		_, err := w.v.Prune(t.Context(), snapshot.Keep{Last: 1})
		if busy, is := errors.AsType[*snapshot.BusyError](err); !is || busy.What != "backup" {
			t.Error(err)
		}
		close(release)
		w.must(<-done)
		if did, err := w.v.Prune(t.Context(), snapshot.Keep{Last: 1}); err != nil || did.Snapshots != 3 || did.Pieces != 2 {
			t.Errorf("%+v, %v", did, err)
		}
		w.same(w.dir, w.restored(""))
	})
}

func TestABackupWaitsForARemoval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.days(3)
		w.must(os.RemoveAll(filepath.Join(w.dir, "daily")))
		w.write("daily/0", random(0, 1000))
		entered, release := make(chan struct{}, 1), make(chan struct{})
		w.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "?delete"), Times: 1, Skip: 1, Fault: storetest.Hold(entered, release, storetest.Before(func() {}))})
		pruned := make(chan error)
		go func() {
			_, err := w.v.Prune(t.Context(), snapshot.Keep{Last: 1})
			pruned <- err
		}()
		<-entered // it knows what nobody needs
		var waits atomic.Int64
		saved := make(chan error)
		go func() {
			_, err := w.v.Save(t.Context(), w.dir, snapshot.SaveOptions{At: w.at.Add(time.Hour), Warn: func(string) { waits.Add(1) }})
			saved <- err
		}()
		synctest.Wait()
		if waits.Load() == 0 {
			t.Error("the backup did not wait")
		}
		close(release)
		w.must(<-pruned)
		w.must(<-saved)
		w.same(w.dir, w.restored(""))
	})
}

func TestWhoDiedIsWaitedForNoLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.days(2)
		for _, kind := range []string{"backup", "prune"} {
			_, err := w.Store.Put(t.Context(), store.Ref{Space: "backups", Key: w.v.At().Key + "leases/" + kind + "-dead"}, strings.NewReader(""), 0, store.Props{}, store.PutOptions{})
			w.must(err)
		}
		if _, err := w.v.Prune(t.Context(), snapshot.Keep{Last: 1}); err == nil {
			t.Error("who may live was not heeded")
		}
		began := time.Now()
		w.save()
		if took := time.Since(began); took < 10*time.Minute || took > 20*time.Minute {
			t.Errorf("the backup waited %v", took)
		}
		if did, err := w.v.Prune(t.Context(), snapshot.Keep{Last: 1}); err != nil || did.Snapshots != 2 {
			t.Errorf("%+v, %v", did, err)
		}
	})
}

func TestABackupThatOthersForgotIsNone(t *testing.T) {
	var clock held
	w := newWorld(t, nil, storetest.Config(func(c *store.Config) { c.Now = clock.now }))
	w.some()
	w.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/data/"), Times: 1, Fault: storetest.Before(func() { clock.Store(int64(time.Hour)) })})
	if _, err := w.trySave(t.Context()); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Error(err)
	}
	if got := w.snapshots(); len(got) > 0 {
		t.Error(got)
	}
	w.save()
	w.same(w.dir, w.restored(""))
}

func TestBackupsAtOnceAreBothWhole(t *testing.T) {
	w := newWorld(t, newKey(t))
	w.some()
	other := *w
	other.dir = t.TempDir()
	other.some()
	other.write("blobs/09/other", random(77, 4000))
	at := w.at
	dirs, names := []string{w.dir, other.dir}, make([]string, 2)
	var both sync.WaitGroup
	for i, dir := range dirs {
		both.Go(func() {
			did, err := w.v.Save(context.WithoutCancel(t.Context()), dir, snapshot.SaveOptions{At: at}) // at the same moment
			if err != nil {
				t.Error(err)
				return
			}
			names[i] = did.Snapshot
		})
	}
	both.Wait()
	if names[0] == names[1] {
		t.Fatal(names)
	}
	for i, dir := range dirs {
		w.same(dir, w.restored(names[i]))
	}
}
