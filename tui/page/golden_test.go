package page

import (
	"regexp"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"spaces/store"
	"spaces/tui/kit/kittest"
)

// dates are those of the server, which runs by the real clock.
var dates = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d|\d{4}-\d\d-\d\d|\d\d:\d\d     `)

func (s *shelf) golden() {
	s.t.Helper()
	masked := dates.ReplaceAllStringFunc(s.Text(), func(d string) string { return "0000-00-00 00:00"[:len(d)] })
	golden.RequireEqual(s.t, masked+"\n")
}

func stocked(t *testing.T, options ...kittest.Option) *shelf {
	t.Helper()
	s := newShelf(t, options...)
	for _, name := range []string{"backups", "media-prod", "static-site"} {
		s.Space(t, name)
	}
	s.putBody("media-prod", "images/2024/IMG_0041.jpg", "not really a picture", "image/jpeg")
	s.putBody("media-prod", "images/2024/IMG_0042.jpg", "not really a picture either", "image/jpeg")
	s.putBody("media-prod", "images/2024/originals/IMG_0041.dng", "raw", "image/x-adobe-dng")
	s.putBody("media-prod", "images/2024/notes \x1b[31m.txt", "first line\n\tsecond line\n", "text/plain")
	s.putBody("media-prod", "images/2024/a name that is so long that it does not fit into the column of names at all.jpeg", "x", "image/jpeg")
	return s
}

func TestScreens(t *testing.T) {
	folder := store.Place{Space: "media-prod", Prefix: "images/2024/"}
	t.Run("index empty", func(t *testing.T) {
		s := newShelf(t)
		s.index()
		s.golden()
	})
	t.Run("index", func(t *testing.T) {
		s := stocked(t)
		s.index()
		s.Press("j")
		s.golden()
	})
	t.Run("files", func(t *testing.T) {
		s := stocked(t)
		s.open(folder)
		s.Press("j", "space", "space")
		s.golden()
	})
	t.Run("everything", func(t *testing.T) {
		s := stocked(t)
		s.open(folder)
		s.Press("f")
		s.Type("img")
		s.Press("enter", "*")
		s.golden()
	})
	t.Run("filter", func(t *testing.T) {
		s := stocked(t)
		s.open(folder)
		s.Press("/")
		s.Type("IMG_")
		s.Advance(time.Second)
		s.golden()
	})
	t.Run("inspector", func(t *testing.T) {
		s := stocked(t)
		s.open(folder)
		s.Press("G", "enter")
		s.Advance(time.Second)
		s.golden()
	})
	t.Run("inspector beside the listing", func(t *testing.T) {
		s := stocked(t, kittest.Size(120, 24))
		s.open(folder)
		s.Press("G")
		s.Advance(time.Second)
		s.golden()
	})
	t.Run("new folder", func(t *testing.T) {
		s := stocked(t)
		s.open(folder)
		s.Press("a")
		s.Type("a/../b")
		s.Press("enter")
		s.golden()
	})
	t.Run("nothing found", func(t *testing.T) {
		s := stocked(t)
		s.open(folder)
		s.Press("f")
		s.Type("zzz")
		s.golden()
	})
}
