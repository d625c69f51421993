package archive

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"math"
)

// Marks and sizes of records (PKWARE, "APPNOTE.TXT", 4.3.9, 4.3.12 to 4.3.16).
const (
	descriptorMark   = 0x08074b50
	descriptorSize   = 16
	descriptorSize64 = 24
	recordSize       = 46

	utf8Flag   = 0x800
	version20  = 20
	version45  = 45
	madeByUnix = 3<<8 | version20
)

// recordOf cuts the first record of a central directory off.
func recordOf(b []byte) []byte {
	n := recordSize
	for _, at := range []int{28, 30, 32} { // of the name, the extra fields, the comment
		n += int(binary.LittleEndian.Uint16(b[at:]))
	}
	return b[:n]
}

// Bounds of the memory for a directory, in bytes. A compressed record is some 30 where names are like each other:
// a million members are 30 MB.
const (
	plainDirectory = 64 << 10
	maxDirectory   = 64 << 20
)

// directory is the central directory of a zip as it grows. It has to wait for the end, and is kept compressed.
type directory struct {
	records uint64
	plain   []byte // the last of it
	packed  chunks
	packer  *flate.Writer // nil: all of it is in plain
}

func (d *directory) add(record []byte) error {
	d.records++
	d.plain = append(d.plain, record...)
	if len(d.plain) < plainDirectory {
		return nil
	}
	return d.pack()
}

func (d *directory) pack() (err error) {
	if d.packer == nil {
		if d.packer, err = flate.NewWriter(&d.packed, flate.BestSpeed); err != nil {
			return err
		}
	}
	_, err = d.packer.Write(d.plain)
	d.plain = d.plain[:0]
	if err == nil && d.packed.size > maxDirectory {
		err = ErrMany
	}
	return err
}

// writeTo writes all of it, and lets go of what it wrote.
func (d *directory) writeTo(w io.Writer) error {
	if d.packer != nil {
		if err := d.packer.Close(); err != nil {
			return err
		}
		if _, err := io.Copy(w, flate.NewReader(&d.packed)); err != nil {
			return err
		}
	}
	_, err := w.Write(d.plain)
	return err
}

// chunks is a buffer that never copies what it has: one that doubles would take three times as much for a moment.
type chunks struct {
	list [][]byte
	size int
}

const chunkSize = 256 << 10

func (c *chunks) Write(p []byte) (int, error) {
	c.size += len(p)
	for n := len(p); ; {
		if len(c.list) == 0 || len(c.list[len(c.list)-1]) == chunkSize {
			c.list = append(c.list, make([]byte, 0, chunkSize))
		}
		last := &c.list[len(c.list)-1]
		k := min(len(p), chunkSize-len(*last))
		*last = append(*last, p[:k]...)
		if p = p[k:]; len(p) == 0 {
			return n, nil
		}
	}
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.list) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.list[0])
	if c.list[0] = c.list[0][n:]; len(c.list[0]) == 0 {
		c.list = c.list[1:]
	}
	return n, nil
}

// endOf is the end of the central directory, before it that of Zip64 where a number does not fit.
func endOf(records, size, offset uint64) []byte {
	var b bytes.Buffer
	put := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&b, binary.LittleEndian, v)
		}
	}
	if records >= math.MaxUint16 || size >= math.MaxUint32 || offset >= math.MaxUint32 {
		put(uint32(0x06064b50), uint64(44), uint16(madeByUnix), uint16(version45), uint32(0), uint32(0), records, records, size, offset)
		put(uint32(0x07064b50), uint32(0), offset+size, uint32(1))
	}
	few := uint16(min(records, math.MaxUint16))
	put(uint32(0x06054b50), uint16(0), uint16(0), few, few, uint32(min(size, math.MaxUint32)), uint32(min(offset, math.MaxUint32)), uint16(0))
	return b.Bytes()
}
