package storage

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"spaces/server/chance"
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

// disk says what a disk answers that fails.
type disk struct {
	name  string
	err   error
	match func(errorfs.Op) bool
	reads bool
}

func isRead(o errorfs.Op) bool {
	return o.Kind.ReadOrWrite() == errorfs.OpIsRead && o.Kind != errorfs.OpGetDiskUsage
}

func isWrite(o errorfs.Op) bool {
	return o.Kind.ReadOrWrite() == errorfs.OpIsWrite && o.Kind != errorfs.OpFileClose && o.Kind != errorfs.OpFilePreallocate
}

var disks = []disk{
	{"a write that fails", syscall.EIO, isWrite, false},
	{"a full disk", syscall.ENOSPC, func(o errorfs.Op) bool {
		return isWrite(o) && o.Kind != errorfs.OpRemove && o.Kind != errorfs.OpRemoveAll
	}, false},
	{"a read that fails", syscall.EIO, isRead, true},
}

// Every operation on a file fails once, in turn, in calls of every kind. What was
// answered without an error must be there after a crash; once a sync failed
// nothing is answered. A read that failed is never an answer that something is not there.
func TestAFailedOperationIsNeverAnOK(t *testing.T) {
	first := chance.Seed(t)
	for _, d := range disks {
		t.Run(d.name, func(t *testing.T) {
			f := failures{disk: d, kinds: map[string]int{}}
			seeds, stride := uint64(2), 5
			switch {
			case chance.Long():
				seeds, stride = 6, 1
			case raceEnabled || testing.Short():
				seeds, stride = 1, 23
			}
			for i := range seeds {
				for n := int((first + i) % uint64(stride)); ; n += stride {
					if failed := f.nth(t, first+i, n); !failed || t.Failed() {
						break
					}
				}
			}
			chance.Figure(t, f.hit, "operations of "+d.name, chance.Count(t.Failed()))
			if chance.Long() && len(f.kinds) < 12 {
				t.Errorf("they were in calls of these kinds only: %v", f.kinds)
			}
		})
	}
}

// failures counts what failed.
type failures struct {
	disk
	hit   int
	kinds map[string]int
}

// vital says whether a failed sync of a file turns writes off: tables are written
// again, a backup is not the store, and the owner is said to others only.
func vital(kind, path string) bool {
	return !isTable(path) && (kind != "backup" && kind != "owner" || strings.HasPrefix(path, "data/meta/"))
}

// nth plays a script in which the nth operation fails, and checks what a crash
// leaves. It is false when the script has fewer operations.
func (f *failures) nth(t *testing.T, seed uint64, n int) bool {
	mem := vfs.NewCrashableMem()
	var mu sync.Mutex
	var what *errorfs.Op
	ops := 0
	fs, inj := failing(mem, func(op errorfs.Op) error {
		mu.Lock()
		defer mu.Unlock()
		if !f.match(op) {
			return nil
		}
		if ops++; ops != n+1 {
			return nil
		}
		what = &op
		return f.err
	})
	o := smallParts(fs)
	if f.reads {
		o.Memory, o.memory = 1<<10, 512<<10 // nothing is cached
	}
	e, err := Open("data", o)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close() // which fails as well when it is its turn
	s := newScript(seed, 3)
	if err := s.first().run(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	inj.armed.Store(true)
	acked, tried := s.m.String(), ""
	var st step
	for range 30 {
		if st = s.next(); !f.reads && (st.kind == "flush" || st.kind == "compact") {
			continue
		}
		if err = st.run(t.Context(), e); err != nil {
			tried = s.m.String()
			break // the model is in doubt: what follows is not compared
		}
		acked = s.m.String()
	}
	inj.armed.Store(false)
	mu.Lock()
	defer mu.Unlock()
	if what == nil {
		if err != nil {
			t.Errorf("%s=%d: no operation failed: %v", chance.Variable, seed, err)
		}
		return false
	}
	f.hit++
	f.kinds[st.kind]++
	where := fmt.Sprintf("%s=%d, %s: operation %d (%d %s) failed", chance.Variable, seed, st.name, n, what.Kind, what.Path)
	if tried != "" && !f.honest(st, err) {
		t.Errorf("%s: %v", where, err)
	}
	if tried != "" && isSync(what.Kind) && vital(st.kind, what.Path) && !errors.Is(err, ErrFull) { // the format is written whole or not at all
		if err := refused(t.Context(), e); err != nil {
			t.Errorf("%s: %v", where, err)
		}
	}
	if tried == "" {
		tried = acked
	}
	c := &catalogue{}
	if err := c.check(t.Context(), moment{fs: mem.CrashClone(vfs.CrashCloneCfg{}), before: acked, after: tried, torn: st.each && f.reads}); err != nil {
		t.Errorf("%s: %v", where, err)
	}
	return true
}

// honest says whether an error is that of the disk, and not that something is not there. That the disk is full clients are to
// know from all else, for a 507; backups and owners are of who runs the server.
func (f *failures) honest(st step, err error) bool {
	if st.each && errors.Is(err, f.err) && !isFull(err) { // of a batch: what failed is not there for those after it
		return true
	}
	for _, lie := range []error{ErrNoKey, ErrNoVersion, ErrNoUpload, ErrNoSpace, ErrNotDestroyed, ErrInvalidPart, ErrCorrupt} {
		if errors.Is(err, lie) {
			return false
		}
	}
	return errors.Is(err, f.err) && (!isFull(err) || st.kind == "backup" || st.kind == "owner") || errors.Is(err, ErrFull) || errors.Is(err, ErrReadOnly)
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
