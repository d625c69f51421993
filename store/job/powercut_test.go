package job_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"spaces/server/powercut"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// newDisk writes nothing by itself, and hides no rename of a file that was not synced.
func newDisk(t *testing.T) *powercut.Disk {
	t.Helper()
	return powercut.New(t, 128<<20, "commit=1000,noauto_da_alloc")
}

func cut(t *testing.T, disk *powercut.Disk) {
	t.Helper()
	disk.Cut(t, powercut.NoLogFlush)
	disk.Restore(t)
}

// wantFilled wants a directory to have files of fill and nothing else.
func wantFilled(t *testing.T, dir string, keys ...string) {
	t.Helper()
	got := files(t, dir)
	for _, key := range keys {
		if got[key] != "content of "+key {
			t.Errorf("%s has %q", key, got[key])
		}
		delete(got, key)
	}
	if len(got) > 0 {
		t.Errorf("there are %d files more", len(got))
	}
}

func TestADownloadThatIsDoneOutlivesAPowerCut(t *testing.T) {
	for _, n := range []int{3, 200} { // one by one, and many by one request
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			f := storetest.New(t)
			f.Space(t, "media")
			var keys []string
			for i := range n {
				keys = append(keys, fmt.Sprintf("d%d/e/f%03d", i%3, i))
			}
			fill(t, f.Store, "media", keys...)
			disk := newDisk(t)
			out := filepath.Join(disk.Dir(), "new", "dir")
			m := manager(t, job.Options{}, f.Store)
			done(t, m, job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{folder("media", "")}, LocalDir: out})
			cut(t, disk)
			wantFilled(t, out, keys...)
		})
	}
}

// A file that is there already may have been written just now, by somebody who did not sync it: the object that it is a
// copy of may only go when it is durable.
func TestAMoveToThisMachineRemovesNoObjectWhoseFileAPowerCutTakes(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a")
	disk := newDisk(t)
	check(t, os.WriteFile(filepath.Join(disk.Dir(), "a"), []byte("content of a"), 0o644))
	m := manager(t, job.Options{}, f.Store)
	spec := down(disk.Dir(), object("media", "a"))
	spec.Again = true
	spec.From = f.Store.Conn()
	if s := begin(t, m, spec); s.Phase != job.Done {
		t.Fatalf("it ended %v, %v", s.Phase, s.Failed)
	}
	wantKeys(t, f.Store, "media", "")
	cut(t, disk)
	if text, err := os.ReadFile(filepath.Join(disk.Dir(), "a")); err != nil || string(text) != "content of a" {
		t.Errorf("the object is gone, and the file is %q, %v", text, err)
	}
}

// diesBy starts a job whose requests of a kind hang, cuts the power when the first does, and gives the ledger as the next
// program finds it.
func diesBy(t *testing.T, f *storetest.Fixture, disk *powercut.Disk, method, has string, s job.Spec) *job.Manager {
	t.Helper()
	state := filepath.Join(disk.Dir(), "state")
	l, err := job.OpenLedger(state)
	check(t, err)
	m := job.New(job.Options{Ledger: l, PartSize: 5 << 20, Conns: store.ConnsOf(f.Store)})
	entered := make(chan struct{}, 1000)
	f.Faults.Add(storetest.Rule{Match: storetest.Is(method, has), Fault: storetest.Hang(entered)})
	m.Start(m.Plan(s))
	<-entered
	disk.Cut(t, powercut.NoLogFlush)
	_, _ = m.Close(t.Context()), l.Close() // nothing can be noted any more
	disk.Restore(t)
	f.Faults.Clear()
	return afterwards(t, f.Store, state, 4)
}

func TestAJobThatAPowerCutEndsIsToldToTheNextProgram(t *testing.T) {
	f := storetest.New(t, storetest.Unknown()) // where objects are copied one by one
	f.Space(t, "media")
	fill(t, f.Store, "media", "a")
	next := diesBy(t, f, newDisk(t), "PUT", "/media/b/a", job.Spec{Kind: job.Copy, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{object("media", "a")}, Dest: store.Ref{Space: "media", Key: "b/"}})
	wantUnfinished(t, next, 1)
	again(t, next)
	wantKeys(t, f.Store, "media", "b/", "b/a")
}

func TestAJobOfManyThingsThatAPowerCutEndsIsToldWithAllOfThem(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	keys := numberedKeys("k", 300)
	fill(t, f.Store, "media", keys...)
	var sources []job.Source
	var want []string
	for _, key := range keys {
		sources = append(sources, object("media", key))
		want = append(want, "b/"+key)
	}
	next := diesBy(t, f, newDisk(t), "PUT", "/media/b/", job.Spec{Kind: job.Copy, From: f.Store.Conn(), To: f.Store.Conn(), Sources: sources, Dest: store.Ref{Space: "media", Key: "b/"}})
	again(t, next)
	wantKeys(t, f.Store, "media", "b/", want...)
}

func TestAnUploadThatAPowerCutEndsIsToldToTheNextProgram(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	dir := tree(t, map[string]string{"big": strings.Repeat("x", 12<<20)})
	next := diesBy(t, f, newDisk(t), "PUT", "partNumber", job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}, Name: "d"})
	if u := wantUnfinished(t, next, 1)[0]; u.Uploads != 1 {
		t.Errorf("left is %+v", u)
	}
	again(t, next)
	wantUploads(t, f, 0)
}

func TestTagsThatAreOwedAreNotedBeforeTheObjectLosesThem(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	r := full(t, f.Store, "a")
	want, err := f.Store.Tags(t.Context(), r)
	check(t, err)
	next := diesBy(t, f, newDisk(t), "PUT", "/media/a", job.Spec{Kind: job.Metadata, From: f.Store.Conn(), Sources: []job.Source{object("media", "a")}, Edit: contentType("text/html")})
	check(t, f.Store.SetTags(t.Context(), r, nil)) // as Ceph does at the copy
	check(t, next.GiveBack(t.Context()))
	if got, err := f.Store.Tags(t.Context(), r); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the tags are %v, %v; want %v", got, err, want)
	}
}

// The ledger is on a disk that stays: it may name no range whose bytes are gone with the other one.
func TestARangeThatIsNotedIsOnTheDisk(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	content := noise(40 << 20)
	storetest.Put(t, f.Store, "media", "big", content)
	disk, state := newDisk(t), t.TempDir()
	out := filepath.Join(disk.Dir(), "out")
	l, err := job.OpenLedger(state)
	check(t, err)
	m := job.New(job.Options{Ledger: l, PartSize: 5 << 20, Workers: 1, Conns: store.ConnsOf(f.Store)})
	entered := make(chan struct{}, 8)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/big"), Skip: 3, Fault: storetest.Hang(entered)})
	m.Start(m.Plan(job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{object("media", "big")}, LocalDir: out}))
	<-entered
	noted := notedRanges(t, state)
	for len(noted) == 0 { // a sync that is under way at the cut may say that it went well
		runtime.Gosched()
		noted = notedRanges(t, state)
	}
	disk.Cut(t, powercut.NoLogFlush)
	_ = m.Close(t.Context())
	check(t, l.Close())
	disk.Restore(t)
	for path, done := range noted {
		got, err := os.ReadFile(path)
		for n, chunk := range done {
			end := min((n+1)*chunk, len(content))
			if err != nil || len(got) < end || string(got[n*chunk:end]) != content[n*chunk:end] {
				t.Errorf("range %d is noted, and its bytes are not there: %v", n, err)
			}
		}
	}
}

// notedRanges are the ranges that the ledger says are whole, by file, with their size.
func notedRanges(t *testing.T, state string) map[string]map[int]int {
	t.Helper()
	noted, chunks := map[string]map[int]int{}, map[string]int{}
	paths, err := filepath.Glob(filepath.Join(state, "job-*.jsonl"))
	check(t, err)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		check(t, err)
		for line := range bytes.Lines(text) {
			var x struct {
				Part *struct {
					Path  string
					Chunk int
				}
				Path  string
				Range int
			}
			if json.Unmarshal(line, &x) != nil {
				continue // it is being written
			}
			if x.Part != nil {
				chunks[x.Part.Path] = x.Part.Chunk
			}
			if x.Path != "" {
				if noted[x.Path] == nil {
					noted[x.Path] = map[int]int{}
				}
				noted[x.Path][x.Range] = chunks[x.Path]
			}
		}
	}
	return noted
}
