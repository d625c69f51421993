package dialog

import (
	"os/exec"
	"strings"
	"testing"

	"rsc.io/qr"

	"spaces/keys"
	"spaces/store"
	"spaces/themes"
	"spaces/tui/kit"
)

func linkTo(key string) link {
	return link{ref: store.Ref{Space: "media", Key: key}, signed: store.Link{URL: "http://h/media/x?a=1&b=2"}}
}

func TestALinkIsWrittenInEveryForm(t *testing.T) {
	for _, x := range []struct {
		form form
		key  string
		want string
	}{
		{asURL, "a.txt", "http://h/media/x?a=1&b=2"},
		{asCode, "a.txt", "http://h/media/x?a=1&b=2"},
		{asCurl, "d/it's.txt", `curl -f -o 'it'\''s.txt' 'http://h/media/x?a=1&b=2'`},
		{asMarkdown, "d/a [1]_`x`<b>.txt", "[a \\[1\\]\\_\\`x\\`\\<b\\>.txt](http://h/media/x?a=1&b=2)"},
		{asMarkdown, "d/a.PNG", "![a.PNG](http://h/media/x?a=1&b=2)"},
		{asMarkdown, "a\x1b]52;c\x07", `[a\\x1b\]52;c\\x07](http://h/media/x?a=1&b=2)`},
	} {
		if got := x.form.line(linkTo(x.key)); got != x.want {
			t.Errorf("%s of %q is\n%s, want\n%s", x.form, x.key, got, x.want)
		}
	}
}

func TestTheCurlLineNamesNoFileThatASystemMightTakeOtherwise(t *testing.T) {
	for _, key := range []string{"a\x1bb", "-o", "d/..", ".", "a\nrm x", `a\b`, "c:d", "\xff", "d/"} {
		if got := CurlGet(key, "http://h/x"); got != "curl -f -O 'http://h/x'" {
			t.Errorf("%q: %s", key, got)
		}
	}
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell")
	}
	for _, key := range []string{"$(echo x)", "`id`", "it's", `"q"`, "a;b", "é *.txt", "'"} {
		out, err := exec.Command(sh, "-c", "curl() { printf '%s|' \"$@\"; }; "+CurlGet(key, "http://h/x?a&b'c")).CombinedOutput()
		if want := "-f|-o|" + key + "|http://h/x?a&b'c|"; err != nil || string(out) != want {
			t.Errorf("%q: the shell sees %q, %v", key, out, err)
		}
	}
}

// modules reads a drawn code back: what stands out dark on a light ground.
func modules(lines []string, ascii bool, onDark bool) [][]bool {
	var rows [][]bool
	for _, line := range lines {
		cells := []rune(plainText(line))
		if ascii {
			row := make([]bool, len(cells)/2)
			for x := range row {
				row[x] = (cells[2*x] == '#') != onDark
			}
			rows = append(rows, row)
			continue
		}
		above, below := make([]bool, len(cells)), make([]bool, len(cells))
		for x, r := range cells {
			above[x] = (r == '█' || r == '▀') != onDark
			below[x] = (r == '█' || r == '▄') != onDark
		}
		rows = append(rows, above, below)
	}
	return rows
}

func plainText(line string) string {
	for {
		from := strings.IndexByte(line, '\x1b')
		if from < 0 {
			return line
		}
		line = line[:from] + line[from+strings.IndexByte(line[from:], 'm')+1:]
	}
}

func TestTheCodeIsTheSameInEveryDrawing(t *testing.T) {
	text := "http://h/media/x?" + strings.Repeat("a=1&", 90)
	want, err := qr.Encode(text, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	preset, err := keys.Preset("")
	if err != nil {
		t.Fatal(err)
	}
	for _, dark := range []bool{true, false} {
		for _, depth := range []themes.Depth{themes.Full, themes.None} {
			for _, signs := range []themes.Signs{themes.AllSigns, themes.OnlyASCII} {
				c := &kit.Context{Theme: themes.Auto(dark).In(depth), Keys: preset, Signs: signs}
				lines, err := qrCode(c, text)
				if err != nil {
					t.Fatal(err)
				}
				if coloured := strings.Contains(lines[0], "\x1b"); coloured != (depth == themes.Full) {
					t.Errorf("dark %v, depth %v: colours: %v", dark, depth, coloured)
				}
				rows := modules(lines, signs == themes.OnlyASCII, dark)
				for y := range want.Size + 2*quiet {
					for x := range want.Size + 2*quiet {
						if rows[y][x] != want.Black(x-quiet, y-quiet) {
							t.Fatalf("dark %v, depth %v, signs %v: the module at %d,%d is wrong", dark, depth, signs, x, y)
						}
					}
				}
			}
		}
	}
}

func TestAnAsciiCodeHasNothingElse(t *testing.T) {
	c := &kit.Context{Theme: themes.Auto(true), Signs: themes.OnlyNames}
	lines, err := qrCode(c, "x")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if kit.Mask(l) != l || themes.ASCII(l) != l {
			t.Errorf("%q", l)
		}
	}
}
