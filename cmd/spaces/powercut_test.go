package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"spaces/server/powercut"
	"spaces/store"
	"spaces/tui/kit"
)

// newDisk writes nothing by itself, and hides no rename of a file that was not synced.
func newDisk(t *testing.T) *powercut.Disk {
	t.Helper()
	return powercut.New(t, 64<<20, "commit=1000,noauto_da_alloc")
}

// wantAfterCut wants a file to be after a power cut what it is.
func wantAfterCut(t *testing.T, disk *powercut.Disk, path string) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	disk.Cut(t, powercut.NoLogFlush)
	disk.Restore(t)
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("%s was %q, and is %q after a power cut: %v", filepath.Base(path), before, after, err)
	}
}

func TestAChangeOfTheConfigurationIsDurable(t *testing.T) {
	disk := newDisk(t)
	path := filepath.Join(disk.Dir(), "spaces", "config.toml")
	for _, text := range []string{"theme = \"a\"\n", "theme = \"other\"\n"} { // a new one, and one in the place of another
		if err := replaceConfig(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		wantAfterCut(t, disk, path)
	}
}

func TestABookmarkIsDurable(t *testing.T) {
	disk := newDisk(t)
	b := &bookmarks{dir: filepath.Join(disk.Dir(), "spaces")}
	for _, key := range []string{"a/", "b/"} {
		if err := b.Mark(kit.Mark{Name: key, Place: store.Place{Space: "media", Prefix: key}}); err != nil {
			t.Fatal(err)
		}
		wantAfterCut(t, disk, filepath.Join(b.dir, marksFile))
	}
}

func TestTheKeyOfBackupsIsDurableBeforeAnythingIsEncryptedWithIt(t *testing.T) {
	disk := newDisk(t)
	path := filepath.Join(disk.Dir(), "backup.key")
	if _, err := makeBackupKey(path); err != nil {
		t.Fatal(err)
	}
	wantAfterCut(t, disk, path)
}
