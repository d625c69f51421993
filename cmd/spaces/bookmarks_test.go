package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"spaces/store"
	"spaces/tui/kit"
)

func TestBookmarksComeBackAsTheyWereKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "spaces")
	b := &bookmarks{dir: dir}
	if marks, err := b.Marks(); len(marks) > 0 || err != nil {
		t.Errorf("at first there are %v, %v", marks, err)
	}
	want := []kit.Mark{
		{Name: "pictures", Place: store.Place{Space: "media", Prefix: "pics/2026/"}},
		{Name: "a \"b\"\n\x1b é", Place: store.Place{Conn: "do", Space: "x", Prefix: "caf\xe9/\n/ \"/"}},
		{Name: "", Place: store.Place{Conn: "http://127.0.0.1:9000#KEY", Space: "x", Tab: store.Usage, Prefix: "d/"}},
		{Name: "keys", Place: store.Place{Conn: "do", Tab: store.AccessKeys}},
		{Name: "all", Place: store.Place{}},
	}
	for _, m := range want {
		m.Place.Key = m.Place.Prefix + "cursor"
		if err := b.Mark(m); err != nil {
			t.Fatal(err)
		}
	}
	other := &bookmarks{dir: dir} // of another run
	if got, err := other.Marks(); !reflect.DeepEqual(got, want) || err != nil {
		t.Errorf("kept are %q, %v; want %q", got, err, want)
	}
	want[0].Name = "photos"
	if err := other.Mark(want[0]); err != nil {
		t.Fatal(err)
	}
	if err := other.Unmark(want[1].Place); err != nil {
		t.Fatal(err)
	}
	want = append(want[:1], want[2:]...)
	if got, err := b.Marks(); !reflect.DeepEqual(got, want) || err != nil {
		t.Errorf("then kept are %q, %v; want %q", got, err, want)
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != 2 {
		t.Errorf("left is %v, %v", list, err)
	}
	for _, f := range list {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", f.Name(), info.Mode(), err)
		}
	}
}

func TestTheLastPlacesAreRememberedOnceEach(t *testing.T) {
	b := &bookmarks{dir: t.TempDir()}
	at := func(i int) store.Place { return store.Place{Space: "media", Prefix: fmt.Sprintf("%d/", i)} }
	for i := range 2 * kit.MostVisited {
		if err := b.Visit(at(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Visit(at(60)); err != nil {
		t.Fatal(err)
	}
	got, err := b.Visited()
	if err != nil || len(got) != kit.MostVisited || got[0] != at(60) || got[1] != at(99) || got[49] != at(50) {
		t.Errorf("remembered are %d: %v, %v", len(got), got, err)
	}
}

func TestProgramsThatKeepBookmarksAtOnceLoseNone(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			b := &bookmarks{dir: dir} // files are locked by each open of them, as by each program
			for n := range 10 {
				if err := b.Mark(kit.Mark{Name: "x", Place: store.Place{Space: "media", Prefix: fmt.Sprintf("%d-%d/", i, n)}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got, err := (&bookmarks{dir: dir}).Marks(); len(got) != 40 || err != nil {
		t.Errorf("there are %d, %v", len(got), err)
	}
}

func TestLinesThatAreNoBookmarksAreLeftOut(t *testing.T) {
	dir := t.TempDir()
	text := "\n\"a\" \"media/d/\"\r\nmedia/\n\"b\"\n\"c\" \"x:y:z@/\"\n\"d\" \"media/\" \"x\"\n\"open\n"
	if err := os.WriteFile(filepath.Join(dir, marksFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	b := &bookmarks{dir: dir}
	got, err := b.Marks()
	if len(got) != 1 || got[0].Name != "a" || err != nil {
		t.Errorf("read are %v, %v", got, err)
	}
	if err := os.Chmod(dir, 0o500); err != nil || os.Geteuid() == 0 {
		t.Skip("nothing is forbidden to root")
	}
	if err := b.Mark(kit.Mark{Name: "x"}); err == nil || !strings.Contains(err.Error(), "keep the bookmarks") {
		t.Errorf("where nothing can be written: %v", err)
	}
}
