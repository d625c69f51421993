package page

import (
	"testing"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit/kittest"
)

func TestARefusedConnectionCanBeEditedFromWhereThatIsSeen(t *testing.T) {
	for _, p := range []store.Place{{}, {Tab: store.AccessKeys}, {Tab: store.Public}, {Space: "media-prod"}} {
		t.Run(p.Space+string(p.Tab), func(t *testing.T) {
			s := stockedBookcase(t, kittest.Size(100, 30))
			p.Conn = "stranger"
			if p.Space == "" && p.Tab == store.Files {
				s.several("stranger")
				s.Press(">")
				s.Want("Create a Space…   – The endpoint refuses the key", "Edit the connection…")
				s.Press("esc", "a")
				want(t, "a", s.Notice(), "The endpoint refuses the key of this connection.")
			} else {
				at, err := s.book.Conns().Get("stranger")
				if err != nil {
					t.Fatal(err)
				}
				s.Context.Store = at
				s.Show(New(s.Context, p))
				s.Want("Credentials refused", "edits the connection")
			}
			s.Want("e edit the connection")
			s.Press("e")
			s.Want("─ Connection stranger ─")
			s.mend("stranger")
			s.Press("esc")
			s.WantNot("edit the connection", "Credentials refused", "credentials refused")
		})
	}
}

// mend gives a connection the key of the endpoint that it leads to.
func (s *bookcase) mend(name string) {
	s.t.Helper()
	p, _ := s.book.Saved(name)
	good, _ := s.book.Saved("box")
	p.Endpoint, p.AccessKey, p.Secret = good.Endpoint, good.AccessKey, good.Secret
	if err := s.book.Save(s.t.Context(), p, false); err != nil {
		s.t.Fatal(err)
	}
}

func TestTheConnectionsThatNobodyConfiguredCannotBeEdited(t *testing.T) {
	s := stockedBookcase(t)
	s.several("")
	s.Press("e")
	want(t, "this machine", s.Notice(), "This machine is always there: it has no settings of its own.")
	s.Context.Book = nil
	x := newIndex(s.Context, store.Place{})
	want(t, "without a configuration", named(x.Actions(), keys.Edit).Off(), noBook)
}
