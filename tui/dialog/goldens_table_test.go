package dialog_test

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/themes"
	"spaces/tui/dialog"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// dialogLooks are the states of every dialog, by the names of the functions that make them.
var dialogLooks = map[string]looks{
	"NewAccess":       shows(func(s *stage) kit.Dialog { return dialog.NewAccess(s.Context, aAndB, "") }).asks(),
	"NewAccessInside": inside(dialog.NewAccessInside),
	"NewAsOf": shows(func(s *stage) kit.Dialog { return dialog.NewAsOf(s.Context, store.Place{Space: "media"}) }).
		types("yesterday").refuses("soon", "enter"),
	"NewBookmarks": bookmarks(&kittest.Places{
		Kept: []kit.Mark{{Name: "pictures", Place: store.Place{Space: "media", Prefix: "pics/2026/"}},
			{Name: "the site", Place: store.Place{Conn: "do", Space: "site", Prefix: "public/"}}},
		Recent: []store.Place{{Space: "media", Prefix: "pics/2026/"}, {Conn: "do", Tab: store.AccessKeys}, {Space: "backups", Prefix: "2026/"}},
	}).nothing(bookmarks(&kittest.Places{}).full.show).waits(func(s *stage) { s.Hold(); bookmarks(&kittest.Places{}).full.show(s) }).
		fails(bookmarks(lost{}).full.show),
	"NewCDN": shows(func(s *stage) kit.Dialog { s.ocean(); return dialog.NewCDN(s.Context, "media", aCDN) }).
		nothing(func(s *stage) { s.ocean(); s.Open(dialog.NewCDN(s.Context, "media", store.CDN{})) }).
		waits(func(s *stage) {
			s.ocean()
			s.Open(dialog.NewCDN(s.Context, "media", store.CDN{}))
			s.Press("right")
			s.Hold()
			s.Press("enter")
		}).
		fails(func(s *stage) {
			s.ocean()
			s.Open(dialog.NewCDN(s.Context, "media", store.CDN{}))
			s.Press("right")
			s.api.Refuse(422, "unprocessable_entity", "invalid certificate")
			s.Press("enter")
		}),
	"NewCORS":            setting(dialog.NewCORS, store.CORS{}, someCORS, "x", "y"),
	"NewCheckConnection": shows(func(s *stage) kit.Dialog { return dialog.NewCheckConnection(s.Context, store.Profile{}) }).asks(),
	"NewClients": shows(func(s *stage) kit.Dialog {
		of, err := s.f.Store.Client(s.t.Context())
		if err != nil {
			s.t.Fatal(err)
		}
		return dialog.NewClients(s.Context, "media", of)
	}),
	"NewConfirmQuit": whole(func(s *stage) { s.work(); s.Open(dialog.NewConfirmQuit(s.Context)) }),
	"NewConnection": shows(func(s *stage) kit.Dialog { return dialog.NewConnection(s.Context) }).
		nothing(func(s *stage) { s.Open(dialog.NewConnection(s.Context)) }).
		fills(func(s *stage) { writeConnection(s) }).
		waits(func(s *stage) {
			s.Open(dialog.NewConnection(s.Context))
			writeConnection(s)
			s.Hold()
			s.ClickOn("Test")
		}).
		fails(func(s *stage) {
			s.book.Failing = errors.New("the configuration cannot be written: the disk is full")
			s.Open(dialog.NewConnection(s.Context))
			writeConnection(s)
			s.Press("enter")
		}),
	"NewCopyOver": shows(func(s *stage) kit.Dialog {
		return dialog.NewCopyOver(s.Context, store.Place{Space: "media"}, store.Place{Space: "backups", Prefix: "old/"}, inMedia)
	}).asks(),
	"NewCopyTo": shows(func(s *stage) kit.Dialog { return dialog.NewCopyTo(s.Context, "media", inMedia, "") }).asks().
		nothing(func(s *stage) { s.Open(dialog.NewCopyTo(s.Context, "media", inMedia, "pics/deep/")) }),
	"NewCreateKey": shows(func(s *stage) kit.Dialog { return dialog.NewCreateKey(s.Context) }).
		types("backup", "tab", "tab", "space", "down", "space", "space").saves("tab", "enter").
		nothing(func(s *stage) { s.Open(dialog.NewCreateKey(s.Context)) }),
	"NewCreateSpace": shows(func(s *stage) kit.Dialog { return dialog.NewCreateSpace(s.Context) }).
		types("website").saves("enter").
		nothing(func(s *stage) { s.Open(dialog.NewCreateSpace(s.Context)) }),
	"NewDelete":    counted(func(s *stage, of []job.Source) kit.Dialog { return dialog.NewDelete(s.Context, "media", of, "") }),
	"NewDeleteKey": shows(func(s *stage) kit.Dialog { return dialog.NewDeleteKey(s.Context, aKey) }).manages("y"),
	"NewDestroy": shows(func(s *stage) kit.Dialog { return dialog.NewDestroy(s.Context, "media") }).asks().
		nothing(func(s *stage) { s.Open(dialog.NewDestroy(s.Context, "backups")) }),
	"NewDestroyed": whole(func(s *stage) { s.destroyed(); s.openDestroyed() }).
		nothing(func(s *stage) { s.openDestroyed() }).
		waits(func(s *stage) { s.hang(); s.openDestroyed() }).
		fails(func(s *stage) { s.deny(); s.openDestroyed() }),
	"NewDownloadZip": counted(func(s *stage, of []job.Source) kit.Dialog { return dialog.NewDownloadZip(s.Context, of[len(of)-1:]) }),
	"NewDownload":    counted(func(s *stage, of []job.Source) kit.Dialog { return dialog.NewDownload(s.Context, of, "") }),
	"NewDrop": whole(func(s *stage) {
		s.files()
		s.Open(dialog.NewDrop(s.Context, store.Ref{Space: "media", Key: "in/"}, s.dir+"/alpha.txt "+s.dir+"/tree"))
	}).waits(func(s *stage) {
		s.files()
		s.Hold()
		s.Open(dialog.NewDrop(s.Context, store.Ref{Space: "media", Key: "in/"}, s.dir+"/alpha.txt "+s.dir+"/tree"))
	}).fails(func(s *stage) {
		s.Open(dialog.NewDrop(s.Context, store.Ref{Space: "media", Key: "in/"}, s.dir+"/alpha.txt"))
	}),
	"NewEdit": whole(func(s *stage) {
		u := &user{t: s.t, text: "new text", meanwhile: func() { s.put("b.txt", "of somebody else", store.Props{}) }}
		s.edits(u.edit)
		s.Open(dialog.NewEdit(s.Context, aAndB[1]))
	}).asks(),
	"NewEditConnection": shows(func(s *stage) kit.Dialog { return dialog.NewEditConnection(s.Context, aProfile) }).
		waits(func(s *stage) { s.Open(dialog.NewEditConnection(s.Context, aProfile)); s.Hold(); s.ClickOn("Test") }).
		fails(func(s *stage) {
			s.book.Failing = errors.New("the configuration cannot be written: the disk is full")
			s.Open(dialog.NewEditConnection(s.Context, aProfile))
			s.Press("enter")
		}),
	"NewEditKey": shows(func(s *stage) kit.Dialog { return dialog.NewEditKey(s.Context, aKey, true) }).manages("space", "tab", "enter"),
	"NewEmptyTrash": shows(func(s *stage) kit.Dialog {
		return dialog.NewEmptyTrash(s.Context, "media", []store.TrashBatch{s.trashed("20261001T080000Z-abcdef"), s.trashed("20261121T080000Z-bbcdef")})
	}).nothing(func(s *stage) { s.Open(dialog.NewEmptyTrash(s.Context, "media", nil)) }).
		waits(func(s *stage) {
			b := s.trashed("20261001T080000Z-abcdef")
			s.hang()
			s.Open(dialog.NewEmptyTrash(s.Context, "media", []store.TrashBatch{b}))
		}).
		fails(func(s *stage) {
			b := s.trashed("20261001T080000Z-abcdef")
			s.denyPublic()
			s.Open(dialog.NewEmptyTrash(s.Context, "media", []store.TrashBatch{b}))
		}),
	"NewEndUploads": shows(func(s *stage) kit.Dialog {
		return dialog.NewEndUploads(s.Context, "media", []dialog.Ending{s.begun("films/interview.mov"), s.begun("backup.tar")})
	}).saves("y"),
	"NewEncryption": setting(dialog.NewEncryption, store.Encryption{}, store.Encryption{Algorithm: "AES256"}, "up", "tab", "enter"),
	"NewFormats": shows(func(s *stage) kit.Dialog {
		return dialog.NewFormats(s.Context, "/home/sammy/.config/spaces/config.toml")
	}),
	"NewLimits": shows(func(s *stage) kit.Dialog { return dialog.NewLimits(s.Context) }),
	"NewGoTo": shows(func(s *stage) kit.Dialog { return dialog.NewGoTo(s.Context) }).asks().
		nothing(func(s *stage) { s.Open(dialog.NewGoTo(s.Context)); s.Type("zzz"); s.Advance(time.Second) }),
	"NewHelp": shows(func(s *stage) kit.Dialog { var ran []keys.Action; return dialog.NewHelp(s.Context, actions(&ran)) }),
	"NewImportConnections": whole(func(s *stage) {
		found(s)
		s.Open(dialog.NewImportConnections(s.Context, []store.Profile{{Name: "box"}}))
	}).
		nothing(func(s *stage) { s.Open(dialog.NewImportConnections(s.Context, nil)) }).
		waits(func(s *stage) { s.Hold(); s.Open(dialog.NewImportConnections(s.Context, nil)) }).
		fails(func(s *stage) {
			found(s)
			s.Open(dialog.NewImportConnections(s.Context, []store.Profile{{Name: "box"}}))
			s.book.Failing = errors.New("the configuration cannot be written: the disk is full")
			s.Press("tab", "tab", "enter")
		}),
	"NewKeySecret":      shows(func(s *stage) kit.Dialog { return dialog.NewKeySecret(s.Context, aKey, "The old one works no more.") }),
	"NewLifecycle":      setting(dialog.NewLifecycle, store.Lifecycle{}, someRules, "x", "y"),
	"NewListing":        shows(func(s *stage) kit.Dialog { return dialog.NewListing(s.Context, "media", store.Private) }).saves("down", "tab", "enter"),
	"NewLogging":        setting(dialog.NewLogging, store.Logging{}, store.Logging{Target: "backups", Prefix: "logs/"}, "left", "tab", "enter"),
	"NewMetadata":       headers(dialog.NewMetadata),
	"NewMetadataInside": inside(dialog.NewMetadataInside),
	"NewTagsInside":     inside(dialog.NewTagsInside),
	"NewMirror": mirrors("pics/").asks().nothing(mirrors("nothing/").full.show).fails(func(s *stage) { // of both sides one, or either may be first
		s.f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/backups"), Fault: storetest.Answer(http.StatusForbidden, "AccessDenied")})
		mirrors("pics/").full.show(s)
	}),
	"NewMore": shows(func(s *stage) kit.Dialog {
		var ran []keys.Action
		return dialog.NewMore(s.Context, "pics/", actions(&ran))
	}),
	"NewMove": shows(func(s *stage) kit.Dialog { return dialog.NewMove(s.Context, "media", inMedia, "") }).asks().
		nothing(func(s *stage) { s.Open(dialog.NewMove(s.Context, "media", inMedia, "pics/deep/")) }),
	"NewNotices": shows(func(s *stage) kit.Dialog {
		return dialog.NewNotices(s.Context, []kit.Said{
			{Notice: kit.Notice{Level: kit.Info, Text: "Created media"}, At: kittest.Start.Add(-time.Hour)},
			{Notice: kit.Notice{Level: kit.Bad, Text: "Deleting 3 files in media: 3 failed: a.txt – access denied (AccessDenied); w shows the transfers"}, At: kittest.Start}})
	}).nothing(func(s *stage) { s.Open(dialog.NewNotices(s.Context, nil)) }),
	"NewPalette": shows(func(s *stage) kit.Dialog {
		var ran []keys.Action
		return dialog.NewPalette(s.Context, actions(&ran), []store.Place{{Space: "media", Prefix: "pics/2026/"}, {Space: "backups"}})
	}).nothing(func(s *stage) { s.Open(dialog.NewPalette(s.Context, nil, nil)) }).
		fails(func(s *stage) { s.Open(dialog.NewPalette(s.Context, nil, nil)); s.Type("zzz") }),
	"NewPaste": shows(func(s *stage) kit.Dialog {
		s.Context.Board = kit.Board{From: store.Place{Space: "media"}, Sources: inMedia}
		return dialog.NewPaste(s.Context, "backups", "old/")
	}).asks(),
	"NewPolicy": setting(dialog.NewPolicy, store.Policy{}, somePolicy, "x", "y"),
	"NewPurgeCDN": whole(func(s *stage) { s.edged(); s.Open(dialog.NewPurgeCDN(s.Context, "media", aAndB)) }).
		nothing(func(s *stage) { s.ocean(); s.Open(dialog.NewPurgeCDN(s.Context, "media", aAndB)) }).
		waits(func(s *stage) { s.edged(); s.Hold(); s.Open(dialog.NewPurgeCDN(s.Context, "media", aAndB)) }).
		fails(func(s *stage) {
			s.edged()
			s.api.Refuse(401, "unauthorized", "Unable to authenticate you")
			s.Open(dialog.NewPurgeCDN(s.Context, "media", nil))
		}),
	"NewPurge": counted(func(s *stage, of []job.Source) kit.Dialog {
		return dialog.NewPurge(s.Context, "media", of[len(of)-1:], "", nil)
	}),
	"NewReceive": shows(func(s *stage) kit.Dialog {
		return dialog.NewReceive(s.steady(), store.Ref{Space: "media", Key: "in/"})
	}).types("right").
		waits(func(s *stage) {
			s.Open(dialog.NewReceive(s.steady(), store.Ref{Space: "media", Key: "in/"}))
			s.Hold()
			s.Press("enter")
		}).fails(func(s *stage) {
		s.Open(dialog.NewReceive(s.steady(), store.Ref{Space: "media", Key: "in/"}))
		s.Press("tab", "tab")
		s.Type("much")
		s.Press("enter")
	}),
	"NewRegenerateKey": shows(func(s *stage) kit.Dialog { return dialog.NewRegenerateKey(s.Context, aKey) }).manages("y"),
	"NewRemoveConnection": shows(func(s *stage) kit.Dialog { return dialog.NewRemoveConnection(s.Context, aProfile) }).
		waits(func(s *stage) { s.Open(dialog.NewRemoveConnection(s.Context, aProfile)); s.Hold(); s.Press("y") }).
		fails(func(s *stage) {
			s.book.Failing = errors.New("the configuration cannot be written: the disk is full")
			s.Open(dialog.NewRemoveConnection(s.Context, aProfile))
			s.Press("y")
		}),
	"NewRestoreTrash": shows(func(s *stage) kit.Dialog {
		return dialog.NewRestoreTrash(s.Context, "media", s.trashed("20261121T080000Z-bbcdef"))
	}).waits(func(s *stage) {
		b := s.trashed("20261121T080000Z-bbcdef")
		s.hang()
		s.Open(dialog.NewRestoreTrash(s.Context, "media", b))
	}).fails(func(s *stage) {
		b := s.trashed("20261121T080000Z-bbcdef")
		s.denyPublic()
		s.Open(dialog.NewRestoreTrash(s.Context, "media", b))
	}),
	"NewRename": whole(func(s *stage) { s.renames("a.txt", "é.txt", "pics/", "pictures/") }).
		fails(func(s *stage) { s.renames("a.txt", "b.txt", "b.txt", "a.txt") }).
		waits(func(s *stage) { s.Hold(); s.renames() }),
	"NewRequests": shows(func(s *stage) kit.Dialog { return dialog.NewRequests(s.Context, called(s.t)) }).
		nothing(func(s *stage) { s.Open(dialog.NewRequests(s.Context, &store.Calls{})) }),
	"NewRestore": counted(func(s *stage, of []job.Source) kit.Dialog {
		return dialog.NewRestore(s.Context, "media", of[len(of)-1:], "", time.Time{})
	}),
	"NewShareFolder": shows(func(s *stage) kit.Dialog {
		return dialog.NewShareFolder(s.steady(), store.Ref{Space: "media", Key: "pics/"})
	}).asks(),
	"NewShare":      shows(func(s *stage) kit.Dialog { return dialog.NewShare(s.steady(), aAndB[1:], 1000) }).asks(),
	"NewEndLink":    shows(func(s *stage) kit.Dialog { return dialog.NewEndLink(s.Context, aLink) }).saves("y"),
	"NewExtendLink": shows(func(s *stage) kit.Dialog { return dialog.NewExtendLink(s.steady(), aLink) }).saves("enter"),
	"NewShareVersion": shows(func(s *stage) kit.Dialog {
		return dialog.NewShareVersion(s.steady(), aAndB[1], "3J0AEXAMPLE0VERSION0OF0B", 1000)
	}).waits(func(s *stage) {
		s.Hold()
		s.Open(dialog.NewShareVersion(s.steady(), aAndB[1], "3J0AEXAMPLE0VERSION0OF0B", 1000))
	}),
	"NewTags": headers(dialog.NewTags),
	"NewTheme": chooses().waits(func(s *stage) { chooses().full.show(s); s.Hold(); s.Press("down") }).
		fails(func(s *stage) { chooses().full.show(s); s.Press("G") }),
	"NewTransfers": whole(func(s *stage) {
		s.done(job.Delete, object("backups", "a"))
		s.done(job.Delete, object("media", "b.txt"))
		s.Open(dialog.NewTransfers(s.Context))
	}).nothing(func(s *stage) { s.Open(dialog.NewTransfers(s.Context)) }).
		waits(func(s *stage) { s.work(); s.Open(dialog.NewTransfers(s.Context)) }).
		fails(func(s *stage) {
			s.deny()
			s.done(job.Delete, filesOf("a.txt", "b.txt")...)
			s.Open(dialog.NewTransfers(s.Context))
		}),
	"NewUndo": whole(func(s *stage) { s.moved(); s.Open(dialog.NewUndo(s.Context)) }).
		nothing(func(s *stage) { s.Open(dialog.NewUndo(s.Context)) }).
		waits(func(s *stage) { s.moved(); s.hang(); s.Open(dialog.NewUndo(s.Context)) }).
		fails(func(s *stage) { s.moved(); s.deny(); s.Open(dialog.NewUndo(s.Context)) }),
	"NewUpload": staged().nothing(func(s *stage) { s.Open(dialog.NewUpload(s.Context, store.Ref{Space: "media", Key: "in/"})) }).
		waits(func(s *stage) { s.Hold(); s.Open(dialog.NewUpload(s.Context, store.Ref{Space: "media", Key: "in/"})) }).
		fails(func(s *stage) {
			s.Context.Local = s.dir + "/missing"
			s.Open(dialog.NewUpload(s.Context, store.Ref{Space: "media", Key: "in/"}))
		}),
	"NewWebsite":    setting(dialog.NewWebsite, store.Website{}, aWebsite, "up", "tab", "enter"),
	"NewVersioning": shows(func(s *stage) kit.Dialog { return dialog.NewVersioning(s.Context, "media", store.Unversioned) }).saves("space", "tab", "enter"),
}

// types has something typed, and keys pressed, in the full state; the empty one is that before.
func (l looks) types(text string, keys ...string) looks {
	open := l.full.show
	l.empty = at(open)
	return l.fills(func(s *stage) { s.Type(text); s.Press(keys...) })
}

// fills goes on to the full state.
func (l looks) fills(fill func(*stage)) looks {
	open := l.full.show
	l.full = at(func(s *stage) { open(s); fill(s) })
	return l
}

// refuses has something typed that cannot be, in the place of what types has typed.
func (l looks) refuses(text string, keys ...string) looks {
	open := l.empty.show
	return l.fails(func(s *stage) { open(s); s.Type(text); s.Press(keys...) })
}

// manages is saves of a dialog of an access key: not every key may manage keys.
func (l looks) manages(keys ...string) looks {
	open := l.full.show
	return l.saves(keys...).fails(func(s *stage) {
		k, err := s.f.Store.CreateKey(s.t.Context(), "limited", []store.Grant{{Bucket: "media", Permission: store.KeyReadWrite}})
		if err != nil {
			s.t.Fatal(err)
		}
		s.Context.Store = s.f.Open(s.t, func(c *store.Config) { c.AccessKey, c.SecretKey = k.ID, k.Secret.Reveal() })
		open(s)
		s.Press(keys...)
	})
}

// counted is a dialog that counts what is in folders.
func counted(make func(*stage, []job.Source) kit.Dialog) looks {
	return shows(func(s *stage) kit.Dialog { return make(s, inMedia) }).asks().
		nothing(func(s *stage) { s.Open(make(s, nobody)) })
}

// mirrors is of a folder of "media", with this machine on both sides.
func mirrors(prefix string) looks {
	return shows(func(s *stage) kit.Dialog {
		return dialog.NewMirror(s.Context, store.Place{Space: "media", Prefix: prefix}, store.Place{Space: "backups", Prefix: "old/"}, [2]string{"this machine", "this machine"})
	})
}

func inside[D kit.Dialog](make func(*kit.Context, []job.Source) D) looks {
	return counted(func(s *stage, of []job.Source) kit.Dialog { return make(s.Context, of[len(of)-1:]) })
}

func headers(make func(*kit.Context, []job.Source) *dialog.Metadata) looks {
	return shows(func(s *stage) kit.Dialog { return make(s.Context, filesOf("a.txt")) }).asks().
		nothing(func(s *stage) { s.Open(make(s.Context, filesOf("docs/y"))) })
}

// setting is the dialog of a setting of a Space; the keys change what is full.
func setting[T any](make func(*kit.Context, string, T) kit.Dialog, empty, full T, keys ...string) looks {
	return shows(func(s *stage) kit.Dialog { return make(s.Context, "media", full) }).saves(keys...).
		nothing(func(s *stage) { s.Open(make(s.Context, "media", empty)) })
}

// lost are bookmarks that cannot be read.
type lost struct{ kittest.Places }

func (lost) Marks() ([]kit.Mark, error) {
	return nil, errors.New("the bookmarks cannot be read: permission denied")
}

func (lost) Visited() ([]store.Place, error) { return nil, nil }
func (lost) Mark(kit.Mark) error             { return nil }
func (lost) Unmark(store.Place) error        { return nil }
func (lost) Visit(store.Place) error         { return nil }

func bookmarks(p kit.Bookmarks) looks {
	return shows(func(s *stage) kit.Dialog { s.Context.Bookmarks = p; return dialog.NewBookmarks(s.Context) })
}

func chooses() looks {
	return shows(func(s *stage) kit.Dialog {
		return dialog.NewTheme(s.Context, dialog.Themes{Names: []string{"auto", "dark", "light", "mine"}, Keep: `theme = "NAME" in /home/sammy/.config/spaces/config.toml`,
			Find: func(name string) (*themes.Theme, error) {
				if name == "mine" {
					return nil, &fs.PathError{Op: "read", Path: "/home/sammy/.config/spaces/mine.toml", Err: fs.ErrNotExist}
				}
				return themes.Auto(true), nil
			}}, kit.UseTheme{Name: "dark", Theme: s.Context.Theme})
	})
}

func staged() looks {
	return whole(func(s *stage) {
		s.files()
		s.Open(dialog.NewUpload(s.Context, store.Ref{Space: "media", Key: "in/"}))
		s.Press("space", "space")
	})
}

// files makes some on this machine.
func (s *stage) files() {
	file(s.t, s.dir, "tree/one.txt", "1")
	file(s.t, s.dir, "tree/deep/two.txt", "22")
	file(s.t, s.dir, "alpha.txt", "alpha")
	file(s.t, s.dir, "beta file.txt", "beta!!")
	for _, name := range []string{"tree", "alpha.txt", "beta file.txt"} {
		if err := os.Chtimes(filepath.Join(s.dir, name), kittest.Start, kittest.Start); err != nil {
			s.t.Fatal(err)
		}
	}
}

// edits is the editor of the user.
func (s *stage) edits(edit func(string) error) { kittest.Editor(edit)(s.Screen) }

// renames opens the dialog on names that the user replaces.
func (s *stage) renames(names ...string) {
	s.edits(func(path string) error {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path, []byte(strings.NewReplacer(names...).Replace(string(text))), 0o600)
	})
	s.Open(dialog.NewRename(s.Context, store.Ref{Space: "media"}, inMedia))
}

// edged has the CDN of "media" on.
func (s *stage) edged() {
	s.ocean()
	if err := s.Context.Store.SetCDN(s.t.Context(), "media", store.CDN{}, aCDN); err != nil {
		s.t.Fatal(err)
	}
}

// done runs a job to its end.
func (s *stage) done(kind job.Kind, of ...job.Source) {
	s.Context.Jobs.Start(s.Context.Jobs.Plan(job.Spec{Kind: kind, From: s.f.Store.Conn(), To: s.f.Store.Conn(), Sources: of}))
	s.Settle()
}

// moved has jobs that can be undone behind it: of what the last one did, not all is as it was left.
func (s *stage) moved() {
	conn, in := s.f.Store.Conn(), store.Ref{Space: "backups", Key: "old/"}
	for _, spec := range []job.Spec{
		{Kind: job.Move, Sources: []job.Source{object("media", "b.txt")}, Dest: store.Ref{Space: "media"}, Name: "c.txt"},
		{Kind: job.Permissions, Sources: []job.Source{object("media", "a.txt")}, Access: store.Private},
		{Kind: job.Move, Sources: []job.Source{folder("media", "docs/"), folder("media", "pics/")}, Dest: in},
	} {
		spec.From, spec.To = conn, conn
		plan := s.Context.Jobs.Plan(spec)
		if err := plan.Count(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
		s.Context.Jobs.Start(plan)
		s.Settle()
	}
	s.put("docs/y", "in the way", store.Props{})
	if _, err := s.f.Store.Put(s.t.Context(), store.Ref{Space: "backups", Key: "old/pics/1.jpg"}, strings.NewReader("another"), 7, store.Props{}, store.PutOptions{}); err != nil {
		s.t.Fatal(err)
	}
}

// work has a job running until the test ends.
func (s *stage) work() {
	entered, release := make(chan struct{}, 100), make(chan struct{})
	s.f.Faults.Add(storetest.Rule{Fault: storetest.Hold(entered, release, storetest.Answer(http.StatusForbidden, "AccessDenied"))})
	s.t.Cleanup(func() { close(release) })
	s.Hold()
	s.Context.Jobs.Start(s.Context.Jobs.Plan(job.Spec{Kind: job.Delete, From: s.f.Store.Conn(), To: s.f.Store.Conn(), Sources: filesOf("a.txt", "b.txt")}))
	<-entered
}

func writeConnection(s *stage) {
	s.Press("tab", "right", "tab", "tab", "tab")
	s.Type("DO00EXAMPLE123456789")
	s.Press("tab")
	s.Type("not-a-secret")
}

// found are connections of other tools.
func found(s *stage) {
	key := func(name string) store.Profile {
		return store.Profile{Name: name, Endpoint: "https://" + name + ".example.com", Source: store.KeyInFile, AccessKey: "K", Secret: "not-a-secret"}
	}
	ofAWS := key("work")
	ofAWS.Source, ofAWS.AWSProfile = store.KeyOfAWS, "work"
	s.book.Found = []store.Candidate{
		{Profile: ofAWS, Tool: "AWS", File: "/home/me/.aws/credentials"},
		{Profile: key("box"), Tool: "s3cmd", File: "/home/me/.s3cfg"},
		{Profile: key("minio"), Tool: "rclone", File: "/home/me/.config/rclone/rclone.conf"},
		{Profile: store.Profile{Name: "rclone"}, Tool: "rclone", File: "/home/me/.rclone.conf", Why: "It is encrypted."},
	}
}

// steady has dates written so that they are as long tomorrow: when links end is told by the clock of who signs them.
// aLink is one that a server keeps, and has no more.
var aLink = store.LinkNow{Shared: store.Shared{ID: "gone", Space: "media", Key: "pics/sammy.png", Kept: true}, State: "active"}

func (s *stage) steady() *kit.Context {
	s.Context.Formats.Dates = kit.ISO
	return s.Context
}
