package job_test

import (
	"path/filepath"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func TestEachWhoLooksAtAManagerGetsAllNews(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	m := manager(t, job.Options{Shared: true}, f.Store)
	if m.OwnNews() != nil {
		t.Error("a shared manager has news of its own, which nobody fetches")
	}
	one, two := m.News(), m.News()
	defer one.Close()
	check(t, m.Do(t.Context(), job.Spec{Kind: job.MakeFolder, Sources: []job.Source{object("media", "first/")}}))
	for name, n := range map[string]*job.News{"one": one, "two": two} {
		<-n.Changed()
		if effects := n.Effects(); len(effects) != 1 || !tells(effects, job.RowThere, "first/") {
			t.Errorf("%s is told %+v", name, effects)
		}
	}
	two.Close()
	check(t, m.Do(t.Context(), job.Spec{Kind: job.MakeFolder, Sources: []job.Source{object("media", "second/")}}))
	if effects := one.Effects(); !tells(effects, job.RowThere, "second/") {
		t.Errorf("one is told %+v", effects)
	}
	if effects := two.Effects(); len(effects) != 0 {
		t.Errorf("two, who left, is told %+v", effects)
	}
}

func TestWhoHasNoDiskHereReachesNone(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "x")
	const why = "The disk is not yours."
	s := f.Open(t, func(c *store.Config) { c.NoDisk = why })
	m := manager(t, job.Options{}, s)
	dir := t.TempDir()
	for name, spec := range map[string]job.Spec{
		"upload":        {Kind: job.Upload, Dest: store.Ref{Space: "media"}, Sources: []job.Source{{Local: dir}}},
		"download":      {Kind: job.Download, LocalDir: dir, Sources: []job.Source{object("media", "x")}},
		"sync up":       {Kind: job.SyncUp, Dest: store.Ref{Space: "media"}, Sources: []job.Source{{Local: dir}}},
		"sync down":     {Kind: job.SyncDown, LocalDir: dir, Sources: []job.Source{{Ref: store.Ref{Space: "media"}, Folder: true}}},
		"a local copy":  {Kind: job.Copy, Dest: store.Ref{Space: "media"}, Sources: []job.Source{{Local: "/etc/passwd"}}},
		"a local place": {Kind: job.Copy, LocalDir: dir, Dest: store.Ref{Space: "media", Key: "y/"}, Sources: []job.Source{object("media", "x")}},
	} {
		if err := m.Do(t.Context(), spec); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("written was %v", left)
	}
}
