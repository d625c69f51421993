package tui_test

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui"
	"spaces/tui/kit/kittest"
)

// program is the panel with what earlier runs in a directory noted. end stops it as at the end of the program.
func program(t *testing.T, dir string, start store.Place, stores ...*store.Store) (s *kittest.Screen, jobs *job.Manager, end func()) {
	t.Helper()
	l, err := job.OpenLedger(dir)
	if err != nil {
		t.Fatal(err)
	}
	jobs = job.New(job.Options{Ledger: l, Conns: store.ConnsOf(stores...)})
	end = func() {
		t.Helper()
		if err := jobs.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	s = kittest.Run(t, func(now func() time.Time) tea.Model {
		return tui.New(tui.Config{Store: stores[0], Conns: store.ConnsOf(stores...), Jobs: jobs, Now: now, Local: t.TempDir(), Start: start})
	}, kittest.Jobs(jobs))
	return s, jobs, end
}

// renames gives the row under the cursor another name.
func renames(s *kittest.Screen, name string) {
	s.Press("r", "ctrl+a", "ctrl+k")
	s.Type(name)
	s.Press("enter")
	s.Settle()
}

func TestARenameIsUndoneAndDoneAgainInTheNextRun(t *testing.T) {
	f := storetest.New(t)
	put(t, f.Store, "a.txt", "z.txt")
	dir := t.TempDir()
	s, _, end := program(t, dir, store.Place{Space: "media"}, f.Store)
	s.Press("z")
	s.Want("Nothing to undo.")
	renames(s, "b.txt")
	s.Want("b.txt")
	s.WantNot("a.txt  ")
	end()

	s, _, end = program(t, dir, store.Place{}, f.Store)
	s.Press("z") // on another page
	s.Want("Rename of a.txt to b.txt", "1 object", "It goes back to where it was.", "[ Undo (y) ]")
	s.Press("esc")
	s.WantNot("Rename of")
	s.Press("enter")
	s.Want("b.txt")
	s.Press("z", "enter")
	s.Settle()
	s.Want("✓ Undid the rename of a.txt to b.txt", "a.txt  ")
	s.WantNot("b.txt  ")
	s.Press("z")
	s.Want("Undo of the rename of a.txt to b.txt", "[ Redo (y) ]")
	s.Press("y")
	s.Settle()
	s.Want("✓ Redid the rename of a.txt to b.txt", "b.txt  ")
	s.WantNot("a.txt  ")
	end()
}

func TestAFolderIsBackOnBothScreensAfterAnUndo(t *testing.T) {
	f := storetest.New(t)
	put(t, f.Store, "docs/1", "docs/deep/2", "other/3")
	s, jobs, end := program(t, t.TempDir(), store.Place{Space: "media"}, f.Store)
	defer end()
	s.Want("docs/", "other/")
	jobs.Start(jobs.Plan(job.Spec{Kind: job.Move, Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: "docs/"}, Folder: true}}, Dest: store.Ref{Space: "media", Key: "new/"}}))
	s.Settle()
	s.WantNot("docs/  ")
	s.Want("new/")
	s.Press("z")
	s.Want("Move of docs/ to media/new/", "2 objects")
	s.Press("y")
	s.Settle()
	s.Want("✓ Undid the move of docs/ to media/new/", "docs/")
	s.Advance(2 * time.Second) // whether the other folder is still there is asked a little later
	s.WantNot("new/  ")
}

func TestPermissionsAndTagsAreUndoneFromTheScreen(t *testing.T) {
	f := storetest.New(t)
	put(t, f.Store, "a.txt")
	s, jobs, end := program(t, t.TempDir(), store.Place{Space: "media"}, f.Store)
	defer end()
	r := store.Ref{Space: "media", Key: "a.txt"}
	s.Press("=", "down", "tab", "enter")
	s.Settle()
	if a, err := f.Store.Access(t.Context(), r); err != nil || a != store.PublicRead {
		t.Fatalf("it is %s, %v\n%s", a, err, s.Text())
	}
	jobs.Start(jobs.Plan(job.Spec{Kind: job.Tags, Sources: []job.Source{{Ref: r}}, Edit: job.Edit{Set: map[string]string{"team": "web"}}}))
	s.Settle()
	s.Press("z")
	s.Want("Tags of a.txt", "Permissions of a.txt", "It gets back what it had.")
	s.Press("down", "y")
	s.Settle()
	s.Want("✓ Undid the permissions of a.txt")
	s.Press("z")
	s.Want("▸ Tags of a.txt")
	s.Press("y")
	s.Settle()
	s.Want("✓ Undid the tags of a.txt")
	if a, err := f.Store.Access(t.Context(), r); err != nil || a != store.Private {
		t.Errorf("it is %s, %v", a, err)
	}
	if tags, err := f.Store.Tags(t.Context(), r); err != nil || len(tags) > 0 {
		t.Errorf("it has %v, %v", tags, err)
	}
}

func TestWhatIsOnAReadOnlyConnectionIsNotUndone(t *testing.T) {
	f := storetest.New(t)
	put(t, f.Store, "a.txt")
	dir := t.TempDir()
	s, _, end := program(t, dir, store.Place{Space: "media"}, f.Store)
	renames(s, "b.txt")
	end()
	guarded := f.Open(t, func(c *store.Config) { c.ReadOnly = "This connection is marked read-only." })
	s, _, end = program(t, dir, store.Place{Space: "media"}, guarded)
	defer end()
	s.Press("z")
	s.Want("That cannot be undone: This connection is marked read-only.")
	s.Press("y")
	s.Want("That cannot be undone")
	s.Press("esc")
	s.WantNot("That cannot be undone")
}

func TestWhatOthersDidSinceIsToldBeforeAnUndo(t *testing.T) {
	f := storetest.New(t)
	put(t, f.Store, "docs/1", "docs/2", "docs/3", "docs/\x1b[31m4")
	s, jobs, end := program(t, t.TempDir(), store.Place{Space: "media"}, f.Store)
	defer end()
	jobs.Start(jobs.Plan(job.Spec{Kind: job.Move, Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: "docs/"}, Folder: true}}, Dest: store.Ref{Space: "media", Key: "new/"}}))
	s.Settle()
	for _, key := range []string{"new/docs/1", "new/docs/\x1b[31m4"} {
		if err := f.Store.Delete(t.Context(), store.Ref{Space: "media", Key: key}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Store.Put(t.Context(), store.Ref{Space: "media", Key: "docs/2"}, nil, 0, store.Props{}, store.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	s.Press("z")
	s.Want("2 objects", "One old name is taken", "2 are left alone:", "new/docs/1: it is not there any more")
	s.Press("y")
	s.Settle()
	s.Want("✓ Undid the move of docs/ to media/new/, 2 left alone, 1 skipped")
	s.Press("w")
	s.Want("Undo of the move of docs/ to media/new/")
}
