package dialog_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/themes"
	"spaces/tui/dialog"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// constructors makes every dialog that there is, of x wherever something comes from outside, by the names of the functions.
var constructors = map[string]func(c *kit.Context, x string) kit.Dialog{
	"NewAccess":       func(c *kit.Context, x string) kit.Dialog { return dialog.NewAccess(c, refs(x), "") },
	"NewAccessInside": func(c *kit.Context, x string) kit.Dialog { return dialog.NewAccessInside(c, both(x)) },
	"NewAsOf": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewAsOf(c, store.Place{Space: x, Prefix: x + "/"})
	},
	"NewBookmarks": func(c *kit.Context, x string) kit.Dialog {
		c.Bookmarks = &kittest.Places{}
		_ = c.Bookmarks.Mark(kit.Mark{Name: x, Place: store.Place{Conn: store.Conn(x), Space: x, Prefix: x + "/"}})
		return dialog.NewBookmarks(c)
	},
	"NewCDN": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewCDN(c, x, store.CDN{ID: x, Host: x, TTL: 7 * time.Second, Domain: x, Certificate: x})
	},
	"NewCORS": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewCORS(c, x, store.CORS{Rules: []store.CORSRule{{ID: x, Origins: []string{x}, Methods: []string{x}, Headers: []string{x}, Exposed: []string{x}, MaxAge: 1}}})
	},
	"NewCheckConnection": func(c *kit.Context, x string) kit.Dialog { return dialog.NewCheckConnection(c, profileOf(x)) },
	"NewClients": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewClients(c, x, store.Client{Endpoint: "https://" + x, Region: x, Key: x})
	},
	"NewConfirmQuit": func(c *kit.Context, _ string) kit.Dialog { return dialog.NewConfirmQuit(c) },
	"NewConnection":  func(c *kit.Context, _ string) kit.Dialog { return dialog.NewConnection(c) },
	"NewCopyOver": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewCopyOver(c, store.Place{Space: x}, store.Place{Space: x, Prefix: x + "/"}, both(x))
	},
	"NewCopyTo":      func(c *kit.Context, x string) kit.Dialog { return dialog.NewCopyTo(c, x, both(x), x+"/") },
	"NewCreateKey":   func(c *kit.Context, _ string) kit.Dialog { return dialog.NewCreateKey(c) },
	"NewCreateSpace": func(c *kit.Context, _ string) kit.Dialog { return dialog.NewCreateSpace(c) },
	"NewDelete":      func(c *kit.Context, x string) kit.Dialog { return dialog.NewDelete(c, x, both(x), x+"/") },
	"NewDeleteKey":   func(c *kit.Context, x string) kit.Dialog { return dialog.NewDeleteKey(c, keyOf(x)) },
	"NewDestroy":     func(c *kit.Context, x string) kit.Dialog { return dialog.NewDestroy(c, x) },
	"NewDestroyed": func(c *kit.Context, _ string) kit.Dialog {
		return dialog.NewDestroyed(c, func(*kit.Context, string) tea.Cmd { return nil }) // names of Spaces are harmless
	},
	"NewDownloadZip": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewDownloadZip(c, []job.Source{folder(hostileSpace, x+"/")})
	},
	"NewDownload": func(c *kit.Context, x string) kit.Dialog { return dialog.NewDownload(c, both(x), x+"/") },
	"NewDrop": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewDrop(c, store.Ref{Space: x, Key: x + "/"}, x)
	},
	"NewEdit":           func(c *kit.Context, x string) kit.Dialog { return dialog.NewEdit(c, refs(x)[0]) },
	"NewEditConnection": func(c *kit.Context, x string) kit.Dialog { return dialog.NewEditConnection(c, profileOf(x)) },
	"NewEditKey":        func(c *kit.Context, x string) kit.Dialog { return dialog.NewEditKey(c, keyOf(x), true) },
	"NewEmptyTrash": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewEmptyTrash(c, x, []store.TrashBatch{trashOf(x)})
	},
	"NewEndUploads": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewEndUploads(c, x, []dialog.Ending{{BegunUpload: store.BegunUpload{Upload: store.Upload{Ref: store.Ref{Space: x, Key: x}, ID: x}}}})
	},
	"NewWebsite": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewWebsite(c, x, store.Website{Index: x, Error: x, Rules: []store.RoutingRule{{Prefix: x, Host: x, Key: x}}})
	},
	"NewEncryption": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewEncryption(c, x, store.Encryption{Algorithm: x, Key: x})
	},
	"NewFormats": func(c *kit.Context, x string) kit.Dialog { return dialog.NewFormats(c, x) },
	"NewLimits":  func(c *kit.Context, _ string) kit.Dialog { return dialog.NewLimits(c) },
	"NewGoTo":    func(c *kit.Context, _ string) kit.Dialog { return dialog.NewGoTo(c) },
	"NewHelp":    func(c *kit.Context, x string) kit.Dialog { return dialog.NewHelp(c, actionsOf(x)) },
	"NewImportConnections": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewImportConnections(c, []store.Profile{profileOf(x)})
	},
	"NewKeySecret": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewKeySecret(c, keyOf(x), "The old one works no more.")
	},
	"NewLifecycle": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewLifecycle(c, x, store.Lifecycle{Rules: []store.LifecycleRule{{ID: x, Enabled: true, Prefix: x, ExpireDays: 3, ExpireDate: x}}})
	},
	"NewListing": func(c *kit.Context, x string) kit.Dialog { return dialog.NewListing(c, x, store.Private) },
	"NewLogging": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewLogging(c, x, store.Logging{Target: x, Prefix: x})
	},
	"NewMetadata":       func(c *kit.Context, x string) kit.Dialog { return dialog.NewMetadata(c, files(x)) },
	"NewMetadataInside": func(c *kit.Context, x string) kit.Dialog { return dialog.NewMetadataInside(c, both(x)) },
	"NewTagsInside":     func(c *kit.Context, x string) kit.Dialog { return dialog.NewTagsInside(c, both(x)) },
	"NewMirror": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewMirror(c, store.Place{Space: hostileSpace, Prefix: x + "/"}, store.Place{Space: hostileSpace, Prefix: x + x + "/"}, [2]string{x, x})
	},
	"NewMore": func(c *kit.Context, x string) kit.Dialog { return dialog.NewMore(c, store.Printable(x), actionsOf(x)) },
	"NewMove": func(c *kit.Context, x string) kit.Dialog { return dialog.NewMove(c, x, both(x), x+"/") },
	"NewNotices": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewNotices(c, []kit.Said{{Notice: kit.Notice{Level: kit.Bad, Text: store.Printable(x)}, At: kittest.Start}})
	},
	"NewPalette": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewPalette(c, actionsOf(x), []store.Place{{Conn: store.Conn(x), Space: x, Prefix: x + "/"}})
	},
	"NewPaste": func(c *kit.Context, x string) kit.Dialog {
		c.Board = kit.Board{From: store.Place{Space: x}, Sources: both(x)}
		return dialog.NewPaste(c, x, x+"/")
	},
	"NewPolicy": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewPolicy(c, x, store.Policy{Text: `{"Statement":[{"Sid":"` + x + `"}]}` + x})
	},
	"NewPurgeCDN": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewPurgeCDN(c, x, append(refs(x), store.Ref{Space: x, Key: x + "/"}))
	},
	"NewPurge": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewPurge(c, x, []job.Source{{Ref: refs(x)[0], Version: x}, folder(hostileSpace, x+"/")}, "", nil)
	},
	"NewReceive": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewReceive(c, store.Ref{Space: x, Key: x + "/"})
	},
	"NewRegenerateKey":    func(c *kit.Context, x string) kit.Dialog { return dialog.NewRegenerateKey(c, keyOf(x)) },
	"NewRemoveConnection": func(c *kit.Context, x string) kit.Dialog { return dialog.NewRemoveConnection(c, profileOf(x)) },
	"NewRename": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewRename(c, store.Ref{Space: x, Key: x + "/"}, files(x))
	},
	"NewRequests":     func(c *kit.Context, _ string) kit.Dialog { return dialog.NewRequests(c, c.Conns.Calls()) },
	"NewRestore":      func(c *kit.Context, x string) kit.Dialog { return dialog.NewRestore(c, x, both(x), x+"/", time.Time{}) },
	"NewRestoreTrash": func(c *kit.Context, x string) kit.Dialog { return dialog.NewRestoreTrash(c, x, trashOf(x)) },
	"NewEndLink":      func(c *kit.Context, x string) kit.Dialog { return dialog.NewEndLink(c, linkTo(x)) },
	"NewExtendLink":   func(c *kit.Context, x string) kit.Dialog { return dialog.NewExtendLink(c, linkTo(x)) },
	"NewShareFolder":  func(c *kit.Context, x string) kit.Dialog { return dialog.NewShareFolder(c, refs(x + "/")[0]) },
	"NewShare":        func(c *kit.Context, x string) kit.Dialog { return dialog.NewShare(c, refs(x), 7) },
	"NewShareVersion": func(c *kit.Context, x string) kit.Dialog { return dialog.NewShareVersion(c, refs(x)[0], x, 7) },
	"NewTags":         func(c *kit.Context, x string) kit.Dialog { return dialog.NewTags(c, files(x)) },
	"NewTheme": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewTheme(c, dialog.Themes{Names: []string{x}, Keep: x, Find: func(string) (*themes.Theme, error) {
			return nil, &fs.PathError{Op: "read", Path: x, Err: fs.ErrInvalid}
		}}, kit.UseTheme{Name: x, Theme: c.Theme})
	},
	"NewTransfers": func(c *kit.Context, _ string) kit.Dialog { return dialog.NewTransfers(c) },
	"NewUndo": func(c *kit.Context, x string) kit.Dialog {
		here := c.Store.Conn()
		c.Jobs.Start(c.Jobs.Plan(job.Spec{Kind: job.Move, From: here, To: here, Sources: files(x)[:1], Dest: store.Ref{Space: hostileSpace, Key: x + "/"}}))
		for c.Jobs.Busy() {
			runtime.Gosched()
		}
		return dialog.NewUndo(c)
	},
	"NewUpload": func(c *kit.Context, x string) kit.Dialog {
		return dialog.NewUpload(c, store.Ref{Space: x, Key: x + "/"})
	},
	"NewVersioning": func(c *kit.Context, x string) kit.Dialog { return dialog.NewVersioning(c, x, store.Unversioned) },
}

// hostileSpace is there; a Space of a hostile name is not.
const hostileSpace = "media"

func refs(x string) []store.Ref {
	return []store.Ref{{Space: hostileSpace, Key: x}, {Space: x, Key: x + "/" + x}}
}

func files(x string) (list []job.Source) {
	for _, r := range refs(x) {
		list = append(list, job.Source{Ref: r, Entry: store.Entry{Key: r.Key, Size: 1, ETag: x}})
	}
	return list
}

func trashOf(x string) store.TrashBatch {
	return store.TrashBatch{Name: "20261001T080000Z-" + x, At: kittest.Start}
}

func both(x string) []job.Source { return append(files(x), folder(hostileSpace, x+"/")) }

func keyOf(x string) store.Key {
	return store.Key{Name: x, ID: x, Secret: store.Secret(x), Grants: []store.Grant{{Bucket: x, Permission: store.KeyRead}, {Bucket: x, Permission: store.Permission(x)}}}
}

func profileOf(x string) store.Profile {
	return store.Profile{Name: x, Endpoint: "http://127.0.0.1:1/" + x, Region: x, Source: store.KeyInFile, AccessKey: x, Secret: x, Spaces: []string{x}}
}

func actionsOf(x string) []kit.Action {
	return []kit.Action{{Name: keys.Share, Label: store.Printable(x), Why: func() string { return x }}, {Name: keys.Delete}}
}

// constructorsThere are the names of the functions that make dialogs.
func constructorsThere(t *testing.T) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, is := d.(*ast.FuncDecl); is && f.Recv == nil && strings.HasPrefix(f.Name.Name, "New") {
				names = append(names, f.Name.Name)
			}
		}
	}
	return names
}

func TestEveryDialogIsAmongThoseThatMeetHostileNames(t *testing.T) {
	there := map[string]bool{}
	for _, name := range constructorsThere(t) {
		there[name] = true
		if constructors[name] == nil {
			t.Errorf("%s is not in the table of constructors", name)
		}
	}
	for name := range constructors {
		if !there[name] {
			t.Errorf("there is no %s", name)
		}
	}
}

// TestDialogsDrawHostileNamesHarmlessly opens every dialog with every payload; the screen is checked after every step.
func TestDialogsDrawHostileNamesHarmlessly(t *testing.T) {
	for name, make := range constructors {
		t.Run(name, func(t *testing.T) {
			s, f := hostileFixture(t)
			for i, x := range kittest.Hostile {
				_, _ = f.Store.Put(t.Context(), refs(x)[0], strings.NewReader("x"), 1, store.Props{CacheControl: "x"}, store.PutOptions{}) // where it can be
				s.Open(make(s.Context, x))
				s.Press("tab")
				s.Paste(x)
				s.Press("down", "tab")
				s.Paste(x)
				s.Resize(40, 12)
				if i%5 == 0 {
					s.Press("enter") // whatever it is for
				}
				s.Resize(80, 24)
				for range 6 {
					if s.Dialog() != nil {
						s.Press("esc")
					}
				}
				if s.Dialog() != nil {
					t.Fatalf("with %q it does not close:\n%s", x, s.Text())
				}
				if t.Failed() {
					t.Fatalf("with %q", x)
				}
			}
		})
	}
}

func hostileFixture(t *testing.T) (*kittest.Screen, *storetest.Fixture) {
	t.Helper()
	s, _, f := bookcase(t)
	f.Space(t, hostileSpace)
	return s, f
}

func linkTo(x string) store.LinkNow {
	return store.LinkNow{Shared: store.Shared{ID: x, Space: x, Key: x, Maker: x, Kept: true, URL: x}, State: "active"}
}
