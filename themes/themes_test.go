package themes

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The contrast that WCAG 2 asks of text: level AA, and AAA for the themes that are made for it.
const (
	leastContrast = 4.5
	highContrast  = 7
)

func TestTextCanBeReadOnEveryBackground(t *testing.T) {
	for _, name := range Names {
		f, err := read(name)
		if err != nil {
			t.Fatal(err)
		}
		if f.Few {
			continue // the colours are the terminal's
		}
		p, enough := f.Palette, leastContrast
		if strings.HasPrefix(name, "high-contrast") {
			enough = highContrast
		}
		for _, on := range []struct{ name, color string }{
			{"background", p.Background}, {"cursor", p.Cursor}, {"selected", p.Selected}, {"both", p.Both}, {"field", p.Field},
		} {
			for _, text := range []struct{ name, color string }{
				{"text", p.Text}, {"dim", p.Dim}, {"strong", p.Strong}, {"accent", p.Accent},
				{"good", p.Good}, {"warn", p.Warn}, {"bad", p.Bad},
			} {
				least := enough
				if enough < highContrast && on.name == "both" && text.name == "dim" {
					least = 3 // the second column of one row
				}
				if c := contrast(t, text.color, on.color); c < least {
					t.Errorf("%s: %s on %s has contrast %.2f", name, text.name, on.name, c)
				}
			}
		}
		for what, c := range map[string]float64{
			"a focused button": contrast(t, p.Background, p.Accent), "a dangerous one": contrast(t, p.Background, p.Bad),
		} {
			if c < enough {
				t.Errorf("%s: %s has contrast %.2f", name, what, c)
			}
		}
	}
}

// contrast is defined in WCAG 2.2, "contrast ratio".
func contrast(t *testing.T, a, b string) float64 {
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	v, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	channel := func(shift int) float64 {
		c := float64(v>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0)
}

func TestRowsAreToldApartWithoutColours(t *testing.T) {
	for _, name := range Names {
		th, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, depth := range []Depth{Sixteen, None} {
			p := th.In(depth).Paint
			looks := map[string]string{}
			for what, paint := range map[string]Paint{
				"a row": p.Row, "the cursor": p.Cursor, "a selected row": p.Selected, "the cursor on it": p.CursorSelected,
			} {
				pre := attributes(paint.Pre)
				if other, taken := looks[pre]; taken {
					t.Errorf("%s with depth %d: %s looks like %s", name, depth, what, other)
				}
				looks[pre] = what
			}
			if attributes(p.ButtonFocus.Pre) == attributes(p.Button.Pre) {
				t.Errorf("%s with depth %d: a focused button looks like any", name, depth)
			}
		}
	}
}

// attributes keeps bold, reverse and the like of a sequence, and leaves out colours.
func attributes(pre string) string {
	var kept []string
	for _, n := range strings.Split(strings.TrimSuffix(strings.TrimPrefix(pre, "\x1b["), "m"), ";") {
		if len(n) == 1 {
			kept = append(kept, n)
		}
	}
	return strings.Join(kept, ";")
}

func TestNoColoursMeansNone(t *testing.T) {
	th := Auto(true).In(None)
	for _, p := range []Paint{th.Paint.Cursor, th.Paint.Bad, th.Paint.Folder, th.Paint.ButtonDangerFocus, th.Paint.Input} {
		if p.Pre != "" && attributes(p.Pre) != strings.TrimSuffix(strings.TrimPrefix(p.Pre, "\x1b["), "m") {
			t.Errorf("%q has a colour", p.Pre)
		}
	}
}

func TestEveryPaintIsThatOfItsStyle(t *testing.T) {
	th := Auto(true)
	for _, c := range []struct {
		name  string
		paint Paint
		style interface{ Render(...string) string }
	}{
		{"cursor", th.Paint.Cursor, th.Cursor}, {"folder", th.Paint.Folder, th.Folder}, {"dim", th.Paint.Dim, th.Dim},
	} {
		if got, want := c.paint.On("x"), c.style.Render("x"); got != want {
			t.Errorf("%s: %q, not %q", c.name, got, want)
		}
	}
}

func TestAThemeOfTheUsersNeedsOnlyWhatDiffers(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "sea", "dark = false\n[palette]\naccent = \"#005f87\"\n")
	th, err := Find("sea", dir)
	if err != nil {
		t.Fatal(err)
	}
	if th.Name != "sea" || th.Dark {
		t.Errorf("%s, dark %v", th.Name, th.Dark)
	}
	if want := fmt.Sprintf("38;2;%d;%d;%d", 0x00, 0x5f, 0x87); !strings.Contains(th.Paint.Accent.Pre, want) {
		t.Errorf("accent is %q", th.Paint.Accent.Pre)
	}
	if th.Paint.Text != Auto(false).Paint.Text {
		t.Errorf("text is %q, not that of the light theme", th.Paint.Text.Pre)
	}
}

func TestWrongThemesAreToldByTheirLine(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "typo", "[palette]\nacent = \"#005f87\"\n")
	write(t, dir, "color", "[palette] # mine\n# accent\naccent = \"blue\"\n[sixteen]\naccent = \"1\"\n")
	write(t, dir, "broken", "[palette\n")
	for name, want := range map[string]string{
		"typo": `typo.toml:2: there is no entry "palette.acent"`, "color": `color.toml:3: palette.accent: "blue"`, "broken": "broken.toml:1: ",
		"none": "typo", "../typo": "there is none",
	} {
		if _, err := Find(name, dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAutoIsLeftToTheTerminal(t *testing.T) {
	if th, err := Find("auto", t.TempDir()); th != nil || err != nil {
		t.Errorf("%v, %v", th, err)
	}
	if Auto(true).Name != "dark" || Auto(false).Name != "light" {
		t.Error("dark and light are mixed up")
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name+".toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAByteOrderMarkAtTheStartOfAThemeIsSkipped(t *testing.T) {
	if _, err := Parse("mine", []byte("\ufeffdark = false\n")); err != nil {
		t.Error(err)
	}
}
