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
	rows, sizes, dates := make([][2]string, len(c.entries)), len("999.9 KB"), 0
	for i, e := range c.entries {
		r := &rows[i]
		if r[0] = "–"; !e.folder {
			r[0] = p.Bytes(max(e.size, 0))
		}
		if !e.modified.IsZero() {
			r[1] = p.Day(e.modified)
		}
		sizes, dates = max(sizes, width(r[0])), max(dates, width(r[1]))
	}
	for i, e := range c.entries {
		name := th.Text
		if e.folder {
			name = th.Folder
		}
		spans := append(p.spans[:0], span{th.Number, aligned(rows[i][0], sizes, true) + "  "})
		if p.w >= 30+sizes+dates {
			spans = append(spans, span{th.Dim, fit(rows[i][1], dates) + "  "})
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
