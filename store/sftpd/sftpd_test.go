package sftpd_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/pkg/sftp"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/sftpd"
	"spaces/store/storetest"
)

// line is a client of SFTP on a Store, over a line that can be cut.
type line struct {
	*sftp.Client
	t     *testing.T
	s     *store.Store
	temp  string
	cut   func()
	ended chan error
}

func open(t *testing.T) *line {
	t.Helper()
	s := storetest.New(t).Store
	if err := s.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	return join(t, s)
}

// join opens one more line to a Store.
func join(t *testing.T, s *store.Store) *line {
	t.Helper()
	l := &line{t: t, s: s, temp: t.TempDir(), ended: make(chan error, 1)}
	jobs := job.New(job.Options{Conns: store.ConnsOf(s)})
	here, there := net.Pipe()
	go func() {
		l.ended <- sftpd.Serve(context.WithoutCancel(t.Context()), sftpd.Config{Store: s, Jobs: jobs, Temp: l.temp}, there)
	}()
	l.cut = func() { here.Close() }
	var err error
	if l.Client, err = sftp.NewClientPipe(here, here); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		l.cut()
		<-l.ended
		_ = jobs.Close(context.Background())
	})
	return l
}

func (l *line) put(key, content string, p store.Props) {
	l.t.Helper()
	if _, err := l.s.Put(l.t.Context(), store.Ref{Space: "media", Key: key}, strings.NewReader(content), int64(len(content)), p, store.PutOptions{}); err != nil {
		l.t.Fatal(err)
	}
}

// content of an object, and what it has beside.
func (l *line) content(key string) (string, store.Info) {
	l.t.Helper()
	body, info, err := l.s.Get(l.t.Context(), store.Ref{Space: "media", Key: key}, store.GetOptions{})
	if err != nil {
		l.t.Fatal(err)
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	if err != nil {
		l.t.Fatal(err)
	}
	return string(text), info
}

func (l *line) keys() (keys []string) {
	l.t.Helper()
	page, err := l.s.List(l.t.Context(), store.ListRequest{Space: "media"})
	if err != nil {
		l.t.Fatal(err)
	}
	for _, e := range page.Entries {
		keys = append(keys, e.Key)
	}
	return keys
}

// write writes a file from its start.
func (l *line) write(name, content string) {
	l.t.Helper()
	f, err := l.Create(name)
	if err == nil {
		_, err = f.Write([]byte(content))
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *line) names(dir string) (names []string) {
	l.t.Helper()
	list, err := l.ReadDir(dir)
	if err != nil {
		l.t.Fatal(err)
	}
	for _, x := range list {
		name := x.Name()
		if x.IsDir() {
			name += "/"
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func is[T comparable](t *testing.T, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestSpacesAndFoldersAreDirectories(t *testing.T) {
	l := open(t)
	l.put("a/b/c.txt", "c", store.Props{})
	l.put("a/top.txt", "top", store.Props{})
	l.put("root.txt", "root", store.Props{})
	is(t, l.names("/"), []string{"media/"})
	is(t, l.names("/media"), []string{"a/", "root.txt"})
	is(t, l.names("/media/a"), []string{"b/", "top.txt"})
	for name, dir := range map[string]bool{"/": true, "/media": true, "/media/a": true, "/media/a/b": true, "/media/root.txt": false} {
		if info, err := l.Stat(name); err != nil || info.IsDir() != dir {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	for _, name := range []string{"/none", "/media/none", "/media/a/none", "/media/roo", "/media/root.txt/x"} {
		if _, err := l.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := l.ReadDir(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("reading %s: %v", name, err)
		}
	}
}

func TestALargeFolderIsListedWhole(t *testing.T) {
	l := open(t)
	var want []string
	for i := range 2300 {
		name := "f" + string(rune('a'+i/676)) + string(rune('a'+i/26%26)) + string(rune('a'+i%26))
		want = append(want, name)
		l.put("many/"+name, "", store.Props{})
	}
	is(t, l.names("/media/many"), want)
}

func TestAFileIsThereWhenItIsClosedAndNotBefore(t *testing.T) {
	l := open(t)
	content := make([]byte, 3<<20+17)
	_, _ = rand.Read(content)
	f, err := l.Create("/media/new/file.bin")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.ReadFrom(bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	is(t, l.keys(), nil)
	if info, err := f.Stat(); err != nil || info.Size() != int64(len(content)) {
		t.Errorf("while it is written: %v, %v", info, err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got, _ := l.content("new/file.bin"); got != string(content) {
		t.Error("the content is another")
	}
	r, err := l.Open("/media/new/file.bin")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var back bytes.Buffer
	if _, err := r.WriteTo(&back); err != nil || !bytes.Equal(back.Bytes(), content) {
		t.Errorf("it is read as something else: %v", err)
	}
}

func TestACutUploadLeavesNothing(t *testing.T) {
	l := open(t)
	l.put("old.txt", "old", store.Props{})
	for _, name := range []string{"/media/new.txt", "/media/old.txt"} {
		f, err := l.Create(name)
		if err == nil {
			_, err = f.Write([]byte("half of wh"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	l.cut()
	l.ended <- <-l.ended
	is(t, l.keys(), []string{"old.txt"})
	if got, _ := l.content("old.txt"); got != "old" {
		t.Errorf("the old file is %q", got)
	}
	if left, _ := os.ReadDir(l.temp); len(left) > 0 {
		t.Errorf("on the disk stays %v", left)
	}
}

func TestOverwritingKeepsWhatIsBesideTheContent(t *testing.T) {
	l := open(t)
	l.put("page.html", "old", store.Props{ContentType: "text/x-own", CacheControl: "max-age=7", Meta: map[string]string{"color": "blue"}, Tags: map[string]string{"k": "v"}, Access: store.PublicRead})
	l.write("/media/page.html", "new")
	got, info := l.content("page.html")
	access, err := l.s.Access(t.Context(), info.Ref)
	if err != nil {
		t.Fatal(err)
	}
	if got != "new" || info.ContentType != "text/x-own" || info.CacheControl != "max-age=7" || info.Meta["color"] != "blue" || access != store.PublicRead {
		t.Errorf("%q, %+v, %s", got, info.Props, access)
	}
}

func TestANewFileHasATypeAndIsPrivateWhateverItsModeWas(t *testing.T) {
	l := open(t)
	l.write("/media/a.html", "<p>")
	_, info := l.content("a.html")
	access, err := l.s.Access(t.Context(), info.Ref)
	if err != nil || access != store.Private || !strings.HasPrefix(info.ContentType, "text/html") {
		t.Errorf("%s, %q, %v", access, info.ContentType, err)
	}
}

func TestModesSayWhoMayRead(t *testing.T) {
	l := open(t)
	l.put("f.txt", "x", store.Props{})
	for _, c := range []struct {
		mode fs.FileMode
		want store.Access
		show fs.FileMode
	}{{0o644, store.PublicRead, 0o644}, {0o600, store.Private, 0o600}, {0o604, store.PublicRead, 0o644}, {0o640, store.Private, 0o600}} {
		if err := l.Chmod("/media/f.txt", c.mode); err != nil {
			t.Fatal(err)
		}
		access, err := l.s.Access(t.Context(), store.Ref{Space: "media", Key: "f.txt"})
		if err != nil || access != c.want {
			t.Errorf("%v: %s, %v", c.mode, access, err)
		}
		info, err := l.Stat("/media/f.txt")
		list, listing := l.ReadDir("/media")
		if err != nil || listing != nil || info.Mode() != c.show || list[0].Mode() != c.show {
			t.Errorf("%v is shown as %v and %v", c.mode, info.Mode(), list[0].Mode())
		}
	}
}

func TestFilesCanBeWrittenInTheMiddleAppendedToAndCut(t *testing.T) {
	l := open(t)
	l.put("f.txt", "0123456789", store.Props{})
	f, err := l.OpenFile("/media/f.txt", os.O_RDWR)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt([]byte("ABC"), 3)
	got := make([]byte, 10)
	_, reading := f.ReadAt(got, 0)
	if err = errors.Join(err, f.Close()); err != nil || string(got) != "012ABC6789" {
		t.Fatalf("%q, %v, %v", got, err, reading)
	}
	f, err = l.OpenFile("/media/f.txt", os.O_WRONLY|os.O_APPEND)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write([]byte("end"))
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if got, _ := l.content("f.txt"); got != "012ABC6789end" {
		t.Errorf("%q", got)
	}
	if err := l.Truncate("/media/f.txt", 4); err != nil {
		t.Fatal(err)
	}
	if got, _ := l.content("f.txt"); got != "012A" {
		t.Errorf("%q", got)
	}
	if err := l.Truncate("/media/f.txt", 6); err != nil {
		t.Fatal(err)
	}
	if got, _ := l.content("f.txt"); got != "012A\x00\x00" {
		t.Errorf("%q", got)
	}
}

func TestSomebodyElsesChangeIsNotOverwritten(t *testing.T) {
	l := open(t)
	l.put("f.txt", "old", store.Props{})
	f, err := l.OpenFile("/media/f.txt", os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err == nil {
		_, err = f.Write([]byte("mine"))
	}
	if err != nil {
		t.Fatal(err)
	}
	n, err := l.OpenFile("/media/new.txt", os.O_WRONLY|os.O_CREATE)
	if err == nil {
		_, err = n.Write([]byte("mine"))
	}
	if err != nil {
		t.Fatal(err)
	}
	l.put("f.txt", "theirs", store.Props{})
	l.put("new.txt", "theirs", store.Props{})
	if err := f.Close(); err == nil {
		t.Error("it was saved over another's")
	}
	if err := n.Close(); err == nil {
		t.Error("the new one was saved over another's")
	}
	for _, key := range []string{"f.txt", "new.txt"} {
		if got, _ := l.content(key); got != "theirs" {
			t.Errorf("%s is %q", key, got)
		}
	}
}

func TestAFileIsWrittenByOneAtATimeAndExclusiveMeansNew(t *testing.T) {
	l := open(t)
	l.put("f.txt", "old", store.Props{})
	if _, err := l.OpenFile("/media/f.txt", os.O_WRONLY|os.O_CREATE|os.O_EXCL); err == nil {
		t.Error("a file that is there is made anew")
	}
	if _, err := l.OpenFile("/media/none.txt", os.O_WRONLY); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("opening none: %v", err)
	}
	f, err := l.Create("/media/f.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := l.Create("/media/f.txt"); err == nil {
		t.Error("two write one file")
	}
}

func TestDirectoriesAreMadeAndRemoved(t *testing.T) {
	l := open(t)
	if err := l.MkdirAll("/media/a/b/c"); err != nil {
		t.Fatal(err)
	}
	is(t, l.names("/media/a/b"), []string{"c/"})
	if err := l.Mkdir("/media/a"); err == nil {
		t.Error("a directory is made twice")
	}
	if err := l.Mkdir("/media/none/b"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("below nothing: %v", err)
	}
	if err := l.RemoveDirectory("/media/a"); err == nil {
		t.Error("a directory that is not empty is removed")
	}
	for _, name := range []string{"/media/a/b/c", "/media/a/b", "/media/a"} {
		if err := l.RemoveDirectory(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	is(t, l.keys(), nil)
	if err := l.Mkdir("/fresh"); err != nil {
		t.Fatal(err)
	}
	is(t, l.names("/"), []string{"fresh/", "media/"})
	if err := l.RemoveDirectory("/fresh"); err != nil {
		t.Fatal(err)
	}
	l.put("x", "x", store.Props{})
	if err := l.RemoveDirectory("/media"); err == nil {
		t.Error("a Space with a file is removed")
	}
	is(t, l.names("/"), []string{"media/"})
}

func TestADirectoryStaysWhenItsLastFileGoes(t *testing.T) {
	l := open(t)
	l.put("dir/one", "1", store.Props{})
	l.put("old/two", "2", store.Props{})
	if err := l.Remove("/media/dir/one"); err != nil {
		t.Fatal(err)
	}
	if err := l.Rename("/media/old/two", "/media/two"); err != nil {
		t.Fatal(err)
	}
	is(t, l.names("/media"), []string{"dir/", "old/", "two"})
	if err := l.RemoveAll("/media/dir"); err != nil {
		t.Fatal(err)
	}
	is(t, l.names("/media"), []string{"old/", "two"})
}

func TestRenamesOfFilesAndDirectories(t *testing.T) {
	l := open(t)
	if err := l.s.CreateSpace(t.Context(), "other", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"a/1", "a/b/2", "a/b/c/3", "f", "g"} {
		l.put(key, key, store.Props{})
	}
	for _, c := range []struct{ from, to string }{{"/media/a", "/media/moved"}, {"/media/f", "/media/moved/f2"}, {"/media/moved/b", "/media/b"}, {"/media/b", "/other/b"}} {
		if err := l.Rename(c.from, c.to); err != nil {
			t.Fatalf("%s to %s: %v", c.from, c.to, err)
		}
	}
	is(t, l.keys(), []string{"g", "moved/1", "moved/f2"})
	is(t, l.names("/other/b"), []string{"2", "c/"})
	if got, _ := l.content("moved/f2"); got != "f" {
		t.Errorf("%q", got)
	}
	if err := l.Rename("/media/g", "/media/moved/1"); err == nil {
		t.Error("a plain rename replaces")
	}
	if err := l.PosixRename("/media/g", "/media/moved/1"); err != nil {
		t.Errorf("a POSIX rename does not replace: %v", err)
	}
	if got, _ := l.content("moved/1"); got != "g" {
		t.Errorf("%q", got)
	}
	for _, c := range []struct{ from, to string }{
		{"/media", "/renamed"}, {"/media/moved", "/media/moved/in/itself"}, {"/media/none", "/media/x"},
		{"/media/moved", "/other/b"}, {"/media/moved/f2", "/media/none/f2"},
	} {
		if err := l.PosixRename(c.from, c.to); err == nil {
			t.Errorf("%s became %s", c.from, c.to)
		}
	}
	is(t, l.keys(), []string{"moved/1", "moved/f2"})
}

func TestNamesThatNoPathLeadsToAreNotShown(t *testing.T) {
	l := open(t)
	for _, key := range []string{"//double", "./dot", "a/../b", "ok", "both", "both/inside", "new\nline", "esc\x1b[31m"} {
		l.put(key, key, store.Props{})
	}
	is(t, l.names("/media"), []string{"a/", "both/", "esc\x1b[31m", "new\nline", "ok"})
	is(t, l.names("/media/a"), nil)
	for _, name := range []string{"new\nline", "esc\x1b[31m"} {
		f, err := l.Open(path.Join("/media", name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if f.Close(); err != nil || string(got) != name {
			t.Errorf("%q is %q, %v", name, got, err)
		}
	}
	if _, err := l.Stat("/media/../../etc/passwd"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("above the root: %v", err)
	}
	if err := l.Symlink("/etc/passwd", "/media/link"); err == nil {
		t.Error("a link is made")
	}
	if _, err := l.ReadLink("/media/ok"); err == nil {
		t.Error("a link is read")
	}
}

func TestReadingAnObjectThatBecomesAnotherFails(t *testing.T) {
	l := open(t)
	l.put("f", strings.Repeat("a", 4<<20), store.Props{})
	f, err := l.Open("/media/f")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	first := make([]byte, 10)
	if _, err := f.ReadAt(first, 0); err != nil {
		t.Fatal(err)
	}
	l.put("f", strings.Repeat("b", 4<<20), store.Props{})
	if _, err := f.ReadAt(first, 3<<20); err == nil {
		t.Errorf("half of each was read: %q", first)
	}
}
