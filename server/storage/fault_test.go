package storage

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// injector fails the operations that match, from the moment it is armed.
type injector struct {
	armed atomic.Bool
	match func(errorfs.Op) error
}

func (i *injector) MaybeError(op errorfs.Op) error {
	if !i.armed.Load() {
		return nil
	}
	return i.match(op)
}

func (i *injector) String() string { return "injector" }

func failing(mem vfs.FS, match func(errorfs.Op) error) (vfs.FS, *injector) {
	i := &injector{match: match}
	return errorfs.Wrap(mem, i), i
}

func isSync(k errorfs.OpKind) bool {
	return k == errorfs.OpFileSync || k == errorfs.OpFileSyncData || k == errorfs.OpFileSyncTo
}

// Every operation on a file fails once, in turn. What was answered without an
// error must be there after a crash; once a sync failed nothing is answered.
func TestAFailedOperationIsNeverAnOK(t *testing.T) {
	seeds, least := uint64(3), 300
	if raceEnabled || testing.Short() {
		seeds, least = 1, 50
	}
	runs := 0
	for seed := range seeds {
		for n := 0; ; n++ {
			if failed := failNth(t, seed, n); !failed || t.Failed() {
				break
			}
			runs++
		}
	}
	t.Logf("%d operations failed", runs)
	if runs < least && !t.Failed() {
		t.Errorf("only %d operations failed", runs)
	}
}

// failNth plays a script in which the nth operation fails, and checks what a
// crash leaves. It is false when the script has fewer operations.
func failNth(t *testing.T, seed uint64, n int) bool {
	failed := false
	mem := vfs.NewCrashableMem()
	var mu sync.Mutex
	var what errorfs.Op
	ops := 0
	fs, inj := failing(mem, func(op errorfs.Op) error {
		mu.Lock()
		defer mu.Unlock()
		if op.Kind.ReadOrWrite() != errorfs.OpIsWrite || op.Kind == errorfs.OpFileClose || op.Kind == errorfs.OpFilePreallocate {
			return nil
		}
		if ops++; ops != n+1 {
			return nil
		}
		failed, what = true, op
		return errorfs.ErrInjected
	})
	e, err := Open("data", smallParts(fs))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close() // which fails as well when it is its turn
	if err := e.CreateSpace(Space{Name: "s"}); err != nil {
		t.Fatal(err)
	}
	s := &script{rng: rand.New(rand.NewPCG(seed, 3)), m: newModel()}
	s.m.spaces["s"] = true
	inj.armed.Store(true)
	acked, tried := s.m.String(), []string{}
	for range 25 {
		st := s.next()
		if strings.HasPrefix(st.name, "flush") || strings.HasPrefix(st.name, "compact") {
			continue
		}
		err := st.do(t.Context(), e)
		if err != nil {
			tried = append(tried, s.m.String())
			break // the model is in doubt: what follows is not compared
		}
		acked = s.m.String()
	}
	mu.Lock()
	k, hit := what, failed
	mu.Unlock()
	if hit && isSync(k.Kind) && !strings.Contains(k.Path, ".sst") && !strings.Contains(k.Path, ".blob") && len(tried) > 0 {
		if err := refused(t.Context(), e); err != nil {
			t.Errorf("seed %d, operation %d (%d %s): %v", seed, n, k.Kind, k.Path, err)
		}
	}
	clone := mem.CrashClone(vfs.CrashCloneCfg{})
	again := acked
	if len(tried) > 0 {
		again = tried[0]
	}
	if err := (&catalogue{}).check(t.Context(), moment{fs: clone, before: acked, after: again}); err != nil {
		t.Errorf("seed %d, operation %d (%d %s) failed: %v", seed, n, k.Kind, k.Path, err)
	}
	return hit
}

// refused demands that an engine takes no writes and serves reads.
func refused(ctx context.Context, e *Engine) error {
	if !errors.Is(e.Failed(), ErrReadOnly) {
		return errors.New("a sync failed, and the engine does not say so")
	}
	_, err := e.Stage(ctx, strings.NewReader("x"), StageOptions{Size: 1})
	_, err2 := e.Delete(ctx, "s", "a", nil)
	if !errors.Is(err, ErrReadOnly) || !errors.Is(err2, ErrReadOnly) {
		return errors.Join(errors.New("a write was not refused"), err, err2)
	}
	if _, err = dump(ctx, e); err != nil {
		_, err = dump(ctx, e) // the write in doubt may have come to light between the list and a read, once
	}
	return err
}

func TestAFailedSyncOfABlobTurnsWritesOff(t *testing.T) {
	for name, match := range map[string]func(errorfs.Op) bool{
		"of the file":      func(o errorfs.Op) bool { return isSync(o.Kind) && strings.HasPrefix(o.Path, "data/blobs/00/") },
		"of the directory": func(o errorfs.Op) bool { return isSync(o.Kind) && o.Path == "data/blobs/00" },
		"of the log":       func(o errorfs.Op) bool { return isSync(o.Kind) && strings.HasSuffix(o.Path, ".log") },
	} {
		fs, inj := failing(vfs.NewMem(), func(o errorfs.Op) error {
			if match(o) {
				return syscall.EIO
			}
			return nil
		})
		f := setUpAt(t, fs)
		f.put("old", long("old"))
		inj.armed.Store(true)
		s := f.stage(long("new"))
		if _, err := f.Put(f.ctx, "s", "new", s, Attrs{}, Checksum{}, nil); !errors.Is(err, ErrReadOnly) || !errors.Is(err, syscall.EIO) {
			t.Errorf("%s: put: %v", name, err)
		}
		s.Discard()
		inj.armed.Store(false)
		if err := refused(f.ctx, f.Engine); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if f.read("s", "old") != long("old") {
			t.Errorf("%s: the old object is gone", name)
		}
	}
}

func TestAFullDiskRefusesWritesAndRecovers(t *testing.T) {
	for _, what := range []errorfs.OpKind{errorfs.OpCreate, errorfs.OpFileWrite, errorfs.OpFileSyncData} {
		mem := vfs.NewMem()
		fs, inj := failing(mem, func(o errorfs.Op) error {
			if o.Kind == what && strings.HasPrefix(o.Path, "data/blobs/") {
				return syscall.ENOSPC
			}
			return nil
		})
		f := setUpAt(t, fs)
		f.put("old", long("old"))
		inj.armed.Store(true)
		s, err := f.Stage(f.ctx, strings.NewReader(long("new")), StageOptions{Size: 300})
		if err == nil {
			_, err = f.Put(f.ctx, "s", "old", s, Attrs{}, Checksum{}, nil)
			s.Discard()
		}
		if !errors.Is(err, ErrFull) || f.Failed() != nil {
			t.Errorf("%v: %v, %v", what, err, f.Failed())
		}
		if f.read("s", "old") != long("old") || len(blobFiles(t, mem)) != 1 {
			t.Errorf("%v: %v", what, blobFiles(t, mem))
		}
		f.put("small", "small")
		inj.armed.Store(false)
		f.put("old", long("new"))
		if f.read("s", "old") != long("new") {
			t.Errorf("%v: no recovery", what)
		}
	}
}

func TestTheReserveIsForDeletes(t *testing.T) {
	mem := vfs.NewMem()
	f := setUpAt(t, mem)
	f.put("k", long("k"))
	f.put("l", "l")
	u := f.beginUpload("u")
	p := f.part(u, 1, "x")
	staged := f.stage("y")
	mem.TestingSetDiskUsage(vfs.DiskUsage{TotalBytes: 64 << 20, AvailBytes: 1 << 20, UsedBytes: 63 << 20})
	_, stage := f.Stage(f.ctx, strings.NewReader("x"), StageOptions{Size: 1})
	_, put := f.Put(f.ctx, "s", "y", staged, Attrs{}, Checksum{}, nil)
	_, cp := f.Copy(f.ctx, "s", "k", "s", "m", CopyOptions{})
	_, begin := f.CreateUpload(f.ctx, "s", "v", Attrs{}, "", "")
	_, comp := f.Complete(f.ctx, "s", "u", u.ID, []CompletePart{p}, nil, nil)
	_, upd := f.UpdateAttrs(f.ctx, "s", "k", func(*Object) error { return nil })
	for i, err := range []error{stage, put, cp, begin, comp, upd, f.CreateSpace(Space{Name: "t"})} {
		if !errors.Is(err, ErrFull) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if f.read("s", "k") != long("k") {
		t.Error("an old object is not what it was")
	}
	_, err := f.Delete(f.ctx, "s", "k", nil)
	f.must(err)
	_, err = f.DeleteMany(f.ctx, "s", []string{"l"})
	f.must(err)
	f.must(f.Abort(f.ctx, "s", "u", u.ID))
	mem.TestingSetDiskUsage(vfs.DiskUsage{})
	_, err = f.Put(f.ctx, "s", "y", staged, Attrs{}, Checksum{}, nil)
	f.must(err)
	_, err = f.Delete(f.ctx, "s", "y", nil)
	f.must(err)
	f.nothingLeft()
}
