// Package preview draws the beginning of an object: text, tables, JSON, Markdown, pictures, tables of contents of
// archives, and bytes where it is none of these. Bytes and facts go in, lines come out: it asks for nothing itself, takes
// bounded memory and time whatever the bytes are, and lets none of them drive the terminal.
package preview

import (
	"strings"
	"time"

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

	note  string  // what of it is not shown, "" when all is; printable, with a %s for each of sizes
	sizes []int64 // in bytes
	body  body
}

// Look is how a Doc is drawn.
type Look struct {
	Theme *themes.Theme
	Bytes func(int64) string     // writes a size
	Day   func(time.Time) string // writes a date whose zone is not known
}

// Note is what of it is not shown, "" when all is; printable.
func (d *Doc) Note(l Look) string {
	note := d.note
	for _, n := range d.sizes {
		note = strings.Replace(note, "%s", l.Bytes(n), 1)
	}
	return note
}

// body draws itself with a pen.
type body interface{ draw(*pen) }

// maxLines is the end of every preview: nobody scrolls further.
const maxLines = 2000

// New reads the beginning of an object. Of an archive that has its table of contents elsewhere it can say only that: see
// Load.
func New(f Facts, head []byte) *Doc {
	d := sniff(f, head)
	if d.note == "" && int64(len(head)) < f.Size {
		d.note, d.sizes = "the first %s of %s", []int64{int64(len(head)), f.Size}
	}
	return d
}

// Says is a Doc of nothing but a sentence: why there is no preview.
func Says(what string) *Doc { return &Doc{What: safe(what)} }

// Lines draws it in a room of w×h cells: styled lines of at most w cells, without control characters. There may be more
// than h, for scrolling, but for a picture, which fits itself into the room.
func (d *Doc) Lines(l Look, w, h int) []string {
	if d.body == nil || w < 1 || h < 1 {
		return nil
	}
	p := &pen{Look: l, th: l.Theme, w: w, h: h}
	d.body.draw(p)
	return p.lines
}
