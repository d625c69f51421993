package powercut

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// write makes a file, and syncs it and its directory if it is told to.
func write(t *testing.T, path, text string, sync bool) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if sync {
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestACutTakesWhatWasNotSynced(t *testing.T) {
	for _, options := range Options {
		for _, flag := range []int{LogFlush, NoLogFlush} {
			d := New(t, 32<<20, options)
			for round := range 2 {
				// Each round has names of its own: ext4 writes what takes the place of a file at once (auto_da_alloc).
				synced, lost := filepath.Join(d.Dir(), fmt.Sprint("synced", round)), filepath.Join(d.Dir(), fmt.Sprint("lost", round))
				text := strings.Repeat("text", 20_000)
				write(t, synced, text, true)
				write(t, lost, text, false)
				d.Cut(t, flag)
				if _, err := os.Create(filepath.Join(d.Dir(), "after")); err == nil {
					t.Error("a file was made without power")
				}
				d.Restore(t)
				if got, err := os.ReadFile(synced); err != nil || string(got) != text {
					t.Errorf("%s, %d: synced were %d bytes: %d, %v", options, flag, len(text), len(got), err)
				}
				if got, err := os.ReadFile(lost); flag == NoLogFlush && !errors.Is(err, os.ErrNotExist) || len(bytes.Trim(got, "\x00")) != 0 {
					t.Errorf("%s, %d: %d bytes are there that were not synced, %v", options, flag, len(got), err)
				}
			}
		}
	}
}

func TestSeveralDisksAtOnce(t *testing.T) {
	for range 4 {
		t.Run("disk", func(t *testing.T) {
			t.Parallel()
			d := New(t, 32<<20, "commit=1000")
			write(t, filepath.Join(d.Dir(), "a"), "a", true)
			d.Cut(t, NoLogFlush)
			d.Restore(t)
			if got, err := os.ReadFile(filepath.Join(d.Dir(), "a")); err != nil || string(got) != "a" {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}
