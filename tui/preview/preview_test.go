package preview

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"spaces/themes"
)

// style is the only escape sequence that a preview may draw.
var style = regexp.MustCompile("\x1b\\[[0-9;]*m")

// check fails when a line does not fit, or could drive a terminal.
func check(t testing.TB, lines []string, w int) {
	t.Helper()
	if len(lines) > maxLines {
		t.Errorf("%d lines", len(lines))
	}
	for _, line := range lines {
		plain := style.ReplaceAllString(line, "")
		if n := ansi.StringWidthWc(plain); n > w {
			t.Errorf("%d cells of %d: %q", n, w, plain)
		}
		for _, r := range strings.ReplaceAll(plain, "\u200d", "") {
			if unicode.In(r, unicode.Cc, unicode.Cf) {
				t.Errorf("the raw character %U: %q", r, plain)
			}
		}
	}
}

// looks is how previews of tests are drawn.
func looks(th *themes.Theme) Look {
	return Look{Theme: th, Bytes: decimal, Day: func(t time.Time) string { return t.Format(time.DateOnly) }}
}

func decimal(n int64) string {
	v, unit := float64(n), 0
	for ; v >= 999.95; v /= 1000 {
		unit++
	}
	return fmt.Sprintf([]string{"%.0f B", "%.1f KB", "%.1f MB"}[unit], v)
}

var usual = looks(themes.Auto(true))

// drawn is a preview as plain text.
func drawn(t testing.TB, f Facts, body string, w, h int) string {
	t.Helper()
	if f.Size == 0 {
		f.Size = int64(len(body))
	}
	d := New(f, []byte(body))
	lines := d.Lines(looks(themes.Auto(true)), w, h)
	check(t, append(lines, d.What, d.Note(usual)), max(w, 1000))
	check(t, lines, w)
	return style.ReplaceAllString(strings.Join(append([]string{d.What}, lines...), "\n"), "")
}

func want(t testing.TB, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n%s\n\nwant\n%s", what, got, want)
	}
}

func TestWhatItIsIsDecidedByContentThenTypeThenName(t *testing.T) {
	for _, x := range []struct{ name, kind, body, what string }{
		{"a.txt", "text/plain", "words", "Text"},
		{"a.png", "image/png", "words", "Text"},
		{"a.txt", "text/plain", "a\x00b", "Bytes"},
		{"a", "", "{\"a\":1}", "JSON"},
		{"a.txt", "text/plain", "{\"a\":1}\n{\"a\":2}\n", "JSON Lines"},
		{"a.go", "text/plain", "{ not json", "Go"},
		{"a.json", "application/json", "{\"a\":1,}", "JSON"},
		{"a.csv", "application/octet-stream", "a,b\n1,2\n", "CSV"},
		{"a", "text/csv; charset=utf-8", "a;b\n1;2\n", "CSV"},
		{"a.tsv", "", "a\tb\n1\t2\n", "TSV"},
		{"a.md", "", "# x", "Markdown"},
		{"a.bin", "", "#!/bin/sh\necho", "Shell"},
		{"a.bin", "", "#!/usr/bin/env python3\n", "Python"},
		{"a.txt", "text/plain", "<!DOCTYPE html><p>", "HTML"},
		{"a", "", "<?xml version=\"1.0\"?><a/>", "XML"},
		{"a.txt.gz", "", "words", "Text"},
		{"a", "", "\xff\xfew\x00o\x00", "Text, UTF-16"},
		{"a", "", "\xff\xfe\x00", "Bytes"},
		{"a", "", "\xfe\xff\x00w\x00o", "Text, UTF-16"},
		{"a", "", "\xef\xbb\xbfwords", "Text"},
		{"a", "", "caf\xe9", "Text, Latin-1"},
		{"a", "", "caf\xe9 \x85\x9b", "Bytes"},
		{"a", "", "words and \xe6\x97", "Bytes"},
		{"a", "", "\x01\x02\x03", "Bytes"},
		{"a.pdf", "", "%PDF-1.7\n\x00", "application/pdf"},
		{"a", "", "", "It is empty."},
	} {
		d := New(Facts{Name: x.name, Type: x.kind, Size: int64(len(x.body))}, []byte(x.body))
		want(t, fmt.Sprintf("%s, %s, %q", x.name, x.kind, x.body), d.What, x.what)
	}
}

func TestTextIsCutExpandedAndHarmless(t *testing.T) {
	got := drawn(t, Facts{Name: "a.txt"}, "a\tb\r\nlonger than it fits\r\n日本日本日本\n\x1b]52;c;aGk=\x07\n\\d\n", 10, 5)
	want(t, "text", got, "Text\na   b\nlonger th…\n日本日本…\n\\x1b]52;c…\n\\d")
	want(t, "cut", drawn(t, Facts{Size: 100}, "a \xe6\x97", 10, 5), "Text\na ")
	want(t, "old Macs", drawn(t, Facts{}, "a\rb", 10, 5), "Text\na\nb")
}

func TestJSONIsBrokenIntoLinesAndFoldedAtADepth(t *testing.T) {
	got := drawn(t, Facts{}, `{"a":[1,2],"b":{"long":"`+strings.Repeat("x", 30)+`"}}`, 30, 5)
	want(t, "JSON", got, "JSON\n{\n  \"a\": [1, 2],\n  \"b\": {\n    \"long\": \"xxxxxxxxxxxxxxxx…\n  }\n}")
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, `,{"n":%d,"of":{"what":"%s"}}`, i, strings.Repeat("y", 80))
	}
	got = drawn(t, Facts{}, `{"list":[`+b.String()[1:]+`],"rest":{}}`, 60, 5)
	want(t, "folded", got, "JSON\n{\n  \"list\": [… 400 items],\n  \"rest\": {}\n}")
	got = drawn(t, Facts{Size: 1000}, `{"a":1,"b":[1,2`, 60, 5)
	want(t, "cut", got, "JSON\n{\n  \"a\": 1,\n  \"b\": [\n    1,\n    2\n    …\n  …")
	got = drawn(t, Facts{}, "{\"a\":1}\n{\"b\":[1,{\"c\":null}]}\n", 60, 5)
	want(t, "lines", got, "JSON Lines\n{\"a\": 1}\n{\"b\": [1, {\"c\": null}]}")
}

func TestTablesAreAligned(t *testing.T) {
	got := drawn(t, Facts{Name: "a.csv"}, "name;n\nlonger name;7\n日本;1000\n\"two\nlines\"\nx;y;z\n", 40, 5)
	want(t, "table", got, "CSV\nname         n      \n────────────────────\nlonger name  7      \n日本         1000   \ntwo lines           \nx            y     z")
}

func TestBytesAreShownAsNumbers(t *testing.T) {
	got := drawn(t, Facts{}, "\x00\x01abcdefgh\xff", 41, 5)
	want(t, "bytes", got, "Bytes\n000000  00 01 61 62 63 64 65 66  ..abcdef\n000008  67 68 ff                 gh.")
}

func TestHighlightingGoesOnOverLines(t *testing.T) {
	th := themes.Auto(true)
	d := New(Facts{Name: "a.go", Size: 1}, []byte("x /* a\nb */ func\n\"s\" // c"))
	lines := d.Lines(looks(th), 80, 5)
	p := &th.Paint
	want(t, "1", lines[0], p.Text.On("x ")+p.Dim.On("/* a"))
	want(t, "2", lines[1], p.Dim.On("b */")+p.Text.On(" ")+p.Accent.On("func"))
	want(t, "3", lines[2], p.Good.On(`"s"`)+p.Text.On(" ")+p.Dim.On("// c"))
	y := New(Facts{Name: "a.yaml", Size: 1}, []byte("key: \"v\" # c\n")).Lines(looks(th), 80, 5)
	want(t, "yaml", y[0], p.Accent.On("key")+p.Text.On(": ")+p.Good.On(`"v"`)+p.Text.On(" ")+p.Dim.On("# c"))
	h := New(Facts{Name: "a.html", Size: 1}, []byte("<p>x<!-- y\nz --></p>\n")).Lines(looks(th), 80, 5)
	want(t, "html", h[0], p.Accent.On("<p>")+p.Text.On("x")+p.Dim.On("<!-- y"))
}

func TestOnlyTheBeginningIsAskedFor(t *testing.T) {
	body := []byte(strings.Repeat("x", 1<<20))
	for name, n := range map[string]int64{"a.txt": headBytes, "a.png": pictureBytes} {
		requests := 0
		d, err := Load(context.Background(), Facts{Name: name, Size: int64(len(body))}, func(_ context.Context, at, length int64) ([]byte, error) {
			requests++
			if at != 0 || length != n {
				t.Errorf("%s: %d bytes from %d", name, length, at)
			}
			return body[at : at+length], nil
		})
		if err != nil || requests != 1 || d.Note(usual) == "" {
			t.Errorf("%s: %d requests, %v, %q", name, requests, err, d.Note(usual))
		}
	}
}

// FuzzPreview: whatever the bytes and facts are, lines fit and do not drive a terminal.
func FuzzPreview(f *testing.F) {
	for _, body := range []string{"", "a\x00", "{\"a\":[1,{\"b\":\"\\u001b\"}]}", "a,b\n\"1\n2\",3\n", "# h\n- *x* `y`\n```go\nfunc\n```\n", "\x1b]0;x\x07\u202e",
		"\xff\xfea\x00", "<a b=\"c\"><!-- d -->", "[[[[", "key: [a]\n# c\n\"\"\"x", "PK\x05\x06", "\x1f\x8b", "\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF89a", "RIFF0000WEBP"} {
		for _, name := range []string{"a.go", "a.csv", "a.md", "a.html", "a.json", "a.yaml"} {
			f.Add([]byte(body), name, "", int64(len(body)), uint8(40))
		}
	}
	for _, body := range [][]byte{encoded(f, "PNG", noisy(9, 9)), encoded(f, "JPEG", noisy(20, 20)), encoded(f, "GIF", noisy(9, 9)), webpOf(f, webpLossy), webpOf(f, webpLossless),
		webpOf(f, webpAlpha), webpOf(f, webpMoving), webpOf(f, webpGopher), zipped(f, 2, []byte("x")),
		wideZip(zipped(f, 1, []byte("x")), 0), tarred(f, 3, 5), packed(f, []byte("{\"a\":1}")), packed(f, tarred(f, 2, 5))} {
		f.Add(body, "a", "", int64(len(body)), uint8(40))
		f.Add(body[:len(body)*2/3], "a.zip", "", int64(len(body)), uint8(40))
	}
	dark := themes.Auto(true)
	shallow := []*themes.Theme{dark, dark.In(themes.None)}
	f.Fuzz(func(t *testing.T, body []byte, name, kind string, size int64, w uint8) {
		room := int(w%200) + 1
		d := New(Facts{Name: name, Type: kind, Size: size}, body)
		o := &object{t: t, b: body}
		loaded, err := Load(t.Context(), Facts{Name: name, Type: kind, Size: int64(len(body))}, o.fetch)
		if err != nil || o.requests > tarRequests+4 {
			t.Fatal(err, o.requests)
		}
		check(t, loaded.Lines(looks(dark), room, room/3+1), room)
		for _, th := range shallow {
			check(t, d.Lines(looks(th), room, room/3+1), room)
		}
		check(t, []string{d.What, d.Note(usual)}, 1<<20)
	})
}

// BenchmarkRender is what the screen waits for; reading the bytes goes on beside it.
func BenchmarkRender(b *testing.B) {
	rows := func(s string) string { return strings.Repeat(s, headBytes/len(s)+1)[:headBytes] }
	for _, x := range []struct{ name, body string }{
		{"a.txt", rows("The quick brown fox jumps over the lazy dog; a line of text.\n")},
		{"a.go", rows("\tif err := f(x, \"s\", 42); err != nil { // why\n")},
		{"a.csv", rows("name,city,12,\"quoted, text\",2026-11-03\n")},
		{"a.json", "[" + rows(`{"id":17,"name":"sammy","tags":["a","b"]},`)},
		{"one.json", `["` + rows(`x`)},
		{"a.md", rows("# Head\n\nWords and *more* of `them`, [a link](http://x) and so on, until it wraps.\n\n- item\n")},
		{"a.bin", rows("\x00\x01\x02abc")},
	} {
		b.Run(x.name, func(b *testing.B) {
			th := themes.Auto(true)
			d := New(Facts{Name: x.name, Size: 1 << 20}, []byte(x.body))
			for b.Loop() {
				d.Lines(looks(th), 118, 36)
			}
		})
	}
}

func TestMarkdownIsDrawnSimply(t *testing.T) {
	got := drawn(t, Facts{Name: "a.md"}, "# A *head*\n\nWords **and** `code`,\nwrapped [here](http://x).\n\n- one\n- [x] two is longer than a line\n  1. three\n\n> said\n\n    x  y # z\n\n---\n```go\nfunc x\n```\nsnake_case_name 2*3 \\* \x1b[1m\n", 24, 5)
	want(t, "markdown", got, `Markdown
A head

Words and code, wrapped
here.

• one
☑ two is longer than a
  line
  1. three

│ said

  x  y # z

────────────────────────
  func x
snake_case_name 2*3 *
\x1b[1m`)
}
