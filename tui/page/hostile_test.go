package page

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/listing"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// hostile are names that would drive a terminal, or look like others, were they drawn as they are.
var hostile = []string{
	"\x1b[2J", "\x1b]0;title\x07", "\x1b]52;c;aGk=", "\x1b]8;;http://x\x1b\\", "\x1bP+q\x1b\\", "\x1b_x", "\u009b31m",
	"a\rb", "a\nb", "a\tb", "\x07", "\x7f", "\u202eabc", "\u2066x", "a\u200bb", "\ufeff", "e\u0301", "\u00e9", "a\u00a0b", "\\x1b", "日本",
	"a ", " a", "a", "👩‍👩‍👧", "\u2028", "x/\x1b[1m",
}

// TestHostileNamesAreDrawnHarmlessly walks every surface; the screen is checked after every key.
func TestHostileNamesAreDrawnHarmlessly(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {200, 60}} {
		s := newShelf(t, kittest.Size(size[0], size[1]))
		s.Space(t, "media")
		for _, name := range hostile {
			_, err := s.Store.Put(t.Context(), store.Ref{Space: "media", Key: "p/" + name}, text("\x1b]0;x\x07\n"), 7, store.Props{
				ContentType: "text/plain", CacheControl: "x"}, store.PutOptions{})
			if err != nil {
				t.Fatalf("%q: %v", name, err)
			}
		}
		f := s.open(store.Place{Space: "media", Prefix: "p/"})
		want(t, "rows", f.l.Len(), len(hostile))
		for range f.l.Len() {
			s.Press("enter")
			s.Advance(time.Second)
			s.Press("]", "]", "esc")
			if _, folder := s.Page().(*files); !folder || s.Page() != kit.Page(f) {
				s.Show(f)
			}
			s.Press("r", "esc", "c", "space", "a", "esc")
		}
		for _, name := range hostile {
			s.Press("/")
			s.Paste(name)
			s.Advance(time.Second)
			s.Press("enter", "o", "s", "o", "n", "o", "n", "esc", "esc")
		}
		s.Press("f")
		s.Paste("\x1b")
		s.Press("enter", "ctrl+a", ">")
	}
}

// TestHostileNamesAreCountedAndFoundHarmlessly has them as folders, too.
func TestHostileNamesAreCountedAndFoundHarmlessly(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {200, 60}} {
		s := newShelf(t, kittest.Size(size[0], size[1]))
		s.Space(t, "media")
		for _, name := range hostile {
			s.putBody("media", "p/"+name+"/"+name, "x", "text/plain")
		}
		s.Show(New(s.Context, store.Place{Space: "media", Prefix: "p/", Tab: store.Usage}))
		for range hostile {
			s.Press("enter", "space", ">", "esc", "esc", "h", "j")
		}
		s.Press("]", ">", "esc", "]", "]", "enter", "j", "space", ">", "esc")
		s.Show(New(s.Context, store.Place{Space: "media", Prefix: "p/", Tab: store.Find}))
		for _, name := range hostile {
			s.Paste(name)
			s.Press("enter", "j", "space", "F", "ctrl+u")
		}
		s.Type("*")
		s.Press("enter", "o", "s", "ctrl+a", ">")
	}
}

// pages are where every page is seen on a Space of hostile names, by the functions that make them.
var pages = map[string]store.Place{
	"newAccessKeys":  {Tab: store.AccessKeys},
	"newSettings":    {Space: "media", Tab: store.Settings},
	"newConnections": {Tab: store.Connections},
	"newPublic":      {Tab: store.Public},
	"newDoctor":      {Tab: store.Doctor},
	"newSharedLinks": {Tab: store.Links},
	"newIndex":       {},
	"newTally":       {Space: "media", Prefix: "p/", Tab: store.Usage},
	"newFind":        {Space: "media", Prefix: "p/", Tab: store.Find},
	"newVersions":    {Space: "media", Prefix: "p/", Tab: store.Past},
	"newTrash":       {Space: "media", Tab: store.Trash},
	"newUploads":     {Space: "media", Tab: store.Uploads},
	"newFiles":       {Space: "media", Prefix: "p/"},
}

// pagesThere are the names of the functions by which New makes pages.
func pagesThere(t *testing.T) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "page.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		f, is := d.(*ast.FuncDecl)
		if !is || f.Name.Name != "New" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if call, is := n.(*ast.CallExpr); is {
				if name, is := call.Fun.(*ast.Ident); is && strings.HasPrefix(name.Name, "new") {
					names = append(names, name.Name)
				}
			}
			return true
		})
	}
	return names
}

func TestEveryPageIsAmongThoseThatShowHostileNames(t *testing.T) {
	for _, name := range pagesThere(t) {
		if _, known := pages[name]; !known {
			t.Errorf("%s is not in the table of pages", name)
		}
	}
}

// TestPagesDrawHostileNamesHarmlessly walks over every page, on every kind of screen; it is checked after every key.
func TestPagesDrawHostileNamesHarmlessly(t *testing.T) {
	for name, place := range pages {
		t.Run(name, func(t *testing.T) {
			s := newBookcase(t, kittest.Size(120, 40)).shelf
			hostileSpace(t, s)
			s.Show(New(s.Context, place))
			for _, size := range [][2]int{{120, 40}, {80, 24}, {40, 12}, {300, 80}} {
				s.Resize(size[0], size[1])
				for range min(12, 60-size[1]) {
					s.Press("j")
					s.Advance(time.Second)
				}
				s.Press("G", ">", "esc", "g", "g", "space", "space", ">", "esc")
				s.Press("o", "s", "o", "n", "]", "[")
			}
			if name == "newFind" || name == "newFiles" {
				for _, x := range kittest.Hostile {
					s.Press("esc", "/")
					s.Paste(x)
					s.Advance(time.Second)
				}
			}
		})
	}
}

// hostileSpace has, in whatever the server takes them, all hostile names: of objects and older versions, in headers, tags
// and settings, of keys.
func hostileSpace(t *testing.T, s *shelf) {
	t.Helper()
	ctx := t.Context()
	s.Space(t, "media")
	if err := s.Store.SetVersioning(ctx, "media", store.Versioned); err != nil {
		t.Fatal(err)
	}
	objects := 0
	for i, x := range kittest.Hostile {
		ref := store.Ref{Space: "media", Key: "p/" + x + "/" + x}
		for _, r := range []store.Ref{ref, {Space: "media", Key: "p/" + x}} {
			_, err := s.Store.Put(ctx, r, text(x), int64(len(x)), store.Props{ContentType: "text/plain", Access: store.PublicRead}, store.PutOptions{})
			if err == nil {
				objects++
			}
		}
		if i%3 == 0 {
			_ = s.Store.Delete(ctx, ref)
		}
		_ = s.Store.SetTags(ctx, ref, map[string]string{x: x})
		_, _ = s.Store.CreateKey(ctx, x, []store.Grant{{Bucket: x, Permission: store.KeyRead}})
	}
	if objects < len(kittest.Hostile) {
		t.Errorf("only %d objects could be made of %d names", objects, len(kittest.Hostile))
	}
	var checks []store.Check
	for _, x := range kittest.Hostile {
		checks = append(checks, store.Check{Name: x, State: store.CheckState(x), Sentence: x, Advice: x})
	}
	s.Fixture.Box(len(checks), checks...)
	for _, x := range kittest.Hostile {
		now, err := s.Store.CORS(ctx, "media")
		if err != nil {
			t.Fatal(err)
		}
		now.Rules = append(now.Rules, store.CORSRule{ID: x, Origins: []string{"https://" + x}, Methods: []string{"GET"}, Headers: []string{x}, MaxAge: 1})
		_ = s.Store.SetCORS(ctx, "media", now)
		rules, err := s.Store.Lifecycle(ctx, "media")
		if err != nil {
			t.Fatal(err)
		}
		rules.Rules = append(rules.Rules, store.LifecycleRule{ID: x, Enabled: true, Prefix: x, ExpireDays: 3})
		_ = s.Store.SetLifecycle(ctx, "media", rules)
	}
}

func TestNamesThatDifferLookDifferent(t *testing.T) {
	s := newShelf(t, kittest.Size(80, 40))
	s.Space(t, "media")
	s.put("media", hostile[:len(hostile)-1]...)
	s.open(store.Place{Space: "media"})
	seen := map[string]bool{}
	for y := range len(hostile) - 1 {
		line := s.Line(y + 2)
		if seen[line[4:40]] {
			t.Errorf("two rows look like %q", line)
		}
		seen[line[4:40]] = true
	}
}

// FuzzRow draws any name in any width.
func FuzzRow(f *testing.F) {
	for _, name := range hostile {
		f.Add(name, 80)
	}
	f.Fuzz(func(t *testing.T, name string, w int) {
		if w < 16 || w > 300 || name == "" {
			return
		}
		c, page := bare(t)
		r, _ := page.l.Next()
		_ = page.l.Take(r, listing.Whole(store.Page{Entries: []store.Entry{{Key: name, Size: 1}}}), nil)
		page.follow()
		checkFrame(t, page.View(c, kit.Size{W: w, H: 5}), w, 5)
	})
}
