package kit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"spaces/keys"
	"spaces/themes"
	"spaces/tui/kit"
)

func dark() *themes.Theme { return themes.Auto(true) }

func TestColumnsFillTheWidthAndDropWhatHasNoRoom(t *testing.T) {
	columns := []kit.Column{{Width: 10, Flex: 1}, {Width: 9}, {Width: 10, Drop: 1}, {Width: 8, Drop: 2}}
	for _, c := range []struct {
		w    int
		want []int
	}{
		{60, []int{27, 9, 10, 8}}, {43, []int{10, 9, 10, 8}}, {40, []int{17, 9, 10, 0}}, {30, []int{19, 9, 0, 0}}, {15, []int{4, 9, 0, 0}},
	} {
		if got := kit.Columns(c.w, 2, columns...); !slices.Equal(got, c.want) {
			t.Errorf("in %d cells: %v, not %v", c.w, got, c.want)
		}
	}
}

func TestABoxHasItsSizeWhateverIsInIt(t *testing.T) {
	for _, size := range []kit.Size{{W: 30, H: 5}, {W: 8, H: 2}, {W: 4, H: 3}, {W: 100, H: 20}} {
		for _, title := range []string{"", "Delete ─ media", "日本語日本語日本語日本語日本語"} {
			box := kit.Box(dark(), title, "one\n"+strings.Repeat("long ", 50)+"\n日本", size)
			lines := strings.Split(box, "\n")
			if len(lines) != size.H {
				t.Errorf("%v: %d lines", size, len(lines))
			}
			for _, line := range lines {
				if kit.Width(line) != size.W {
					t.Errorf("%v, title %q: %d cells: %s", size, title, kit.Width(line), ansi.Strip(line))
				}
			}
		}
	}
}

func TestABarHasItsWidth(t *testing.T) {
	for _, frac := range []float64{-1, 0, 0.01, 0.5, 0.61, 0.999, 1, 2} {
		for _, w := range []int{1, 7, 30} {
			if got := kit.Width(kit.Bar(dark(), w, frac)); got != w {
				t.Errorf("%v in %d cells takes %d", frac, w, got)
			}
		}
	}
}

func TestHintsComeFromTheKeyMapInForceAndLeaveOutWhatIsOff(t *testing.T) {
	spaces, err := keys.Preset("spaces")
	if err != nil {
		t.Fatal(err)
	}
	mine, err := spaces.Override(map[string][]string{"delete": {"ctrl+x"}})
	if err != nil {
		t.Fatal(err)
	}
	off := func() string { return "nothing is selected" }
	actions := []kit.Action{{Name: keys.Filter}, {Name: keys.Move, Why: off}, {Name: keys.Delete}}
	if got := ansi.Strip(kit.Hints(dark(), mine, 80, actions)); got != "/ begins with  ^x delete" {
		t.Errorf("%q", got)
	}
	if got := ansi.Strip(kit.Hints(dark(), mine, 20, actions)); got != "/ begins with" {
		t.Errorf("%q in 20 cells", got)
	}
	for x, want := range map[int]keys.Action{0: keys.Filter, 12: keys.Filter, 13: "", 15: keys.Delete, 30: ""} {
		if got, _ := kit.HintAt(mine, 80, x, actions); got != want {
			t.Errorf("at cell %d is %q, not %q", x, got, want)
		}
	}
}

func TestALineKeepsItsBaseBelowEveryStyle(t *testing.T) {
	paint := dark().Paint
	line := kit.Line{Base: paint.Cursor}
	got := line.Put(paint.Folder, "images/").Space(3).Put(kit.Paint{}, "–").String()
	for _, part := range []string{paint.Cursor.Pre + paint.Folder.Pre + "images/", paint.Cursor.Pre + "   ", paint.Cursor.Pre + "–"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q lacks %q", got, part)
		}
	}
	if !strings.HasSuffix(got, "\x1b[m") {
		t.Errorf("%q does not end its style", got)
	}
}

func TestAnOverlayCoversItsAreaAndNothingElse(t *testing.T) {
	screen := strings.TrimSuffix(strings.Repeat("日本語日本語日本語日本\n", 5), "\n")
	got := ansi.Strip(kit.Overlay(dark(), screen, "+---+\n|abc|\n+---+", kit.Area{X: 5, Y: 1, W: 5, H: 3}))
	want := strings.Join([]string{
		"日本語日本語日本語日本",
		"日本 +---+語日本語日本",
		"日本 |abc|語日本語日本",
		"日本 +---+語日本語日本",
		"日本語日本語日本語日本",
	}, "\n")
	if got != want {
		t.Errorf("\n%s\nnot\n%s", got, want)
	}
}

func TestSentencesAreOneSafeLine(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                  "plain",
		`already \x1b printable`: `already \x1b printable`,
		"raw \x1b]0;x\a":         `raw \x1b]0;x\x07`,
		"two\nlines":             "two lines",
		"turned \u202e round":    `turned \u202e round`,
		"invalid \xff":           `invalid \xff`,
	} {
		if got := kit.OneLine(in); got != want {
			t.Errorf("%q becomes %q, not %q", in, got, want)
		}
	}
}
