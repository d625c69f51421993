package dialog_test

import (
	"net/http"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

func TestReceiveMakesACommandForTheOtherOne(t *testing.T) {
	notes := &kittest.Ledger{}
	s, f := sharing(t, kittest.Shares(notes))
	f.Space(t, "inbox")
	s.Open(dialog.NewReceive(s.Context, store.Ref{Space: "inbox", Key: "in/"}))
	s.Want("inbox/in/", "[a page]")
	s.Press("right", "tab")
	s.Want("A link by which somebody without a key", "[1 day]")
	requireGolden(t, s.Text())
	s.Press("enter")
	s.Want("Type the name of the file first")
	s.Type("it's a/.")
	s.Want("“.” is not a name")
	s.Press("backspace", "backspace")
	s.Want("curl -f -T FILE 'http://127.0.0.1:9000/inbox/in/it", "Until ", "in the place of one that is here")
	s.Press("tab", "1", "c")
	got := s.Clipboard()
	for _, part := range []string{"curl -f -T FILE 'http://127.0.0.1:9000/inbox/in/it%27s%20a?", "X-Amz-Expires=3600", "x-id=PutObject"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is not in %q", part, got)
		}
	}
	s.Want("Sent to the terminal's clipboard")
	s.Press("p")
	if !strings.Contains(s.Printed(), "\n"+got+"\n") {
		t.Errorf("printed %q", s.Printed())
	}
	if list, _ := notes.Shared(); len(list) == 0 || !list[0].Upload || list[0].Key != "in/it's a" || list[0].URL != "" || list[0].Maker != storetest.AccessKey {
		t.Errorf("%+v", list)
	}
}

func TestReceiveMakesAPageWhereTheServerKeepsOne(t *testing.T) {
	notes := &kittest.Ledger{}
	s, f := sharing(t, kittest.Shares(notes))
	f.Space(t, "inbox")
	s.Open(dialog.NewReceive(s.Context, store.Ref{Space: "inbox", Key: "in/"}))
	s.Press("tab", "tab")
	s.Type("1k")
	s.Press("tab")
	s.Type("2")
	s.Press("enter")
	s.Want("lists what came", "curl -f -T FILE")
	s.Press("esc")
	list, _ := notes.Shared()
	if len(list) != 1 || !list[0].Receive || !list[0].Kept || list[0].URL == "" {
		t.Fatalf("%+v", list)
	}
	kept, err := f.Store.KeptLinks(t.Context())
	if err != nil || len(kept) != 1 || kept[0].Limits.Files != 2 || kept[0].Limits.Size != 1000 && kept[0].Limits.Size != 1024 || kept[0].Key != "in/" {
		t.Errorf("%+v %v", kept, err)
	}
}

func TestReceiveOffersAPutWhereNobodyKeepsLinks(t *testing.T) {
	s, _ := sharing(t)
	other := storetest.New(t, storetest.Listener())
	other.Space(t, "inbox")
	other.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/v2/spaces/links"), Fault: storetest.Answer(http.StatusNotFound, "NoSuchBucket")})
	s.Context.Store = other.Store
	s.Open(dialog.NewReceive(s.Context, store.Ref{Space: "inbox", Key: "in/"}))
	s.Want("Name", "A page for several files needs spaces serve.", "only spaces serve keeps links")
	s.WantNot("a page]")
}
