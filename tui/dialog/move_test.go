package dialog_test

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"spaces/server/storage"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

func moveFixture(t *testing.T, sources ...job.Source) (*kittest.Screen, *storetest.Fixture) {
	s, f := start(t)
	f.Space(t, "media")
	for _, key := range []string{"a.txt", "docs/old/x", "docs/y", "pics/1.jpg", "pics/deep/2.jpg"} {
		put(t, f, "media", key, 10, store.Private)
	}
	s.Open(dialog.NewMove(s.Context, "media", sources, ""))
	return s, f
}

func TestMoveWalksToAFolder(t *testing.T) {
	s, f := moveFixture(t, object("media", "a.txt"))
	s.Want("docs/", "pics/", "It is in this folder already")
	requireGolden(t, s.Text())
	s.Press("enter")
	s.Want("media/docs/", "old/")
	s.Press("y")
	closed(t, s)
	wantKeys(t, f, "media", "docs/a.txt", "docs/old/x", "docs/y", "pics/1.jpg", "pics/deep/2.jpg")
}

func TestMoveGoesToItsButtonsByTab(t *testing.T) {
	s, f := moveFixture(t, object("media", "a.txt"))
	s.Press("enter", "tab")
	s.Want("[ Move here (y) ]")
	s.Press("tab", "tab", "tab")
	s.Want("[ Cancel ]")
	s.Press("tab", "shift+tab", "left", "left", "left", "enter")
	closed(t, s)
	wantKeys(t, f, "media", "docs/a.txt", "docs/old/x", "docs/y", "pics/1.jpg", "pics/deep/2.jpg")
}

func TestMoveGoesBackUp(t *testing.T) {
	s, _ := moveFixture(t, object("media", "a.txt"))
	s.Press("j", "enter")
	s.Want("media/pics/", "deep/")
	s.Press("h")
	s.Want("docs/", "pics/")
}

func TestMoveStaysInItsOwnFolder(t *testing.T) {
	s, f := moveFixture(t, object("media", "a.txt"))
	s.Press("y")
	open(t, s)
	wantKeys(t, f, "media", "a.txt", "docs/old/x", "docs/y", "pics/1.jpg", "pics/deep/2.jpg")
}

func TestMoveRefusesAFolderIntoItself(t *testing.T) {
	s, f := moveFixture(t, folder("media", "pics/"))
	s.Press("j", "enter")
	s.Want("A folder cannot be moved into itself")
	s.Press("y")
	open(t, s)
	s.Press("enter")
	s.Want("A folder cannot be moved into itself")
	s.Press("y")
	open(t, s)
	wantKeys(t, f, "media", "a.txt", "docs/old/x", "docs/y", "pics/1.jpg", "pics/deep/2.jpg")
}

func TestMoveMakesAFolderOnTheWay(t *testing.T) {
	s, f := moveFixture(t, object("media", "a.txt"))
	s.Press("enter", "a")
	s.Type("new one")
	s.Press("enter")
	s.Want("media/docs/new one/", "moving something here creates the folder")
	s.Press("y")
	closed(t, s)
	wantKeys(t, f, "media", "docs/new one/a.txt", "docs/old/x", "docs/y", "pics/1.jpg", "pics/deep/2.jpg")
}

func TestMoveTakesATypedPath(t *testing.T) {
	s, f := moveFixture(t, folder("media", "pics/"))
	s.Press("g", "p")
	s.Type("docs/old")
	s.Press("enter", "y")
	closed(t, s)
	wantKeys(t, f, "media", "a.txt", "docs/old/pics/1.jpg", "docs/old/pics/deep/2.jpg", "docs/old/x", "docs/y")
}

func TestMoveAsksAboutNamesThatAreThere(t *testing.T) {
	s, f := moveFixture(t, object("media", "a.txt"))
	put(t, f, "media", "docs/a.txt", 77, store.Private)
	s.Press("enter", "y")
	open(t, s)
	s.Want("One name exists there already", "a.txt", "77 B", "(•) Skip")
	requireGolden(t, s.Text())
	s.Press("enter")
	closed(t, s)
	wantKeys(t, f, "media", "a.txt", "docs/a.txt", "docs/old/x", "docs/y", "pics/1.jpg", "pics/deep/2.jpg")
}

func TestMoveCanBeTakenBackAtTheQuestion(t *testing.T) {
	s, f := moveFixture(t, object("media", "a.txt"))
	put(t, f, "media", "docs/a.txt", 77, store.Private)
	s.Press("enter", "y", "esc")
	open(t, s)
	s.Want("old/")
	s.Press("esc")
	closed(t, s)
	if info, err := f.Store.Head(t.Context(), store.Ref{Space: "media", Key: "docs/a.txt"}); err != nil || info.Size != 77 {
		t.Fatalf("docs/a.txt: %+v, %v", info, err)
	}
}

func TestMoveShowsHostileFoldersHarmlessly(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	for _, name := range hostile {
		put(t, f, "media", name+"/x", 1, store.Private)
	}
	s.Open(dialog.NewMove(s.Context, "media", []job.Source{object("media", "a")}, ""))
	s.Press("enter")
	s.Press("left", "G", "enter", "left")
}

func TestMoveTakesAPathThatBeginsWithASpace(t *testing.T) {
	for _, path := range []string{"/archive/2026/", "/archive/2026", "s3://archive/2026/", "S3://archive/2026", "///archive/2026"} {
		s, f := moveFixture(t, object("media", "a.txt"), folder("media", "pics/"))
		f.Space(t, "archive")
		s.Press("g", "p")
		s.Type(path)
		s.Press("enter")
		s.Want("archive/2026/")
		s.Press("y")
		closed(t, s)
		s.Settle()
		wantKeys(t, f, "archive", "2026/a.txt", "2026/pics/1.jpg", "2026/pics/deep/2.jpg")
		wantKeys(t, f, "media", "docs/old/x", "docs/y")
	}
}

func TestMoveToTheSameFolderOfAnotherSpaceIsAMove(t *testing.T) {
	s, f := moveFixture(t, object("media", "a.txt"))
	f.Space(t, "archive")
	s.Press("g", "p")
	s.Type("/archive/")
	s.Press("enter")
	s.WantNot("in this folder already")
	s.Press("y")
	closed(t, s)
	s.Settle()
	wantKeys(t, f, "archive", "a.txt")
}

func TestMoveNamesASpaceThatIsNotThere(t *testing.T) {
	s, f := moveFixture(t, object("media", "a.txt"))
	s.Press("g", "p")
	s.Type("/docs/old/")
	s.Press("enter")
	s.Want("There is no Space", "docs", "begins with a slash")
	s.Press("y")
	open(t, s)
	wantKeys(t, f, "media", "a.txt", "docs/old/x", "docs/y", "pics/1.jpg", "pics/deep/2.jpg")
	s.Press("g", "p", "ctrl+u")
	s.Type("docs/old/")
	s.Press("enter", "y")
	closed(t, s)
}

func TestMoveMakesNoFolderWithoutAName(t *testing.T) {
	for _, path := range []string{"docs//", "docs//x", "x///", "./x", "../x"} {
		s, f := moveFixture(t, object("media", "a.txt"))
		s.Press("g", "p")
		s.Type(path)
		s.Press("enter", "y")
		open(t, s)
		wantKeys(t, f, "media", "a.txt", "docs/old/x", "docs/y", "pics/1.jpg", "pics/deep/2.jpg")
	}
	for _, name := range []string{"/", "//", "///", "/x", "x//y", "."} {
		s, _ := moveFixture(t, object("media", "a.txt"))
		s.Press("a")
		s.Type(name)
		s.Press("enter")
		s.Want("New folder")
	}
	s, _ := moveFixture(t, object("media", "a.txt"))
	for _, path := range []string{"/", "//", "s3://"} {
		s.Press("g", "p", "ctrl+u")
		s.Type(path)
		s.Press("enter")
		s.Want("Name a Space after the slash")
		s.Press("esc")
	}
}

func TestMoveGoesToAFolderWithoutANameThatIsThere(t *testing.T) {
	s, f := moveFixture(t, object("media", "a.txt"))
	put(t, f, "media", "docs//odd", 10, store.Private)
	s.Press("g", "p")
	s.Type("docs//")
	s.Press("enter", "y")
	closed(t, s)
	wantKeys(t, f, "media", "docs//a.txt", "docs//odd", "docs/old/x", "docs/y", "pics/1.jpg", "pics/deep/2.jpg")
}

// crowded is a Space with 11,500 files and then one folder, on an endpoint that tells of its requests.
func crowded(t *testing.T) (*kittest.Screen, *storetest.Faults) {
	faults := &storetest.Faults{}
	f := storetest.New(t, storetest.Config(func(c *store.Config) { c.Wrap = faults.Wrap }))
	f.Space(t, "media")
	for i := range 11_500 { // past the network
		staged, err := f.Engine.Stage(t.Context(), strings.NewReader(""), storage.StageOptions{})
		if err == nil {
			_, err = f.Engine.Put(t.Context(), "media", fmt.Sprintf("%05d", i), staged, storage.Attrs{}, storage.Checksum{}, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put(t, f, "media", "zoo/a", 1, store.Private)
	return kittest.New(t, kittest.Store(f.Store)), faults
}

func TestMoveReadsNoMoreThanTenPagesUnaskedWhereThereAreNoFolders(t *testing.T) {
	s, faults := crowded(t)
	before := len(faults.Requests())
	s.Open(dialog.NewMove(s.Context, "media", []job.Source{object("media", "a/b")}, "a/"))
	s.Press("g", "p", "ctrl+u", "enter")
	if n := len(faults.Requests()) - before; n > 11 {
		t.Errorf("%d requests to look at two folders", n)
	}
	s.Want("10,000 names so far", "looks")
	s.Press("j", "j", "G")
	if n := len(faults.Requests()) - before; n > 11 {
		t.Errorf("%d requests after the cursor was moved", n)
	}
	s.Press("enter")
	s.Want("zoo/")
	s.WantNot("names so far")
	s.Press("enter")
	s.Want("media/zoo/")
	s.Press("h")
	s.Want("names so far")
}

func TestMovePutsTheCursorOnTheFolderThatItComesFrom(t *testing.T) {
	s, _ := moveFixture(t, object("media", "a.txt"))
	s.Press("j", "enter", "h")
	s.Want("▸ pics/")
	s.Press("j", "enter", "enter")
	s.Want("media/pics/deep/", "There are no folders in here")
}

func TestMoveGoesWhereItsPathSaysWhenTheFieldIsLeft(t *testing.T) {
	for how, leave := range map[string]func(*kittest.Screen){
		"Tab":   func(s *kittest.Screen) { s.Press("tab", "enter") },
		"click": func(s *kittest.Screen) { s.ClickOn("Move here"); s.Want("media/docs/old/"); s.ClickOn("Move here") },
	} {
		t.Run(how, func(t *testing.T) {
			s, f := moveFixture(t, object("media", "a.txt"))
			s.Press("g", "p")
			s.Type("docs/old/")
			leave(s)
			closed(t, s)
			wantKeys(t, f, "media", "docs/old/a.txt", "docs/old/x", "docs/y", "pics/1.jpg", "pics/deep/2.jpg")
		})
	}
}

func TestMoveStaysInAPathThatCannotBeTaken(t *testing.T) {
	s, f := moveFixture(t, object("media", "a.txt"))
	s.Press("g", "p")
	s.Type("s3://")
	s.Press("tab", "enter")
	open(t, s)
	s.Want("Name a Space after the slash")
	wantKeys(t, f, "media", "a.txt", "docs/old/x", "docs/y", "pics/1.jpg", "pics/deep/2.jpg")
}

func TestMoveTakesAWholePathThatIsPastedOverWhatStandsThere(t *testing.T) {
	s, f := moveFixture(t, object("media", "a.txt"))
	f.Space(t, "archive")
	s.Press("enter", "g", "p")
	s.Send(tea.PasteMsg{Content: "/archive/2026/"})
	s.Press("enter", "y")
	closed(t, s)
	s.Settle()
	wantKeys(t, f, "archive", "2026/a.txt")
}

func TestMoveListsAFolderAgainThatIsGoneToWhileItIsListed(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "docs/x", 1, store.Private)
	s.Hold()
	s.Open(dialog.NewMove(s.Context, "media", []job.Source{object("media", "a")}, ""))
	s.Press("g", "p", "enter")
	s.Release()
	s.Want("docs/")
}

func TestACopyBesideItselfTellsWhatItIsCalledNow(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "docs/e.txt", 10, store.Private)
	for _, want := range []string{"e (1).txt", "e (2).txt"} {
		s.Open(dialog.NewCopyTo(s.Context, "media", []job.Source{object("media", "docs/e.txt")}, "docs/"))
		s.Want("It is in this folder: the copy gets a number.")
		s.Press("y")
		closed(t, s)
		jobs := s.Context.Jobs.Snapshot()
		if got := jobs[len(jobs)-1].Called + jobs[0].Called; !strings.Contains(got, want) {
			t.Errorf("it is called %q", got)
		}
	}
	wantKeys(t, f, "media", "docs/e (1).txt", "docs/e (2).txt", "docs/e.txt")
}

func TestWhatWasFoundBelowAFolderKeepsItsFolders(t *testing.T) {
	s, f := moveFixture(t, object("media", "docs/old/x"))
	s.Want("It keeps its folders: docs/old/x becomes media/docs/old/x.", "It is in this folder already")
	s.Press("j", "enter")
	s.Want("docs/old/x becomes media/pics/docs/old/x.")
	s.Press("y")
	closed(t, s)
	wantKeys(t, f, "media", "a.txt", "docs/y", "pics/1.jpg", "pics/deep/2.jpg", "pics/docs/old/x")
}
