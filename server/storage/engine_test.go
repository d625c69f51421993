package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

func TestSpacesAreKept(t *testing.T) {
	fs := vfs.NewMem()
	f := setUpAt(t, fs)
	f.must(f.CreateSpace(Space{Name: "b", Region: "ams3", Owner: "me", Created: start, ACL: PublicRead, Config: map[string][]byte{"cors": {1, 0, 2}}}))
	if err := f.CreateSpace(Space{Name: "b"}); !errors.Is(err, ErrSpaceExists) {
		t.Errorf("create again: %v", err)
	}
	f.put("k", long("x"))
	refused := errors.New("no")
	if err := f.UpdateSpace("b", func(s *Space) error { s.ACL = Private; return refused }); err != refused {
		t.Errorf("update: %v", err)
	}
	f.must(f.UpdateSpace("b", func(s *Space) error { s.Config["x"] = []byte("y"); s.Name = "renamed"; s.Objects = 7; return nil }))
	check := func(e *Engine) {
		b, err := e.Space("b")
		if err != nil || b.Region != "ams3" || b.Owner != "me" || !b.Created.Equal(start) || b.ACL != PublicRead ||
			len(b.Config) != 2 || !slices.Equal(b.Config["cors"], []byte{1, 0, 2}) || b.Objects != 0 {
			t.Errorf("%+v, %v", b, err)
		}
		all, err := e.Spaces()
		if err != nil || len(all) != 2 || all[0].Name != "b" || all[1].Name != "s" || all[1].Objects != 1 || all[1].Bytes != 100 {
			t.Errorf("%+v, %v", all, err)
		}
	}
	check(f.Engine)
	f.must(f.Close())
	e := openAt(t, fs, small(fs))
	check(e)
	if err := e.DeleteSpace("s"); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("delete: %v", err)
	}
	if _, err := e.Delete(f.ctx, "s", "k", nil); err != nil {
		t.Error(err)
	}
	if err := e.DeleteSpace("s"); err != nil {
		t.Errorf("delete: %v", err)
	}
	_, gone := e.Space("s")
	if again := e.DeleteSpace("s"); !errors.Is(gone, ErrNoSpace) || !errors.Is(again, ErrNoSpace) || !errors.Is(e.UpdateSpace("s", nil), ErrNoSpace) {
		t.Errorf("a deleted Space: %v, %v", gone, again)
	}
	if err := e.CreateSpace(Space{Name: "s"}); err != nil {
		t.Errorf("create again: %v", err)
	}
	if s, err := e.Space("s"); err != nil || s.Objects != 0 || s.Bytes != 0 {
		t.Errorf("created again: %+v %v", s, err)
	}
}

func TestEverythingIsThereAfterARestart(t *testing.T) {
	fs := vfs.NewMem()
	f := setUpAt(t, fs)
	seqs := map[uint64]bool{}
	for i := range 5 {
		for _, k := range []string{"small", "large", fmt.Sprint(i)} {
			body := fmt.Sprint(k, i)
			if k == "large" {
				body = long(body)
			}
			o := f.put(k, body)
			if seqs[o.Seq] {
				t.Errorf("sequence %d was given twice", o.Seq)
			}
			seqs[o.Seq] = true
		}
		f.must(f.Close())
		f.Engine = openAt(t, fs, small(fs))
		if f.read("s", "small") != fmt.Sprint("small", i) || f.read("s", "large") != long(fmt.Sprint("large", i)) {
			t.Errorf("round %d: wrong bodies", i)
		}
	}
	f.must(f.gc.collect())
	if n := len(blobFiles(t, fs)); n != 1 {
		t.Errorf("%d files", n)
	}
	if _, err := f.Engine.Head("s", "3"); err != nil {
		t.Error(err)
	}
}

func TestADirectoryHasOneOwner(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	e, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.SetOwner("http://127.0.0.1:1 pid 7"); err != nil {
		t.Fatal(err)
	}
	var locked *LockedError
	if _, err := Open(dir, Options{}); !errors.As(err, &locked) || locked.Owner != "http://127.0.0.1:1 pid 7" || locked.Dir != dir {
		t.Errorf("second owner: %v", err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Errorf("close again: %v", err)
	}
	if _, err := e.Head("s", "k"); !errors.Is(err, ErrClosed) {
		t.Errorf("a closed engine: %v", err)
	}
	e, err = Open(dir, Options{})
	if err != nil {
		t.Fatalf("after the owner closed: %v", err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestFilesAreTheOwnersOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	f := &fixture{t: t, ctx: t.Context()}
	var err error
	f.Engine, err = Open(dir, Options{Inline: 1})
	f.must(err)
	f.must(f.CreateSpace(Space{Name: "s"}))
	f.put("k", long("x"))
	f.must(f.Close())
	files := 0
	f.must(filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		i, err := d.Info()
		if err == nil && i.Mode().Perm()&0o077 != 0 && filepath.Dir(path) != filepath.Join(dir, "meta") && filepath.Base(path) != "lock" && path != filepath.Join(dir, "meta") {
			t.Errorf("%s: %v", path, i.Mode())
		}
		files++
		return err
	}))
	if files < 6 {
		t.Errorf("%d files", files)
	}
}

func TestANewerFormatIsRefusedUntouched(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "format")
	for text, want := range map[string]error{formatWord + "3\n": ErrFormat, formatWord + "999": ErrFormat, "something else": ErrCorrupt, "": ErrCorrupt} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, Options{}); !errors.Is(err, want) {
			t.Errorf("%q: %v", text, err)
		}
		files, _ := os.ReadDir(dir)
		if got, _ := os.ReadFile(name); string(got) != text || len(files) != 1 {
			t.Errorf("%q: touched: %q, %v", text, got, files)
		}
	}
}

func TestStagedBlobsOfADeadProcessAreFound(t *testing.T) {
	fs := vfs.NewCrashableMem()
	f := setUpAt(t, fs)
	slow := f.stage(long("slow"))
	for i := range blobStride + 10 { // beyond one stride: low must stay at the slow one
		f.put("k", long(fmt.Sprint(i)))
	}
	f.must(f.gc.collect())
	f.must(slow.persist())
	late := f.stage(long("late"))
	f.must(late.persist())
	if n := len(blobFiles(t, fs)); n != 3 {
		t.Fatalf("%d files", n)
	}
	after := fs.CrashClone(vfs.CrashCloneCfg{})
	slow.Discard()
	late.Discard()
	e := openAt(t, after, small(after))
	if err := e.Close(); err != nil { // the sweep may not have been done
		t.Error(err)
	}
	e = openAt(t, after, small(after))
	if err := e.gc.sweepNow(); err != nil {
		t.Error(err)
	}
	if files := blobFiles(t, after); len(files) != 1 {
		t.Errorf("files: %v", files)
	}
	if body, err := readAll(t.Context(), e, "s", "k"); err != nil || body != long(fmt.Sprint(blobStride+9)) {
		t.Errorf("%.20q %v", body, err)
	}
}
