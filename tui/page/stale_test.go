package page

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/listing"
	"spaces/store/storetest"
	"spaces/tui/kit"
)

// onServer are the rows of a folder as the server has them.
func (s *shelf) onServer(prefix string) (keys []string) {
	s.t.Helper()
	for after := ""; ; {
		p, err := s.Store.List(context.Background(), store.ListRequest{Space: "media", Prefix: prefix, Delimiter: "/", After: after})
		if err != nil {
			s.t.Fatal(err)
		}
		for _, e := range p.Entries {
			keys = append(keys, e.Key)
		}
		if after = p.Next; !p.More {
			return keys
		}
	}
}

// wantServer compares the rows, in the order of keys, with the server's.
func (s *shelf) wantServer(f *files) {
	s.t.Helper()
	got := slices.Sorted(slices.Values(shown(f)))
	want(s.t, "rows", len(got), len(s.onServer(f.place.Prefix)))
	if !slices.Equal(got, s.onServer(f.place.Prefix)) {
		s.t.Errorf("the rows differ from the server's")
	}
}

func TestAllThatWasDeletedIsGoneFromTheScreen(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "pic-%05d.jpg", 20000)
	s.put("media", "stays/x")
	f := s.open(store.Place{Space: "media"})
	s.Press("G", "ctrl+a")
	want(t, "selected", f.l.Selection().Count, 20001)
	s.Press("G", "space") // the folder stays
	s.Press("d")
	s.Faults.Clear()
	s.Press("y")
	s.Advance(listing.ToldRest)
	s.wantServer(f)
	want(t, "selected", selected(f), []string(nil))
	heads := slices.DeleteFunc(s.Faults.Requests(), func(r string) bool { return r[:4] != "HEAD" })
	want(t, "HEADs", len(heads), 0)
}

func TestWhatCouldNotBeDeletedStaysAndStaysSelected(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "part/%03d", 30)
	s.many("media", "whole/%03d", 30)
	s.put("media", "a", "b")
	f := s.open(store.Place{Space: "media"})
	s.Press("ctrl+a")
	s.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "delete"), Fault: s.allBut("part/007")})
	s.Press("d", "y")
	s.Advance(listing.ToldRest)
	s.Advance(listing.ToldRest)
	s.wantServer(f)
	want(t, "rows", shown(f), []string{"part/"})
	want(t, "selected", selected(f), []string{"part/"})
}

// allBut deletes what a batch asks for, and refuses one key.
func (s *shelf) allBut(key string) storetest.Fault {
	other := s.Fixture.Open(s.t, nil)
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		for _, m := range regexp.MustCompile("<Key>([^<]*)</Key>").FindAllSubmatch(body, -1) {
			if string(m[1]) != key {
				if err := other.Delete(r.Context(), store.Ref{Space: "media", Key: string(m[1])}); err != nil {
					return nil, err
				}
			}
		}
		r.Body = http.NoBody
		return refuse(key)(next, r)
	}
}

func refuse(key string) storetest.Fault {
	return func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, "<DeleteResult><Error><Key>"+key+"</Key><Code>AccessDenied</Code></Error></DeleteResult>"), nil
	}
}

func TestACanceledDeleteShowsWhatIsLeft(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "d/%04d", 3000)
	s.many("media", "e/%04d", 10)
	f := s.open(store.Place{Space: "media", Prefix: "d/"})
	top := s.open(store.Place{Space: "media"})
	s.Press("ctrl+a")
	entered, release := make(chan struct{}, 8), make(chan struct{})
	refused := storetest.Hold(entered, release, storetest.Answer(403, "AccessDenied"))
	s.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "delete"), Skip: 1, Fault: refused})
	s.HoldJobs()
	s.Press("d")
	s.Press("y")
	<-entered
	s.Context.Jobs.Cancel(s.Context.Jobs.Snapshot()[0].ID)
	close(release)
	s.ReleaseJobs()
	s.Faults.Clear()
	s.Advance(listing.ToldRest)
	s.Advance(listing.ToldRest)
	s.wantServer(top)
	want(t, "phase", s.Context.Jobs.Snapshot()[0].Phase, job.Canceled)
	s.Press("esc", "g", "g", "enter", "G")
	want(t, "in front", s.Page() == kit.Page(f), true)
	s.Advance(listing.ToldRest)
	s.wantServer(f)
}

func TestAPageInHistoryListsAgainWhenItIsInFront(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "p/a", "p/b", "p/d/x")
	f := s.open(store.Place{Space: "media", Prefix: "p/", Key: "p/a"})
	s.Press("space", "k", "k", "enter")
	if s.Page() == kit.Page(f) {
		t.Fatal("the page is still in front")
	}
	if err := s.Store.Delete(t.Context(), store.Ref{Space: "media", Key: "p/b"}); err != nil {
		t.Fatal(err)
	}
	s.put("media", "p/c")
	s.Faults.Clear()
	s.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "delete"), Fault: refuse("p/a")})
	s.Context.Jobs.Start(s.Context.Jobs.Plan(job.Spec{Kind: job.Delete, From: s.Store.Conn(),
		Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: "p/"}, Folder: true}}}))
	s.Settle()
	s.Advance(time.Second)
	want(t, "rows in history", shown(f), []string{"p/d/", "p/a", "p/b"})
	s.Press("h")
	want(t, "in front", s.Page() == kit.Page(f), true)
	s.Advance(listing.ToldRest)
	want(t, "rows in front", shown(f), []string{"p/d/", "p/a", "p/c"})
	want(t, "selected", selected(f), []string{"p/a"})
}

func TestARefreshDropsFromTheSelectionWhatIsGone(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "b", "c")
	f := s.open(store.Place{Space: "media"})
	s.Press("ctrl+a")
	if err := s.Store.Delete(t.Context(), store.Ref{Space: "media", Key: "b"}); err != nil {
		t.Fatal(err)
	}
	s.Press("R")
	want(t, "selected", selected(f), []string{"a", "c"})
	s.Want("2 files (2 B) selected")
}
