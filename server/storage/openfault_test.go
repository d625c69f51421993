package storage

import (
	"errors"
	"fmt"
	"sync"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"spaces/server/chance"
)

// Whatever operation fails while an engine opens what a crash left: it opens, or
// says why it does not; it neither hangs nor ends the process; and the next one
// finds all that was there.
func TestAFailureWhileOpeningIsAnErrorAndHarmsNothing(t *testing.T) {
	stride := 2
	if raceEnabled || testing.Short() {
		stride = 7
	}
	seed := chance.Seed(t)
	mem := vfs.NewCrashableMem()
	e, err := Open("data", smallParts(mem))
	if err != nil {
		t.Fatal(err)
	}
	s := newScript(seed, 10)
	for i := range 40 {
		next := s.next
		if i == 0 {
			next = s.first
		}
		if st := next(); st.backup == "" && st.kind != "flush" {
			if err := st.run(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
	}
	crashed := mem.CrashClone(vfs.CrashCloneCfg{})
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	for _, d := range disks {
		n := 0
		for at := int(seed % uint64(stride)); openFailing(t, crashed.CrashClone(vfs.CrashCloneCfg{}), d, at, s.m.String()); at += stride {
			n++
		}
		chance.Figure(t, n, "operations while opening of "+d.name, chance.Count(t.Failed()))
	}
}

// openFailing opens a directory where the nth operation fails, and again where none does.
func openFailing(t *testing.T, mem *vfs.MemFS, d disk, n int, want string) bool {
	var mu sync.Mutex
	var what *errorfs.Op
	ops := 0
	fs, inj := failing(mem, func(o errorfs.Op) error {
		mu.Lock()
		defer mu.Unlock()
		if !d.match(o) {
			return nil
		}
		if ops++; ops != n+1 {
			return nil
		}
		what = &o
		return d.err
	})
	inj.armed.Store(true)
	e, err := Open("data", smallParts(fs))
	inj.armed.Store(false)
	mu.Lock()
	failed := what
	mu.Unlock()
	if err == nil {
		_ = e.Close()
	} else if failed == nil || !errors.Is(err, syscall.EIO) && !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, ErrReadOnly) {
		t.Errorf("%s, operation %d %+v: %v", d.name, n, failed, err)
	}
	if failed == nil {
		return false
	}
	left := mem.CrashClone(vfs.CrashCloneCfg{})
	if got, err := found(t.Context(), left, "data", true); err != nil || got != want {
		t.Errorf("%s, operation %d (%d %s): %v", d.name, n, failed.Kind, failed.Path, errors.Join(err, fmt.Errorf("found\n%swant\n%s", got, want)))
		return false
	}
	return true
}
