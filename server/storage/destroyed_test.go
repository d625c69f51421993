package storage

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

func (f *fixture) destroy(name string) Space {
	f.t.Helper()
	s, err := f.DestroySpace(f.ctx, name, true)
	f.must(err)
	return s
}

func TestADestroyedSpaceComesBackAsItWas(t *testing.T) {
	fs := vfs.NewMem()
	f := setUpAt(t, fs)
	f.must(f.UpdateSpace("s", func(s *Space) error { s.Config = map[string][]byte{"cors": []byte("x")}; return nil }))
	f.put("a", long("a"))
	f.put("b", "b")
	u, err := f.CreateUpload(f.ctx, "s", "up", Attrs{}, "", "")
	f.must(err)
	_, err = f.PutPart(f.ctx, "s", "up", u.ID, 1, f.stage(long("part")), Checksum{})
	f.must(err)
	gone := f.destroy("s")
	if gone.Objects != 2 || gone.Bytes != 101 || gone.Gone == nil || !gone.Gone.At.Equal(start) {
		t.Errorf("destroyed: %+v", gone)
	}
	if _, err := f.Space("s"); !errors.Is(err, ErrNoSpace) {
		t.Errorf("its name: %v", err)
	}
	if _, err := f.Head("s", "a"); !errors.Is(err, ErrNoSpace) {
		t.Errorf("an object: %v", err)
	}
	f.must(f.CreateSpace(Space{Name: "s"}))
	f.put("a", "another")
	if _, err := f.RestoreSpace(gone.Gone.ID, ""); !errors.Is(err, ErrSpaceExists) {
		t.Errorf("its name is taken: %v", err)
	}
	f.must(f.Engine.Close())

	e := openAt(t, fs, small(fs))
	g := &fixture{t, e, t.Context()}
	list := e.DestroyedSpaces()
	if len(list) != 1 || list[0].Name != "s" || list[0].Objects != 2 {
		t.Fatalf("after a start: %+v", list)
	}
	back, err := e.RestoreSpace(gone.Gone.ID, "t")
	g.must(err)
	if back.Name != "t" || back.Objects != 2 || string(back.Config["cors"]) != "x" || back.Gone != nil {
		t.Errorf("it came back as %+v", back)
	}
	if g.read("t", "a") != long("a") || g.read("t", "b") != "b" || g.read("s", "a") != "another" {
		t.Error("objects are not where they were")
	}
	p, err := e.PutPart(g.ctx, "t", "up", u.ID, 2, g.stage("end"), Checksum{})
	g.must(err)
	have, _, err := e.Parts("t", "up", u.ID, 0, 10)
	g.must(err)
	if len(have) != 2 || have[1].ETag != p.ETag {
		t.Errorf("the parts of its upload are %+v", have)
	}
	if up, err := e.Upload("t", "up", u.ID); err != nil || up.Space != "t" {
		t.Errorf("its upload is of %q: %v", up.Space, err)
	}
	_, err = e.Copy(g.ctx, "t", "a", "s", "copy", CopyOptions{})
	g.must(err)
	_, err = e.Rename(g.ctx, "t", "b", "c", nil, nil)
	g.must(err)
	if g.read("s", "copy") != long("a") || g.read("t", "c") != "b" {
		t.Error("copy or rename")
	}
	if len(e.DestroyedSpaces()) != 0 {
		t.Error("it is destroyed still")
	}
	g.must(audit(e, fs))
	rep := g.fsckClosed(fs)
	if rep.Spaces != 2 || len(rep.Findings) != 0 {
		t.Errorf("fsck: %+v", rep)
	}
}

// fsckClosed closes the engine and checks its directory.
func (f *fixture) fsckClosed(fs vfs.FS) *FsckReport {
	f.t.Helper()
	f.must(f.Engine.Close())
	rep, err := Fsck(f.ctx, "data", small(fs))
	f.must(err)
	return rep
}

func TestASpaceOfANameThatIsTakenTwiceIsDeletedAlone(t *testing.T) {
	f := setUp(t)
	f.put("a", long("a"))
	gone := f.destroy("s")
	f.must(f.CreateSpace(Space{Name: "s"}))
	f.must(f.DeleteSpace("s"))
	f.must(f.CreateSpace(Space{Name: "s"}))
	again := f.destroy("s")
	if list := f.DestroyedSpaces(); len(list) != 2 || list[0].Gone.ID != again.Gone.ID {
		t.Errorf("destroyed: %+v", list)
	}
	_, err := f.RestoreSpace(gone.Gone.ID, "")
	f.must(err)
	if f.read("s", "a") != long("a") {
		t.Error("the first is not as it was")
	}
}

func TestWhatIsInADestroyedSpaceGoesWhenItEnds(t *testing.T) {
	fs := vfs.NewMem()
	f := setUpAt(t, fs)
	f.must(f.SetVersioning("s", Enabled))
	f.must(f.CreateSpace(Space{Name: "other"}))
	for i := range 2*purgeSize + 10 {
		f.put(fmt.Sprint(i%1500), "x")
	}
	f.put("shared", long("s"))
	f.put("gone", long("g"))
	_, err := f.Delete(f.ctx, "s", "gone", nil)
	f.must(err)
	_, err = f.Copy(f.ctx, "s", "shared", "other", "kept", CopyOptions{})
	f.must(err)
	u, err := f.CreateUpload(f.ctx, "s", "up", Attrs{}, "", "")
	f.must(err)
	_, err = f.PutPart(f.ctx, "s", "up", u.ID, 1, f.stage(long("part")), Checksum{})
	f.must(err)
	id := f.destroy("s").Gone.ID
	f.must(f.EndSpace(id))
	if _, err := f.RestoreSpace(id, ""); !errors.Is(err, ErrNotDestroyed) {
		t.Errorf("it came back: %v", err)
	}
	if err := f.EndSpace(id); !errors.Is(err, ErrNotDestroyed) {
		t.Errorf("ended twice: %v", err)
	}
	f.must(f.gc.purge())
	f.must(f.gc.collect())
	if f.read("other", "kept") != long("s") {
		t.Error("a copy went as well")
	}
	if n := f.records(recObject) + f.records(recVersion) + f.records(recUpload) + f.records(recPart) + f.records(byte(kindInline)); n != 1 {
		t.Errorf("%d records are left", n)
	}
	if n := f.records(recSpace); n != 1 || len(blobFiles(t, fs)) != 1 {
		t.Errorf("%d Spaces, files %v", n, blobFiles(t, fs))
	}
	f.must(audit(f.Engine, fs))
}

func TestASpaceWithALockedVersionIsNotDestroyed(t *testing.T) {
	f := setUp(t)
	f.must(f.SetVersioning("s", Enabled))
	_, err := f.Put(f.ctx, "s", "k", f.stage("x"), Attrs{Lock: Lock{Hold: true}}, Checksum{}, nil)
	f.must(err)
	f.put("k", "newer")
	if _, err := f.DestroySpace(f.ctx, "s", true); !errors.Is(err, ErrLocked) {
		t.Errorf("destroyed: %v", err)
	}
	if f.read("s", "k") != "newer" || len(f.DestroyedSpaces()) != 0 {
		t.Error("something was destroyed")
	}
}

func TestFindingsSayHowASpaceWasCalled(t *testing.T) {
	fs := vfs.NewMem()
	f := setUpAt(t, fs)
	id := f.destroy("s").Gone.ID
	f.must(f.CreateSpace(Space{Name: "s"}))
	f.put("k", long("k"))
	for _, name := range blobFiles(t, fs) {
		f.must(fs.Remove(name))
	}
	rep := f.fsckClosed(fs)
	if len(rep.Findings) != 1 || rep.Findings[0].Space != "s" || rep.Destroyed != 1 || rep.Spaces != 1 {
		t.Errorf("%+v", rep)
	}
	if s := (&Space{Name: "s", Gone: &Gone{ID: id}}).called(); !strings.Contains(s, "destroyed") {
		t.Error(s)
	}
}

func TestABackupHasTheDestroyedSpaces(t *testing.T) {
	fs := vfs.NewMem()
	f := setUpAt(t, fs)
	f.put("k", long("k"))
	f.destroy("s")
	_, err := f.Backup(f.ctx, "backup")
	f.must(err)
	o := small(fs)
	e, err := Open("backup", o)
	f.must(err)
	defer e.Close()
	list := e.DestroyedSpaces()
	if len(list) != 1 {
		t.Fatalf("in the backup: %+v", list)
	}
	_, err = e.RestoreSpace(list[0].Gone.ID, "")
	f.must(err)
	if body, err := readAll(f.ctx, e, "s", "k"); err != nil || body != long("k") {
		t.Errorf("%q %v", body, err)
	}
}
