package local

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// gathered is a stage that has all of a backup.
func gathered(t *testing.T) (Dir, *Stage) {
	t.Helper()
	from, own := stored(t)
	if err := own.Close(); err != nil {
		t.Fatal(err)
	}
	d := Dir{Path: filepath.Join(t.TempDir(), "new", "data"), Now: time.Now}
	s, err := d.Stage()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := from.Backup(t.Context(), s.Path); err != nil {
		t.Fatal(err)
	}
	return d, s
}

func wantStore(t *testing.T, d Dir) {
	t.Helper()
	if rep, err := d.Fsck(t.Context()); err != nil || rep.Spaces != 1 || len(rep.Findings) > 0 {
		t.Errorf("%+v, %v", rep, err)
	}
	if left, _ := filepath.Glob(filepath.Join(d.Path, ".restore*")); len(left) > 0 {
		t.Errorf("%q is left", left)
	}
	if _, err := d.Stage(); err == nil || !strings.Contains(err.Error(), "there is a store") {
		t.Error("a store was to be restored over another:", err)
	}
}

func TestWhatWasGatheredBecomesTheDataDirectory(t *testing.T) {
	d, s := gathered(t)
	if _, err := d.Stage(); err == nil || !strings.Contains(err.Error(), "under way") {
		t.Error("two at once:", err)
	}
	if rep, err := s.Adopt(t.Context(), false); err != nil || rep.Spaces != 1 {
		t.Fatal(rep, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	wantStore(t, d)
}

func TestAMoveThatWasCutIsUndoneAndDoneAgain(t *testing.T) {
	d, s := gathered(t)
	// as far as it may have come
	for _, err := range []error{
		os.WriteFile(filepath.Join(d.Path, ".restore.moving"), nil, 0o600),
		os.Rename(filepath.Join(s.Path, "meta"), filepath.Join(d.Path, "meta")),
		s.Close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Own(0); err == nil {
		t.Fatal("half of a store was opened")
	}
	_ = os.Remove(filepath.Join(d.Path, "lock"))
	s, err := d.Stage()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(s.Path, "meta")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Adopt(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	wantStore(t, d)
}

func TestOnlyAnEmptyDirectoryIsRestoredTo(t *testing.T) {
	d := Dir{Path: t.TempDir(), Now: time.Now}
	if err := os.Mkdir(filepath.Join(d.Path, "lost+found"), 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := d.Stage()
	if err != nil {
		t.Fatal("a new file system is not taken:", err)
	}
	if _, err := s.Adopt(t.Context(), true); err == nil {
		t.Error("nothing was adopted")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(d.Path, "mine"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Stage(); err == nil || !strings.Contains(err.Error(), "mine") {
		t.Error(err)
	}
}

func TestABackupWithFindingsIsRefused(t *testing.T) {
	d, s := gathered(t)
	names, err := filepath.Glob(filepath.Join(s.Path, "meta", "*.sst"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		if err := os.Truncate(name, 10); err != nil {
			t.Fatal(err)
		}
	}
	if rep, err := s.Adopt(t.Context(), false); err == nil {
		t.Errorf("%+v", rep)
	}
	if _, err := os.Stat(filepath.Join(d.Path, "format")); err == nil {
		t.Error("there is a store")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
