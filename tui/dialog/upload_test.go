package dialog_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

// uploadFixture opens the staging dialog on a directory with a tree, two files and a hidden one.
func uploadFixture(t *testing.T) (*kittest.Screen, *storetest.Fixture, string) {
	dir, err := os.MkdirTemp("/tmp", "spaces-up")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	file(t, dir, "tree/one.txt", "1")
	file(t, dir, "tree/deep/two.txt", "22")
	file(t, dir, "alpha.txt", "alpha")
	file(t, dir, "beta file.txt", "beta!!")
	file(t, dir, ".hidden", "h")
	s, f := start(t, kittest.Local(dir))
	f.Space(t, "media")
	s.Open(dialog.NewUpload(s.Context, store.Ref{Space: "media", Key: "in/"}))
	return s, f, dir
}

// calm is the screen with a name in place of the random one of dir, whose length is random too.
func calm(s *kittest.Screen, dir string) string {
	const name = "/a/directory"
	padded := regexp.MustCompile(regexp.QuoteMeta(dir) + " *")
	return padded.ReplaceAllStringFunc(s.Text(), func(found string) string {
		return name + strings.Repeat(" ", len(found)-len(name))
	})
}

func TestUploadStagesAndUploadsOneBatch(t *testing.T) {
	s, f, dir := uploadFixture(t)
	s.Want("tree/", "alpha.txt", "beta file.txt")
	s.WantNot(".hidden")
	s.Press("space", "space")
	s.Want("2 files  3 B", "✓ tree/", "✓ alpha.txt", "3 files, 8 B")
	requireGolden(t, calm(s, dir))
	s.Press("u")
	closed(t, s)
	wantKeys(t, f, "media", "in/alpha.txt", "in/tree/deep/two.txt", "in/tree/one.txt")
	if !strings.Contains(s.Notice(), "w shows the transfers") {
		t.Errorf("the notice is %q", s.Notice())
	}
}

func TestUploadIsPrivateUnlessSaidOtherwise(t *testing.T) {
	for _, public := range []bool{false, true} {
		s, f, _ := uploadFixture(t)
		s.Press("j", "space", "tab", "tab", "tab")
		if public {
			s.Press("right")
			s.Want("(•) Public")
		}
		s.Press("enter", "enter")
		closed(t, s)
		got, err := f.Store.Access(t.Context(), store.Ref{Space: "media", Key: "in/alpha.txt"})
		if err != nil || (got == store.PublicRead) != public {
			t.Errorf("public %v: access is %q, %v", public, got, err)
		}
	}
}

func TestUploadTakesStagedThingsOffAgain(t *testing.T) {
	s, f, _ := uploadFixture(t)
	s.Press("space", "space", "space", "tab", "x")
	s.WantNot("✓ tree/")
	s.Want("2 files, 11 B")
	s.Press("u")
	wantKeys(t, f, "media", "in/alpha.txt", "in/beta file.txt")
}

func TestUploadWalksDirectories(t *testing.T) {
	s, _, dir := uploadFixture(t)
	s.Press("enter")
	s.Want("one.txt", "deep/")
	s.Press("h")
	s.Want("alpha.txt")
	s.Press(".")
	s.Want(".hidden")
	s.Press("/")
	s.Type("be")
	s.WantNot("alpha.txt")
	s.Want("beta file.txt")
	s.Press("esc")
	s.Want("alpha.txt")
	_ = dir
}

func TestUploadTakesPastedPathsInEveryForm(t *testing.T) {
	_, _, dir := uploadFixture(t)
	beta := filepath.Join(dir, "beta file.txt")
	alpha := filepath.Join(dir, "alpha.txt")
	forms := map[string]string{
		"one per line": alpha + "\n" + beta + "\n",
		"quoted":       "'" + alpha + "' \"" + beta + "\"",
		"escaped":      alpha + " " + strings.ReplaceAll(beta, " ", `\ `),
		"file URLs":    "file://" + alpha + "\r\n" + (&url.URL{Scheme: "file", Path: beta}).String(),
	}
	for name, text := range forms {
		s, f := start(t, kittest.Local("/"))
		f.Space(t, "media")
		s.Open(dialog.NewUpload(s.Context, store.Ref{Space: "media"}))
		s.Paste(text)
		s.Want("2 files, 11 B")
		s.Press("u")
		if got := fmt.Sprint(keysOf(t, f, "media")); got != "[alpha.txt beta file.txt]" {
			t.Errorf("%s: uploaded %s", name, got)
		}
	}
}

func TestUploadTakesWhatShellsDoNotUnderstandAsItIs(t *testing.T) {
	s, _, dir := uploadFixture(t)
	s.Paste(file(t, dir, "it's \"here", "1"))
	s.Want("1 file, 1 B")
	s.Paste("'" + filepath.Join(dir, "alpha.txt")) // the quote is not closed
	s.Want("there is no such file", "1 file, 1 B")
	s.Paste(strings.NewReplacer(" ", `\ `, "'", `\'`, `"`, `\"`).Replace(file(t, dir, "a 'b' \xff\"c", "22")))
	s.Want("2 files, 3 B")
}

func TestUploadStagesWhatIsDroppedWhereverTheFocusIs(t *testing.T) {
	for tabs := range 5 { // files, staged, path, access, buttons
		s, _, dir := uploadFixture(t)
		for range tabs {
			s.Press("tab")
		}
		s.Paste(filepath.Join(dir, "alpha.txt"))
		s.Want("1 file, 5 B")
		s.Paste(strings.ReplaceAll(filepath.Join(dir, "beta file.txt"), " ", `\ `))
		s.Want("2 files, 11 B")
		s.WantNot("no such file")
	}
}

func TestADropOpensTheStagingDialogWithWhatWasDropped(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	path := file(t, s.Context.Local, "a b.txt", "123")
	for text, is := range map[string]bool{path: true, "'" + path + "'\n": true, "file://" + path: true, "some words": false, "": false} {
		if dialog.Dropped(text) != is {
			t.Errorf("%q: dropped is %v", text, !is)
		}
	}
	s.Open(dialog.NewDrop(s.Context, store.Ref{Space: "media"}, "'"+path+"'"))
	s.Want("1 file, 3 B")
	s.Press("u")
	closed(t, s)
	wantKeys(t, f, "media", "a b.txt")
}

func TestAPathThatIsPastedTakesThePlaceOfAnother(t *testing.T) {
	s, _, dir := uploadFixture(t)
	s.Press("g", "p")
	s.Type("tre")
	s.Press("tab")
	s.Want("Path          " + dir + "/tree/")
	s.Paste("/not/there yet")
	s.Want("Path          /not/there yet ")
	s.WantNot("//not", "1 file")
	s.Paste(" again")
	s.Want("Path          /not/there yet again ")

	s, _, dir = downloadFixture(t)
	s.Paste(dir + "/new one")
	s.Want("Directory     " + dir + "/new one ")
	s.WantNot(dir + "/" + strings.TrimPrefix(dir, "/"))
}

func TestUploadExplainsWhatCannotBeRead(t *testing.T) {
	s, _, _ := uploadFixture(t)
	s.Paste("/no/such/file")
	s.Want("/no/such/file: there is no such file")
	s.Want("0 files")
}

func TestUploadRefusesTwoOfTheSameName(t *testing.T) {
	s, _, dir := uploadFixture(t)
	other := file(t, dir, "tree/alpha.txt", "another")
	s.Press("j", "space")
	s.Paste(other)
	s.Want("Another alpha.txt is staged already")
	s.Want("1 file, 5 B")
}

func TestUploadTakesATypedPath(t *testing.T) {
	s, _, dir := uploadFixture(t)
	s.Press("g", "p")
	s.Type("al")
	s.Press("tab")
	s.Want("alpha.txt")
	s.Press("enter")
	s.Want("1 file, 5 B", "✓ alpha.txt")
	s.Press("g", "p")
	s.Type("tre")
	s.Press("tab", "enter")
	s.Want("one.txt")
	_ = dir
}

func TestUploadAsksAboutNamesThatAreThere(t *testing.T) {
	s, f, _ := uploadFixture(t)
	put(t, f, "media", "in/alpha.txt", 99, store.Private)
	s.Press("j", "space", "space", "u")
	open(t, s)
	s.Want("One name exists there already", "alpha.txt", "99 B", "5 B", "(•) Skip")
	s.Press("right", "enter") // keep both
	closed(t, s)
	if list := keysOf(t, f, "media"); len(list) != 3 {
		t.Fatalf("there is %q", list)
	}
}

func TestUploadConflictsAreAskedOnceForAll(t *testing.T) {
	s, f, dir := uploadFixture(t)
	put(t, f, "media", "in/alpha.txt", 99, store.Private)
	put(t, f, "media", "in/tree/one.txt", 98, store.Private)
	when := kittest.Start.AddDate(0, 0, -3)
	for _, name := range []string{"alpha.txt", "tree/one.txt"} {
		if err := os.Chtimes(filepath.Join(dir, name), when, when); err != nil {
			t.Fatal(err)
		}
	}
	s.Press("space", "space", "u")
	s.Want("2 names")
	requireGolden(t, s.Text())
	s.Press("right", "right", "right", "enter") // overwrite
	closed(t, s)
	info, err := f.Store.Head(t.Context(), store.Ref{Space: "media", Key: "in/alpha.txt"})
	if err != nil || info.Size != 5 {
		t.Fatalf("%+v, %v", info, err)
	}
}

func TestUploadListsWhatItLeavesOutBefore(t *testing.T) {
	s, f, dir := uploadFixture(t)
	for name, to := range map[string]string{"broken": "/no/such/target", "outside": "/etc/hostname"} {
		if err := os.Symlink(to, filepath.Join(dir, "tree", name)); err != nil {
			t.Fatal(err)
		}
	}
	s.Press("space", "u")
	open(t, s)
	s.Want("2 things cannot be uploaded and are left out", "tree/broken", "The link leads nowhere", "tree/outside",
		"A link to outside is not followed", "The rest  →  2 objects, 3 B", "[ Back ]", "(•) Leave out")
	s.Press("esc")
	s.Want("alpha.txt")
	s.Press("u", "enter") // the safe way: back
	open(t, s)
	s.Press("u")
	s.ClickOn("Upload the rest")
	closed(t, s)
	wantKeys(t, f, "media", "in/tree/deep/two.txt", "in/tree/one.txt")
}

func TestUploadFollowsLinksWhenThatIsChosenWhereTheyAreListed(t *testing.T) {
	s, f, dir := uploadFixture(t)
	for name, to := range map[string]string{"broken": "/no/such/target", "outside": filepath.Join(dir, "alpha.txt")} {
		if err := os.Symlink(to, filepath.Join(dir, "tree", name)); err != nil {
			t.Fatal(err)
		}
	}
	s.Press("space", "u")
	s.Want("2 things cannot be uploaded", "(•) Leave out", "2 objects, 3 B")
	s.Press("right")
	s.Want("One thing cannot be uploaded", "tree/broken", "(•) Follow to files", "3 objects, 8 B")
	s.WantNot("tree/outside")
	s.Press("left")
	s.Want("2 things cannot be uploaded", "2 objects, 3 B")
	s.Press("right")
	wantKeys(t, f, "media")
	s.ClickOn("Upload the rest")
	closed(t, s)
	wantKeys(t, f, "media", "in/tree/deep/two.txt", "in/tree/one.txt", "in/tree/outside")
}

func TestUploadAsksOfConflictsAfterWhatItLeavesOut(t *testing.T) {
	s, f, dir := uploadFixture(t)
	put(t, f, "media", "in/tree/one.txt", 99, store.Private)
	if err := os.Symlink("/no/such/target", filepath.Join(dir, "tree/broken")); err != nil {
		t.Fatal(err)
	}
	s.Press("space", "u")
	s.Want("One thing cannot be uploaded and is left out")
	s.WantNot("Links out")
	s.Press("right", "enter")
	s.Want("One name exists there already", "(•) Skip")
	s.Press("enter")
	closed(t, s)
	if info, err := f.Store.Head(t.Context(), store.Ref{Space: "media", Key: "in/tree/one.txt"}); err != nil || info.Size != 99 {
		t.Errorf("%+v, %v", info, err)
	}
}

func TestUploadNeedsSomethingStaged(t *testing.T) {
	s, _, _ := uploadFixture(t)
	s.Press("u")
	open(t, s)
	s.Want("Nothing is staged")
}

func TestUploadShowsHostileFileNamesHarmlessly(t *testing.T) {
	s, f, dir := uploadFixture(t)
	for _, name := range hostile {
		file(t, dir, "odd/"+name, "x")
	}
	s.Press("enter") // odd sorts before tree once listed again
	s.Press("h", "g", "g", "enter")
	s.Want(`a\u202eb`)
	s.Press("space", "space")
	s.Want("2 files, 2 B")
	s.Press("u")
	closed(t, s)
	if list := keysOf(t, f, "media"); len(list) != 2 {
		t.Fatalf("there is %q", list)
	}
}

func TestUploadBeginsWithWhatTheConnectionIsSetTo(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	s.Open(dialog.NewUpload(s.Context, store.Ref{Space: "media"}))
	s.Want("(•) Private")
	s.Press("esc")
	s.Context.Store = f.Open(t, func(c *store.Config) { c.UploadAccess = store.PublicRead })
	s.Open(dialog.NewUpload(s.Context, store.Ref{Space: "media"}))
	s.Want("(•) Public", "Public: as this connection is set for uploads")
}
