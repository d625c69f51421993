package dialog_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/server/storage"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

// trashed makes a batch of a name, of two files.
func (s *stage) trashed(name string) store.TrashBatch {
	b, _, _, ok := store.TrashBatchOf(store.TrashPrefix + name + "/")
	if !ok {
		s.t.Fatal(name)
	}
	s.put(b.Prefix()+"photos/a.jpg", "picture", store.Props{})
	s.put(b.Prefix()+"photos/b.jpg", "picture", store.Props{})
	return b
}

// denyPublic refuses one of the two folders of a batch: of two either may be refused first.
func (s *stage) denyPublic() {
	s.f.Faults.Add(storetest.Rule{
		Match: func(r *http.Request) bool { return strings.Contains(r.URL.RawQuery, "-public") },
		Fault: storetest.Answer(http.StatusForbidden, "AccessDenied"),
	})
}

// trashing is a screen on a connection where deleting goes to the trash.
func trashing(t *testing.T, options ...storetest.Option) (*kittest.Screen, *storetest.Fixture) {
	t.Helper()
	f := storetest.New(t, append(options, storetest.Config(func(c *store.Config) { c.Trash = true }))...)
	f.Space(t, "media")
	put(t, f, "media", "a", 1000, store.Private)
	put(t, f, "media", "b/c", 1000, store.Private)
	return kittest.New(t, kittest.Store(f.Store)), f
}

var aAndC = []job.Source{object("media", "a"), folder("media", "b/")}

// trashKeys are the keys below the trash, without the name of their batch.
func trashKeys(t *testing.T, f *storetest.Fixture) (list []string) {
	t.Helper()
	for _, key := range keysOf(t, f, "media") {
		if _, _, rest, ok := store.TrashBatchOf(key); ok {
			list = append(list, rest)
		} else if key != "" {
			list = append(list, "/"+key)
		}
	}
	return list
}

func wantTrash(t *testing.T, f *storetest.Fixture, want string) {
	t.Helper()
	if got := strings.Join(trashKeys(t, f), " "); got != want {
		t.Errorf("there are %q, want %q", got, want)
	}
}

func TestDeletingMovesToTheTrashWhereThatIsOn(t *testing.T) {
	s, f := trashing(t)
	s.Open(dialog.NewDelete(s.Context, "media", aAndC, ""))
	s.Want("Move to trash – media", "(•) Move to trash", "2 objects", "restored from the Trash")
	requireGolden(t, s.Text())
	s.Press("y")
	closed(t, s)
	wantTrash(t, f, "a b/c")
}

func TestDeletingForGoodHasToBeChosenWhereTheTrashIsOn(t *testing.T) {
	s, f := trashing(t)
	s.Open(dialog.NewDelete(s.Context, "media", aAndC, ""))
	s.ClickOn("Delete for good")
	s.Want("Delete – media", "Deleting cannot be undone.", "2 objects")
	wantTrash(t, f, "/a /b/c")
	s.Press("y")
	closed(t, s)
	wantTrash(t, f, "")
}

func TestWhatIsInTheTrashIsDeletedForGood(t *testing.T) {
	s, f := trashing(t)
	put(t, f, "media", ".trash/20261121T080000Z-bbcdef/x", 10, store.Private)
	s.Open(dialog.NewDelete(s.Context, "media", []job.Source{folder("media", ".trash/20261121T080000Z-bbcdef/")}, ".trash/"))
	s.Want("Delete – media", "Deleting cannot be undone.")
	s.WantNot("Move to trash")
	s.Press("y")
	wantTrash(t, f, "/a /b/c")
}

func TestASpaceWithVersionsNeedsNoTrash(t *testing.T) {
	s, f := trashing(t)
	if err := f.Engine.SetVersioning("media", storage.Enabled); err != nil {
		t.Fatal(err)
	}
	s.Open(dialog.NewDelete(s.Context, "media", aAndC, ""))
	s.Want("Delete – media", "Older versions stay")
	s.WantNot("trash")
	s.Press("y")
	closed(t, s)
	wantTrash(t, f, "")
}

func TestARestoreFromTheTrashAsksAboutNamesThatAreThereAgain(t *testing.T) {
	s, f := trashing(t, storetest.Written(func() time.Time { return kittest.Start }))
	put(t, f, "media", ".trash/20261121T080000Z-bbcdef/a", 10, store.Private)
	put(t, f, "media", ".trash/20261121T080000Z-bbcdef/d", 10, store.Private)
	b, _, _, _ := store.TrashBatchOf(".trash/20261121T080000Z-bbcdef/")
	s.Open(dialog.NewRestoreTrash(s.Context, "media", b))
	s.Want("2 objects, 20 B", "They go back to where they were")
	s.Press("y")
	s.Want("One name exists there already.", "Skip")
	s.Press("enter")
	closed(t, s)
	wantTrash(t, f, "a /a /b/c /d")
}

func TestTheTrashIsEmptiedByAge(t *testing.T) {
	s, f := trashing(t)
	var batches []store.TrashBatch
	for _, age := range []int{1, 8, 31} {
		b := store.NewTrashBatch(s.Context.Now().AddDate(0, 0, -age))
		put(t, f, "media", b.Prefix()+"f"+strings.Repeat("x", age), 10, store.Private)
		batches = append(batches, b)
	}
	s.Open(dialog.NewEmptyTrash(s.Context, "media", batches))
	s.Want("1 delete", "1 object, 10 B")
	s.ClickOn("Older than 7 days")
	s.Want("2 deletes", "2 objects, 20 B")
	s.Press("y")
	closed(t, s)
	wantTrash(t, f, "fx /a /b/c")
}
