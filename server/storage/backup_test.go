package storage

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

	"github.com/cockroachdb/pebble/v2/vfs"
)

func (f *fixture) contents(dir string) string {
	f.t.Helper()
	e, err := Open(dir, smallParts(f.fs))
	f.must(err)
	defer e.Close()
	text, err := dump(f.ctx, e)
	f.must(err)
	return text
}

func TestABackupIsWhatWasThere(t *testing.T) {
	mem, f := household(t)
	f.overwrite("data/credentials.toml", "secret")
	want, err := dump(f.ctx, f.Engine)
	f.must(err)
	rep, err := f.Backup(f.ctx, "copy")
	f.must(err)
	if rep.Blobs != 3 || rep.Copied != 0 || rep.Bytes != 170 {
		t.Errorf("%+v", rep)
	}
	f.put("large", long("n")) // what comes later is not in it
	_, err = f.Delete(f.ctx, "s", "shared", nil)
	f.must(err)
	f.must(f.gc.collect())
	f.must(f.Close())
	_, err = Backup(t.Context(), "data", smallParts(mem), "closed")
	f.must(err)
	for dir, want := range map[string]string{"copy": want, "closed": f.contents("data")} {
		found, err := Fsck(t.Context(), dir, smallParts(mem))
		if err != nil || len(found.Findings) > 0 {
			t.Errorf("%s: %+v, %v", dir, found, err)
		}
		if _, _, err = Restore(t.Context(), dir, smallParts(mem), dir+".restored", false); err != nil {
			t.Error(err)
		}
		if got := f.contents(dir + ".restored"); got != want {
			t.Errorf("%s:\n%swant\n%s", dir, got, want)
		}
		if text, err := readFile(mem, dir+".restored/credentials.toml"); string(text) != "secret" {
			t.Error(text, err)
		}
	}
}

func TestABackupUnderLoadIsOneMoment(t *testing.T) {
	mem := vfs.NewMem()
	f := setUpAt(t, mem)
	const writers = 4
	var done [writers]atomic.Int64
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := 1; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				// the second is written after the first, and both go in that order
				f.put(fmt.Sprintf("a%d/%d", w, i), loadBody(w, i))
				f.put(fmt.Sprintf("b%d/%d", w, i), loadBody(w, i))
				f.put(fmt.Sprint("over", w), loadBody(w, i))
				if i > 3 {
					_, err := f.Delete(f.ctx, "s", fmt.Sprintf("a%d/%d", w, i-3), nil)
					f.must(err)
				}
				done[w].Store(int64(i))
			}
		})
	}
	for n := range 8 {
		var before [writers]int64
		for w := range writers {
			for before[w] = done[w].Load(); before[w] < int64(n*5); before[w] = done[w].Load() {
				_ = f.Failed() // let them write
			}
		}
		dir := fmt.Sprint("copy", n)
		_, err := f.Backup(f.ctx, dir)
		f.must(err)
		checkMoment(t, mem, dir, before[:])
	}
	close(stop)
	wg.Wait()
}

// checkMoment wants a backup to be whole and to have all that was acknowledged
// before it began.
func checkMoment(t *testing.T, fs vfs.FS, dir string, before []int64) {
	t.Helper()
	rep, err := Fsck(t.Context(), dir, small(fs))
	if err != nil || len(rep.Findings) > 0 {
		t.Fatalf("%s: %+v, %v", dir, rep, err)
	}
	scrub, err := Scrub(t.Context(), dir, small(fs), ScrubOptions{})
	if err != nil || len(scrub.Findings) > 0 {
		t.Fatalf("%s: %+v, %v", dir, scrub, err)
	}
	e, err := Open(dir, small(fs))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for w, n := range before {
		for i := int64(1); i <= n; i++ {
			if got, err := readAll(t.Context(), e, "s", fmt.Sprintf("b%d/%d", w, i)); err != nil || got != loadBody(w, int(i)) {
				t.Fatalf("%s: b%d/%d of %d: %q, %v", dir, w, i, n, got, err)
			}
		}
	}
}

func TestABackupNeverWritesOverAnything(t *testing.T) {
	mem, f := household(t)
	defer f.Close()
	f.must(mem.MkdirAll("taken", 0o700))
	f.overwrite("taken/mine", "mine")
	if _, err := f.Backup(f.ctx, "taken"); err == nil {
		t.Error("a directory that is not empty was taken")
	}
	if _, _, err := Restore(f.ctx, "nothing", smallParts(mem), "new", false); !errors.Is(err, ErrNoData) {
		t.Error(err)
	}
	_, err := f.Backup(f.ctx, "copy")
	f.must(err)
	if _, _, err := Restore(f.ctx, "copy", smallParts(mem), "data", false); err == nil {
		t.Error("a store was restored over another")
	}
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	if _, err := f.Backup(ctx, "half"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	for _, name := range []string{"half", "half.partial", "taken.partial", "data/backup.new"} {
		if _, err := mem.Stat(name); !isMissing(err) {
			t.Errorf("%s is left: %v", name, err)
		}
	}
	if text, _ := readFile(mem, "taken/mine"); string(text) != "mine" {
		t.Errorf("%q", text)
	}
}

func TestADamagedBackupIsNotRestored(t *testing.T) {
	mem, f := household(t)
	_, err := f.Backup(f.ctx, "copy")
	f.must(err)
	f.must(f.Close())
	f.must(mem.Remove(strings.Replace(blobFiles(t, mem)[0], "data", "copy", 1)))
	rep, _, err := Restore(t.Context(), "copy", smallParts(mem), "new", false)
	if !errors.Is(err, ErrCorrupt) || len(rep.Findings) == 0 {
		t.Error(rep, err)
	}
	if _, err := mem.Stat("new"); !isMissing(err) {
		t.Error(err)
	}
	if _, _, err = Restore(t.Context(), "copy", smallParts(mem), "new", true); err != nil {
		t.Error(err)
	}
}

func TestABackupOnTheDiskSharesNothingThatChanges(t *testing.T) {
	dir := t.TempDir()
	data, copied := filepath.Join(dir, "data"), filepath.Join(dir, "copy")
	e, err := Open(data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t, e, t.Context()}
	f.must(f.CreateSpace(Space{Name: "s"}))
	body := strings.Repeat("0123456789", 20_000)
	f.put("k", body)
	f.put("small", "tiny")
	_, err = f.Backup(f.ctx, copied)
	f.must(err)
	linked := 0
	f.must(filepath.Walk(copied, func(p string, info os.FileInfo, err error) error {
		rel, _ := filepath.Rel(copied, p)
		orig, e := os.Stat(filepath.Join(data, rel))
		if err == nil && e == nil && info.Mode().IsRegular() && os.SameFile(info, orig) {
			linked++
			if !strings.HasPrefix(rel, "blobs") && !isTable(rel) {
				t.Errorf("%s is shared", rel)
			}
		}
		if err == nil && info.Mode().Perm()&0o077 != 0 && slices.Contains([]string{".", "blobs"}, rel) {
			t.Errorf("others may look into %s: %v", rel, info.Mode())
		}
		return err
	}))
	if linked == 0 {
		t.Error("nothing was linked")
	}
	f.put("k", "new")
	f.must(f.Close())
	c, err := Open(copied, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got, err := readAll(t.Context(), c, "s", "k"); err != nil || got != body {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}
