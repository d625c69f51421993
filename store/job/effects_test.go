package job_test

import (
	"net/http"
	"slices"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// tells says whether effects have one of a kind about a key.
func tells(effects []job.Effect, kind job.EffectKind, key string) bool {
	return slices.ContainsFunc(effects, func(e job.Effect) bool { return e.Kind == kind && e.Ref.Key == key })
}

func TestManyEffectsAreToldAsTheirFolders(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	m := manager(t, job.Options{}, f.Store)
	var sources []job.Source
	for _, key := range numberedKeys("a/", 4200) {
		sources = append(sources, job.Source{Ref: store.Ref{Space: "media", Key: key}, Entry: store.Entry{Key: key}})
	}
	sources = append(sources, folder("media", "c/d/"))
	done(t, m, job.Spec{Kind: job.Delete, From: f.Store.Conn(), Sources: sources})
	effects := m.Effects()
	if len(effects) != 4096+2 || !tells(effects, job.Stale, "a/") || !tells(effects, job.Stale, "c/") {
		t.Errorf("%d effects, the last %+v", len(effects), effects[4096:])
	}
}

func TestFoldersAreToldOfHoweverTheJobEnded(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "whole/1", "part/1", "part/2")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "delete"), Fault: refuse("part/2")})
	m := manager(t, job.Options{}, f.Store)
	status := run(t, m, job.Spec{Kind: job.Delete, From: f.Store.Conn(), Sources: []job.Source{folder("media", "whole/"), folder("media", "part/")}})
	effects := m.Effects()
	if status.Phase != job.Failed || !tells(effects, job.TreeGone, "whole/") || !tells(effects, job.Stale, "part/") || tells(effects, job.TreeGone, "part/") {
		t.Errorf("ended %v, told is %+v", status.Phase, effects)
	}
}

// refuse is the answer to a batch delete that leaves one key alone.
func refuse(key string) storetest.Fault {
	return func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, "<DeleteResult><Error><Key>"+key+"</Key><Code>AccessDenied</Code></Error></DeleteResult>"), nil
	}
}

// Another client may delete at any time: before an object is looked at, and after.
func TestWhatIsNotThereAnyMoreIsToldAsGone(t *testing.T) {
	for _, spec := range []job.Spec{
		{Kind: job.Move, Dest: store.Ref{Space: "media", Key: "a/"}, Base: "a/", Name: "new.txt"},
		{Kind: job.Move, Dest: store.Ref{Space: "media", Key: "to/"}},
		{Kind: job.Copy, Dest: store.Ref{Space: "media", Key: "to/"}},
		{Kind: job.Download, LocalDir: t.TempDir()},
		{Kind: job.Permissions, Access: store.PublicRead},
		{Kind: job.Delete},
	} {
		f := storetest.New(t)
		f.Space(t, "media")
		fill(t, f.Store, "media", "a/other", "a/late")
		m := manager(t, job.Options{}, f.Store)
		spec.Sources = []job.Source{object("media", "a/gone.txt")}
		status := run(t, m, spec)
		if failed := spec.Kind != job.Delete; (status.Phase == job.Failed) != failed || !tells(m.Effects(), job.RowGone, "a/gone.txt") {
			t.Errorf("%v of what is gone ended %v without telling that", spec.Kind, status.Phase)
		}
		spec.Sources = []job.Source{object("media", "a/late")}
		p := m.Plan(spec)
		check(t, p.Count(t.Context()))
		check(t, f.Store.Delete(t.Context(), store.Ref{Space: "media", Key: "a/late"}))
		m.Effects()
		await(t, m, m.Start(p), ended)
		if effects := m.Effects(); !tells(effects, job.RowGone, "a/late") && !tells(effects, job.Stale, "a/") {
			t.Errorf("%v of what has gone meanwhile tells only %+v", spec.Kind, effects)
		}
		spec.Sources, spec.Name = []job.Source{folder("media", "a/dir/")}, ""
		if spec.Base != "" {
			spec.Name = "new"
		}
		run(t, m, spec)
		if effects := m.Effects(); !tells(effects, job.TreeGone, "a/dir/") && !tells(effects, job.Stale, "a/") {
			t.Errorf("%v of a folder that is gone tells only %+v", spec.Kind, effects)
		}
	}
}

func TestCanceledAndHaltedJobsTellTheFoldersOfBothSides(t *testing.T) {
	for _, kind := range []job.Kind{job.Delete, job.Copy, job.Move} {
		f := storetest.New(t)
		f.Space(t, "media")
		fill(t, f.Store, "media", "a/1", "b")
		entered := make(chan struct{}, 100)
		f.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool { return r.Method == "PUT" }, Fault: storetest.Hang(entered)})
		release := make(chan struct{})
		f.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool { return r.Method == "POST" }, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			entered <- struct{}{}
			<-release
			return storetest.Answer(403, "AccessDenied")(next, r)
		}})
		m := manager(t, job.Options{}, f.Store)
		spec := job.Spec{Kind: kind, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{folder("media", "a/"), object("media", "b")}}
		if kind != job.Delete {
			spec.Dest = store.Ref{Space: "media", Key: "to/"}
		}
		id := m.Start(m.Plan(spec))
		<-entered
		if kind == job.Copy { // the others are one batch
			<-entered
		}
		m.Cancel(id)
		close(release)
		await(t, m, id, ended)
		effects := m.Effects()
		if changes := kind != job.Copy; tells(effects, job.Stale, "a/") != changes || tells(effects, job.Stale, "") != changes {
			t.Errorf("%v: of the sources is told %+v", kind, effects)
		}
		if writes := kind != job.Delete; tells(effects, job.Stale, "to/a/") != writes || tells(effects, job.Stale, "to/") != writes {
			t.Errorf("%v: of the destination is told %+v", kind, effects)
		}
	}
}

func TestWhatIsDoneTellsRowsAndTheirFolder(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a/1")
	m := manager(t, job.Options{}, f.Store)
	done(t, m, job.Spec{Kind: job.Move, From: f.Store.Conn(), Sources: []job.Source{folder("media", "a/")}, Dest: store.Ref{Space: "media", Key: "to/"}})
	effects := m.Effects()
	if !tells(effects, job.TreeGone, "a/") || !tells(effects, job.RowThere, "to/a/1") || !tells(effects, job.RowThere, "to/a/") {
		t.Errorf("of a move is told %+v", effects)
	}
	if slices.ContainsFunc(effects, func(e job.Effect) bool { return e.Kind == job.Stale }) {
		t.Errorf("somebody has to list again: %+v", effects)
	}
	done(t, m, job.Spec{Kind: job.Permissions, From: f.Store.Conn(), Sources: []job.Source{folder("media", "to/")}, Access: store.PublicRead})
	effects = m.Effects()
	if len(effects) != 1 || effects[0].Kind != job.RowThere || effects[0].Entry.Size != int64(len("content of a/1")) || effects[0].Entry.Key != "to/a/1" {
		t.Errorf("of permissions is told %+v", effects)
	}
}

func TestASpaceThatIsStillThereIsNotToldAsGone(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	entered := make(chan struct{}, 10)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE", "/media"), Fault: storetest.Hang(entered)})
	m := manager(t, job.Options{}, f.Store)
	id := m.Start(m.Plan(job.Spec{Kind: job.Destroy, Sources: []job.Source{folder("media", "")}}))
	<-entered
	m.Cancel(id)
	status := await(t, m, id, ended)
	if effects := m.Effects(); status.Phase != job.Canceled || tells(effects, job.TreeGone, "") {
		t.Errorf("ended %v, told is %+v", status.Phase, effects)
	}
}
