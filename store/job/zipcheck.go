package job

import (
	"bufio"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
)

// errArchive is what a download of a folder as one file ends with when what arrived is no whole archive.
var errArchive = errors.New("what arrived is not a whole .zip: download it again")

// Marks and lengths of records (PKWARE, "APPNOTE.TXT", 4.3.7, 4.3.9, 4.3.12 to 4.3.16), without what is of any length.
const (
	localMark      = 0x04034b50
	descriptorMark = 0x08074b50
	entryMark      = 0x02014b50
	end64Mark      = 0x06064b50
	locatorMark    = 0x07064b50
	endMark        = 0x06054b50

	localSize   = 30
	entrySize   = 46
	end64Size   = 56
	locatorSize = 20
	endSize     = 22

	followedFlag = 1 << 3 // a descriptor follows the body
	deflated     = 8
	extra64      = 1 // the id of the extra field of Zip64
)

// zipBuffer is how much of an archive is read at once, in bytes.
const zipBuffer = 128 << 10

// zipCheck reads the directory of an archive beside its members, which it has in the same order and without gaps, as one
// that is made as it is sent has them: so it takes the same memory however many there are.
type zipCheck struct {
	members, records *bufio.Reader
	at               uint64 // where members is
}

// checkZip says whether a file is a whole archive: each byte of it belongs to the end, a record of the directory or a member,
// as many as the end tells, and each member has its size and CRC-32.
func checkZip(ctx context.Context, f *os.File, size int64) error {
	err := readZip(ctx, f, size)
	var disk *fs.PathError
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case errors.As(err, &disk):
		return fmt.Errorf("reading the file back: %w", bareFile(err))
	}
	return err
}

func readZip(ctx context.Context, f io.ReaderAt, size int64) error {
	end, err := readEnd(f, size)
	if err != nil {
		return err
	}
	open := func(from, n uint64) *bufio.Reader {
		return bufio.NewReaderSize(&heeding{ctx, io.NewSectionReader(f, int64(from), int64(n))}, zipBuffer)
	}
	z := &zipCheck{members: open(0, end.offset), records: open(end.offset, end.size)}
	for n := uint64(0); ; n++ {
		_, err := z.records.Peek(1)
		if err == io.EOF && n == end.records && z.at == end.offset {
			return nil
		}
		if err == nil {
			err = z.member()
		}
		if err != nil {
			return notWhole(err)
		}
	}
}

// notWhole tells what is cut short from what could not be read.
func notWhole(err error) error {
	var corrupt flate.CorruptInputError
	if err == io.EOF || err == io.ErrUnexpectedEOF || errors.As(err, &corrupt) {
		return errArchive
	}
	return err
}

// heeding is a reader that ends with its context.
type heeding struct {
	ctx context.Context
	r   io.Reader
}

func (h *heeding) Read(p []byte) (int, error) {
	if err := h.ctx.Err(); err != nil {
		return 0, err
	}
	return h.r.Read(p)
}

// zipEnd is what the end of an archive tells of its directory.
type zipEnd struct{ records, size, offset uint64 }

// readEnd reads the end, and where a number does not fit into it that of Zip64. Nothing follows it, and the directory
// reaches up to it.
func readEnd(f io.ReaderAt, size int64) (e zipEnd, err error) {
	b := make([]byte, min(size, end64Size+locatorSize+endSize))
	if _, err := f.ReadAt(b, size-int64(len(b))); err != nil && err != io.EOF {
		return e, err
	}
	le, n := binary.LittleEndian, len(b)-endSize
	if n < 0 || le.Uint32(b[n:]) != endMark || le.Uint16(b[n+20:]) != 0 {
		return e, errArchive
	}
	e = zipEnd{uint64(le.Uint16(b[n+10:])), uint64(le.Uint32(b[n+12:])), uint64(le.Uint32(b[n+16:]))}
	if e.records == math.MaxUint16 || e.size == math.MaxUint32 || e.offset == math.MaxUint32 {
		if n < end64Size+locatorSize || le.Uint32(b) != end64Mark || le.Uint32(b[end64Size:]) != locatorMark {
			return e, errArchive
		}
		n = 0
		e = zipEnd{le.Uint64(b[32:]), le.Uint64(b[40:]), le.Uint64(b[48:])}
	}
	if at := uint64(size) - uint64(len(b)-n); e.offset > at || e.size != at-e.offset {
		return e, errArchive
	}
	return e, nil
}
