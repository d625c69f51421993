package preview

import (
	"bytes"
	"context"
	"encoding/binary"
	"time"
)

// The offsets below are of APPNOTE.TXT, "ZIP File Format Specification", 4.3.12 to 4.3.16 and 4.5.3.
const (
	endLen     = 22
	end64Len   = 56
	locatorLen = 20
	centralLen = 46
	tailBytes  = 64 << 10 // the end record and the longest comment there is, but for 21 bytes
	tocBytes   = 64 << 10 // of the table of contents
)

var le = binary.LittleEndian

// zipDoc lists what is in a ZIP: by its end, and by its table of contents where that is not within.
func zipDoc(ctx context.Context, f Facts, head []byte, fetch Fetch) (*Doc, error) {
	tail, from := head, int64(0)
	if int64(len(head)) < f.Size {
		from = max(f.Size-tailBytes, 0)
		var err error
		if tail, err = fetch(ctx, from, f.Size-from); err != nil {
			return nil, err
		}
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || at+endLen > len(tail) {
		return &Doc{What: "ZIP", note: "its table of contents was not found"}, nil
	}
	dir := directory{count: int64(le.Uint16(tail[at+10:])), size: int64(le.Uint32(tail[at+12:])), at: int64(le.Uint32(tail[at+16:]))}
	if dir.isWide() {
		if err := dir.widen(ctx, tail[:at], from, f.Size, fetch); err != nil {
			return nil, err
		}
	}
	if dir.at < 0 || dir.size < 0 || dir.count < 0 || dir.at > f.Size || dir.size > f.Size-dir.at {
		return &Doc{What: "ZIP", note: "its table of contents is damaged"}, nil
	}
	var table []byte
	if dir.at >= from {
		table = tail[dir.at-from:]
		table = table[:min(dir.size, int64(len(table)))]
	} else if n := min(dir.size, tocBytes); n > 0 {
		var err error
		if table, err = fetch(ctx, dir.at, n); err != nil {
			return nil, err
		}
	}
	c := &contents{}
	locked := c.read(table)
	d := &Doc{What: "ZIP, " + entriesOf(dir.count), body: c}
	if locked {
		d.What += ", with a password"
	}
	if int64(len(c.entries)) < dir.count {
		d.note = "the first " + entriesOf(len(c.entries))
	}
	return d, nil
}

// directory is where the table of contents is.
type directory struct{ count, size, at int64 }

// isWide says whether the numbers stand in a ZIP64 record.
func (d *directory) isWide() bool {
	return d.count == 0xffff || d.size == 0xffffffff || d.at == 0xffffffff
}

// widen reads them there. before is what lies before the end record, from an offset on. Without such a record the numbers
// are what they are.
func (d *directory) widen(ctx context.Context, before []byte, from, size int64, fetch Fetch) error {
	if len(before) < locatorLen {
		return nil
	}
	locator := before[len(before)-locatorLen:]
	if !is(locator, "PK\x06\x07") {
		return nil
	}
	at := int64(le.Uint64(locator[8:]))
	if at < 0 || at > size-end64Len {
		return nil
	}
	var record []byte
	if at >= from {
		record = before[min(at-from, int64(len(before))):]
	} else {
		var err error
		if record, err = fetch(ctx, at, end64Len); err != nil {
			return err
		}
	}
	if len(record) >= end64Len && is(record, "PK\x06\x06") {
		d.count, d.size, d.at = int64(le.Uint64(record[32:])), int64(le.Uint64(record[40:])), int64(le.Uint64(record[48:]))
	}
	return nil
}

// read takes the entries of a table of contents, as many as are whole. locked says that some are encrypted.
func (c *contents) read(b []byte) (locked bool) {
	for len(c.entries) < maxLines && len(b) >= centralLen && is(b, "PK\x01\x02") {
		name, extra := int(le.Uint16(b[28:])), int(le.Uint16(b[30:]))
		next := centralLen + name + extra + int(le.Uint16(b[32:]))
		if centralLen+name+extra > len(b) {
			break
		}
		e := entry{name: string(b[centralLen : centralLen+name]), size: int64(le.Uint32(b[24:])), modified: dosDate(le.Uint16(b[14:]), le.Uint16(b[12:]))}
		if e.size == 0xffffffff {
			e.size = wideSize(b[centralLen+name : centralLen+name+extra])
		}
		e.folder = isFolder(e.name)
		locked = locked || le.Uint16(b[8:])&1 != 0
		c.entries = append(c.entries, e)
		b = b[min(next, len(b)):]
	}
	return locked
}

// wideSize is the size in a ZIP64 extra field, where it comes first.
func wideSize(extra []byte) int64 {
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		if extra = extra[4:]; n > len(extra) {
			return 0
		}
		if id == 1 && n >= 8 {
			return max(int64(le.Uint64(extra)), 0)
		}
		extra = extra[n:]
	}
	return 0
}

// dosDate is a date of MS-DOS, whose years begin with 1980; the zero time where it is none.
func dosDate(date, clock uint16) time.Time {
	month, day := time.Month(date>>5&15), int(date&31)
	if month < 1 || month > 12 || day == 0 {
		return time.Time{}
	}
	return time.Date(1980+int(date>>9), month, day, int(clock>>11), int(clock>>5&63), int(clock&31)*2, 0, time.UTC)
}
