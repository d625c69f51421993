package dialog_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

// user edits: what he writes, and what happens meanwhile.
type user struct {
	t         *testing.T
	text      string // "": he changes nothing
	err       error  // how the editor ends
	meanwhile func()
	paths     []string
	saw       []string
}

func (u *user) edit(path string) error {
	u.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		u.t.Fatal(err)
	}
	u.paths, u.saw = append(u.paths, path), append(u.saw, string(text))
	for _, p := range []string{path, filepath.Dir(path)} {
		if info, err := os.Stat(p); err != nil || info.Mode().Perm()&0o077 != 0 {
			u.t.Errorf("others can look into %s: %v %v", p, info.Mode(), err)
		}
	}
	if u.text != "" {
		if err := os.WriteFile(path, []byte(u.text), 0o600); err != nil {
			u.t.Fatal(err)
		}
	}
	if u.meanwhile != nil {
		u.meanwhile()
	}
	return u.err
}

// editing is a screen with a file, and the dialog on it.
func editing(t *testing.T, u *user, options ...kittest.Option) (*kittest.Screen, *storetest.Fixture) {
	t.Helper()
	u.t = t
	t.Setenv("TMPDIR", t.TempDir())
	s, f := start(t, append(options, kittest.Editor(u.edit))...)
	f.Space(t, "media")
	props := store.Props{ContentType: "text/x-notes", CacheControl: "no-cache", Meta: map[string]string{"owner": "sammy"},
		Tags: map[string]string{"team": "sea"}, Access: store.PublicRead}
	if _, err := f.Store.Put(t.Context(), notes, strings.NewReader("old"), 3, props, store.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	f.Faults.Clear()
	s.Open(dialog.NewEdit(s.Context, notes))
	return s, f
}

var notes = store.Ref{Space: "media", Key: "d/notes.md"}

func wantText(t *testing.T, f *storetest.Fixture, want string) {
	t.Helper()
	if got := storetest.Read(t, f.Store, notes.Space, notes.Key); got != want {
		t.Errorf("it is %q, want %q", got, want)
	}
}

// wantKept checks whether what was edited is still on this machine.
func (u *user) wantKept(want bool) {
	u.t.Helper()
	for _, path := range u.paths {
		if _, err := os.Stat(path); (err == nil) != want {
			u.t.Errorf("%s: %v, want it kept: %v", path, err, want)
		}
		if _, err := os.Stat(filepath.Dir(path)); err == nil != want {
			u.t.Errorf("its directory: %v", err)
		}
	}
}

func TestEditSavesWhatWasChangedAndKeepsTheRest(t *testing.T) {
	u := &user{text: "new text"}
	s, f := editing(t, u)
	closed(t, s)
	if want := "Saved notes.md"; s.Notice() != want {
		t.Errorf("it says %q, want %q", s.Notice(), want)
	}
	wantText(t, f, "new text")
	info, err := f.Store.Head(t.Context(), notes)
	if err != nil {
		t.Fatal(err)
	}
	tags, _ := f.Store.Tags(t.Context(), notes)
	access, _ := f.Store.Access(t.Context(), notes)
	if info.ContentType != "text/x-notes" || info.CacheControl != "no-cache" || info.Meta["owner"] != "sammy" || tags["team"] != "sea" || access != store.PublicRead {
		t.Errorf("it has %+v, %v, %v now", info.Props, tags, access)
	}
	if u.saw[0] != "old" || filepath.Base(u.paths[0]) != "notes.md" {
		t.Errorf("the editor saw %q in %s", u.saw[0], u.paths[0])
	}
	u.wantKept(false)
}

func TestEditSendsNothingWhenNothingWasChanged(t *testing.T) {
	u := &user{}
	s, f := editing(t, u)
	closed(t, s)
	if want := "Nothing was changed in notes.md"; s.Notice() != want {
		t.Errorf("it says %q, want %q", s.Notice(), want)
	}
	for _, r := range f.Faults.Requests() {
		if !strings.HasPrefix(r, "GET") {
			t.Errorf("it sent %s", r)
		}
	}
	u.wantKept(false)
}

// clash is a file that somebody else changed while it was edited.
func clash(t *testing.T, options ...kittest.Option) (*user, *kittest.Screen, *storetest.Fixture) {
	t.Helper()
	var f *storetest.Fixture
	u := &user{text: "mine"}
	first := true
	u.meanwhile = func() {
		if first {
			storetest.Put(t, f.Store, notes.Space, notes.Key, "theirs")
		}
		first = false
	}
	hold := func(s *kittest.Screen) { s.Hold() }
	s, fixture := editing(t, u, append(options, hold)...)
	f = fixture
	s.Release()
	open(t, s)
	wantText(t, f, "theirs")
	u.wantKept(true)
	return u, s, f
}

func TestEditOverwritesNothingThatWasChangedMeanwhile(t *testing.T) {
	u, s, f := clash(t)
	if got := joined(s.Text()); !strings.Contains(got, "notes.md was changed by somebody else while it was edited. Nothing was overwritten.") {
		t.Errorf("it says %s", got)
	}
	s.Want("is kept in", "Edit again", "Save as", "Overwrite ", "Discard", "Close")
	s.Press("esc")
	closed(t, s)
	if !strings.Contains(s.Notice(), u.paths[0]) {
		t.Errorf("it does not say where the text is: %q", s.Notice())
	}
	wantText(t, f, "theirs")
	u.wantKept(true)
}

// joined is a screen without the frame of its dialog, whose lines break where the path of a temporary file makes them.
func joined(screen string) string {
	var words []string
	for line := range strings.SplitSeq(screen, "\n") {
		words = append(words, strings.Fields(strings.Trim(line, " │╭╮╰╯─"))...)
	}
	return strings.Join(words, " ")
}

func TestEditOverwritesWhenToldTo(t *testing.T) {
	u, s, f := clash(t)
	s.ClickOn("Overwrite ")
	closed(t, s)
	wantText(t, f, "mine")
	u.wantKept(false)
}

func TestEditSavesUnderAnotherName(t *testing.T) {
	u, s, f := clash(t)
	s.ClickOn("Save as")
	s.Want("Name", "notes.md")
	s.Press("enter")
	s.Want("There is a file of this name already")
	wantText(t, f, "theirs")
	s.Press("home")
	s.Type("my ")
	s.Press("enter")
	closed(t, s)
	wantText(t, f, "theirs")
	if got := storetest.Read(t, f.Store, "media", "d/my notes.md"); got != "mine" {
		t.Errorf("the other one is %q", got)
	}
	u.wantKept(false)
}

func TestEditAgainGoesOnWithWhatWasWritten(t *testing.T) {
	u, s, f := clash(t)
	s.Press("e")
	if u.saw[1] != "mine" {
		t.Errorf("the editor saw %q", u.saw[1])
	}
	s.ClickOn("Discard")
	closed(t, s)
	wantText(t, f, "theirs")
	u.wantKept(false)
}

func TestEditSavesNothingByItselfAfterAnEditorThatCrashed(t *testing.T) {
	u := &user{text: "half", err: errors.New("the editor vi: signal: killed")}
	s, f := editing(t, u)
	s.Want("It did not end well: the editor vi: signal: killed.", "Nothing was saved yet.")
	wantText(t, f, "old")
	u.wantKept(true)
	s.ClickOn("Save it")
	closed(t, s)
	wantText(t, f, "half")

	u = &user{err: errors.New("the editor nosuch: not found")}
	s, f = editing(t, u)
	s.Want("not found.", "Nothing was changed.")
	s.Press("esc")
	closed(t, s)
	wantText(t, f, "old")
	u.wantKept(false)
}

func TestEditTriesAgainWhatCouldNotBeSaved(t *testing.T) {
	u := &user{text: "new text"}
	var f *storetest.Fixture
	u.meanwhile = func() {
		f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT"), Times: 1, Fault: storetest.Answer(403, "AccessDenied")})
	}
	s, fixture := editing(t, u, func(s *kittest.Screen) { s.Hold() })
	f = fixture
	s.Release()
	s.Want("AccessDenied", "is kept in")
	wantText(t, f, "old")
	s.Press("enter")
	closed(t, s)
	wantText(t, f, "new text")
	u.wantKept(false)
}

func TestEditTakesOnlyTexts(t *testing.T) {
	u := &user{t: t}
	s, f := start(t, kittest.Editor(u.edit))
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "a.png", "\x89PNG\x00")
	s.Open(dialog.NewEdit(s.Context, store.Ref{Space: "media", Key: "a.png"}))
	s.Want("It is no text: there are NUL bytes in it.")
	requireGolden(t, s.Text())
	put(t, f, "media", "big", dialog.MostEdited+1, store.Private)
	s.Open(dialog.NewEdit(s.Context, store.Ref{Space: "media", Key: "big"}))
	s.Want("It is larger than 10 MiB: download it to edit it.")
	s.Open(dialog.NewEdit(s.Context, store.Ref{Space: "media", Key: "nothing"}))
	s.Want("not found (NoSuchKey)")
	if len(u.paths) > 0 {
		t.Errorf("the editor was run on %q", u.paths)
	}
}

func TestEditGivesHostileNamesNoMeaning(t *testing.T) {
	for _, key := range append([]string{"-rf", "d/.bashrc", "$(touch x).sh", "é.txt", strings.Repeat("x", 1000) + ".markdown"}, hostile...) {
		if strings.HasSuffix(key, "/") {
			continue
		}
		u := &user{t: t, text: "new"}
		s, f := start(t, kittest.Editor(u.edit))
		t.Setenv("TMPDIR", t.TempDir())
		f.Space(t, "media")
		storetest.Put(t, f.Store, "media", key, "old")
		s.Open(dialog.NewEdit(s.Context, store.Ref{Space: "media", Key: key}))
		closed(t, s)
		if got := storetest.Read(t, f.Store, "media", key); got != "new" {
			t.Errorf("%q is %q", key, got)
		}
		base := filepath.Base(u.paths[0])
		dir := filepath.Dir(u.paths[0])
		if filepath.Dir(dir) != os.TempDir() || len(base) > 140 || strings.ContainsAny(base, " $()'\"\\`\x1b;&|*?\n") || base[0] == '-' || base[0] == '.' {
			t.Errorf("%q is edited as %q", key, u.paths[0])
		}
	}
}
