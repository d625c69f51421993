package local

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"spaces/server/powercut"
)

// onDisk is a data directory on a disk that writes nothing by itself, and hides no rename of a file that was not synced.
func onDisk(t *testing.T) (*powercut.Disk, Dir) {
	t.Helper()
	disk := powercut.New(t, 64<<20, "commit=1000,noauto_da_alloc")
	d := Dir{Path: filepath.Join(disk.Dir(), "data"), Now: time.Now}
	if err := os.Mkdir(d.Path, 0o700); err != nil {
		t.Fatal(err)
	}
	settle(t, disk.Dir())
	return disk, d
}

// settle makes all that is below a directory durable, so that a test is about what comes next.
func settle(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
	if err != nil {
		t.Fatal(err)
	}
}

func cut(t *testing.T, disk *powercut.Disk) {
	t.Helper()
	disk.Cut(t, powercut.NoLogFlush)
	disk.Restore(t)
}

// kept are the secrets that are made in a data directory and that others get to know, by their files.
var kept = map[string]func(Dir) error{
	credentialsFile: func(d Dir) error { _, err := d.RootKey(); return err },
	tokenFile:       func(d Dir) error { _, err := d.AdminToken(); return err },
	hostKeyFile:     func(d Dir) error { _, err := d.HostKey(); return err },
	"tls-key.pem":   func(d Dir) error { _, err := d.SelfSigned("127.0.0.1:1", nil); return err },
	"tls-cert.pem":  func(d Dir) error { _, err := d.SelfSigned("127.0.0.1:1", nil); return err },
	encryptionFile:  func(d Dir) error { _, err := makeMasterKey(filepath.Join(d.Path, encryptionFile)); return err },
}

func TestASecretIsDurableBeforeItIsUsed(t *testing.T) {
	for name, get := range kept {
		disk, d := onDisk(t)
		if err := get(d); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		wantAfterCut(t, disk, filepath.Join(d.Path, name))
	}
}

// wantAfterCut wants a file to be after a power cut what it is.
func wantAfterCut(t *testing.T, disk *powercut.Disk, path string) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut(t, disk)
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("%s had %d bytes, and has %d after a power cut: %v", filepath.Base(path), len(before), len(after), err)
	}
}

func TestASecretThatAnotherProcessHasJustMadeIsDurableBeforeItIsUsed(t *testing.T) {
	disk, d := onDisk(t)
	path := filepath.Join(d.Path, tokenFile)
	half := path + "-half" // as far as the other one is
	if err := os.WriteFile(half, []byte("spaces_v1_x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	settle(t, disk.Dir())
	if err := os.Link(half, path); err != nil {
		t.Fatal(err)
	}
	if err := writePrivate(path, "mine"); !errors.Is(err, os.ErrExist) {
		t.Errorf("it was made twice: %v", err)
	}
	wantAfterCut(t, disk, path)
}

func TestANoteOfTheUpkeepIsDurable(t *testing.T) {
	disk, d := onDisk(t)
	for n := range int64(2) { // a new one, and one in the place of another
		want := BackupNote{At: time.Unix(1e9, 0).UTC(), To: "there", Bytes: 1 + n}
		if err := d.NoteBackup(want); err != nil {
			t.Fatal(err)
		}
		cut(t, disk)
		if u, err := d.Upkeep(); err != nil || u.Backup != want {
			t.Errorf("it is remembered: %+v, %v", u.Backup, err)
		}
	}
}

// restored is a directory on a disk with a stage, in which all of a backup is, durably.
func restored(t *testing.T) (*powercut.Disk, Dir, *Stage) {
	t.Helper()
	from, own := stored(t)
	if err := own.Close(); err != nil {
		t.Fatal(err)
	}
	disk, d := onDisk(t)
	s, err := d.Stage()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := from.Backup(t.Context(), s.Path); err != nil {
		t.Fatal(err)
	}
	settle(t, disk.Dir())
	return disk, d, s
}

func TestWhatWasRestoredOutlivesAPowerCut(t *testing.T) {
	disk, d, s := restored(t)
	if _, err := s.Adopt(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	disk.Cut(t, powercut.NoLogFlush)
	_ = s.Close()
	disk.Restore(t)
	_ = os.Remove(filepath.Join(d.Path, stageLock)) // Close could not
	wantStore(t, d)
}
