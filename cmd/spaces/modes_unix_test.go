//go:build unix

package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"spaces/store"
)

// TestNobodyElseMayReadTheStoreWhateverTheUmask looks at all that a server and the commands leave in the data directory.
func TestNobodyElseMayReadTheStoreWhateverTheUmask(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	h := newHome(t)
	s, _ := h.start(t)
	c := s.open(t)
	if err := c.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{10, 1 << 20} {
		body := bytes.Repeat([]byte("x"), size)
		if _, err := c.Put(t.Context(), store.Ref{Space: "media", Key: "k" + strings.Repeat("k", size%7)}, bytes.NewReader(body), int64(size), store.Props{}, store.PutOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	h.createKey(t, "other")
	if out, errs, err := h.run(t, "backup", filepath.Join(h.dir, "copy")); err != nil {
		t.Fatal(out, errs, err)
	}
	owned(t, h.data(), filepath.Join(h.dir, "copy"))
	s.stop()
	owned(t, h.data())
}

// owned wants only the owner to have any right in directories.
func owned(t *testing.T, dirs ...string) {
	t.Helper()
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			i, err := d.Info()
			if err == nil && i.Mode().Perm()&0o077 != 0 && i.Mode()&os.ModeSymlink == 0 {
				t.Errorf("%s has the mode %v", path, i.Mode())
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
