//go:build unix

package storage

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// It is not parallel to others: the umask is the process's.
func TestOnlyTheOwnerMayReadWhateverTheUmask(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	dir := filepath.Join(t.TempDir(), "data")
	e, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t, e, t.Context()}
	f.must(f.CreateSpace(Space{Name: "s"}))
	f.put("small", "small")
	f.put("large", goldenBody("large", 100_000))
	f.must(f.SetOwner("me"))
	f.room.lay()
	_, err = f.Backup(f.ctx, dir+".copy")
	f.must(err)
	private := func() {
		for _, d := range []string{dir, dir + ".copy"} {
			f.must(filepath.WalkDir(d, func(path string, d fs.DirEntry, err error) error {
				if err != nil {
					return err
				}
				i, err := d.Info()
				if want := map[bool]os.FileMode{true: 0o700, false: 0o600}[d.IsDir()]; err == nil && i.Mode().Perm() != want {
					t.Errorf("%s has the mode %v", path, i.Mode())
				}
				return err
			}))
		}
	}
	private()
	f.must(f.Close())
	private()
	locks := []string{filepath.Join(dir, "lock"), filepath.Join(dir, "meta", "LOCK")}
	for _, l := range locks { // as an earlier version left them
		f.must(os.Chmod(l, 0o644))
	}
	e, err = Open(dir, Options{})
	f.must(err)
	defer e.Close()
	private()
}
