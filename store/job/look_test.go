package job_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// rows are sources as a listing of rows gives them: without ETags.
func rows(space string, keys []string) []job.Source {
	sources := make([]job.Source, len(keys))
	for i, key := range keys {
		sources[i] = job.Source{Ref: store.Ref{Space: space, Key: key}, Entry: store.Entry{Key: key, Size: int64(len("content of " + key))}}
	}
	return sources
}

// verbs counts requests by what they do.
func verbs(requests []string) map[string]int {
	count := map[string]int{}
	for _, r := range requests {
		verb, path, _ := strings.Cut(r, " ")
		if at := strings.IndexByte(path, '?'); at >= 0 {
			verb += path[at:]
		}
		count[verb]++
	}
	return count
}

// But for one look whether the Space keeps older versions.
func TestADeleteOfRowsAsksNothing(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a/00000", "a/00001")
	m := manager(t, job.Options{}, f.Store)
	f.Faults.Clear()
	status := done(t, m, job.Spec{Kind: job.Delete, From: f.Store.Conn(), Sources: rows("media", numberedKeys("a/", 10_000))})
	if status.Objects != 10_000 || status.Bytes != 10_000*int64(len("content of a/00000")) {
		t.Errorf("counted are %d objects, %d bytes", status.Objects, status.Bytes)
	}
	if got := verbs(f.Faults.Requests()); len(got) != 2 || got["POST?delete"] != 40 || got["GET?versioning"] != 1 {
		t.Errorf("the requests are %v", got)
	}
	wantKeys(t, f.Store, "media", "")
}

func TestETagsAreLookedUpByFewHeadsOrOneListing(t *testing.T) {
	for _, n := range []int{31, 32, 33, 100} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			f := storetest.New(t)
			f.Space(t, "media")
			keys := numberedKeys("a/\u00e9", n)
			fill(t, f.Store, "media", append(keys, "a/\u00e9", "a/zz", "b", "a/\u00e8/x", "a/\u00e900000/x")...)
			m := manager(t, job.Options{}, f.Store)
			p := m.Plan(job.Spec{Kind: job.Copy, From: f.Store.Conn(), Sources: append(rows("media", keys), object("media", "never")), Dest: store.Ref{Space: "media", Key: "to/"}, Policy: job.Overwrite})
			f.Faults.Clear()
			if err := p.Count(t.Context()); err == nil || p.Totals().Failed != 1 {
				t.Errorf("counting missed %v, %v", p.Failed(), err)
			}
			heads := slices.DeleteFunc(f.Faults.Requests(), func(r string) bool {
				return !strings.HasPrefix(r, "HEAD") || strings.Contains(r, "/to/")
			})
			want := 1 // of what is not there
			if n+1 <= 32 {
				want += n
			}
			if len(heads) != want || p.Totals().Objects != n {
				t.Errorf("%d objects took %d HEAD, want %d", p.Totals().Objects, len(heads), want)
			}
			await(t, m, m.Start(p), ended)
			if got := storetest.Keys(t, f.Store, "media", "to/"); len(got) != n {
				t.Errorf("copied are %d", len(got))
			}
		})
	}
}

func TestAFolderWithVeryMuchMoreThanIsAskedForIsNotListed(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	all := numberedKeys("a", 3000)
	fill(t, f.Store, "media", all...)
	var some []string
	for i := 0; i < len(all); i += 75 {
		some = append(some, all[i])
	}
	p := manager(t, job.Options{}, f.Store).Plan(job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: rows("media", some), LocalDir: t.TempDir()})
	f.Faults.Clear()
	check(t, p.Count(t.Context()))
	if got := verbs(f.Faults.Requests()); got["HEAD"] != len(some)-14 || len(f.Faults.Requests()) != len(some)-14+1 || p.Totals().Objects != len(some) {
		t.Errorf("%d objects of %d took %v", p.Totals().Objects, len(some), got)
	}
}

// Work on what is known begins before a folder has been counted.
func TestManyFoldersAreCountedWhileTheJobRuns(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "file", "d00000/x", "d00001/x")
	entered := make(chan struct{}, 1000)
	f.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool { return r.URL.Query().Get("prefix") == "d00002/" }, Fault: storetest.Hang(entered)})
	var sources []job.Source
	for _, key := range numberedKeys("d", 5000) {
		sources = append(sources, folder("media", key+"/"))
	}
	sources = append(sources, rows("media", []string{"file"})...)
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Copy, From: f.Store.Conn(), Sources: sources, Dest: store.Ref{Space: "media", Key: "to/"}, Policy: job.Overwrite})
	id := m.Start(p)
	<-entered
	await(t, m, id, func(s job.Status) bool { return s.ObjectsDone == 3 })
	if totals := p.Totals(); totals.Complete || totals.Objects != 3 {
		t.Errorf("%+v", totals)
	}
	m.Cancel(id)
	await(t, m, id, ended)
}

func TestWhatLiesInAnotherSourceIsDoneOnce(t *testing.T) {
	f := storetest.New(t)
	keys := []string{"a", "a/", "a/b/c", "a0", "a-", "b"}
	f.Space(t, "media")
	fill(t, f.Store, "media", keys...)
	p := manager(t, job.Options{}, f.Store).Plan(job.Spec{Kind: job.Delete, From: f.Store.Conn(), Sources: []job.Source{
		object("media", "a/b/c"), folder("media", "a/b/"), object("media", "b"), object("media", "a/"), object("media", "a0"),
		folder("media", "a/"), object("media", "a"), object("media", "a-"), object("media", "b"), object("other", "a/b"), folder("media", "a"),
	}})
	var got []string
	for _, s := range p.Spec().Sources {
		got = append(got, s.Ref.String())
	}
	if want := []string{"media/b", "media/a0", "media/a/", "media/a", "media/a-", "other/a/b"}; !slices.Equal(got, want) {
		t.Errorf("kept are %q, want %q", got, want)
	}
}

func TestPlansAndStatusOfManyRowsAllocateNothingForEach(t *testing.T) {
	f := storetest.New(t)
	sources := rows("media", numberedKeys("a/", 20_000))
	spec := job.Spec{Kind: job.Delete, From: f.Store.Conn(), Sources: sources}
	m := manager(t, job.Options{}, f.Store)
	if n := testing.AllocsPerRun(3, func() { m.Plan(spec) }); n > 100 {
		t.Errorf("a plan takes %v allocations", n)
	}
	m.Start(m.Plan(spec))
	if n := testing.AllocsPerRun(3, func() { m.Snapshot() }); n > 20 {
		t.Errorf("a look at the jobs takes %v allocations", n)
	}
}
