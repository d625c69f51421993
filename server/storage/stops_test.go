package storage

import (
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// acknowledged fills an engine and says what must be there for ever.
func acknowledged(f *fixture) map[string]string {
	bodies := map[string]string{}
	for i := range 30 {
		key := fmt.Sprintf("k%03d", i)
		bodies[key] = strings.Repeat(string(rune('a'+i%26)), 5+i%3*9) // some inline, some in blobs
		f.put(key, bodies[key])
		if i == 12 {
			f.must(f.db.Flush())
		}
		if i == 20 {
			_, err := f.Delete(f.ctx, "s", "k003", nil)
			f.must(err)
			delete(bodies, "k003")
		}
	}
	return bodies
}

// killed is what a kill leaves of 30 objects in the log, large and small.
func killed(t *testing.T) (*vfs.MemFS, *fixture) {
	t.Helper()
	mem := vfs.NewCrashableMem()
	f := setUpAt(t, mem)
	for i := range 30 {
		f.put(fmt.Sprintf("k%03d", i), strings.Repeat("b", 5+i%2*20))
	}
	return whole(mem), f
}

// whole is a file system with all that was written.
func whole(mem *vfs.MemFS) *vfs.MemFS {
	return mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 100, RNG: rand.New(rand.NewPCG(1, 1))})
}

// eachFile visits the files below a directory.
func eachFile(fs vfs.FS, dir string, visit func(name string, size int)) {
	names, err := fs.List(dir)
	if err != nil {
		return
	}
	for _, n := range names {
		i, err := fs.Stat(path.Join(dir, n))
		if err != nil {
			continue
		}
		if i.IsDir() {
			eachFile(fs, path.Join(dir, n), visit)
		} else {
			visit(path.Join(dir, n), int(i.Size()))
		}
	}
}
