package archive_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"spaces/server/archive"
)

var noon = time.Date(2026, 3, 4, 12, 30, 8, 0, time.UTC)

func kind(name string) archive.Kind {
	for _, k := range archive.Kinds {
		if k.Name == name {
			return k
		}
	}
	panic(name)
}

// members are of every form: empty, small, large with and without a sum, folders.
func members() (list []archive.Member, bodies map[string]string) {
	bodies = map[string]string{
		"empty": "", "small.txt": "hello", "é/日本.txt": "in unicode", "large": strings.Repeat("large ", 50_000), "summed": strings.Repeat("summed", 40_000),
		strings.Repeat("long/", 60) + "name": "deep", "folder/": "",
	}
	for _, name := range []string{"empty", "small.txt", "é/日本.txt", "large", "summed", strings.Repeat("long/", 60) + "name", "folder/"} {
		m := archive.Member{Name: name, Size: int64(len(bodies[name])), Modified: noon}
		if name == "summed" {
			m.Sum, m.Summed = crc32.ChecksumIEEE([]byte(bodies[name])), true
		}
		list = append(list, m)
	}
	return list, bodies
}

func write(t *testing.T, k archive.Kind) []byte {
	t.Helper()
	var b bytes.Buffer
	w := k.New(&b)
	list, bodies := members()
	for _, m := range list {
		if err := w.Add(m, strings.NewReader(bodies[m.Name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUnpackersFindEveryMember(t *testing.T) {
	for _, c := range []struct {
		kind string
		tool []string
	}{
		{"zip", []string{"unzip", "-q", "archive", "-d", "out"}},
		{"zip", []string{"python3", "-m", "zipfile", "-e", "archive", "out"}},
		{"zip", []string{"bsdtar", "-x", "-C", "out", "-f", "archive"}},
		{"tar", []string{"tar", "-x", "-C", "out", "-f", "archive"}},
		{"tar", []string{"python3", "-m", "tarfile", "-e", "archive", "out"}},
	} {
		t.Run(c.tool[0]+" of "+c.kind, func(t *testing.T) {
			if _, err := exec.LookPath(c.tool[0]); err != nil {
				t.Skip("not installed: " + c.tool[0])
			}
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "archive"), write(t, kind(c.kind)), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(filepath.Join(dir, "out"), 0o700); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(c.tool[0], c.tool[1:]...)
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "LC_ALL=C.UTF-8")
			if said, err := cmd.CombinedOutput(); err != nil || len(said) > 0 {
				t.Errorf("%v: %s", err, said)
			}
			_, bodies := members()
			for name, want := range bodies {
				at := filepath.Join(dir, "out", filepath.FromSlash(name))
				if strings.HasSuffix(name, "/") {
					if i, err := os.Stat(at); err != nil || !i.IsDir() {
						t.Error(name, err)
					}
					continue
				}
				got, err := os.ReadFile(at)
				if err != nil || string(got) != want {
					t.Errorf("%s: %d bytes, want %d: %v", name, len(got), len(want), err)
				}
			}
		})
	}
}

func TestAZipSaysWhatItsMembersAre(t *testing.T) {
	b := write(t, kind("zip"))
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	list, bodies := members()
	if len(r.File) != len(list) {
		t.Fatalf("%d members, want %d", len(r.File), len(list))
	}
	for i, f := range r.File {
		if f.Name != list[i].Name || !f.Modified.Equal(noon) || f.NonUTF8 || f.Mode().IsDir() != strings.HasSuffix(f.Name, "/") {
			t.Errorf("%+v", f.FileHeader)
		}
		if streamed := f.Flags&8 != 0; streamed != (f.Name == "large") {
			t.Errorf("%s: its sizes follow it: %v", f.Name, streamed)
		}
		o, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(o); err != nil || string(got) != bodies[f.Name] {
			t.Errorf("%s: %d bytes: %v", f.Name, len(got), err)
		}
	}
}

func TestABodyThatIsNotWhatItsMemberSaysIsAnError(t *testing.T) {
	for _, k := range archive.Kinds {
		for _, size := range []int64{10, 200_000} {
			short := archive.Member{Name: "a", Size: size, Modified: noon}
			if err := k.New(io.Discard).Add(short, strings.NewReader("short")); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s: a short body of %d: %v", k.Name, size, err)
			}
		}
	}
	wrong := archive.Member{Name: "a", Size: 5, Modified: noon, Sum: 1, Summed: true}
	if err := kind("zip").New(io.Discard).Add(wrong, strings.NewReader("hello")); !errors.Is(err, archive.ErrSum) {
		t.Error(err)
	}
}

// zeros is a body of any size.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// keep has the end of what is written, and counts the rest.
type keep struct {
	n   int64
	end []byte
}

func (k *keep) Write(p []byte) (int, error) {
	k.n += int64(len(p))
	k.end = append(k.end, p...)
	if over := len(k.end) - 1<<20; over > 1<<20 {
		k.end = append(k.end[:0], k.end[over:]...)
	}
	return len(p), nil
}

func (k *keep) ReadAt(p []byte, off int64) (int, error) {
	from := off - (k.n - int64(len(k.end)))
	if from < 0 {
		return 0, fmt.Errorf("%d is gone", off)
	}
	n := copy(p, k.end[from:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func TestAZipOfMoreThan4GiBIsZip64(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 5 GiB to nowhere")
	}
	k := &keep{}
	w := kind("zip").New(k)
	for _, m := range []archive.Member{{Name: "huge", Size: 5 << 30, Modified: noon}, {Name: "after", Size: 3, Modified: noon}} {
		if err := w.Add(m, io.LimitReader(zeros{}, m.Size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(k, k.n)
	if err != nil {
		t.Fatal(err)
	}
	if f := r.File[0]; f.UncompressedSize64 != 5<<30 {
		t.Errorf("%+v", f.FileHeader)
	}
	o, err := r.File[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(o); err != nil || string(got) != "\x00\x00\x00" {
		t.Errorf("%q %v", got, err)
	}
}

// A hundred thousand members are more than a zip without Zip64 counts, and what is kept of them is small.
func TestADirectoryTakesLittleMemory(t *testing.T) {
	const n = 100_000
	for _, k := range archive.Kinds {
		var before, after runtime.MemStats
		out := &roomy{make([]byte, 0, 128<<20)}
		w := k.New(out)
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range n {
			name := fmt.Sprintf("photos/2026/summer/IMG_%06d.jpg", i)
			if err := w.Add(archive.Member{Name: name, Size: 6, Modified: noon.Add(time.Duration(i) * time.Second)}, strings.NewReader(name[len(name)-10:len(name)-4])); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		per := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / n
		t.Logf("%s: %d bytes a member", k.Name, per)
		if per > 64 {
			t.Errorf("%s: %d bytes are kept of each member", k.Name, per)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if k.Name == "zip" {
			r, err := zip.NewReader(bytes.NewReader(out.b), int64(len(out.b)))
			if err != nil || len(r.File) != n || r.File[n-1].Name != "photos/2026/summer/IMG_099999.jpg" {
				t.Fatal(len(r.File), err)
			}
			continue
		}
		r := tar.NewReader(bytes.NewReader(out.b))
		for i := range n {
			if _, err := r.Next(); err != nil {
				t.Fatal(i, err)
			}
		}
	}
}

// roomy has room for all that is written: only what the writer keeps is to be measured.
type roomy struct{ b []byte }

func (c *roomy) Write(p []byte) (int, error) {
	c.b = append(c.b, p...)
	return len(p), nil
}
