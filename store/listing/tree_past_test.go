package listing

import (
	"testing"

	"spaces/store"
	"spaces/store/job"
)

func TestThePastIsWhatIsNotCurrent(t *testing.T) {
	p := NewPast("media", "in/")
	p.Take(store.VersionPage{More: true, Next: "on", Versions: []store.Version{
		{Key: "in/a", Latest: true, Size: 100}, {Key: "in/a", Size: 3}, {Key: "in/d/b", Latest: true, Marker: true}, {Key: "in/d/b", Size: 5},
	}})
	if r := p.Request(); r != (store.VersionsRequest{Space: "media", Prefix: "in/", After: "on"}) {
		t.Errorf("goes on with %+v", r)
	}
	f, _ := p.Find("in/")
	if f.Count != (Count{Objects: 2, Bytes: 8, Markers: 1}) || f.Here != (Count{Objects: 1, Bytes: 3}) || p.Done() || p.Whole("in/d/") {
		t.Errorf("%+v", f)
	}
	p.Take(store.VersionPage{Versions: []store.Version{{Key: "in/d/b", Size: 7}, {Key: "in/e/c", Latest: true, Size: 1}}})
	if f, exact := p.Find("in/d/"); !exact || f.Count != (Count{Objects: 2, Bytes: 12, Markers: 1}) || !p.Done() {
		t.Errorf("%+v", f)
	}
	if _, exact := p.Find("in/e/"); exact {
		t.Error("a folder with nothing older is kept")
	}
	if p.Apply("", []job.Effect{{Kind: job.RowGone, Ref: store.Ref{Space: "other", Key: "in/a"}}}); p.Doubt() {
		t.Error("another Space is believed")
	}
	if p.Apply("", []job.Effect{{Kind: job.Stale, Ref: store.Ref{Space: "media"}}}); !p.Doubt() {
		t.Error("what was purged is not doubted")
	}
}
