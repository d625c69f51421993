package storage

import (
	"errors"
	"flag"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

var flipStride = flag.Int("flip.stride", 0, "flip a bit in each so many bytes of every file; 0: as many as fit a test run")

// stops are the ways in which a process ends.
var stops = map[string]func(f *fixture, mem *vfs.MemFS) *vfs.MemFS{
	"a clean stop": func(f *fixture, mem *vfs.MemFS) *vfs.MemFS {
		f.must(f.Close())
		return whole(mem)
	},
	"a kill": func(_ *fixture, mem *vfs.MemFS) *vfs.MemFS { return whole(mem) },
	// the last commit may be torn then, for all that anybody can know
	"a loss of power": func(f *fixture, mem *vfs.MemFS) *vfs.MemFS {
		f.put("more", "more")
		return mem.CrashClone(vfs.CrashCloneCfg{})
	},
}

func TestABitThatFlipsAnywhereLosesNothingInSilence(t *testing.T) {
	for how, stop := range stops {
		t.Run(how, func(t *testing.T) {
			mem := vfs.NewCrashableMem()
			f := setUpAt(t, mem)
			bodies := acknowledged(f)
			base := stop(f, mem)
			var flips, told atomic.Int64
			work := make(chan flip)
			var workers sync.WaitGroup
			for range 3 {
				workers.Go(func() {
					for w := range work {
						flips.Add(1)
						said, err := w.judge(t, base, bodies)
						if err != nil {
							t.Errorf("%s, byte %d: %v", w.name, w.at, err)
						}
						if said {
							told.Add(1)
						}
					}
				})
			}
			eachFile(base, "data", func(name string, size int) {
				for at := 0; at < size && !t.Failed(); at += strideOf(name, size) {
					work <- flip{name, at}
				}
			})
			close(work)
			workers.Wait()
			t.Logf("%d flips, %d were said", flips.Load(), told.Load())
			if flips.Load() < 100 || told.Load() == 0 {
				t.Errorf("only %d flips, %d were said", flips.Load(), told.Load())
			}
		})
	}
}

// strideOf makes every byte of the logs be flipped, and some of other files.
func strideOf(name string, size int) int {
	most := 60
	switch {
	case *flipStride > 0:
		return *flipStride
	case raceEnabled || testing.Short():
		most = 6 // each is an open store
	case strings.HasSuffix(name, ".log"), strings.Contains(name, "MANIFEST"):
		most = 400
	}
	return 1 + size/most
}

type flip struct {
	name string
	at   int
}

// judge is an error when something acknowledged is not there, and neither the
// start nor a read nor fsck says so; said is whether somebody said something.
func (w flip) judge(t *testing.T, base *vfs.MemFS, bodies map[string]string) (said bool, err error) {
	fs := w.in(base)
	e, err := Open("data", small(fs))
	if err != nil {
		return true, nil
	}
	defer e.Close()
	var silent error
	for key, want := range bodies {
		got, err := readAll(t.Context(), e, "s", key)
		switch {
		case errors.Is(err, ErrCorrupt):
			said = true
		case err != nil:
			silent = fmt.Errorf("%s: %w", key, err)
		case got != want:
			return said, fmt.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	rows, _, err := e.List(t.Context(), "s", ListQuery{Max: 1000})
	if err == nil && len(rows) != len(bodies) && (len(rows) != len(bodies)+1 || rows[len(rows)-1].Key != "more") {
		silent = fmt.Errorf("%d rows are listed, want %d", len(rows), len(bodies))
	}
	said = said || err != nil
	if silent != nil && w.fsckIsSilent(t, base) {
		return said, silent
	}
	return said, nil
}

// in is a file system in which the bit is flipped.
func (w flip) in(base *vfs.MemFS) *vfs.MemFS {
	fs := whole(base)
	data, err := fs.UnsafeGetFileDataBuffer(w.name)
	if err != nil {
		panic(err)
	}
	data[w.at] ^= 1 << (w.at % 8)
	return fs
}

func (w flip) fsckIsSilent(t *testing.T, base *vfs.MemFS) bool {
	rep, err := Fsck(t.Context(), "data", small(w.in(base)))
	return err == nil && len(rep.Findings) == 0
}
