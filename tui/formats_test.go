package tui_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// formatted is the panel over a Space with a file of so many bytes.
func formatted(t *testing.T, f kit.Formats, bytes int) *kittest.Screen {
	t.Helper()
	fix := storetest.New(t)
	if err := fix.Store.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	ref := store.Ref{Space: "media", Key: "a.bin"}
	if _, err := fix.Store.Put(t.Context(), ref, strings.NewReader(strings.Repeat("x", bytes)), int64(bytes), store.Props{}, store.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	return kittest.Run(t, func(now func() time.Time) tea.Model {
		return tui.New(tui.Config{Store: fix.Store, Now: now, Start: store.Place{Space: "media"}, Formats: f, KeepsIn: "config.toml"})
	}, kittest.Store(fix.Store))
}

func TestFormatsAreShownWhileTheyAreChosenAndKeptOrGivenBack(t *testing.T) {
	s := formatted(t, kit.Formats{}, 20_480)
	s.Want("20.5 KB")
	s.Press("g", "F")
	s.Want("Size and date formats", "(•) decimal", "( ) binary", "2,411,724 B", "( ) relative", "3 hours ago, 19 days ago", "2026-11-03T14:05:00Z", "2026-11-22 11:05Z")
	s.Press("j")
	s.Want("(•) binary")
	s.Resize(160, 30) // the row is above the dialog
	s.Want("20.0 KiB")
	s.Press("esc")
	s.Want("20.5 KB")
	s.Press("g", "F", "j", "j", "enter")
	s.Want("20,480 B", `That is so until you quit; sizes = "bytes" in config.toml keeps it.`)
	s.Press("g", "F")
	s.ClickOn("decimal")
	s.ClickOn("utc")
	s.ClickOn("[ Keep ]") // the end of the click takes nothing back
	s.Want("20.5 KB", `sizes = "decimal" and dates = "utc" in config.toml keep them.`)
}

func TestTheFormatsDialogOnAllScreens(t *testing.T) {
	for _, size := range []kit.Size{{W: 80, H: 24}, {W: 120, H: 40}, {W: 40, H: 12}} {
		t.Run(fmt.Sprintf("%dx%d", size.W, size.H), func(t *testing.T) {
			p := newPanel(t, nil)
			p.Resize(size.W, size.H)
			p.Press("g", "F")
			p.Golden()
		})
	}
}

// The heads of columns stand over their values: at their ends where those are numbers.
func TestColumnsStayStraightInEveryFormat(t *testing.T) {
	for size := range kit.SizeNames {
		for date := range kit.DateNames {
			f := kit.Formats{Sizes: kit.Sizes(size), Dates: kit.Dates(date)}
			s := formatted(t, f, 1_023_999)
			for _, w := range []int{80, 120, 200} {
				s.Resize(w, 24)
				head, row := s.Line(2), ""
				for i := range 24 {
					if strings.Contains(s.Line(i), "a.bin") {
						row = s.Line(i)
						break
					}
				}
				text := f.Bytes(1_023_999)
				if x, end := strings.Index(row, text), strings.Index(head, "Size")+len("Size"); x < 0 || x+len(text) != len(strings.SplitAfter(row, text)[0]) || kit.Width(row[:x])+kit.Width(text) != kit.Width(head[:end]) {
					t.Errorf("%v at %d columns: %q is not below the end of Size:\n%s\n%s", f, w, text, head, row)
				}
				from := strings.Index(head, "Modified")
				if from < 0 {
					if w > 80 {
						t.Errorf("%v at %d columns: there are no dates:\n%s", f, w, head)
					}
					continue
				}
				rest := regexp.MustCompile(`  \S`).FindStringIndex(row[strings.Index(row, text)+len(text)-1:])
				if rest == nil || kit.Width(row[:strings.Index(row, text)+len(text)-1+rest[0]])+2 != kit.Width(head[:from]) {
					t.Errorf("%v at %d columns: the date is not below Modified:\n%s\n%s", f, w, head, row)
				}
			}
		}
	}
}
