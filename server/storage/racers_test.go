package storage

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"spaces/server/chance"
)

// Calls of every kind at once, each made by two who want the same, and a crash in
// the middle of any of their operations. What one of the two was told holds.
func TestACrashUnderManyWritersLosesNothingAcknowledged(t *testing.T) {
	crashes, least := 30, 100
	switch {
	case chance.Long():
		crashes, least = 400, 2000
	case raceEnabled || testing.Short():
		crashes, least = 6, 20
	}
	first := chance.Seed(t)
	checked, hit := 0, map[string]int{}
	for i := range uint64(crashes) {
		facts := crashUnderLoad(t, first+i)
		for _, f := range facts {
			hit[f.kind]++
		}
		checked += len(facts)
		if t.Failed() {
			break
		}
	}
	chance.Figure(t, crashes, "crashes under calls of every kind at once", chance.Count(t.Failed()))
	chance.Figure(t, checked, "acknowledged calls looked at after them", chance.Count(t.Failed()))
	for _, r := range races {
		if chance.Long() && hit[r.kind] == 0 {
			t.Errorf("nothing of the kind %q was acknowledged before a crash", r.kind)
		}
	}
	if checked < least && !t.Failed() {
		t.Errorf("only %d acknowledged calls were looked at", checked)
	}
}

// fact is what somebody was told, and how to see that it holds.
type fact struct {
	kind, name string
	holds      func(f *fixture) error
}

// facts are those told so far.
type facts struct {
	mu   sync.Mutex
	told []fact
}

func (l *facts) tell(f fact) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told = append(l.told, f)
}

func (l *facts) soFar() []fact {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.told)
}

func crashUnderLoad(t *testing.T, seed uint64) []fact {
	const writers, rounds = 8, 12
	mem := vfs.NewCrashableMem()
	rng := rand.New(rand.NewPCG(seed, 9))
	at := int64(100 + rng.IntN(500))
	var ops atomic.Int64
	var all facts
	var then []fact
	var crashed *vfs.MemFS
	var once sync.Once
	var mu sync.Mutex
	fs := errorfs.Wrap(alone{mem, &mu}, errorfs.InjectorFunc(func(o errorfs.Op) error {
		if o.Kind.ReadOrWrite() == errorfs.OpIsWrite && ops.Add(1) >= at {
			once.Do(func() {
				mu.Lock()
				defer mu.Unlock()
				then = all.soFar() // told before it
				crashed = mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: int(seed%3) * 50, RNG: rng})
			})
		}
		return nil
	}))
	f := setUpAt(t, fs)
	f.o.minPart = -1
	f.must(f.CreateSpace(Space{Name: "v", Versioning: Enabled}))
	var wg sync.WaitGroup
	for w := range writers {
		rng := rand.New(rand.NewPCG(seed, uint64(100+w)))
		wg.Go(func() {
			for i := range rounds {
				f.race(races[rng.IntN(len(races))], fmt.Sprintf("%d-%d", w, i), &all)
			}
		})
	}
	wg.Go(func() {
		for range rounds {
			f.must(errors.Join(f.gc.collect(), f.gc.purge()))
		}
	})
	wg.Wait()
	if crashed == nil {
		return nil // fewer operations than that
	}
	g := &fixture{t, openAt(t, crashed, small(crashed)), t.Context()}
	for _, told := range then {
		if err := told.holds(g); err != nil {
			t.Errorf("%s=%d: %s %s was acknowledged: %v", chance.Variable, seed, told.kind, told.name, err)
		}
	}
	if err := audit(g.Engine, crashed); err != nil {
		t.Errorf("%s=%d: %v", chance.Variable, seed, err)
	}
	return then
}

// race has two do the same, and notes what they are told.
func (f *fixture) race(r raced, name string, all *facts) {
	do, holds := r.begin(f, name)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			err := do()
			if err == nil || slices.ContainsFunc(r.done, func(done error) bool { return errors.Is(err, done) }) {
				all.tell(fact{r.kind, name, holds})
			} else if !slices.ContainsFunc(r.refused, func(refused error) bool { return errors.Is(err, refused) }) {
				f.t.Errorf("%s %s: %v", r.kind, name, err)
			}
		})
	}
	wg.Wait()
}

func loadBody(w, i int) string { return strings.Repeat(fmt.Sprintf("%d.%d ", w, i), 1+(w+i)%3*20) }
