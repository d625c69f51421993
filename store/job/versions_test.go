package job_test

import (
	"fmt"
	"testing"

	"spaces/server/storage"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// versionedSpace has 600 objects of two versions each, of which every third is hidden by a delete marker.
func versionedSpace(t *testing.T, f *storetest.Fixture) []string {
	t.Helper()
	f.Space(t, "media")
	check(t, f.Engine.SetVersioning("media", storage.Enabled))
	keys := append(numberedKeys("a/", 598), "a/\x01 control", "a/%2F+é")
	for range 2 {
		fill(t, within(t, f), "media", keys...)
	}
	for i, key := range keys {
		if i%3 == 0 {
			check(t, f.Store.Delete(t.Context(), store.Ref{Space: "media", Key: key}))
		}
	}
	return keys
}

func TestDestroyRemovesAllVersionsAndMarkers(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	versionedSpace(t, f)
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Destroy, Sources: []job.Source{folder("media", "")}})
	check(t, p.Count(t.Context()))
	if totals := p.Totals(); totals.Objects != 1400 || totals.Markers != 200 || totals.Versions != 800 || !totals.Versioned {
		t.Errorf("counted are %+v", totals)
	}
	status := await(t, m, m.Start(p), ended)
	if status.Phase != job.Done || status.ObjectsDone != 1400 {
		t.Errorf("ended %v: %v", status.Phase, status.Failed)
	}
	if spaces, err := f.Store.Spaces(t.Context()); err != nil || len(spaces) != 0 {
		t.Errorf("left are %v, %v", spaces, err)
	}
}

func TestADeleteTellsThatOlderVersionsStay(t *testing.T) {
	for _, versioned := range []bool{false, true} {
		f := storetest.New(t)
		f.Space(t, "media")
		if versioned {
			check(t, f.Engine.SetVersioning("media", storage.Enabled))
		}
		fill(t, f.Store, "media", "x", "d/y")
		p := manager(t, job.Options{}, f.Store).Plan(job.Spec{Kind: job.Delete, Sources: append(rows("media", []string{"x"}), folder("media", "d/"))})
		f.Faults.Clear()
		check(t, p.Count(t.Context()))
		if got := verbs(f.Faults.Requests()); p.Totals().Versioned != versioned || got["GET?versioning"] != 1 {
			t.Errorf("%v with versioning %v, by %v", p.Totals().Versioned, versioned, got)
		}
	}
}

func TestAnEndpointWithoutVersioningIsAskedOnce(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "x")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "versioning"), Fault: storetest.Answer(501, "NotImplemented")})
	m := manager(t, job.Options{}, f.Store)
	before := len(f.Faults.Requests())
	done(t, m, job.Spec{Kind: job.Destroy, Sources: []job.Source{folder("media", "")}})
	if got := verbs(f.Faults.Requests()[before:]); got["GET?versioning"] != 1 || got["GET?versions"] != 0 {
		t.Error(fmt.Sprint(got))
	}
}
