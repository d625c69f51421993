package storage

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

var crashScripts = flag.Int("crash.scripts", 0, "how many scripts the crash catalogue runs; 0: as many as fit a test run")

// catalogue crashes an engine after every file operation of scripts of writes,
// and compares what a new engine finds with the model.
type catalogue struct {
	wrap   func(vfs.FS) vfs.FS // what lies to the engine, nil: nothing
	faults func(format string, args ...any)
	states atomic.Int64
}

// moment is a file system as a crash left it, and the states that it may show.
type moment struct {
	fs            *vfs.MemFS
	before, after string
	name          string
}

func (c *catalogue) run(ctx context.Context, seed uint64, steps int) {
	moments := make(chan moment, 4)
	var checkers sync.WaitGroup
	for range max(2, runtime.GOMAXPROCS(0)) {
		checkers.Go(func() {
			for m := range moments {
				c.states.Add(1)
				if err := c.check(ctx, m); err != nil {
					c.faults("seed %d: %s: %v", seed, m.name, err)
				}
			}
		})
	}
	if err := c.play(ctx, seed, steps, moments); err != nil {
		c.faults("seed %d: %v", seed, err)
	}
	close(moments)
	checkers.Wait()
}

// play runs a script, and gives a moment before every operation on a file and
// after every step.
func (c *catalogue) play(ctx context.Context, seed uint64, steps int, moments chan<- moment) error {
	mem := vfs.NewCrashableMem()
	rng := rand.New(rand.NewPCG(seed, 1))
	var mu sync.Mutex // one crash at a time, whatever runs in the background
	var now moment
	op := 0
	crash := func(what string) {
		percent := []int{0, 0, 50, 100}[rng.IntN(4)]
		m := now
		m.name = fmt.Sprintf("%s, operation %d (%s), %d%% kept", now.name, op, what, percent)
		m.fs = mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: percent, RNG: rng})
		moments <- m
	}
	var fs vfs.FS = reuseAlone{mem, &mu}
	if c.wrap != nil {
		fs = c.wrap(fs)
	}
	fs = errorfs.Wrap(fs, errorfs.InjectorFunc(func(o errorfs.Op) error {
		mu.Lock()
		defer mu.Unlock()
		if op++; o.Kind.ReadOrWrite() == errorfs.OpIsWrite && o.Kind != errorfs.OpFileClose {
			crash(fmt.Sprintf("%d %s", o.Kind, o.Path))
		}
		return nil
	}))
	s := &script{rng: rand.New(rand.NewPCG(seed, 2)), m: newModel()}
	now.name = "open"
	e, err := Open("data", smallParts(fs))
	if err != nil {
		return err
	}
	defer func() {
		mu.Lock()
		now.name = "close"
		mu.Unlock()
		if err := e.Close(); err != nil {
			c.faults("seed %d: close: %v", seed, err)
		}
	}()
	s.m.spaces["s"] = true
	mu.Lock()
	now = moment{after: s.m.String(), name: "create Space"}
	mu.Unlock()
	if err := e.CreateSpace(Space{Name: "s"}); err != nil {
		return err
	}
	for i := range steps {
		before := s.m.String()
		st := s.next()
		mu.Lock()
		now = moment{before: before, after: s.m.String(), name: fmt.Sprintf("step %d, %s", i, st.name)}
		mu.Unlock()
		if err := st.do(ctx, e); err != nil {
			return fmt.Errorf("%s: %w", st.name, err)
		}
		mu.Lock()
		now.before = now.after // it was acknowledged
		crash("done")
		mu.Unlock()
	}
	return nil
}

// reuseAlone lets no crash happen while a file is reused, which would be a
// deadlock: there MemFS takes a lock for reading twice, and for a crash the same
// lock for writing.
type reuseAlone struct {
	vfs.FS
	mu *sync.Mutex
}

func (r reuseAlone) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.FS.ReuseForWrite(old, name, c)
}

func smallParts(fs vfs.FS) Options {
	o := small(fs)
	o.minPart = -1
	return o
}

func (c *catalogue) check(ctx context.Context, m moment) error {
	e, err := Open("data", smallParts(m.fs))
	if err != nil {
		return err
	}
	defer e.Close()
	got, err := dump(ctx, e)
	if err != nil {
		return err
	}
	if got != m.before && got != m.after {
		return fmt.Errorf("found\n%swant\n%sor\n%s", got, m.before, m.after)
	}
	if err := audit(e, m.fs); err != nil {
		return err
	}
	if again, err := dump(ctx, e); again != got || err != nil {
		return fmt.Errorf("after the audit: %v\n%s, before\n%s", err, again, got)
	}
	return nil
}

func TestACrashAtAnyMomentLosesNothingAcknowledged(t *testing.T) {
	scripts, least := 24, int64(10_000)
	if raceEnabled || testing.Short() {
		scripts, least = 1, 300
	}
	if *crashScripts > 0 {
		scripts = *crashScripts
	}
	c := &catalogue{faults: t.Errorf}
	for seed := range scripts {
		c.run(t.Context(), uint64(seed), 60)
		if t.Failed() {
			break
		}
	}
	t.Logf("%d crash states", c.states.Load())
	if n := c.states.Load(); n < least && !t.Failed() {
		t.Errorf("only %d crash states", n)
	}
}

// deaf is a file system whose syncs of some paths do nothing.
type deaf struct {
	vfs.FS
	to func(path string, dir bool) bool
}

type deafFile struct{ vfs.File }

func (f deafFile) Sync() error                { return nil }
func (f deafFile) SyncData() error            { return nil }
func (f deafFile) SyncTo(int64) (bool, error) { return false, nil }

func (d deaf) file(f vfs.File, err error, path string, dir bool) (vfs.File, error) {
	if err == nil && d.to(path, dir) {
		f = deafFile{f}
	}
	return f, err
}

func (d deaf) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := d.FS.Create(name, c)
	return d.file(f, err, name, false)
}

func (d deaf) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := d.FS.ReuseForWrite(old, name, c)
	return d.file(f, err, name, false)
}

func (d deaf) OpenDir(name string) (vfs.File, error) {
	f, err := d.FS.OpenDir(name)
	return d.file(f, err, name, true)
}

func TestTheCatalogueFindsAMissingSync(t *testing.T) {
	for name, to := range map[string]func(path string, dir bool) bool{
		"of blobs":                  func(p string, dir bool) bool { return !dir && strings.HasPrefix(p, "data/blobs/") },
		"of blob directories":       func(p string, dir bool) bool { return dir && strings.HasPrefix(p, "data/blobs/") },
		"of the directory of those": func(p string, dir bool) bool { return dir && p == "data/blobs" },
		"of the log":                func(p string, dir bool) bool { return !dir && strings.HasSuffix(p, ".log") },
	} {
		var faults atomic.Int64
		c := &catalogue{wrap: func(fs vfs.FS) vfs.FS { return deaf{fs, to} }, faults: func(string, ...any) { faults.Add(1) }}
		for seed := uint64(0); faults.Load() == 0 && seed < 5; seed++ {
			c.run(t.Context(), seed, 30)
		}
		if faults.Load() == 0 {
			t.Errorf("%d states, and the missing sync %s was not noticed", c.states.Load(), name)
		}
	}
}
