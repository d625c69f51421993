package storage

import (
	"io"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// lateFS lets somebody else be faster to the lock.
type lateFS struct {
	vfs.FS
	once   *sync.Once
	faster func()
}

func (f lateFS) Lock(name string) (io.Closer, error) {
	f.once.Do(f.faster)
	return f.FS.Lock(name)
}

func TestANewDirectoryThatAnotherLaidOutMeanwhileIsOpened(t *testing.T) {
	mem := vfs.NewMem()
	open := func(fs vfs.FS) {
		e, err := Open("data", Options{FS: fs})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
	open(lateFS{mem, new(sync.Once), func() { open(mem) }})
}
