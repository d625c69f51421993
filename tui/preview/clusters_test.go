package preview

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"spaces/themes"
)

func TestLinesAreCutAsTheTerminalCounts(t *testing.T) {
	th, err := themes.Load("dark")
	if err != nil {
		t.Fatal(err)
	}
	family := "👩‍👩‍👧" // one cluster of two cells; three runes of two cells
	text := strings.Repeat(family, 10) + "e\u0301nd"
	defer CountClusters(false)
	for clusters, want := range map[bool]string{true: text, false: "…"} {
		CountClusters(clusters)
		got := ansi.Strip(New(Facts{Name: "a.txt", Type: "text/plain", Size: int64(len(text))}, []byte(text)).Lines(looks(th), 23, 5)[0])
		if !strings.HasSuffix(got, want) || width(got) > 23 {
			t.Errorf("by clusters %v: %q, %d cells", clusters, got, width(got))
		}
	}
	CountClusters(true)
	if got := cut(text, 5); got != strings.Repeat(family, 2) {
		t.Errorf("a cluster is cut through: %q", got)
	}
}
