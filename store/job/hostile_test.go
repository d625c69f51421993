package job_test

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// refusedKeys must not become files; allowedKeys must, exactly.
var refusedKeys = []string{
	"/etc/passwd", "/abs", "//", "//x", "a//b", "a/../b", "a/../../b", "a/./b", "./a", "a/..", "a/.", "..a/../b", ".", "./", "a/../",
	".x.spaces.part", ".x.SPACES.Part", "d.d/.y.\u017fpaces.part",
}

// windowsKeys must not become files on Windows, where they are something else. Elsewhere they must.
var windowsKeys = []string{
	`C:\x`, "C:x", "C:/x", "c:", "CON", "con", "Con.txt", "a/NUL", "NUL/a", "aux", "prn.log", "COM1", "com9.x", "LPT0", "lpt1", "COM¹", "CONIN$", "CONOUT$",
	"con .txt", "nul:stream", "a ", "a..", "...", "a\nb", "a\x1b[31mb", "a?b", "a*b", "<a>", "|a", `a"b`, "aa:b", `..\up`, `a\..\b`, `\abs`, `a\b`,
}

var allowedKeys = []string{
	"a.txt", "a/b.txt", "..a", "a...b/c", " a", "é", "日本語/😀.png", "a+b%2Fc", "%2e%2e", "%2e%2e%2fx", "..%2f..%2fx", "CONSOLE", "COM10", "com", "nullx",
	"a;b", "$(id)", "`id`", "-rf", "~", "~root", "a'b", "a\u202eb", strings.Repeat("k", 250), ".hidden",
	".a.txt.part",
}

func init() {
	if runtime.GOOS == "windows" {
		refusedKeys = append(refusedKeys, windowsKeys...)
	} else {
		allowedKeys = append(allowedKeys, windowsKeys...)
	}
}

func TestNamesWithAMeaningOnWindowsAreRefusedThere(t *testing.T) {
	for _, key := range windowsKeys {
		if !slices.ContainsFunc(strings.Split(key, "/"), func(name string) bool { return job.CheckWindows(name) != nil }) {
			t.Errorf("%q is taken", key)
		}
	}
	for _, name := range []string{"CONSOLE", "COM10", "com", "nullx", "a.txt", " a", "..a", ".hidden", "a b", "日本語"} {
		if err := job.CheckWindows(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestADownloadNeverLeavesItsFolder(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	// The server may refuse some keys itself; what it takes is what can come.
	var keys []string
	for _, key := range append(slices.Clone(refusedKeys), allowedKeys...) {
		r := store.Ref{Space: "media", Key: "d/" + key}
		if _, err := f.Store.Put(t.Context(), r, strings.NewReader(key), int64(len(key)), store.Props{}, store.PutOptions{}); err != nil {
			t.Fatalf("storing %q: %v", key, err)
		}
		keys = append(keys, key)
	}
	for _, way := range []string{"folder", "bulk", "single"} {
		t.Run(way, func(t *testing.T) {
			m := manager(t, job.Options{}, f.Store)
			outside := t.TempDir()
			inside := filepath.Join(outside, "inside")
			check(t, os.Mkdir(inside, 0o755))
			spec := job.Spec{Kind: job.Download, From: f.Store.Conn(), Base: "d/", LocalDir: inside}
			switch way {
			case "folder":
				spec.Base = "" // the folder itself comes along
				spec.Sources = []job.Source{folder("media", "d/")}
			case "bulk":
				for _, key := range keys {
					spec.Sources = append(spec.Sources, object("media", "d/"+key))
				}
			}
			var failed []job.Failure
			if way == "single" {
				for _, key := range keys {
					spec.Sources = []job.Source{object("media", "d/"+key)}
					failed = append(failed, run(t, m, spec).Failed...)
				}
			} else {
				failed = run(t, m, spec).Failed
			}
			prefix := ""
			if way == "folder" {
				prefix = "inside/d/"
			} else {
				prefix = "inside/"
			}
			wantFiles(t, outside, prefix)
			wantRefused(t, failed)
		})
	}
}

func wantFiles(t *testing.T, outside, prefix string) {
	t.Helper()
	got := files(t, outside)
	for _, key := range allowedKeys {
		if got[prefix+key] != key {
			t.Errorf("%q did not come down", key)
		}
		delete(got, prefix+key)
	}
	for name, content := range got {
		t.Errorf("%q was written, of %q", name, content)
	}
}

func wantRefused(t *testing.T, failed []job.Failure) {
	t.Helper()
	var names []string
	for _, one := range failed {
		names = append(names, strings.TrimPrefix(one.Name, "d/"))
		if one.Err == nil || one.Err.Error() == "" {
			t.Errorf("%q is refused without a reason", one.Name)
		}
	}
	want := slices.Clone(refusedKeys)
	slices.Sort(names)
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("told as refused are %q\nwant %q", names, want)
	}
}

func TestADownloadFollowsNoLinkOut(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "d/link/x", "d/file", "d/ok")
	outside := t.TempDir()
	inside := filepath.Join(t.TempDir(), "inside")
	check(t, os.Mkdir(inside, 0o755))
	check(t, os.WriteFile(filepath.Join(outside, "file"), []byte("precious"), 0o644))
	check(t, os.Symlink(outside, filepath.Join(inside, "link")))
	check(t, os.Symlink(filepath.Join(outside, "file"), filepath.Join(inside, "file")))
	m := manager(t, job.Options{}, f.Store)
	status := run(t, m, job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{object("media", "d/link/x"), object("media", "d/file"), object("media", "d/ok")},
		Base: "d/", LocalDir: inside})
	if status.FailedCount != 1 || status.Failed[0].Name != "d/link/x" {
		t.Errorf("failed: %v, want the one through the link", status.Failed)
	}
	entries, err := os.ReadDir(outside)
	check(t, err)
	if b, _ := os.ReadFile(filepath.Join(outside, "file")); len(entries) != 1 || string(b) != "precious" {
		t.Errorf("outside there is %v, the file holds %q", entries, b)
	}
	if b, err := os.ReadFile(filepath.Join(inside, "file")); err != nil || string(b) != "content of d/file" {
		t.Errorf("the link was to be replaced by the file: %q %v", b, err)
	}
}

func TestKeysThatWouldMergeOnDiskAreToldNotMerged(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "d/README", "d/readme", "d/é", "d/e\u0301", "d/Sub/1", "d/sub/2", "d/alone", "d/STRASSE", "d/straße", "d/end/1", "d/end. /2")
	m := manager(t, job.Options{Workers: 1}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{folder("media", "d/")}, Base: "d/", LocalDir: t.TempDir()})
	job.Fold(p)
	status := await(t, m, m.Start(p), ended)
	if status.FailedCount != 5 || status.ObjectsDone != 6 {
		t.Errorf("failed are %v, done %d", status.Failed, status.ObjectsDone)
	}
}
