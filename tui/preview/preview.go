// Package preview draws the beginning of an object: text, tables, JSON, Markdown, pictures, tables of contents of
// archives, and bytes where it is none of these. Bytes and facts go in, lines come out: it asks for nothing itself, takes
// bounded memory and time whatever the bytes are, and lets none of them drive the terminal.
package preview

import (
	"fmt"

	"spaces/themes"
)

// Facts are what is known of an object before its bytes are read. They are hostile text.
type Facts struct {
	Name     string // the key
	Type     string // Content-Type
	Encoding string // Content-Encoding
	Size     int64  // of the whole, in bytes
}

// Doc is what was found in an object. It is read by any number of goroutines at once.
type Doc struct {
	What string // what it is, in a few printable words: "JSON", "PNG picture, 640×480"
	Note string // what of it is not shown, "" when all is; printable
	body body
}

// body draws itself with a pen.
type body interface{ draw(*pen) }

// maxLines is the end of every preview: nobody scrolls further.
const maxLines = 2000

// New reads the beginning of an object. Of an archive that has its table of contents elsewhere it can say only that: see
// Load.
func New(f Facts, head []byte) *Doc {
	d := sniff(f, head)
	if d.Note == "" && int64(len(head)) < f.Size {
		d.Note = fmt.Sprintf("the first %s of %s", bytesOf(int64(len(head))), bytesOf(f.Size))
	}
	return d
}

// Says is a Doc of nothing but a sentence: why there is no preview.
func Says(what string) *Doc { return &Doc{What: safe(what)} }

// Lines draws it in a room of w×h cells: styled lines of at most w cells, without control characters. There may be more
// than h, for scrolling, but for a picture, which fits itself into the room.
func (d *Doc) Lines(th *themes.Theme, w, h int) []string {
	if d.body == nil || w < 1 || h < 1 {
		return nil
	}
	p := &pen{th: th, w: w, h: h}
	d.body.draw(p)
	return p.lines
}

// bytesOf writes a size as the rest of the panel does.
func bytesOf(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	v, unit := float64(n)/1000, 0
	for v >= 999.95 && unit < 5 {
		v /= 1000
		unit++
	}
	return fmt.Sprintf("%.1f %cB", v, "KMGTPE"[unit])
}
