package job_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func TestASmallChangeTellsWhatABigOneTells(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "x")
	m := manager(t, job.Options{}, f.Store)
	check(t, m.Do(t.Context(), job.Spec{Kind: job.MakeFolder, Sources: []job.Source{object("media", "d/new/")}}))
	check(t, m.Do(t.Context(), job.Spec{Kind: job.Permissions, Sources: []job.Source{object("media", "x")}, Access: store.PublicRead}))
	effects := m.Effects()
	if len(effects) != 2 || !tells(effects, job.RowThere, "d/new/") || !effects[0].Entry.Folder || !tells(effects, job.RowThere, "x") || len(m.Snapshot()) != 0 {
		t.Errorf("told are %+v, and %d jobs", effects, len(m.Snapshot()))
	}
	err := m.Do(t.Context(), job.Spec{Kind: job.Permissions, Sources: []job.Source{object("media", "never")}, Access: store.PublicRead})
	if !errors.Is(err, store.NotFound) {
		t.Errorf("of what is not there: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/y/"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		cancel()
		return nil, r.Context().Err()
	}})
	err = m.Do(ctx, job.Spec{Kind: job.MakeFolder, Sources: []job.Source{object("media", "y/")}})
	if !errors.Is(err, context.Canceled) || !tells(m.Effects(), job.Stale, "") {
		t.Errorf("canceled: %v", err)
	}
}

func TestFolderMarkersAreTheSameHoweverTheyAreMade(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "full/", "content")
	m := manager(t, job.Options{}, f.Store)
	dir := tree(t, map[string]string{"empty/": ""})
	done(t, m, job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}, Name: "up"})
	for _, key := range []string{"made/", "full/"} {
		check(t, m.Do(t.Context(), job.Spec{Kind: job.MakeFolder, Sources: []job.Source{object("media", key)}}))
	}
	one, err := f.Store.Head(t.Context(), store.Ref{Space: "media", Key: "up/empty/"})
	check(t, err)
	other, err := f.Store.Head(t.Context(), store.Ref{Space: "media", Key: "made/"})
	check(t, err)
	if one.ContentType != other.ContentType || one.Size+other.Size != 0 {
		t.Errorf("%+v and %+v", one, other)
	}
	if got := storetest.Read(t, f.Store, "media", "full/"); got != "content" {
		t.Errorf("a folder that was there holds %q", got)
	}
}

func TestASmallChangeSendsOnlyItself(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "x")
	m := manager(t, job.Options{}, f.Store)
	f.Faults.Clear()
	check(t, m.Do(t.Context(), job.Spec{Kind: job.Delete, Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: "x"}, Entry: store.Entry{Key: "x"}}}}))
	if sent := f.Faults.Requests(); len(sent) != 1 {
		t.Errorf("sent are %q", sent)
	}
}
