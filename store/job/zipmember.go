package job

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
)

// zipRecord is what the directory of an archive tells of a member.
type zipRecord struct {
	flags, method        uint16
	sum                  uint32
	packed, size, offset uint64
	name                 []byte
}

// member reads the next record of the directory, and the member that it is of.
func (z *zipCheck) member() error {
	r, err := z.record()
	if err != nil {
		return err
	}
	b, err := z.take(localSize)
	if err != nil {
		return err
	}
	le := binary.LittleEndian
	if z.at-localSize != r.offset || le.Uint32(b) != localMark {
		return errArchive
	}
	named, more := int(le.Uint16(b[26:])), int(le.Uint16(b[28:]))
	if b, err = z.take(named + more); err != nil {
		return err
	}
	if !bytes.Equal(b[:named], r.name) {
		return errArchive
	}
	if err := z.body(r); err != nil || r.flags&followedFlag == 0 {
		return err
	}
	return z.descriptor(r)
}

// take reads some of the members, as long as the next is not read.
func (z *zipCheck) take(n int) ([]byte, error) {
	z.at += uint64(n)
	return take(z.members, n)
}

// take reads n bytes: they are there until more is read. No header takes more than a buffer.
func take(r *bufio.Reader, n int) ([]byte, error) {
	b, err := r.Peek(n)
	if err == nil {
		_, err = r.Discard(n)
	}
	return b, err
}

func (z *zipCheck) record() (*zipRecord, error) {
	b, err := take(z.records, entrySize)
	if err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	if le.Uint32(b) != entryMark {
		return nil, errArchive
	}
	r := &zipRecord{flags: le.Uint16(b[8:]), method: le.Uint16(b[10:]), sum: le.Uint32(b[16:]),
		packed: uint64(le.Uint32(b[20:])), size: uint64(le.Uint32(b[24:])), offset: uint64(le.Uint32(b[42:]))}
	named, more, comment := int(le.Uint16(b[28:])), int(le.Uint16(b[30:])), int(le.Uint16(b[32:]))
	if b, err = take(z.records, named); err != nil {
		return nil, err
	}
	r.name = bytes.Clone(b)
	if b, err = take(z.records, more); err != nil {
		return nil, err
	}
	r.widen(b)
	_, err = z.records.Discard(comment)
	return r, err
}

// widen takes the numbers that do not fit from the extra field of Zip64, which has those alone, in this order.
func (r *zipRecord) widen(extra []byte) {
	le := binary.LittleEndian
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		field := extra[4:min(4+n, len(extra))]
		extra = extra[4+len(field):]
		if id != extra64 {
			continue
		}
		for _, v := range []*uint64{&r.size, &r.packed, &r.offset} {
			if *v == math.MaxUint32 && len(field) >= 8 {
				*v, field = le.Uint64(field), field[8:]
			}
		}
	}
}

func (z *zipCheck) body(r *zipRecord) error {
	packed := &io.LimitedReader{R: z.members, N: int64(min(r.packed, math.MaxInt64))}
	body := io.Reader(packed)
	switch r.method {
	case 0:
	case deflated:
		body = flate.NewReader(packed)
	default:
		return errArchive
	}
	sum := crc32.NewIEEE()
	n, err := copyAll(struct{ io.Writer }{sum}, body, int64(min(r.size, math.MaxInt64)))
	if err != nil {
		return err
	}
	if uint64(n) != r.size || sum.Sum32() != r.sum || packed.N != 0 {
		return errArchive
	}
	z.at += r.packed
	return nil
}

// descriptor reads what follows a body whose size was not known before.
func (z *zipCheck) descriptor(r *zipRecord) error {
	n := 16
	if r.size >= math.MaxUint32 || r.packed >= math.MaxUint32 {
		n = 24
	}
	b, err := z.take(n)
	if err != nil {
		return err
	}
	if le := binary.LittleEndian; le.Uint32(b) != descriptorMark || le.Uint32(b[4:]) != r.sum {
		return errArchive
	}
	return nil
}
