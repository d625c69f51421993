package dialog_test

import (
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// far is a screen with two connections: this machine with the Spaces media and other, and "work" with archive and site.
func far(t *testing.T, options ...kittest.Option) (s *kittest.Screen, here, work *storetest.Fixture) {
	t.Helper()
	here = storetest.New(t)
	work = storetest.New(t, storetest.Config(func(c *store.Config) { c.Conn, c.Name = "work", "work" }))
	for space, f := range map[string]*storetest.Fixture{"media": here, "other": here, "archive": work, "site": work} {
		f.Space(t, space)
	}
	put(t, here, "media", "a.txt", 10, store.Private)
	put(t, here, "media", "docs/x", 10, store.Private)
	put(t, here, "other", "deep/down/y", 10, store.Private)
	put(t, work, "archive", "2023/z", 10, store.Private)
	put(t, work, "archive", "2024/z", 10, store.Private)
	conns := store.ConnsOf(here.Store, work.Store)
	return kittest.New(t, append([]kittest.Option{kittest.Store(here.Store), kittest.Conns(conns)}, options...)...), here, work
}

func TestMoveWalksUpToOtherSpacesAndConnections(t *testing.T) {
	s, here, work := far(t)
	s.Open(dialog.NewMove(s.Context, "media", []job.Source{object("media", "a.txt")}, ""))
	s.Press("h")
	s.Want("this machine ▸ all Spaces", "▸ media", "other", "Files go into a Space")
	s.Press("y", "a")
	open(t, s)
	s.Press("h")
	s.Want("all connections", "▸ this machine", "work")
	requireGolden(t, s.Text())
	s.Press("h", "j", "enter")
	s.Want("work ▸ all Spaces", "archive", "site")
	s.Press("enter")
	s.Want("work ▸ archive/", "2023/", "bytes go through this machine")
	s.Press("j", "enter", "y")
	closed(t, s)
	s.Settle()
	wantKeys(t, work, "archive", "2023/z", "2024/a.txt", "2024/z")
	wantKeys(t, here, "media", "docs/x")
}

func TestMoveMakesAFolderInASpaceOfAnotherConnection(t *testing.T) {
	s, _, work := far(t)
	s.Open(dialog.NewMove(s.Context, "media", []job.Source{folder("media", "docs/")}, ""))
	s.Press("h", "h", "j", "enter", "j", "enter", "a")
	s.Type("new")
	s.Press("enter", "y")
	closed(t, s)
	s.Settle()
	wantKeys(t, work, "site", "new/docs/x")
}

func TestMoveCompletesPathsOfOtherConnections(t *testing.T) {
	s, _, work := far(t)
	s.Open(dialog.NewCopyTo(s.Context, "media", []job.Source{object("media", "a.txt")}, ""))
	s.Press("g", "p")
	s.Type("wo")
	s.Press("tab")
	s.Want("work:")
	s.Type("ar")
	s.Press("tab")
	s.Want("work:archive/")
	s.Press("tab")
	s.Want("work:archive/202")
	s.Press("tab")
	s.Want("There are 2: 2023/  2024/")
	s.Type("4")
	s.Press("tab", "tab")
	s.Want("work ▸ archive/2024/", "[ Copy here (y) ]")
	s.Press("enter")
	closed(t, s)
	s.Settle()
	wantKeys(t, work, "archive", "2023/z", "2024/a.txt", "2024/z")
}

func TestMoveCompletesPathsOfOtherSpacesAndOfItsOwn(t *testing.T) {
	s, here, _ := far(t)
	s.Open(dialog.NewMove(s.Context, "media", []job.Source{object("media", "a.txt")}, ""))
	s.Press("g", "p")
	s.Type("do")
	s.Press("tab")
	s.Want("docs/")
	s.Press("ctrl+u")
	s.Type("/ot")
	s.Press("tab", "tab", "tab", "tab", "enter")
	closed(t, s)
	s.Settle()
	wantKeys(t, here, "other", "deep/down/a.txt", "deep/down/y")
}

func TestCopyLeavesTheSourcesAndNumbersCopiesBesideThem(t *testing.T) {
	s, here, _ := far(t)
	s.Open(dialog.NewCopyTo(s.Context, "media", []job.Source{object("media", "a.txt")}, ""))
	s.Want("Copy to folder – media", "It is in this folder: the copy gets a number")
	s.Press("y")
	closed(t, s)
	s.Settle()
	wantKeys(t, here, "media", "a (1).txt", "a.txt", "docs/x")
	s.Open(dialog.NewCopyTo(s.Context, "media", []job.Source{folder("media", "docs/")}, ""))
	s.Want("A folder cannot be copied onto itself")
	s.Press("y")
	open(t, s)
}

func TestCopyAsksAboutNamesThatAreThereOnTheOtherSide(t *testing.T) {
	s, _, work := far(t)
	put(t, work, "archive", "2024/a.txt", 77, store.Private)
	s.Open(dialog.NewCopyTo(s.Context, "media", []job.Source{object("media", "a.txt")}, ""))
	s.Press("g", "p")
	s.Type("work:archive/2024/")
	s.Press("enter", "y")
	s.Want("One name exists there already", "What is copied", "77 B")
	s.Press("esc", "esc")
	closed(t, s)
	wantKeys(t, work, "archive", "2023/z", "2024/a.txt", "2024/z")
}

func TestMoveFromAnotherConnectionToThisMachine(t *testing.T) {
	s, here, work := far(t)
	s.Context.Store = work.Store
	s.Open(dialog.NewMove(s.Context, "archive", []job.Source{object("archive", "2024/z")}, "2024/"))
	s.Press("h", "h", "h", "k", "enter")
	s.Want("this machine ▸ all Spaces", "media")
	s.Press("enter", "g", "p")
	s.Want("@:media/")
	s.Press("enter", "y")
	closed(t, s)
	s.Settle()
	wantKeys(t, here, "media", "a.txt", "docs/x", "z")
	wantKeys(t, work, "archive", "2023/z")
}

func TestMoveTellsWhyAConnectionCannotBeWalked(t *testing.T) {
	s, _, work := far(t)
	work.Faults.Add(storetest.Rule{Fault: storetest.Answer(403, "AccessDenied")})
	s.Open(dialog.NewMove(s.Context, "media", []job.Source{object("media", "a.txt")}, ""))
	s.Press("h", "h", "j", "enter")
	s.Want("AccessDenied")
	s.Press("y")
	open(t, s)
	work.Faults.Clear()
	s.Press("g", "p", "ctrl+u")
	s.Type("work:site/")
	s.Press("enter", "y")
	closed(t, s)
}

func TestNothingIsMovedToOrFromAReadOnlyConnection(t *testing.T) {
	s, _, work := far(t)
	locked := work.Open(t, func(c *store.Config) {
		c.Conn, c.Name, c.ReadOnly = "locked", "locked", "This connection is read-only."
	})
	s.Context.Conns = store.ConnsOf(s.Context.Store, locked)
	s.Open(dialog.NewCopyTo(s.Context, "media", []job.Source{object("media", "a.txt")}, ""))
	s.Press("g", "p")
	s.Type("locked:archive/")
	s.Press("enter")
	s.Want("This connection is read-only")
	s.Press("y")
	open(t, s)
	s.Press("esc")
	s.Context.Store = locked
	for verb, make := range map[string]func(*kit.Context, string, []job.Source, string) *dialog.Move{"Move": dialog.NewMove, "Copy": dialog.NewCopyTo} {
		s.Open(make(s.Context, "archive", []job.Source{object("archive", "2023/z")}, "2023/"))
		s.Press("g", "p", "ctrl+u")
		s.Type("@:media/")
		s.Press("enter")
		if refused := s.Has("This connection is read-only"); refused != (verb == "Move") {
			t.Errorf("%s from a read-only connection: refused %v\n%s", verb, refused, s.Text())
		}
		s.Press("esc")
	}
}
