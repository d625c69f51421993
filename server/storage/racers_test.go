package storage

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// Writers that share syncs of the log and of directories, and a crash in the
// middle of any of their operations.
func TestACrashUnderManyWritersLosesNothingAcknowledged(t *testing.T) {
	crashes, least := 100, 400
	if raceEnabled || testing.Short() {
		crashes, least = 10, 30
	}
	checked := 0
	for seed := range uint64(crashes) {
		checked += crashUnderLoad(t, seed)
		if t.Failed() {
			return
		}
	}
	t.Logf("%d crashes, %d acknowledged objects", crashes, checked)
	if checked < least {
		t.Errorf("only %d acknowledged objects were looked at", checked)
	}
}

func crashUnderLoad(t *testing.T, seed uint64) (checked int) {
	const writers, rounds = 8, 12
	mem := vfs.NewCrashableMem()
	rng := rand.New(rand.NewPCG(seed, 9))
	at := int64(150 + rng.IntN(450))
	var ops atomic.Int64
	var acked [writers]atomic.Int64 // the round that each writer has an answer to
	var then [writers]int64
	var crashed *vfs.MemFS
	var once sync.Once
	fs := errorfs.Wrap(mem, errorfs.InjectorFunc(func(o errorfs.Op) error {
		if o.Kind.ReadOrWrite() == errorfs.OpIsWrite && ops.Add(1) >= at {
			once.Do(func() {
				for w := range acked {
					then[w] = acked[w].Load()
				}
				crashed = mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: int(seed%3) * 50, RNG: rng})
			})
		}
		return nil
	}))
	f := setUpAt(t, fs)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := 1; i <= rounds; i++ {
				f.put(fmt.Sprint("one", w), loadBody(w, i))
				f.put(fmt.Sprint("each", w, "/", i), loadBody(w, i))
				acked[w].Store(int64(i))
			}
		})
	}
	wg.Wait()
	if crashed == nil {
		t.Fatalf("seed %d: no crash in %d operations", seed, ops.Load())
	}
	e := openAt(t, crashed, small(crashed))
	for w := range writers {
		got, err := readAll(t.Context(), e, "s", fmt.Sprint("one", w))
		if n := int(then[w]); n > 0 && (err != nil || got != loadBody(w, n) && got != loadBody(w, n+1)) {
			t.Errorf("seed %d: writer %d had %d rounds: %.20q, %v", seed, w, n, got, err)
		}
		for i := 1; i <= int(then[w]); i++ {
			checked++
			if got, err := readAll(t.Context(), e, "s", fmt.Sprint("each", w, "/", i)); err != nil || got != loadBody(w, i) {
				t.Errorf("seed %d: writer %d, round %d: %.20q, %v", seed, w, i, got, err)
			}
		}
	}
	if err := audit(e, crashed); err != nil {
		t.Errorf("seed %d: %v", seed, err)
	}
	return checked
}

func loadBody(w, i int) string { return strings.Repeat(fmt.Sprintf("%d.%d ", w, i), 1+(w+i)%3*20) }
