package storage

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// smallDisk is a file system of its own, of so many bytes.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		t.Skipf("NOT TESTED: a full disk needs the right to mount one: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestADiskIsFilledByEveryKindOfWriteAndEmptiedAgain(t *testing.T) {
	dir := smallDisk(t, 96<<20)
	f := &fixture{t: t, ctx: t.Context()}
	var err error
	f.Engine, err = Open(filepath.Join(dir, "data"), Options{})
	f.must(err)
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	f.must(f.CreateSpace(Space{Name: "s"}))
	f.room.lay()
	if i, err := os.Stat(filepath.Join(dir, "data", "ballast")); err != nil || i.Sys().(*syscall.Stat_t).Blocks == 0 {
		t.Errorf("no ballast: %v", err)
	}
	f.put("keep", strings.Repeat("keep", 50_000))
	for round := range 2 {
		var keys []string
		for _, size := range []int{3 << 20, 100 << 10, 4 << 10} {
			body := bytes.Repeat([]byte{byte(size)}, size)
			for i := 0; ; i++ {
				key := fmt.Sprintf("%d/%d/%d", round, size, i)
				if err = putInline(f.ctx, f.Engine, key, string(body)); err != nil {
					break
				}
				keys = append(keys, key)
			}
			if !errors.Is(err, ErrFull) || f.Failed() != nil {
				t.Fatalf("round %d, %d bytes: %v", round, size, err)
			}
		}
		// somebody else takes the last byte
		other := filepath.Join(dir, "other")
		fillUp(t, other)
		if len(keys) < 10 {
			t.Errorf("only %d objects", len(keys))
		}
		if f.read("s", "keep") != strings.Repeat("keep", 50_000) {
			t.Error("an old object is not what it was")
		}
		for i, k := range keys {
			if _, err := f.Delete(f.ctx, "s", k, nil); err != nil {
				t.Fatalf("round %d: delete %d of %d on a full disk: %v", round, i, len(keys), err)
			}
		}
		f.must(f.gc.collect())
		f.must(os.Remove(other))
		if err := f.db.Compact(f.ctx, []byte{0}, []byte{0xff}, false); err != nil {
			t.Error(err)
		}
		f.gc.kick()
		f.put("again", strings.Repeat("x", 5<<20))
	}
	if sp, _ := f.Space("s"); sp.Objects != 2 {
		t.Errorf("%+v", sp)
	}
}

func fillUp(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size > 0; size /= 16 {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
		if !isFull(err) {
			t.Fatal(err)
		}
	}
}
