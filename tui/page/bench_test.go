package page

import (
	"context"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"spaces/keys"
	"spaces/store"
	"spaces/themes"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

func text(s string) *strings.Reader { return strings.NewReader(s) }

// bare is a page without a host and without an endpoint that answers.
func bare(t testing.TB) (*kit.Context, *files) {
	t.Helper()
	km, err := keys.Preset("spaces")
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), store.Config{Name: "none", Endpoint: "http://127.0.0.1:1", AccessKey: "a", SecretKey: "b"})
	if err != nil {
		t.Fatal(err)
	}
	work, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	c := &kit.Context{Store: s, Keys: km, Theme: themes.Auto(true), Now: func() time.Time { return kittest.Start }, Work: work}
	return c, newFiles(c, store.Place{Space: "media"})
}

var style = regexp.MustCompile("\x1b\\[[0-9;:]*m")

func checkFrame(t *testing.T, frame string, w, h int) {
	t.Helper()
	lines := strings.Split(frame, "\n")
	if len(lines) != h {
		t.Errorf("%d lines, want %d", len(lines), h)
	}
	for _, line := range lines {
		plain := style.ReplaceAllString(line, "")
		if n := ansi.StringWidthWc(plain); n != w {
			t.Errorf("a line of %d cells, want %d: %q", n, w, plain)
		}
		if strings.ContainsFunc(kittest.Raw(plain), func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) }) {
			t.Errorf("raw characters: %q", plain)
		}
	}
}

func benchmarkKey(b *testing.B, rows int, size kit.Size) {
	c, f := bare(b)
	load(f, rows)
	f.View(c, size)
	moves := []keys.Action{keys.Down, keys.Down, keys.Down, keys.Up, keys.PageDown, keys.PageDown, keys.PageUp}
	var took []time.Duration
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		f.Update(c, kit.Key{Action: moves[n%len(moves)]})
		f.View(c, size)
		f.Status(c, size.W)
		took = append(took, time.Since(start))
		n++
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

func BenchmarkKeyAt1kRows(b *testing.B)     { benchmarkKey(b, 1000, kit.Size{W: 100, H: 37}) }
func BenchmarkKeyAt1MRows(b *testing.B)     { benchmarkKey(b, 1_000_000, kit.Size{W: 100, H: 37}) }
func BenchmarkKeyAt1kRowsWide(b *testing.B) { benchmarkKey(b, 1000, kit.Size{W: 200, H: 57}) }
func BenchmarkKeyAt1MRowsWide(b *testing.B) { benchmarkKey(b, 1_000_000, kit.Size{W: 200, H: 57}) }

func BenchmarkSelectAllOf1M(b *testing.B) {
	c, f := bare(b)
	load(f, 1_000_000)
	f.View(c, kit.Size{W: 100, H: 37})
	for b.Loop() {
		f.l.Unselect()
		f.l.SelectShown()
	}
}

func BenchmarkMemoryOf1MRows(b *testing.B) {
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		c, f := bare(b)
		load(f, 1_000_000)
		f.l.SelectShown()
		f.View(c, kit.Size{W: 100, H: 37})
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB")
		runtime.KeepAlive(f)
	}
}
