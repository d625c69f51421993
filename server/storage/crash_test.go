package storage

import (
	"context"
	"errors"
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

	"spaces/server/chance"
)

var crashScripts = flag.Int("crash.scripts", 0, "how many scripts the crash catalogue runs; 0: as many as fit a test run")

// catalogue crashes an engine after every file operation of scripts of calls,
// and compares what a new engine finds with the model.
type catalogue struct {
	wrap   func(vfs.FS) vfs.FS // what lies to the engine, nil: nothing
	faults func(format string, args ...any)
	again  int // of so many states one is crashed once more, while it is opened; 0: none

	enough func() bool // nil: never; what is left of a script is not played

	states, twice atomic.Int64
	mu            sync.Mutex
	kinds         map[string]int // states of each kind of call
}

// moment is a file system as a crash left it, and the states that it may show.
type moment struct {
	fs            *vfs.MemFS
	before, after string
	kind, name    string
	backup        string // a backup that was being made, of what is before
	told          bool   // it was acknowledged
	torn          bool   // some of a batch failed each by itself: any of the states between is right
	seed          uint64
}

func (c *catalogue) run(ctx context.Context, seed uint64, steps int) {
	moments := make(chan moment, 4)
	var checkers sync.WaitGroup
	for range max(2, runtime.GOMAXPROCS(0)) {
		checkers.Go(func() {
			for m := range moments {
				c.count(m.kind)
				if c.enough != nil && c.enough() {
					continue
				}
				if err := c.check(ctx, m); err != nil {
					c.faults("%s=%d: %s: %v", chance.Variable, seed, m.name, err)
				}
			}
		})
	}
	if err := c.play(ctx, seed, steps, moments); err != nil {
		c.faults("%s=%d: %v", chance.Variable, seed, err)
	}
	close(moments)
	checkers.Wait()
}

func (c *catalogue) count(kind string) {
	c.states.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kinds == nil {
		c.kinds = map[string]int{}
	}
	c.kinds[kind]++
}

// crasher gives a moment before every operation on a file that changes something.
type crasher struct {
	mem  *vfs.MemFS
	rng  *rand.Rand
	take func(moment)

	mu  sync.Mutex // one crash at a time, whatever runs in the background
	now moment
	op  int
}

func (c *crasher) crash(what string) {
	percent := []int{0, 0, 50, 100}[c.rng.IntN(4)]
	m := c.now
	m.name = fmt.Sprintf("%s, operation %d (%s), %d%% kept", m.name, c.op, what, percent)
	m.fs = c.mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: percent, RNG: c.rng})
	m.seed = c.rng.Uint64()
	c.take(m)
}

func (c *crasher) MaybeError(o errorfs.Op) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.op++; o.Kind.ReadOrWrite() == errorfs.OpIsWrite && o.Kind != errorfs.OpFileClose {
		c.crash(fmt.Sprintf("%d %s", o.Kind, o.Path))
	}
	return nil
}

func (c *crasher) String() string { return "crasher" }

func (c *crasher) begin(m moment) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = m
}

// acknowledged is a moment after a call, which must be seen from then on.
func (c *crasher) acknowledged() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now.before, c.now.told = c.now.after, true
	c.crash("done")
}

// play runs a script, and gives a moment before every operation on a file and
// after every step.
func (c *catalogue) play(ctx context.Context, seed uint64, steps int, moments chan<- moment) error {
	mem := vfs.NewCrashableMem()
	at := &crasher{mem: mem, rng: rand.New(rand.NewPCG(seed, 1)), take: func(m moment) { moments <- m }}
	var fs vfs.FS = alone{mem, &at.mu}
	if c.wrap != nil {
		fs = c.wrap(fs)
	}
	s := newScript(seed, 2)
	at.begin(moment{kind: "open", name: "open"})
	e, err := Open("data", smallParts(errorfs.Wrap(fs, at)))
	if err != nil {
		return err
	}
	defer func() {
		at.begin(moment{before: s.m.String(), after: s.m.String(), kind: "close", name: "close"})
		if err := e.Close(); err != nil {
			c.faults("%s=%d: close: %v", chance.Variable, seed, err)
		}
	}()
	for i := range steps {
		if c.enough != nil && c.enough() {
			return nil
		}
		m := moment{before: s.m.String(), name: fmt.Sprint("step ", i)}
		next := s.next
		if i == 0 {
			next = s.first
		}
		st := next()
		m.after, m.kind, m.backup = s.m.String(), st.kind, st.backup
		m.name += ", " + st.name
		at.begin(m)
		if err := st.run(ctx, e); err != nil {
			return err
		}
		at.acknowledged()
		if st.backup != "" {
			if err := fs.RemoveAll(st.backup); err != nil {
				return err
			}
		}
	}
	return nil
}

// alone lets no crash happen while a file is reused or linked, which would be a
// deadlock: there MemFS takes a lock for reading twice, and for a crash the same
// lock for writing.
type alone struct {
	vfs.FS
	mu *sync.Mutex
}

func (a alone) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.FS.ReuseForWrite(old, name, c)
}

func (a alone) Link(old, name string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.FS.Link(old, name)
}

func smallParts(fs vfs.FS) Options {
	o := small(fs)
	o.minPart = -1
	return o
}

func (c *catalogue) check(ctx context.Context, m moment) error {
	var again *vfs.MemFS
	if c.again > 0 && m.seed%uint64(c.again) == 0 {
		again = m.fs.CrashClone(vfs.CrashCloneCfg{})
	}
	got, err := found(ctx, m.fs, "data", true)
	if err != nil {
		return err
	}
	if got != m.before && got != m.after && !m.torn {
		return fmt.Errorf("found\n%swant\n%sor\n%s", got, m.before, m.after)
	}
	if err := m.checkBackup(ctx); err != nil {
		return fmt.Errorf("the backup: %w", err)
	}
	if again == nil {
		return nil
	}
	return c.crashTwice(ctx, again, got, m.seed)
}

// found opens a directory, writes down what is in it, and checks its books.
func found(ctx context.Context, fs vfs.FS, dir string, books bool) (text string, err error) {
	e, err := Open(dir, smallParts(fs))
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	if text, err = dump(ctx, e); err != nil || !books {
		return text, err
	}
	if err := audit(e, fs); err != nil {
		return text, err
	}
	if again, err := dump(ctx, e); again != text || err != nil {
		return text, fmt.Errorf("after the audit: %v\n%s, before\n%s", err, again, text)
	}
	return text, nil
}

// checkBackup wants a backup that has its name to be whole, and one that was
// acknowledged to have it.
func (m moment) checkBackup(ctx context.Context) error {
	if m.backup == "" {
		return nil
	}
	if _, err := m.fs.Stat(m.backup); isMissing(err) && !m.told {
		return nil
	}
	got, err := found(ctx, m.fs, m.backup, false)
	if err == nil && got != m.before {
		err = fmt.Errorf("found\n%swant\n%s", got, m.before)
	}
	return err
}

// crashTwice crashes a directory that was left by a crash while the next engine
// opens it, cleans up and closes.
func (c *catalogue) crashTwice(ctx context.Context, mem *vfs.MemFS, want string, seed uint64) error {
	const most = 12
	var moments []moment
	at := &crasher{mem: mem, rng: rand.New(rand.NewPCG(seed, 4)), take: func(m moment) { moments = append(moments, m) }, now: moment{name: "opened again"}}
	e, err := Open("data", smallParts(errorfs.Wrap(alone{mem, &at.mu}, at)))
	if err == nil {
		err = errors.Join(e.gc.sweepNow(), e.gc.collect(), e.gc.purge(), e.Close())
	}
	if err != nil {
		return fmt.Errorf("opened again: %w", err)
	}
	step := max(1, len(moments)/most)
	i := int(seed>>32) % step
	for _, m := range moments {
		if i++; i%step != 0 {
			continue
		}
		c.twice.Add(1)
		got, err := found(ctx, m.fs, "data", true)
		if err == nil && got != want {
			err = fmt.Errorf("found\n%swant\n%s", got, want)
		}
		if err != nil {
			return fmt.Errorf("crashed again: %s: %w", m.name, err)
		}
	}
	return nil
}

// lacks is a kind of call of which there are no crash states, "" when there is none.
func (c *catalogue) lacks() string {
	for _, k := range kinds {
		if c.kinds[k.name] == 0 {
			return k.name
		}
	}
	return ""
}

func TestACrashAtAnyMomentLosesNothingAcknowledged(t *testing.T) {
	scripts, steps, least := 5, 60, int64(1_200)
	switch {
	case chance.Long():
		scripts, least = 20, 10_000
	case raceEnabled || testing.Short():
		scripts, steps, least = 1, 25, 40
	}
	if *crashScripts > 0 {
		scripts = *crashScripts
	}
	first := chance.Seed(t)
	c := &catalogue{faults: t.Errorf, again: 50}
	for i := 0; (i < scripts || chance.Long() && c.lacks() != "" && i < 2*scripts) && !t.Failed(); i++ {
		c.run(t.Context(), first+uint64(i), steps)
	}
	chance.Figure(t, c.states.Load()+c.twice.Load(), "crash states", chance.Count(t.Failed()))
	chance.Figure(t, c.twice.Load(), "crashes while a crashed directory is opened", chance.Count(t.Failed()))
	if kind := c.lacks(); chance.Long() && kind != "" {
		t.Errorf("no crash states of the kind %q", kind)
	}
	if n := c.states.Load() + c.twice.Load(); n < least && !t.Failed() && *crashScripts == 0 {
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
		c := &catalogue{wrap: func(fs vfs.FS) vfs.FS { return deaf{fs, to} }, faults: func(string, ...any) { faults.Add(1) }, enough: func() bool { return faults.Load() > 0 }}
		for seed := uint64(0); faults.Load() == 0 && seed < 5; seed++ {
			c.run(t.Context(), seed, 30)
		}
		if faults.Load() == 0 {
			t.Errorf("%d states, and the missing sync %s was not noticed", c.states.Load(), name)
		}
	}
}
