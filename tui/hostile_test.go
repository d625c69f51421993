package tui_test

import (
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// harmless fails the test when the title of the window could drive a terminal; the screen checks itself.
func (x *twin) harmless(t *testing.T, name string) {
	t.Helper()
	if title := x.model.View().WindowTitle; strings.ContainsFunc(title, func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 || r == '\u202e' }) {
		t.Errorf("with %q the title is %q", name, title)
	}
	if t.Failed() {
		t.Fatalf("with %q", name)
	}
}

func TestThePanelDrawsHostilePlacesHarmlessly(t *testing.T) {
	x := newTwin(t, kittest.Size(120, 40))
	for _, name := range kittest.Hostile { // where the server takes them
		for _, s := range []struct {
			*storetest.Fixture
			space string
		}{{x.here, "media"}, {x.work, "archive"}} {
			_, _ = s.Store.Put(t.Context(), store.Ref{Space: s.space, Key: "p/" + name + "/" + name}, strings.NewReader(s.space), int64(len(s.space)), store.Props{}, store.PutOptions{})
		}
	}
	x.dual()
	for _, name := range kittest.Hostile {
		for _, path := range []string{"media/p/" + name + "/", "work:" + name + "/x", name} {
			x.Press("g", "p")
			x.Paste(path)
			x.harmless(t, name) // what completes it
			x.Press("enter")
			x.harmless(t, name) // the path bar, or why it cannot be gone to
			x.Press("c", "enter")
			x.harmless(t, name) // the notice
			x.Press("esc", "esc", "y", "tab", "p", "esc", "esc", "tab")
			x.harmless(t, name)
		}
		x.Press(":")
		x.Paste(name)
		x.Press("esc")
		x.harmless(t, name)
	}
	for _, press := range [][]string{{"g", "m"}, {"@"}, {"'"}, {"w"}, {"?"}} {
		x.Press(press...)
		x.Press("G")
		x.harmless(t, strings.Join(press, " "))
		x.Press("esc", "esc")
	}
	x.goTo("media/p/")
	x.Press("tab")
	x.goTo("work:archive/p/")
	x.Press("C")
	x.Advance(time.Second)
	for range kittest.Hostile {
		x.Press("j")
		x.harmless(t, "the comparison")
	}
}

// TestNamesOfAllScriptsKeepTheColumnsStraight: what follows a name begins in the same cell in every row.
func TestNamesOfAllScriptsKeepTheColumnsStraight(t *testing.T) {
	names := []string{"ascii", "日本語のファイル", "한국어", "中文名字很长很长很长很长很长很长很长很长很长很长很长很长很长", "😀 grin", "👩‍👩‍👧 family", "🇩🇪 flag", "👍🏽 thumb",
		"é combined", "n\u0303n\u0303n\u0303", "שלום עולם", "مرحبا بالعالم", "हिन्दी", "ไทยแลนด์", "a\u0300\u0301\u0302\u0303", "Ａｆｕｌｌ", "½ ± ★", "Ελληνικά", "кириллица"}
	for _, size := range []kit.Size{{W: 40, H: 24}, {W: 80, H: 30}, {W: 120, H: 40}, {W: 300, H: 80}} {
		x := newTwin(t, kittest.Size(size.W, size.H))
		for _, name := range names {
			storetest.Put(t, x.here.Store, "media", "p/"+name, "12345")
			storetest.Put(t, x.here.Store, "media", "p/"+name+"/x", "12345")
		}
		x.goTo("media/p/")
		for _, dual := range []bool{false, true} {
			if dual {
				x.Press("ctrl+o")
			}
			rows := 0
			for _, what := range []string{" 5 B ", " – "} { // of files, of folders
				at := -1
				for y := range size.H {
					cell := x.FindIn(y, what)
					if cell < 0 || dual && !strings.HasPrefix(x.Line(y), "│") {
						continue
					}
					if rows++; at < 0 {
						at = cell
					}
					if cell != at {
						t.Errorf("%v: %q stands in cell %d instead of %d: %q", size, what, cell, at, x.Line(y))
					}
				}
			}
			if rows < 3 && (!dual || size.W > 80) {
				t.Errorf("%v: only %d rows were found:\n%s", size, rows, x.Text())
			}
		}
	}
}

// TestEveryPlaceIsUsableOnEverySize shows each page, alone and beside another, on the smallest and the largest screens.
func TestEveryPlaceIsUsableOnEverySize(t *testing.T) {
	places := []string{"", "media/", "media/images/2024/", "media?settings", "media?usage", "media?find", "media?versions", "?keys", "?public", "?connections", "media/notes.txt", "nothing/"}
	x := newTwin(t)
	for _, size := range []kit.Size{{W: 80, H: 24}, {W: 40, H: 12}, {W: 300, H: 80}, {W: 20, H: 6}, {W: 1, H: 1}} {
		x.Resize(size.W, size.H)
		for _, dual := range []bool{false, true} {
			if dual {
				x.Press("ctrl+o")
			}
			for _, place := range places {
				x.goTo(place)
				x.Press("j", "G", "space", ">", "esc", "esc", "i", "i", "o", "s", "tab", "tab")
				if size.W >= 40 && !strings.Contains(x.Text(), "? keys") {
					t.Errorf("%v: at %q there are no hints:\n%s", size, place, x.Text())
				}
			}
			if dual {
				x.Press("ctrl+o")
			}
		}
	}
}
