package kit_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"spaces/tui/kit"
)

func TestFitFillsExactlyItsCells(t *testing.T) {
	for _, c := range []struct {
		s    string
		w    int
		want string
	}{
		{"abc", 5, "abc  "}, {"abc", 3, "abc"}, {"abcdef", 4, "abc…"}, {"", 2, "  "}, {"abc", 1, "…"}, {"abc", 0, ""},
		{"日本語", 6, "日本語"}, {"日本語", 5, "日本…"}, {"日本語", 4, "日… "}, {"naïve", 4, "naï…"}, {"日", 1, "…"},
	} {
		if got := kit.Fit(c.s, c.w); got != c.want {
			t.Errorf("Fit(%q, %d) is %q, not %q", c.s, c.w, got, c.want)
		}
	}
}

func TestFitLeftKeepsTheEnd(t *testing.T) {
	for _, c := range []struct {
		s    string
		w    int
		want string
	}{
		{"images/2024/", 7, "…/2024/"}, {"a", 3, "a  "}, {"日本語", 5, "…本語"}, {"日本語", 4, "…語 "}, {"abc", 1, "…"},
	} {
		if got := kit.FitLeft(c.s, c.w); got != c.want {
			t.Errorf("FitLeft(%q, %d) is %q, not %q", c.s, c.w, got, c.want)
		}
	}
}

func FuzzFittedTextHasItsWidth(f *testing.F) {
	for _, s := range []string{"", "abc", "日本語", "a日b", "é́", "👩‍👧", "क्षि", "\x1b[31m"} {
		f.Add(s, 4)
	}
	f.Fuzz(func(t *testing.T, s string, w int) {
		if w < 0 || w > 300 || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }) {
			return
		}
		for name, fit := range map[string]func(string, int) string{
			"Fit": kit.Fit, "FitLeft": kit.FitLeft, "FitRight": kit.FitRight, "FitMiddle": kit.FitMiddle,
		} {
			if got := fit(s, w); kit.Width(got) != w {
				t.Errorf("%s(%q, %d) is %q: %d cells", name, s, w, got, kit.Width(got))
			}
		}
	})
}

func TestFitOfPlainTextThatFitsAllocatesOnce(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { sink = kit.Fit("IMG_0041.jpg", 40) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
}

var sink string

func TestFiguresAreWrittenForPeople(t *testing.T) {
	for got, want := range map[string]string{
		kit.Count(0): "0", kit.Count(999): "999", kit.Count(12000): "12,000", kit.Count(1234567): "1,234,567", kit.Count(-1234): "-1,234",
		kit.Plural(1, "object"): "1 object", kit.Plural(41207, "object"): "41,207 objects", kit.Plural(2, "directory"): "2 directories",
		kit.Left(48 * time.Second): "0:48", kit.Left(3723 * time.Second): "1:02:03", kit.Left(72 * time.Hour): "3 days", kit.Left(0): "",
		kit.Percent(1, 0): "0 %", kit.Percent(999, 1000): "99 %", kit.Percent(5, 5): "100 %", kit.Percent(1<<62, 1<<62+1): "99 %",
	} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestEndsKeepsTheRightAndShortensTheLeft(t *testing.T) {
	for _, c := range []struct {
		left, right string
		w           int
		want        string
	}{
		{"left", "right", 12, "left   right"}, {"left", "right", 8, "le right"}, {"left", "right", 4, "righ"}, {"left", "", 6, "left  "},
	} {
		if got := kit.Ends(c.left, c.right, c.w); got != c.want {
			t.Errorf("Ends(%q, %q, %d) is %q, not %q", c.left, c.right, c.w, got, c.want)
		}
	}
}

func TestACutNameDoesNotBeginWithTheAccentOfALetterThatIsGone(t *testing.T) {
	for w := 8; w < 30; w++ {
		got := kit.FitMiddle(strings.Repeat("e\u0301", 40), w)
		if strings.Contains(got, "…\u0301") || kit.Width(got) != w {
			t.Errorf("%d: %q", w, got)
		}
	}
}

func TestCellsAreCountedAsTheTerminalDoes(t *testing.T) {
	const family = "👩‍👩‍👧 family"
	defer kit.CountClusters(false)
	for clusters, width := range map[bool]int{false: 13, true: 9} {
		kit.CountClusters(clusters)
		if w := kit.Width(family); w != width {
			t.Errorf("clusters %v: %d cells, want %d", clusters, w, width)
		}
		for _, w := range []int{1, 2, 3, 5, 8, 12, 20} {
			for name, f := range map[string]func(string, int) string{"Fit": kit.Fit, "FitLeft": kit.FitLeft, "FitMiddle": kit.FitMiddle, "Pad": kit.Pad} {
				if got := f(family, w); kit.Width(got) != w {
					t.Errorf("clusters %v: %s in %d has %d: %q", clusters, name, w, kit.Width(got), got)
				}
			}
			if got := kit.Clip(family, w); kit.Width(got) > w {
				t.Errorf("clusters %v: Clip in %d has %d: %q", clusters, w, kit.Width(got), got)
			}
		}
	}
}
