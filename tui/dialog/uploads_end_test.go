package dialog_test

import (
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

// begun is an upload of one part to the Space media.
func (s *stage) begun(key string) dialog.Ending {
	s.t.Helper()
	u, err := s.f.Store.CreateUpload(s.t.Context(), store.Ref{Space: "media", Key: key}, store.Props{})
	if err == nil {
		_, err = s.f.Store.UploadPart(s.t.Context(), u, 1, strings.NewReader("part"), 0, 4)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return dialog.Ending{BegunUpload: store.BegunUpload{Upload: u}, Bytes: 4, Known: true}
}

// What cannot be ended stays in the dialog, what was ended before it does not.
func TestAnUploadThatCannotBeEndedIsTold(t *testing.T) {
	s := newStage(t, kittest.Size(80, 24))
	first, second := s.begun("first"), s.begun("second")
	s.f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE", "/second"), Fault: storetest.Answer(403, "AccessDenied")})
	s.Open(dialog.NewEndUploads(s.Context, "media", []dialog.Ending{first, second}))
	s.Press("y")
	s.Want("1 upload, 4 B of parts", "AccessDenied")
	s.f.Faults.Clear()
	s.Press("y")
	if open, err := s.f.Store.Uploads(t.Context(), "media", ""); err != nil || len(open) != 0 {
		t.Errorf("open are %v, %v", open, err)
	}
	if s.Dialog() != nil {
		t.Error("the dialog is still there")
	}
}
