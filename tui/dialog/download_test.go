package dialog_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

func downloadFixture(t *testing.T) (*kittest.Screen, *storetest.Fixture, string) {
	dir, err := os.MkdirTemp("/tmp", "spaces-dl") // short, so that pictures of it are the same everywhere
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s, f := start(t, kittest.Local(dir))
	f.Space(t, "media")
	for _, key := range []string{"pics/1.jpg", "pics/deep/2.jpg", "a.txt"} {
		put(t, f, "media", key, 1500, store.Private)
	}
	s.Open(dialog.NewDownload(s.Context, []job.Source{folder("media", "pics/"), object("media", "a.txt")}, ""))
	return s, f, dir
}

func wantFile(t *testing.T, path string, size int64) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || info.Size() != size {
		t.Fatalf("%s: %v, %v; want %d bytes", path, info, err, size)
	}
}

func TestDownloadCountsAndGoesToTheDefault(t *testing.T) {
	s, _, dir := downloadFixture(t)
	s.Want("1 folder, 1 file", "3 objects, 4.5 KB", "counted, complete", dir)
	s.Press("enter")
	closed(t, s)
	wantFile(t, filepath.Join(dir, "pics/1.jpg"), 1500)
	wantFile(t, filepath.Join(dir, "pics/deep/2.jpg"), 1500)
	wantFile(t, filepath.Join(dir, "a.txt"), 1500)
}

func TestDownloadMakesTheDirectory(t *testing.T) {
	s, _, dir := downloadFixture(t)
	s.Type("/new/one")
	s.Want("It does not exist yet and will be created")
	s.Press("enter")
	closed(t, s)
	wantFile(t, filepath.Join(dir, "new/one/pics/1.jpg"), 1500)
}

func TestDownloadCompletesDirectories(t *testing.T) {
	s, _, dir := downloadFixture(t)
	file(t, dir, "target/x", "")
	file(t, dir, "tango.txt", "")
	s.Type("/ta")
	s.Press("tab")
	s.Want("target/")
}

func TestDownloadSaysWhyADirectoryCannotBeUsed(t *testing.T) {
	s, _, dir := downloadFixture(t)
	file(t, dir, "plain", "x")
	s.Type("/plain")
	s.Want("That is a file, not a directory")
	s.Press("enter")
	open(t, s)
	s.Want("The directory cannot be used")
}

func TestDownloadAsksAboutFilesThatAreThere(t *testing.T) {
	s, _, dir := downloadFixture(t)
	file(t, dir, "new/a.txt", "mine")
	s.Type("/new")
	s.Press("enter")
	if s.Dialog() == nil {
		t.Fatalf("nothing was asked: %q", s.Notice())
	}
	s.Want("On this machine           In the Space", "a.txt", "(•) Skip", "4 B")
	s.WantNot("ours", "theirs")
	s.Press("enter")
	closed(t, s)
	if b, _ := os.ReadFile(filepath.Join(dir, "new/a.txt")); string(b) != "mine" {
		t.Fatal("the file was overwritten")
	}
	wantFile(t, filepath.Join(dir, "new/pics/1.jpg"), 1500)
}

func TestDownloadLooksCalm(t *testing.T) {
	s, _, dir := downloadFixture(t)
	requireGolden(t, calm(s, dir))
}

func TestDownloadEscapeWritesNothing(t *testing.T) {
	s, _, dir := downloadFixture(t)
	s.Press("esc")
	closed(t, s)
	if list, _ := os.ReadDir(dir); len(list) > 0 {
		t.Fatalf("there is %v", list)
	}
}

func TestAPlanOfManyRequestsSaysHowMany(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	var sources []job.Source
	for i := range 2300 { // a listing has told all about them: each is too large for a pack
		key := fmt.Sprintf("f%05d", i)
		sources = append(sources, object("media", key))
		sources[i].Entry = store.Entry{Key: key, Size: 1 << 20, ETag: "x", Modified: s.Context.Now()}
	}
	s.Open(dialog.NewDownload(s.Context, sources, ""))
	s.Want("2,300 objects", "About 2,300 requests")
}
