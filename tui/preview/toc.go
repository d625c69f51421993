package preview

import (
	"strings"
	"time"

	"spaces/store"
)

// entry is a file or a folder in an archive.
type entry struct {
	name     string // hostile
	size     int64
	modified time.Time
	folder   bool
	leads    string // where a link leads; hostile
}

// contents are what is in an archive.
type contents struct{ entries []entry }

func (c *contents) draw(p *pen) {
	th := &p.th.Paint
	for _, e := range c.entries {
		size, date, name := bytesOf(max(e.size, 0)), "", th.Text
		if e.folder {
			size, name = "–", th.Folder
		}
		if !e.modified.IsZero() {
			date = e.modified.Format("2006-01-02")
		}
		spans := append(p.spans[:0], span{th.Number, aligned(size, 8, true) + "  "})
		if p.w >= 48 {
			spans = append(spans, span{th.Dim, fit(date, 10) + "  "})
		}
		spans = append(spans, span{name, store.Printable(e.name)})
		if e.leads != "" {
			spans = append(spans, span{th.Dim, " → " + store.Printable(e.leads)})
		}
		p.spans = spans
		p.line(spans...)
	}
}

// entriesOf writes how many there are: "12,000 entries".
func entriesOf[T int | int64](n T) string {
	if n == 1 {
		return "1 entry"
	}
	return store.Count(n) + " entries"
}

// isFolder says so by name, as ZIPs do.
func isFolder(name string) bool { return strings.HasSuffix(name, "/") }
