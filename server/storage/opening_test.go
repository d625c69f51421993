package storage

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// A process may die while it opens a new directory, or one that is in use
// since long, and any part of what was not synced may be kept.
func TestACrashWhileOpeningDoesNotKeepTheNextFromOpening(t *testing.T) {
	const each = 8 // clones of a moment, which keep different halves
	used := vfs.NewCrashableMem()
	f := setUpAt(t, used)
	f.put("k", long("k"))
	f.must(f.Close())
	states := 0
	for name, mem := range map[string]*vfs.MemFS{"new": vfs.NewCrashableMem(), "used": used} {
		rng := rand.New(rand.NewPCG(1, 7))
		var moments []*vfs.MemFS
		var mu sync.Mutex
		fs := errorfs.Wrap(mem, errorfs.InjectorFunc(func(o errorfs.Op) error {
			if o.Kind.ReadOrWrite() == errorfs.OpIsWrite && o.Kind != errorfs.OpFileClose {
				mu.Lock()
				defer mu.Unlock()
				for range each {
					moments = append(moments, mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 50, RNG: rng}))
				}
			}
			return nil
		}))
		e, err := Open("data", small(fs))
		if err != nil {
			t.Fatal(err)
		}
		if err := e.gc.collect(); err != nil {
			t.Error(err)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		for i, m := range moments {
			states++
			if err := opens(m, name == "used"); err != nil {
				t.Fatalf("%s, operation %d: %v", name, i/each, err)
			}
		}
	}
	t.Logf("%d crash states", states)
	if states < 300 {
		t.Errorf("only %d crash states", states)
	}
}

func opens(fs vfs.FS, used bool) error {
	e, err := Open("data", small(fs))
	if err != nil {
		return err
	}
	defer e.Close()
	if !used {
		return e.CreateSpace(Space{Name: "s"})
	}
	o, err := e.Head("s", "k")
	if err == nil && o.Size != 100 {
		err = fmt.Errorf("found %+v", o)
	}
	return err
}
