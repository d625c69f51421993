package dialog_test

import (
	"errors"
	"net/http"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

// called makes three requests by Conns, which remember them: one is refused and tried again.
func called(t *testing.T) *store.Calls {
	t.Helper()
	var config store.Config
	f := storetest.New(t, storetest.Config(func(c *store.Config) { config = *c }))
	f.Space(t, "media")
	put(t, f, "media", "a file", 10, store.Private)
	conns := store.NewConns(func(store.Conn) (store.Config, error) { return config, nil })
	t.Cleanup(conns.Close)
	s, err := conns.Get("do")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Head(t.Context(), store.Ref{Space: "media", Key: "a file"}); err != nil {
		t.Fatal(err)
	}
	f.Faults.Add(storetest.Rule{Match: storetest.Is("HEAD"), Fault: storetest.Answer(http.StatusForbidden, "AccessDenied")})
	if _, err := s.Head(t.Context(), store.Ref{Space: "media", Key: "evil\x1b[2J"}); !errors.Is(err, store.Denied) {
		t.Fatal(err)
	}
	return conns.Calls()
}

func TestTheRequestLogShowsWhatWasAskedAndTheLineThatDoesTheSame(t *testing.T) {
	for _, size := range []kittest.Option{kittest.Size(120, 40), kittest.Size(80, 24), kittest.Size(40, 12)} {
		s, _ := start(t, size)
		s.Open(dialog.NewRequests(s.Context, called(t)))
		s.Want("Request log", "403", "200")
		s.Press("j", "enter")
		s.Want("HeadObject", "200")
		s.Press("c")
		s.Want("Sent to the terminal's")
		s.Press("esc")
		s.Want("Request log", "403")
		s.Press("esc")
		closed(t, s)
	}
}

func TestTheRequestLogIsEmptyBeforeTheFirst(t *testing.T) {
	s, _ := start(t)
	s.Open(dialog.NewRequests(s.Context, &store.Calls{}))
	s.Press("enter")
	s.Want("No request was sent yet.")
}
