package storage

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"spaces/server/chance"
)

// work is what is done to a directory that nobody has open, and is crashed in its middle.
type work struct {
	name   string
	damage func(f *fixture, mem *vfs.MemFS) // before it, by an engine that is closed then
	do     func(ctx context.Context, fs vfs.FS) error
	// left looks at what a crash left; told: do had answered.
	left func(ctx context.Context, fs vfs.FS, want string, told bool) error
}

// A crash in the middle of a repair, a backup or a restore loses nothing, and what
// was cut off can be done again.
func TestACrashInTheMiddleOfARepairLosesNothing(t *testing.T) {
	seed := chance.Seed(t)
	for _, w := range works {
		t.Run(w.name, func(t *testing.T) {
			mem, want := damagedHouse(t, w)
			if w.name == "salvage" {
				want = w.salvaged(t, mem)
			}
			n, err := w.crash(t, mem, mem, want, seed)
			if err != nil {
				t.Error(err)
			}
			chance.Figure(t, n, "crashes in the middle of "+w.name, chance.Count(t.Failed()))
		})
	}
}

// damagedHouse is a directory with something of every kind in it, and damage.
func damagedHouse(t *testing.T, w work) (*vfs.MemFS, string) {
	t.Helper()
	mem := vfs.NewCrashableMem()
	e, err := Open("data", smallParts(mem))
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t, e, t.Context()}
	s := newScript(77, 5)
	f.must(s.first().run(f.ctx, e))
	for i := range 40 {
		if w.name == "salvage" { // what was overwritten may be gone when a log is cut
			f.put(fmt.Sprint("k", i), raceBody(fmt.Sprint(i)))
		} else if st := s.next(); st.backup == "" {
			f.must(st.run(f.ctx, e))
		}
	}
	want, err := dump(f.ctx, e)
	f.must(err)
	f.must(errors.Join(e.gc.sweepNow(), e.gc.collect(), e.gc.purge()))
	if w.name == "salvage" {
		mem = whole(mem)
	}
	if w.damage != nil {
		w.damage(f, mem)
	}
	if w.name == "salvage" {
		mem = whole(mem)
	}
	f.must(e.Close())
	return mem, want
}

// A copy whose files or names are not synced is noticed.
func TestACopyThatIsNotSyncedIsNoticed(t *testing.T) {
	if raceEnabled {
		t.Skip("there is nothing in it that races, and it takes long")
	}
	for name, to := range map[string]func(path string, dir bool) bool{
		"files":       func(p string, dir bool) bool { return !dir && strings.HasPrefix(p, "copy.partial/") },
		"directories": func(p string, dir bool) bool { return dir && strings.HasPrefix(p, "copy.partial") },
		"its name":    func(p string, dir bool) bool { return dir && p == "." },
	} {
		for _, w := range works {
			if w.name != "backup" && w.name != "restore" {
				continue
			}
			var err error
			for seed := uint64(1); err == nil && seed < 30; seed++ {
				mem, want := damagedHouse(t, w)
				_, err = w.crash(t, mem, deaf{mem, to}, want, seed)
			}
			if err == nil {
				t.Errorf("%s: that the %s are not synced was not noticed", w.name, name)
			}
		}
	}
}

// crash looks at what a crash before each operation on under leaves in mem, which it is.
func (w work) crash(t *testing.T, mem *vfs.MemFS, under vfs.FS, want string, seed uint64) (states int, err error) {
	ctx := t.Context()
	var moments []moment
	at := &crasher{mem: mem, rng: rand.New(rand.NewPCG(seed, 6)), take: func(m moment) { moments = append(moments, m) }, now: moment{name: w.name}}
	if err := w.do(ctx, errorfs.Wrap(alone{under, &at.mu}, at)); err != nil {
		t.Fatal(err)
	}
	at.acknowledged()
	step := 1
	if raceEnabled {
		step = 5
	}
	for i, m := range moments {
		if !m.told && i%step != int(seed%uint64(step)) {
			continue
		}
		states++
		err := w.left(ctx, m.fs, want, m.told)
		if err != nil {
			return states, fmt.Errorf("%s=%d: %s: %w", chance.Variable, seed, m.name, err)
		}
	}
	return states, nil
}

// salvaged is what a salvage that nobody cuts off leaves.
func (w work) salvaged(t *testing.T, mem *vfs.MemFS) string {
	t.Helper()
	fs := mem.CrashClone(vfs.CrashCloneCfg{})
	if err := w.do(t.Context(), fs); err != nil {
		t.Fatal(err)
	}
	text, err := found(t.Context(), fs, "data", false)
	if n := strings.Count(text, "version"); err != nil || n < 5 || n > 35 {
		t.Fatalf("%d of 40 are left: %v", n, err)
	}
	return text
}

var works = []work{
	{"repair", (*fixture).disorder, repairAll, func(ctx context.Context, fs vfs.FS, want string, told bool) error {
		if !told {
			if err := repairAll(ctx, fs); err != nil {
				return fmt.Errorf("repair again: %w", err)
			}
		}
		rep, err := Fsck(ctx, "data", smallParts(fs))
		if err == nil && len(rep.Findings) > 0 {
			err = fmt.Errorf("still found: %+v", rep.Findings)
		}
		if err != nil {
			return err
		}
		return same(ctx, fs, "data", want, true)
	}},
	{"salvage", (*fixture).cutLog, repairAll, func(ctx context.Context, fs vfs.FS, want string, told bool) error {
		err := same(ctx, fs, "data", want, false)
		if _, ok := errors.AsType[*DamageError](err); ok && !told {
			err = errors.Join(repairAll(ctx, fs), same(ctx, fs, "data", want, false))
		}
		return err
	}},
	{"backup", nil, func(ctx context.Context, fs vfs.FS) error {
		_, err := Backup(ctx, "data", smallParts(fs), "copy")
		return err
	}, leftCopy},
	{"restore", func(f *fixture, _ *vfs.MemFS) {
		_, err := f.Backup(f.ctx, "saved")
		f.must(err)
	}, func(ctx context.Context, fs vfs.FS) error {
		_, _, err := Restore(ctx, "saved", smallParts(fs), "copy", false)
		return err
	}, leftCopy},
}

func repairAll(ctx context.Context, fs vfs.FS) error {
	_, err := Fsck(ctx, "data", smallParts(fs), Repairable...)
	return err
}

// leftCopy wants a copy that has its name to be whole.
func leftCopy(ctx context.Context, fs vfs.FS, want string, told bool) error {
	if _, err := fs.Stat("copy"); !isMissing(err) || told {
		if err := same(ctx, fs, "copy", want, false); err != nil {
			return fmt.Errorf("the copy: %w", err)
		}
	}
	return same(ctx, fs, "data", want, false)
}

func same(ctx context.Context, fs vfs.FS, dir, want string, books bool) error {
	e, err := Open(dir, smallParts(fs))
	if err != nil {
		return err
	}
	defer e.Close()
	got, err := dump(ctx, e)
	if err == nil && got != want {
		err = fmt.Errorf("found\n%swant\n%s", got, want)
	}
	if err == nil && books {
		err = audit(e, fs)
	}
	return err
}

// disorder is everything that can be repaired without losing anything.
func (f *fixture) disorder(mem *vfs.MemFS) {
	b := f.db.NewBatch()
	_ = b.Set(spaceKey(recCounters, "s"), counters{objects: 7, bytes: 7}.encode(), nil)
	_ = b.Set(ref{kindInline, 1 << 19}.key(), appendInline(nil, []byte("unused")), nil)
	_ = b.Set(ref{kindInline, 1 << 18}.under(recRefs), appendCount(3), nil)
	f.must(f.apply(b, true))
	for _, dir := range []string{"data/blobs/00", "data/blobs/ff"} {
		f.must(mem.MkdirAll(dir, 0o700))
	}
	orphan := uint64(0)
	for {
		if _, err := mem.Stat(f.blobPath(orphan)); isMissing(err) {
			break
		}
		orphan++
	}
	f.overwrite(f.blobPath(orphan), "an orphan")
	f.overwrite("data/blobs/ff/00000000000fffff", "lost")
	f.must(syncDir(mem, "data/blobs"))
}

// cutLog flips a byte in the middle of the last log.
func (f *fixture) cutLog(mem *vfs.MemFS) {
	names, err := mem.List("data/meta")
	f.must(err)
	last := ""
	for _, n := range names {
		if m, ok := markNameOf(n); ok && m.kind == markLog {
			last = max(last, n)
		}
	}
	text, err := mem.UnsafeGetFileDataBuffer("data/meta/" + last)
	f.must(err)
	text[len(text)/2] ^= 1
}
