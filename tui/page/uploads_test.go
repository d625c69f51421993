package page

import (
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/tui/kit/kittest"
)

// begun is an upload in parts to the Space media, of which some are there.
func (s *shelf) begun(key string, parts int) store.Upload {
	s.t.Helper()
	u, err := s.Store.CreateUpload(s.t.Context(), store.Ref{Space: "media", Key: key}, store.Props{})
	if err != nil {
		s.t.Fatal(err)
	}
	for n := range parts {
		if _, err := s.Store.UploadPart(s.t.Context(), u, n+1, strings.NewReader(strings.Repeat("x", 5<<20)), 0, 5<<20); err != nil {
			s.t.Fatal(err)
		}
	}
	return u
}

func (s *shelf) wantBegun(keys ...string) {
	s.t.Helper()
	open, err := s.Store.Uploads(s.t.Context(), "media", "")
	var got []string
	for _, u := range open {
		got = append(got, u.Key)
	}
	if err != nil || strings.Join(got, " ") != strings.Join(keys, " ") {
		s.t.Errorf("unfinished are %q, %v, want %q", got, err, keys)
	}
}

func newUploadsScene(t *testing.T) *scenery {
	s := newScenery(t, store.Place{Space: "media", Tab: store.Uploads}, kittest.Size(120, 40))
	s.unfinished()
	return s
}

func TestUnfinishedUploadsAreListedWithTheSizeOfTheirParts(t *testing.T) {
	s := newUploadsScene(t)
	s.show()
	s.Want("films/interview.mov", "backup.tar", "10.5 MB", "3 uploads · 15.7 MB")
}

func TestSelectedUploadsAreEndedAfterAQuestion(t *testing.T) {
	s := newUploadsScene(t)
	s.show()
	s.Press("space", "space", "d")
	s.Want("End unfinished uploads – media", "2 uploads", "Their parts are deleted")
	s.Press("esc")
	s.wantBegun("backup.tar", "films/a name that is so long that it does not fit into the column of names at all.mov", "films/interview.mov")
	s.Press("d", "y")
	s.Advance(time.Second)
	s.Want("Ended 2 uploads", "films/interview.mov")
	s.WantNot("backup.tar")
	s.wantBegun("films/interview.mov")
	s.Press("d", "y")
	s.Advance(time.Second)
	s.Want("There is no unfinished upload.")
	s.wantBegun()
}

// What a job here goes on with is marked, and not ended from here.
func TestAnUploadOfAJobIsNotEnded(t *testing.T) {
	s := newUploadsScene(t)
	s.show()
	page := s.Page().(*uploads)
	page.have[0].Job = "Upload interview.mov to media"
	s.Press("k")
	s.Want("Upload interview.mov")
	s.Press("ctrl+a")
	s.Want("2 selected", "1 of jobs")
	s.Press("esc", "d")
	s.WantNot("End unfinished uploads")
	s.Press("j", "d")
	s.Want("End unfinished uploads")
}
