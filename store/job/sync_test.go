package job_test

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// synced does a sync and gives what it found.
func synced(t *testing.T, m *job.Manager, s job.Spec) (job.Differences, job.Status) {
	t.Helper()
	p := m.Plan(s)
	status := await(t, m, m.Start(p), ended)
	return p.Totals().Differences, status
}

func wantDifferences(t *testing.T, got job.Differences, fresh, changed, same, only int) {
	t.Helper()
	if got.New != fresh || got.Changed != changed || got.Same != same || got.Only != only {
		t.Errorf("found %d new, %d changed, %d the same, %d only there; want %d, %d, %d, %d", got.New, got.Changed, got.Same, got.Only, fresh, changed, same, only)
	}
}

func TestASyncMovesOnlyWhatDiffers(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	m := manager(t, job.Options{PartSize: 5 << 20}, f.Store)
	large := strings.Repeat("large", 3<<20)
	dir := tree(t, map[string]string{"a!": "1", "a-b": "2", "a/b": "3", "c/d/e": "4", "large": large, "empty/deep/": ""})
	up := job.Spec{Kind: job.SyncUp, Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media", Key: "up/"}}
	found, status := synced(t, m, up)
	wantDifferences(t, found, len(storetest.Keys(t, f.Store, "media", "up/")), 0, 0, 0)
	if status.Phase != job.Done {
		t.Fatalf("it ended %v: %v", status.Phase, status.Failed)
	}
	n := found.New
	f.Faults.Clear()
	found, _ = synced(t, m, up)
	wantDifferences(t, found, 0, 0, n, 0)
	for _, r := range f.Faults.Requests() {
		if !strings.HasPrefix(r, "GET /media?") {
			t.Errorf("a sync that has nothing to do sends %s", r)
		}
	}

	down := t.TempDir()
	back := job.Spec{Kind: job.SyncDown, Sources: []job.Source{folder("media", "up/")}, LocalDir: filepath.Join(down, "new")}
	found, status = synced(t, m, back)
	if wantDifferences(t, found, n, 0, 0, 0); status.Phase != job.Done {
		t.Fatalf("it ended %v: %v", status.Phase, status.Failed)
	}
	if got, want := files(t, filepath.Join(down, "new")), files(t, dir); !maps.Equal(got, want) {
		t.Error("other files came down than went up")
	}
	found, _ = synced(t, m, back)
	wantDifferences(t, found, 0, 0, n, 0)

	check(t, os.WriteFile(filepath.Join(down, "new", "large"), []byte("s"+large[1:]), 0o600)) // of the same size
	check(t, os.WriteFile(filepath.Join(down, "new", "more"), nil, 0o600))
	check(t, os.WriteFile(filepath.Join(down, "new", ".x.spaces.part"), nil, 0o600))
	check(t, os.MkdirAll(filepath.Join(down, "new", "only/here"), 0o700))
	back.Prune = true
	found, status = synced(t, m, back)
	if wantDifferences(t, found, 0, 1, n-1, 2); status.Pruned != 2 || status.Phase != job.Done {
		t.Errorf("%d were pruned, it ended %v: %v", status.Pruned, status.Phase, status.Failed)
	}
	check(t, os.Remove(filepath.Join(down, "new", ".x.spaces.part")))
	if got, want := files(t, filepath.Join(down, "new")), files(t, dir); !maps.Equal(got, want) {
		t.Errorf("there is not what the Space has")
	}
	if _, err := os.Stat(filepath.Join(down, "new", "only")); err == nil {
		t.Error("a directory that got empty stays")
	}
}

// What ETags do not tell, as of an upload in parts of an odd size, the time that uploads note tells.
func TestASyncGoesByTheNotedTimeWhereETagsTellNothing(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	body := bytes.Repeat([]byte("x"), 6<<20)
	to := store.Ref{Space: "media", Key: "x"}
	u, err := f.Store.CreateUpload(t.Context(), to, store.Props{Meta: map[string]string{"mtime": "1000000000.5"}})
	check(t, err)
	var parts []store.Part
	for i, size := range []int64{5<<20 + 1, 1<<20 - 1} {
		part, err := f.Store.UploadPart(t.Context(), u, i+1, bytes.NewReader(body), 0, size)
		check(t, err)
		parts = append(parts, part)
	}
	_, err = f.Store.CompleteUpload(t.Context(), u, parts, store.PutOptions{})
	check(t, err)
	m := manager(t, job.Options{}, f.Store)
	dir := tree(t, map[string]string{"x": string(body)})
	up := job.Spec{Kind: job.SyncUp, Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}}
	check(t, os.Chtimes(filepath.Join(dir, "x"), time.Time{}, time.Unix(1e9, 5e8)))
	found, _ := synced(t, m, up)
	if wantDifferences(t, found, 0, 0, 1, 0); found.Dated != 1 {
		t.Error("it does not go by the date")
	}
	check(t, os.Chtimes(filepath.Join(dir, "x"), time.Time{}, time.Unix(1e9+1, 0)))
	found, _ = synced(t, m, up)
	wantDifferences(t, found, 0, 1, 0, 0)
}

func TestASyncFollowsLinksWithinItsDirectoryOnly(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	m := manager(t, job.Options{}, f.Store)
	dir := tree(t, map[string]string{"a": "1"})
	out := tree(t, map[string]string{"secret": "2"})
	check(t, os.Symlink("a", filepath.Join(dir, "inside")))
	check(t, os.Symlink(filepath.Join(out, "secret"), filepath.Join(dir, "outside")))
	check(t, os.Symlink("nowhere", filepath.Join(dir, "dangling")))
	check(t, os.Symlink(out, filepath.Join(dir, "tree")))
	up := job.Spec{Kind: job.SyncUp, Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}}
	if _, status := synced(t, m, up); status.Phase != job.Done || status.LeftOut != 3 {
		t.Errorf("it ended %v, %d left out: %v", status.Phase, status.LeftOut, status.Failed)
	}
	wantKeys(t, f.Store, "media", "", "a", "inside")
	up.Links = true
	synced(t, m, up)
	wantKeys(t, f.Store, "media", "", "a", "inside", "outside")
}

func TestASyncDownStaysInItsDirectoryAndKeepsWhatItCouldNotCompare(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "d/../evil", "d/fine")
	m := manager(t, job.Options{}, f.Store)
	dir := t.TempDir()
	check(t, os.MkdirAll(filepath.Join(dir, "in"), 0o700))
	check(t, os.WriteFile(filepath.Join(dir, "in", "mine"), []byte("m"), 0o600))
	_, status := synced(t, m, job.Spec{Kind: job.SyncDown, Sources: []job.Source{folder("media", "d/")}, LocalDir: filepath.Join(dir, "in"), Prune: true})
	if status.Phase != job.Failed || status.Pruned != 0 || len(status.Remarks) == 0 {
		t.Errorf("it ended %v, %d pruned: %v", status.Phase, status.Pruned, status.Remarks)
	}
	if got := files(t, dir); len(got) != 2 || got["in/mine"] != "m" || got["in/fine"] == "" {
		t.Errorf("there are %v", got)
	}
}

func TestASyncFromAnUnreadableDirectoryPrunesNothing(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root reads everything")
	}
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "closed/x", "gone")
	m := manager(t, job.Options{}, f.Store)
	dir := tree(t, map[string]string{"a": "1", "closed/x": "2"})
	check(t, os.Chmod(filepath.Join(dir, "closed"), fs.FileMode(0)))
	defer os.Chmod(filepath.Join(dir, "closed"), 0o700)
	_, status := synced(t, m, job.Spec{Kind: job.SyncUp, Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}, Prune: true})
	if status.Phase != job.Failed || status.Pruned != 0 {
		t.Errorf("it ended %v, %d pruned", status.Phase, status.Pruned)
	}
}
