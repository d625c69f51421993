package job_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func TestUploadStoresATreeAndDownloadBringsItBack(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	m := manager(t, job.Options{PartSize: 5 << 20}, f.Store)
	big := strings.Repeat("0123456789abcdef", 11<<16) + "tail"
	want := map[string]string{"a.txt": "a", "sub/b.html": "<html>", "sub/deep/c": "", "é + ü#%.bin": "\x00\x01", "big.bin": big, "sub.txt": "x"}
	dir := tree(t, want)
	check(t, os.Mkdir(filepath.Join(dir, "empty"), 0o755))

	done(t, m, job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}, {Local: filepath.Join(dir, "a.txt")}},
		Dest: store.Ref{Space: "media", Key: "up/"}, Access: store.PublicRead})
	base := "up/" + filepath.Base(dir) + "/"
	keys := []string{"up/a.txt", base + "empty/"}
	for name := range want {
		keys = append(keys, base+name)
	}
	wantKeys(t, f.Store, "media", "", keys...)
	info, err := f.Store.Head(t.Context(), store.Ref{Space: "media", Key: base + "sub/b.html"})
	check(t, err)
	access, err := f.Store.Access(t.Context(), info.Ref)
	check(t, err)
	if !strings.HasPrefix(info.ContentType, "text/html") || access != store.PublicRead {
		t.Errorf("the file became %s, %s", info.ContentType, access)
	}
	if info, err := f.Store.Head(t.Context(), store.Ref{Space: "media", Key: base + "big.bin"}); err != nil || !strings.HasSuffix(info.ETag, "-3") {
		t.Errorf("the large file did not go up in three parts: %+v %v", info, err)
	}

	out := t.TempDir()
	done(t, m, job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{folder("media", base)}, Base: "up/", LocalDir: out})
	if got := files(t, filepath.Join(out, filepath.Base(dir))); !maps.Equal(got, want) {
		t.Errorf("came back as %q", slices.Sorted(maps.Keys(got)))
	}
	if info, err := os.Stat(filepath.Join(out, filepath.Base(dir), "empty")); err != nil || !info.IsDir() {
		t.Errorf("the empty directory: %v", err)
	}
	before, _ := os.Stat(filepath.Join(dir, "a.txt"))
	after, err := os.Stat(filepath.Join(out, filepath.Base(dir), "a.txt"))
	check(t, err)
	if !before.ModTime().Equal(after.ModTime()) {
		t.Errorf("changed %v, came back as changed %v", before.ModTime(), after.ModTime())
	}
}

func TestDeleteRemovesFoldersAndFilesAndNothingElse(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	keys := append(numberedKeys("gone/", 2300), "gone/", "single", "stays", "gone.txt", "go")
	fill(t, f.Store, "media", keys...)
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Delete, From: f.Store.Conn(), Sources: []job.Source{folder("media", "gone/"), object("media", "single")}})
	check(t, p.Count(t.Context()))
	if totals := p.Totals(); totals.Objects != 2302 || totals.Folders != 1 || !totals.Complete || totals.Bytes == 0 {
		t.Errorf("counted %+v", totals)
	}
	f.Faults.Clear()
	status := await(t, m, m.Start(p), ended)
	if status.Phase != job.Done || status.ObjectsDone != 2302 {
		t.Fatalf("%+v", status)
	}
	if n := len(f.Faults.Requests()); n != 10 {
		t.Errorf("%d requests, want 10 batches: %q", n, f.Faults.Requests())
	}
	wantKeys(t, f.Store, "media", "", "stays", "gone.txt", "go")
	effects := m.Effects()
	for _, want := range []job.Effect{
		{Ref: store.Ref{Space: "media", Key: "gone/"}, Kind: job.TreeGone},
		{Ref: store.Ref{Space: "media", Key: "single"}, Kind: job.RowGone},
	} {
		if !slices.Contains(effects, want) {
			t.Errorf("%+v is not told among %d effects", want, len(effects))
		}
	}
}

// The second page of the listing does not come before the first has been deleted.
func TestAJobStreamsStepsWhileItStillCounts(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", numberedKeys("a/", 1500)...)
	m := manager(t, job.Options{}, f.Store)
	deleted := make(chan struct{}, 10)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "delete"), Fault: storetest.Before(func() { deleted <- struct{}{} })})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "list-type"), Skip: 1, Times: 1, Fault: storetest.Before(func() {
		select {
		case <-deleted:
		case <-time.After(20 * time.Second):
			t.Error("nothing is deleted before all is counted")
		}
	})})
	p := m.Plan(job.Spec{Kind: job.Delete, From: f.Store.Conn(), Sources: []job.Source{folder("media", "a/")}})
	status := await(t, m, m.Start(p), ended)
	if status.Phase != job.Done || status.ObjectsDone != 1500 || !p.Totals().Complete {
		t.Fatalf("%+v of %+v", status, p.Totals())
	}
	wantKeys(t, f.Store, "media", "")
}

func TestCopyAndMoveCarryEverything(t *testing.T) {
	for _, across := range []bool{false, true} {
		for _, kind := range []job.Kind{job.Copy, job.Move} {
			t.Run(fmt.Sprintf("%v, across stores %v", kind, across), func(t *testing.T) {
				f := storetest.New(t)
				to := f.Store
				if across {
					to = storetest.New(t, storetest.Config(func(c *store.Config) { c.Conn = "other" })).Store
				}
				check(t, f.Store.CreateSpace(t.Context(), "media", store.CreateOptions{}))
				if across {
					check(t, to.CreateSpace(t.Context(), "media", store.CreateOptions{}))
				}
				props := store.Props{ContentType: "text/x", CacheControl: "no-store", Meta: map[string]string{"a": "b"},
					Tags: map[string]string{"t": "v"}, Access: store.PublicRead}
				for _, key := range []string{"f/one", "f/sub/two", "f/", "three"} {
					_, err := f.Store.Put(t.Context(), store.Ref{Space: "media", Key: key}, strings.NewReader(key), int64(len(key)), props, store.PutOptions{})
					check(t, err)
				}
				big := strings.Repeat("x", 12<<20)
				_, err := f.Store.Put(t.Context(), store.Ref{Space: "media", Key: "f/big"}, strings.NewReader(big), int64(len(big)), props, store.PutOptions{})
				check(t, err)
				m := manager(t, job.Options{PartSize: 5 << 20}, f.Store, to)
				done(t, m, job.Spec{Kind: kind, From: f.Store.Conn(), To: to.Conn(), Sources: []job.Source{folder("media", "f/"), object("media", "three")},
					Dest: store.Ref{Space: "media", Key: "new/"}})
				for _, key := range []string{"new/f/one", "new/f/sub/two", "new/f/", "new/three", "new/f/big"} {
					r := store.Ref{Space: "media", Key: key}
					info, err := to.Head(t.Context(), r)
					check(t, err)
					info.Tags, err = to.Tags(t.Context(), r)
					check(t, err)
					info.Access, err = to.Access(t.Context(), r)
					check(t, err)
					if fmt.Sprint(info.Props) != fmt.Sprint(props) {
						t.Errorf("%s has %v, want %v", key, info.Props, props)
					}
				}
				if storetest.Read(t, to, "media", "new/f/big") != big {
					t.Error("the large object came out different")
				}
				left := storetest.Keys(t, f.Store, "media", "f/")
				if kind == job.Move && len(left) > 0 || kind == job.Copy && len(left) != 4 {
					t.Errorf("of the source there is %q", left)
				}
			})
		}
	}
}

func TestPlansThatWouldEatThemselvesAreRefused(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	keys := []string{"a/1", "a/b/1", "a/b/b/1", "c"}
	fill(t, f.Store, "media", keys...)
	m := manager(t, job.Options{}, f.Store)
	for name, s := range map[string]job.Spec{
		"into itself":       {Kind: job.Move, Sources: []job.Source{folder("media", "a/")}, Dest: store.Ref{Space: "media", Key: "a/b/"}},
		"copied into":       {Kind: job.Copy, Sources: []job.Source{folder("media", "a/")}, Dest: store.Ref{Space: "media", Key: "a/"}},
		"onto itself":       {Kind: job.Copy, Sources: []job.Source{folder("media", "a/")}, Dest: store.Ref{Space: "media"}},
		"onto its parent":   {Kind: job.Move, Sources: []job.Source{folder("media", "a/b/")}, Dest: store.Ref{Space: "media"}, Name: "a"},
		"the whole Space":   {Kind: job.Move, Sources: []job.Source{folder("media", "")}, Dest: store.Ref{Space: "media", Key: "x/"}},
		"two of one name":   {Kind: job.Copy, Base: "a/b/", Sources: []job.Source{object("media", "a/1"), object("media", "a/b/1")}, Dest: store.Ref{Space: "media", Key: "x/"}},
		"not into a folder": {Kind: job.Copy, Sources: []job.Source{object("media", "c")}, Dest: store.Ref{Space: "media", Key: "x"}},
		"nothing at all":    {Kind: job.Delete},
	} {
		s.From, s.To = f.Store.Conn(), f.Store.Conn()
		if err := m.Plan(s).Count(t.Context()); err == nil {
			t.Errorf("%s: planned", name)
		}
		if status := run(t, m, s); status.Phase != job.Failed || len(status.Failed) == 0 {
			t.Errorf("%s: ended %v", name, status.Phase)
		}
	}
	wantKeys(t, f.Store, "media", "", keys...)
}

func TestAMoveOntoItselfDoesNothing(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a/1", "b")
	m := manager(t, job.Options{}, f.Store)
	done(t, m, job.Spec{Kind: job.Move, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{folder("media", "a/"), object("media", "b")},
		Dest: store.Ref{Space: "media"}})
	wantKeys(t, f.Store, "media", "", "a/1", "b")
	if got := storetest.Read(t, f.Store, "media", "b"); got != "content of b" {
		t.Errorf("b holds %q", got)
	}
}

func TestRenameGivesAFolderOrAFileAnotherName(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "x/old/1", "x/old/sub/2", "x/file.txt", "x/oldest")
	m := manager(t, job.Options{}, f.Store)
	done(t, m, job.Spec{Kind: job.Move, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{folder("media", "x/old/")}, Base: "x/",
		Dest: store.Ref{Space: "media", Key: "x/"}, Name: "new"})
	done(t, m, job.Spec{Kind: job.Move, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{object("media", "x/file.txt")}, Base: "x/",
		Dest: store.Ref{Space: "media", Key: "x/"}, Name: "renamed.txt"})
	wantKeys(t, f.Store, "media", "", "x/new/1", "x/new/sub/2", "x/renamed.txt", "x/oldest")
}

func TestPermissionsAndMetadataChangeRecursivelyAndLeaveTheRest(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a/1", "a/b/2", "other")
	m := manager(t, job.Options{}, f.Store)
	done(t, m, job.Spec{Kind: job.Permissions, From: f.Store.Conn(), Sources: []job.Source{folder("media", "a/")}, Access: store.PublicRead})
	done(t, m, job.Spec{Kind: job.Metadata, From: f.Store.Conn(), Sources: []job.Source{folder("media", "a/")},
		Edit: job.Edit{Set: map[string]string{"Cache-Control": "no-cache", "x-amz-meta-Owner": "sammy"}}})
	for key, want := range map[string]store.Access{"a/1": store.PublicRead, "a/b/2": store.PublicRead, "other": store.Private} {
		r := store.Ref{Space: "media", Key: key}
		access, err := f.Store.Access(t.Context(), r)
		check(t, err)
		info, err := f.Store.Head(t.Context(), r)
		check(t, err)
		changed := info.CacheControl == "no-cache" && info.Meta["owner"] == "sammy"
		if access != want || info.ContentType != "text/plain" || changed != (want == store.PublicRead) {
			t.Errorf("%s is %s with %+v", key, access, info.Props)
		}
	}
}

func TestDestroyRemovesTheSpaceWithUploadsUnderWay(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	fill(t, within(t, f), "media", numberedKeys("k", 1100)...)
	_, err := f.Store.CreateUpload(t.Context(), store.Ref{Space: "media", Key: "half"}, store.Props{})
	check(t, err)
	m := manager(t, job.Options{}, f.Store)
	done(t, m, job.Spec{Kind: job.Destroy, From: f.Store.Conn(), Sources: []job.Source{folder("media", "")}})
	spaces, err := f.Store.Spaces(t.Context())
	check(t, err)
	if len(spaces) != 0 {
		t.Errorf("left are %v", spaces)
	}
}
