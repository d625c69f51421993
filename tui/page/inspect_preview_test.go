package page

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// sheets are objects of each kind, by what their golden is called.
var sheets = []struct{ name, key, kind, body string }{
	{"text", "notes.txt", "text/plain", "first line\r\n\tindented\r\nlong " + strings.Repeat("words ", 60) + "\r\n\x1b]0;title\x07 \x1b[31mred\r\n"},
	{"go", "main.go", "", "package main\n\n// main says it.\nfunc main() {\n\tfmt.Println(\"hello\", 42) /* once */\n}\n"},
	{"yaml", "compose.yaml", "application/yaml", "# what runs\nservices:\n  web:\n    image: \"nginx:1.27\"\n    ports: [80, 443]\n    restart: true\n"},
	{"csv", "people.csv", "text/csv", "name,city,age\n\"Asa, the elder\",Oslo,81\nBob,\"New\nYork\",7\nCid,Rome,33\n\x1b[2J,x,1\n"},
	{"json", "doc.json", "application/json", `{"id":17,"name":"sammy","tags":["a","b"],"nested":{"deep":{"deeper":{"list":[1,2,3,{"x":"` + strings.Repeat("y", 90) + `"}]}}},"esc":"a\u001b\n","none":null,"yes":true}`},
	{"json lines", "log.jsonl", "", "{\"level\":\"info\",\"msg\":\"started\"}\n{\"level\":\"warn\",\"msg\":\"slow\",\"ms\":1200}\n"},
	{"markdown", "README.md", "text/markdown", "# Spaces\n\nFiles **and** `folders`, with\n[links](http://x).\n\n- one\n- two\n\n```go\nfunc main() {}\n```\n\n> said \x1b]52;c;x\x07\n"},
	{"picture", "flag.png", "image/png", flag()},
	{"zip", "site.zip", "application/zip", archive()},
	{"tar packed", "site.tgz", "application/gzip", tarball()},
	{"bytes", "data.bin", "", "\x00\x01\x02spaces\xff\xfe\x1b[31m" + strings.Repeat("\x00\x10 ab", 40)},
	{"empty", "empty.txt", "text/plain", ""},
}

func TestPreviews(t *testing.T) {
	for _, o := range sheets {
		t.Run(o.name, func(t *testing.T) {
			s := newShelf(t)
			s.Space(t, "media")
			s.putBody("media", o.key, o.body, o.kind)
			s.open(store.Place{Space: "media"})
			s.Press("enter")
			s.Advance(inspectRest)
			s.toPreview()
			s.golden()
		})
		t.Run(o.name+" beside the listing", func(t *testing.T) {
			s := newShelf(t, kittest.Size(120, 40))
			s.Space(t, "media")
			s.putBody("media", o.key, o.body, o.kind)
			s.open(store.Place{Space: "media"})
			s.Advance(inspectRest)
			s.golden()
		})
	}
}

// TestPreviewsWriteSizesAndDatesAsIsChosen changes the formats while the table of contents of an archive is shown.
func TestPreviewsWriteSizesAndDatesAsIsChosen(t *testing.T) {
	s := newShelf(t, kittest.Size(160, 40))
	s.Space(t, "media")
	s.putBody("media", "site.zip", archive(), "application/zip")
	s.putBody("media", "z.bin", strings.Repeat("\x00", 20_480), "application/octet-stream")
	s.open(store.Place{Space: "media"})
	s.Advance(inspectRest)
	s.Want("4.0 KB", "2026-11-22")
	s.Context.Formats = kit.Formats{Sizes: kit.Exact, Dates: kit.Relative}
	s.Resize(161, 40)
	s.Want("4,000 B", "just now")
	s.Press("j")
	s.Advance(inspectRest)
	s.Want("the first 16,384 B of it")
}

// flag is a picture of two colours.
func flag() string {
	m := image.NewNRGBA(image.Rect(0, 0, 60, 40))
	draw.Draw(m, m.Bounds(), image.NewUniform(color.NRGBA{200, 20, 40, 255}), image.Point{}, draw.Src)
	draw.Draw(m, image.Rect(18, 10, 42, 30), image.NewUniform(color.White), image.Point{}, draw.Src)
	var b bytes.Buffer
	_ = png.Encode(&b, m) // to memory
	return b.String()
}

// archived are the files of archives.
var archived = []string{"index.html", "css/", "css/site.css", "img/\x1b]0;x\x07.png", "last.txt"}

func archive() string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, name := range archived {
		w, _ := z.CreateHeader(&zip.FileHeader{Name: name, Modified: kittest.Start})
		_, _ = w.Write(make([]byte, i*1000*(1-strings.Count(name[len(name)-1:], "/"))))
	}
	_ = z.Close()
	return b.String()
}

func tarball() string {
	var b bytes.Buffer
	g := gzip.NewWriter(&b)
	w := tar.NewWriter(g)
	for i, name := range archived {
		h := &tar.Header{Name: name, Mode: 0o644, ModTime: kittest.Start, Typeflag: tar.TypeReg, Size: int64(i * 10)}
		if strings.HasSuffix(name, "/") {
			h.Typeflag, h.Size = tar.TypeDir, 0
		}
		_ = w.WriteHeader(h)
		_, _ = w.Write(make([]byte, h.Size))
	}
	_ = w.Close()
	_ = g.Close()
	return b.String()
}

// toPreview turns to the tab of the preview.
func (s *shelf) toPreview() {
	s.t.Helper()
	for range len(inspectorTabs) {
		if f, _ := s.Page().(*files); inspectorTabs[f.pane.tab].name == "Preview" {
			return
		}
		s.Press("]")
	}
	s.t.Fatal("there is no preview")
}

func (s *shelf) gets() (n int) {
	for _, r := range s.Faults.Requests() {
		if strings.HasPrefix(r, "GET ") && !strings.Contains(r, "?") {
			n++
		}
	}
	return n
}

func TestThePreviewAsksOnceAndForTheBeginningOnly(t *testing.T) {
	s := newShelf(t, kittest.Size(120, 24))
	s.Space(t, "media")
	s.putBody("media", "a.txt", strings.Repeat("0123456789abcde\n", 10_000), "text/plain")
	s.put("media", "b.txt", "c.txt")
	s.Faults.Clear()
	asked := ""
	s.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool {
		if r.Method == "GET" && strings.HasSuffix(r.URL.Path, "a.txt") && r.Header.Get("Range") != "" {
			asked = r.Header.Get("Range") + " " + fmt.Sprint(r.Header.Get("If-Match") != "")
		}
		return false
	}})
	s.open(store.Place{Space: "media"})
	s.Advance(inspectRest)
	want(t, "range", asked, "bytes=0-65535 true")
	s.Want("Text · the first 65.5 KB of 160.0 KB", "0123456789abcde")
	s.toPreview()
	s.Press("j")
	s.Advance(inspectRest)
	s.Want("b.txt")
	s.Press("k")
	s.Advance(inspectRest)
	s.Want("0123456789abcde")
	want(t, "gets", s.gets(), 2) // what was looked at a moment ago is not asked for again
	s.Press("[")                 // Tags
	s.Press("j", "j")
	s.Advance(inspectRest)
	want(t, "gets from another tab", s.gets(), 2)
	s.Press("]")
	s.Want("c.txt")
	want(t, "gets of the tab", s.gets(), 3)
}

func TestThePreviewOfWhatTheCursorLeftIsNotAwaited(t *testing.T) {
	s := newShelf(t, kittest.Size(120, 24))
	s.Space(t, "media")
	s.put("media", "a.txt", "b.txt")
	f := s.open(store.Place{Space: "media"})
	s.Advance(inspectRest)
	s.Press("j")
	s.Advance(inspectRest)
	f.pane.glance = glance{}
	s.Hold()
	f.pane.askTab(s.Context)
	want(t, "under way", f.pane.glance.slot.Busy(), true)
	s.Press("k")
	want(t, "after moving on", f.pane.glance.slot.Busy(), false)
}

func TestThePreviewSaysWhyThereIsNone(t *testing.T) {
	s := newShelf(t, kittest.Size(120, 24))
	s.Space(t, "media")
	s.put("media", "a.txt", "b.txt", "c.txt")
	get := func(key string) func(*http.Request) bool {
		return func(r *http.Request) bool {
			return storetest.Is("GET", key)(r) && r.URL.RawQuery != "acl" && r.URL.Query().Get("x-id") == "GetObject"
		}
	}
	s.Faults.Add(storetest.Rule{Match: get("/a.txt"), Fault: storetest.Answer(http.StatusForbidden, "InvalidObjectState")})
	s.Faults.Add(storetest.Rule{Match: get("/b.txt"), Fault: storetest.Answer(http.StatusPreconditionFailed, "PreconditionFailed")})
	s.open(store.Place{Space: "media"})
	s.Advance(inspectRest)
	s.Want("No preview: ")
	s.Press("j")
	s.Advance(inspectRest)
	s.Want("No preview: changed meanwhile")
	s.Press("j")
	s.Advance(inspectRest)
	s.WantNot("No preview")
	for class, want := range map[string]bool{"GLACIER": true, "DEEP_ARCHIVE": true, "GLACIER_IR": false, "": false, "STANDARD_IA": false} {
		if got := unread(&store.Info{Class: class}) != ""; got != want {
			t.Errorf("%s is not asked for: %v, want %v", class, got, want)
		}
	}
}

func TestPermissionsThatTheEndpointHasNotAreAskedForOnce(t *testing.T) {
	s := newShelf(t, kittest.Size(120, 24))
	s.Space(t, "media")
	s.put("media", "a.txt", "b.txt")
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "acl"), Fault: storetest.Answer(http.StatusNotImplemented, "NotImplemented")})
	s.open(store.Place{Space: "media"})
	s.Advance(inspectRest)
	s.Want("as the whole Space")
	s.Press("j")
	s.Advance(inspectRest)
	s.Press("]", "]")
	s.Want("Single files have no permissions at this")
	want(t, "asked", s.acls(), 1)
}

func TestAnObjectUnderACustomerKeyIsExplained(t *testing.T) {
	s := newShelf(t, kittest.Size(120, 24))
	s.Space(t, "media")
	s.put("media", "a.txt")
	s.Faults.Add(storetest.Rule{Match: storetest.Is("HEAD", "/a.txt"), Fault: storetest.Answer(http.StatusBadRequest, "BadRequest")})
	s.open(store.Place{Space: "media"})
	s.Advance(inspectRest)
	s.Want("(SSE-C) answer so")
	want(t, "gets", s.gets(), 0)
}

func TestThePreviewIsScrolled(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	var body strings.Builder
	for i := range 300 {
		fmt.Fprintf(&body, "line %d.\n", i)
	}
	s.putBody("media", "a.txt", body.String(), "text/plain")
	s.open(store.Place{Space: "media"})
	s.Press("enter")
	s.Advance(inspectRest)
	s.toPreview()
	s.Want("line 0.")
	s.Press("pgdown")
	s.WantNot("line 0.")
	for range 40 {
		s.Press("pgdown")
	}
	s.Want("line 299.")
	s.Press("pgup")
	s.WantNot("line 299.")
	s.Press("[", "]")
	s.Want("line 0.")
}

func TestPreviewsAreUsableAtAnySize(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {80, 24}, {110, 12}, {300, 80}} {
		s := newShelf(t, kittest.Size(size[0], size[1]))
		s.Space(t, "media")
		for _, o := range sheets {
			s.putBody("media", o.key, o.body, o.kind)
		}
		s.open(store.Place{Space: "media"})
		s.Press("enter")
		s.Advance(inspectRest)
		for range inspectorTabs {
			for range sheets {
				s.Press("j")
				s.Advance(time.Second)
			}
			s.Press("]", "g", "g")
			s.Advance(time.Second)
		}
	}
}
