package archive

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"strings"
	"time"
)

// smallBody is the longest body whose CRC-32 is found before it is written, in bytes: such a member can be unpacked from
// a stream, whose readers want the size of what is not compressed beforehand.
const smallBody = 64 << 10

// zipWriter writes each member with a zip.Writer of its own, and keeps what that writes into the central directory: one
// zip.Writer for all would keep some 300 bytes of every member until the end.
type zipWriter struct {
	out   *sink
	buf   *bufio.Writer // the zip.Writer of each member takes it as its own
	dir   directory
	small []byte
}

// sink counts what is written, and keeps the end of a member's archive from it.
type sink struct {
	w    io.Writer
	n    int64
	hold bool
	held []byte
}

func (s *sink) Write(p []byte) (int, error) {
	if s.hold {
		s.held = append(s.held, p...)
		return len(p), nil
	}
	n, err := s.w.Write(p)
	s.n += int64(n)
	return n, err
}

func newZip(w io.Writer) Writer {
	out := &sink{w: w}
	return &zipWriter{out: out, buf: bufio.NewWriterSize(out, 4<<10)}
}

func (z *zipWriter) Add(m Member, body io.Reader) (err error) {
	if !m.Summed && m.Size <= smallBody && m.Size > 0 {
		if z.small == nil {
			z.small = make([]byte, smallBody)
		}
		b := z.small[:m.Size]
		if _, err := io.ReadFull(body, b); err != nil {
			return err
		}
		m.Sum, body = crc32.ChecksumIEEE(b), bytes.NewReader(b)
		m.Summed = true
	}
	w := zip.NewWriter(z.buf)
	w.SetOffset(z.out.n)
	h := header(&m)
	sum := crc32.NewIEEE()
	if m.Size == 0 || m.Summed && m.Size < math.MaxUint32 {
		var f io.Writer
		if f, err = w.CreateRaw(h); err == nil {
			err = fill(io.MultiWriter(sum, f), m.Size, body)
		}
		if err == nil && sum.Sum32() != m.Sum {
			err = ErrSum
		}
	} else {
		h.Extra, h.Flags = nil, 0 // made by CreateHeader; the sizes and the sum follow the body
		h.CRC32, h.CompressedSize64, h.UncompressedSize64 = 0, 0, 0
		h.Modified = m.Modified
		var f io.Writer
		if f, err = w.CreateHeader(h); err == nil {
			err = fill(f, m.Size, body)
		}
	}
	if err != nil {
		return fmt.Errorf("zip of %q: %w", m.Name, err)
	}
	return z.finish(w, m.Size)
}

// finish ends a member: what zip.Writer writes from here on is what follows the body, the record of the directory, and
// the end of an archive, which is not wanted.
func (z *zipWriter) finish(w *zip.Writer, size int64) error {
	if err := w.Flush(); err != nil {
		return err
	}
	z.out.hold = true
	err := w.Close()
	z.out.hold = false
	tail := z.out.held
	z.out.held = tail[:0]
	if err != nil {
		return err
	}
	follows := 0
	if binary.LittleEndian.Uint32(tail) == descriptorMark {
		follows = descriptorSize
		if size >= math.MaxUint32 {
			follows = descriptorSize64
		}
	}
	if _, err := z.out.Write(tail[:follows]); err != nil {
		return err
	}
	return z.dir.add(recordOf(tail[follows:]))
}

// header is that of a member with all that CreateHeader adds itself, for CreateRaw.
func header(m *Member) *zip.FileHeader {
	h := &zip.FileHeader{Name: m.Name, Method: zip.Store, Flags: utf8Flag, CreatorVersion: madeByUnix, ReaderVersion: version20}
	h.CRC32, h.CompressedSize64, h.UncompressedSize64 = m.Sum, uint64(m.Size), uint64(m.Size)
	h.SetMode(fileMode)
	if strings.HasSuffix(m.Name, "/") {
		h.SetMode(folderMode | fs.ModeDir)
	}
	stamp(h, m.Modified)
	return h
}

// stamp sets both times of a header: MS-DOS's, and the extended timestamp in seconds (Info-ZIP, "extrafld.txt", 0x5455).
func stamp(h *zip.FileHeader, t time.Time) {
	t = t.UTC()
	if y := t.Year(); y >= 1980 && y <= 2107 {
		date := uint16(t.Day() + int(t.Month())<<5 + (y-1980)<<9)
		clock := uint16(t.Second()/2 + t.Minute()<<5 + t.Hour()<<11)
		//lint:ignore SA1019 CreateRaw takes them as they are
		h.ModifiedDate, h.ModifiedTime = date, clock
	}
	h.Extra = binary.LittleEndian.AppendUint16(make([]byte, 0, 9), 0x5455)
	h.Extra = append(h.Extra, 5, 0, 1)
	h.Extra = binary.LittleEndian.AppendUint32(h.Extra, uint32(t.Unix()))
}

func (z *zipWriter) Close() error {
	start := z.out.n
	if err := z.dir.writeTo(z.out); err != nil {
		return err
	}
	_, err := z.out.Write(endOf(z.dir.records, uint64(z.out.n-start), uint64(start)))
	return err
}
