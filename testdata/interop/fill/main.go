// Command fill puts many small objects into the data directory of a server that does not run, without waiting for the
// disk: what benchmarks find there is not what they measure.
//
//	fill DIR SPACE/PREFIX N …
package main

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"golang.org/x/sync/errgroup"

	"spaces/server/storage"
)

func main() {
	dir, what := os.Args[1], os.Args[2:]
	e, err := storage.Open(dir, storage.Options{FS: unsynced{vfs.Default}})
	if err != nil {
		log.Fatal(err)
	}
	for ; len(what) > 1; what = what[2:] {
		space, prefix, _ := strings.Cut(what[0], "/")
		n, err := strconv.Atoi(what[1])
		if err == nil {
			err = fill(e, space, prefix, n)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		log.Fatal(err)
	}
}

// fill puts n objects of 64 bytes into folders of 1000.
func fill(e *storage.Engine, space, prefix string, n int) error {
	const workers = 16
	var g errgroup.Group
	for w := range workers {
		g.Go(func() error {
			for i := w; i < n; i += workers {
				text := fmt.Sprintf("%064d", i)
				body, err := e.Stage(context.Background(), bytes.NewReader([]byte(text)), storage.StageOptions{Size: int64(len(text))})
				if err == nil {
					_, err = e.Put(context.Background(), space, fmt.Sprintf("%s%04d/object-%07d.dat", prefix, i/1000, i), body, storage.Attrs{ACL: "private", Headers: map[string]string{"Content-Type": "application/octet-stream"}}, storage.Checksum{}, nil)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	began := time.Now()
	err := g.Wait()
	log.Printf("%s/%s: %d objects in %.1f s", space, prefix, n, time.Since(began).Seconds())
	return err
}

// unsynced is a file system that does not wait for the disk.
type unsynced struct{ vfs.FS }

type file struct{ vfs.File }

func (file) Sync() error                { return nil }
func (file) SyncData() error            { return nil }
func (file) SyncTo(int64) (bool, error) { return true, nil }

func opened(f vfs.File, err error) (vfs.File, error) {
	if err != nil {
		return nil, err
	}
	return file{f}, nil
}

func (u unsynced) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return opened(u.FS.Create(name, c))
}
func (u unsynced) OpenDir(name string) (vfs.File, error) { return opened(u.FS.OpenDir(name)) }
func (u unsynced) ReuseForWrite(from, to string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return opened(u.FS.ReuseForWrite(from, to, c))
}
