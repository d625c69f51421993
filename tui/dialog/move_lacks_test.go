package dialog_test

import (
	"net/http"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

func TestMoveAsksWhereTheDestinationCannotKeepAll(t *testing.T) {
	here := storetest.New(t)
	work := storetest.New(t, storetest.Unknown(), storetest.Config(func(c *store.Config) { c.Conn, c.Name = "work", "work" }))
	here.Space(t, "media")
	work.Space(t, "archive")
	put(t, here, "media", "a.txt", 10, store.Private)
	for _, what := range []string{"?acl", "?tagging"} {
		work.Faults.Add(storetest.Rule{Match: storetest.Is(http.MethodGet, what), Fault: storetest.Answer(http.StatusNotImplemented, "NotImplemented")})
	}
	s := kittest.New(t, kittest.Store(here.Store), kittest.Conns(store.ConnsOf(here.Store, work.Store)))
	s.Open(dialog.NewMove(s.Context, "media", []job.Source{object("media", "a.txt")}, ""))
	s.Press("h", "h", "j", "enter", "enter")
	s.Want("work ▸ archive/")
	s.Press("y")
	s.Want("Not everything can be kept there", "Files have no permissions of their own there", "Files have no tags there", "Move all the same")
	requireGolden(t, s.Text())
	wantKeys(t, work, "archive")
	s.Press("enter") // the safe answer comes first
	s.Want("work ▸ archive/")
	s.Press("y")
	s.Want("Move all the same")
	s.Press("right", "enter")
	closed(t, s)
	s.Settle()
	wantKeys(t, work, "archive", "a.txt")
	wantKeys(t, here, "media")
}
