package local

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"spaces/server/storage"
)

// stored is a data directory with a Space, and the process that owns it.
func stored(t *testing.T) (Dir, *Owned) {
	t.Helper()
	d := Dir{Path: filepath.Join(t.TempDir(), "data"), Now: time.Now}
	if err := os.Mkdir(d.Path, 0o700); err != nil {
		t.Fatal(err)
	}
	own, err := d.Own(0)
	if err != nil {
		t.Fatal(err)
	}
	if err := own.engine.CreateSpace(storage.Space{Name: "media"}); err != nil {
		t.Fatal(err)
	}
	return d, own
}

// moments are the names of what moments leave.
func moments(t *testing.T, d Dir) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(d.Path, ".moment*"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestAMomentIsACopyUntilItIsClosed(t *testing.T) {
	d, own := stored(t)
	if err := own.Close(); err != nil {
		t.Fatal(err)
	}
	dead := filepath.Join(d.Path, ".moment-dead")
	for _, path := range []string{dead, dead + ".partial"} {
		if err := os.MkdirAll(filepath.Join(path, "blobs"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(dead+".lock", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	first, err := d.Moment(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second, err := d.Moment(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*Moment{first, second} {
		copied := d
		copied.Path = m.Path
		if rep, err := copied.Fsck(t.Context()); err != nil || rep.Spaces != 1 || len(rep.Findings) > 0 {
			t.Errorf("%+v, %v", rep, err)
		}
		if _, err := os.Stat(filepath.Join(m.Path, filepath.Base(m.Path))); err == nil {
			t.Error("a moment is in itself")
		}
	}
	if names := moments(t, d); len(names) != 4 {
		t.Errorf("%q", names)
	}
	for _, m := range []*Moment{first, second} {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
	if names := moments(t, d); len(names) != 0 {
		t.Errorf("%q", names)
	}
}

func TestMomentsOfARunningServerWaitForEachOther(t *testing.T) {
	d, own := stored(t)
	defer func() {
		if err := own.Close(); err != nil {
			t.Error(err)
		}
	}()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	own.Listen(l)
	if _, err := own.Start(t.Context(), Service{Command: "test", Root: RootKey{ID: "id", Secret: "secret"}}); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			m, err := d.Moment(t.Context())
			if err != nil {
				t.Error(err)
				return
			}
			if err := m.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if names := moments(t, d); len(names) != 0 {
		t.Errorf("%q", names)
	}
}

func TestTheNameOfBackupsStaysTheSame(t *testing.T) {
	d, own := stored(t)
	if err := own.Close(); err != nil {
		t.Fatal(err)
	}
	var ids [2]string
	for i := range ids {
		var err error
		if ids[i], err = d.BackupID(); err != nil || len(ids[i]) != 16 {
			t.Fatal(ids, err)
		}
	}
	m, err := d.Moment(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	copied := d
	copied.Path = m.Path
	if id, err := copied.BackupID(); err != nil || id != ids[0] || id != ids[1] {
		t.Error("a backup does not know whose it is:", ids, id, err)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(d.Path, "backup.id"), []byte("../../other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if id, err := d.BackupID(); err == nil || !strings.Contains(err.Error(), "backup.id") {
		t.Error(id, err)
	}
}
