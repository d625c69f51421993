package dialog_test

import (
	"strings"
	"testing"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

func TestDialogsFitEverySize(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "pics/one two three.jpg", 10, store.Private)
	c := s.Context
	var ran []keys.Action
	file(t, c.Local, "a file of this machine.txt", "x")
	ref := store.Ref{Space: "media", Key: "pics/one two three.jpg"}
	sources := []job.Source{object("media", ref.Key), folder("media", "pics/")}
	dialogs := map[string]kit.Dialog{
		"create": dialog.NewCreateSpace(c), "upload": dialog.NewUpload(c, store.Ref{Space: "media", Key: "pics/"}),
		"download": dialog.NewDownload(c, sources, ""), "delete": dialog.NewDelete(c, "media", sources, ""),
		"destroy": dialog.NewDestroy(c, "media"), "move": dialog.NewMove(c, "media", sources, ""),
		"access":   dialog.NewAccess(c, []store.Ref{ref}, store.Private),
		"metadata": dialog.NewMetadata(c, sources[:1]), "tags": dialog.NewTags(c, sources[:1]), "metadata inside": dialog.NewMetadataInside(c, sources),
		"access inside": dialog.NewAccessInside(c, sources), "share": dialog.NewShare(c, []store.Ref{ref}, 10),
		"cdn": dialog.NewCDN(c, "media", store.CDN{ID: "1", Host: "media.example.com", TTL: 60e9, Domain: "static.example.com"}), "purge CDN": dialog.NewPurgeCDN(c, "media", []store.Ref{ref}),
		"receive":   dialog.NewReceive(c, store.Ref{Space: "media", Key: "pics/"}),
		"transfers": dialog.NewTransfers(c), "help": dialog.NewHelp(c, actions(&ran)), "palette": dialog.NewPalette(c, actions(&ran), nil),
		"more": dialog.NewMore(c, "pics/", actions(&ran)), "go to": dialog.NewGoTo(c), "quit": dialog.NewConfirmQuit(c),
	}
	for name, d := range dialogs {
		s.Open(d)
		for w := 1; w <= 120; w += 7 {
			for h := 1; h <= 50; h += 3 {
				lines := strings.Split(d.View(c, kit.Size{W: w, H: h}), "\n")
				if len(lines) > h {
					t.Errorf("%s draws %d lines into %d×%d", name, len(lines), w, h)
				}
				for _, l := range lines {
					if kit.Width(l) > w {
						t.Errorf("%s draws %d cells into %d×%d: %q", name, kit.Width(l), w, h, l)
					}
				}
			}
		}
		s.Press("esc")
		closed(t, s)
	}
}
