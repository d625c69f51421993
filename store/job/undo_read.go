package job

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"os"
)

// errUnread is what is said of a diary that does not begin as one.
var errUnread = errors.New("what it did was not noted")

// reading is a diary that is read.
type reading struct {
	pairs  []pair
	values []value
	last   string
	object func(record) error // nil: they are not asked for
	count  int                // of objects
}

// readBlock gives the payload of the next block, io.EOF behind the last whole one.
func readBlock(r *bufio.Reader) ([]byte, error) {
	var frame [8]byte
	if _, err := io.ReadFull(r, frame[:]); err != nil {
		return nil, io.EOF
	}
	n := binary.LittleEndian.Uint32(frame[:])
	if n == 0 || n > diaryMost {
		return nil, io.EOF
	}
	payload := make([]byte, n)
	if _, err := io.ReadFull(r, payload); err != nil || crc32.Checksum(payload, castagnoli) != binary.LittleEndian.Uint32(frame[4:]) {
		return nil, io.EOF
	}
	if payload[0] == endBlock {
		_, _ = r.Discard(4)
	}
	return payload, nil
}

// readDiary reads all that is whole of a file.
func (d *reading) readDiary(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return errUnread
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, diaryBlock)
	for {
		payload, err := readBlock(r)
		if err != nil {
			return nil
		}
		if payload[0] == entryBlock {
			if err := d.entries(payload[1:]); err != nil {
				return err
			}
		}
	}
}

// entries takes what is in a block, of which the checksum is right.
func (d *reading) entries(b []byte) error {
	number := func() int {
		v, n := binary.Uvarint(b)
		b = b[n:]
		return int(v)
	}
	text := func() string {
		n := number()
		s := string(b[:n])
		b = b[n:]
		return s
	}
	for len(b) > 0 {
		kind := b[0]
		b = b[1:]
		switch kind {
		case pairEntry:
			var x pair
			x.from.Space, x.from.Key, x.to.Space, x.to.Key = text(), text(), text(), text()
			d.pairs = append(d.pairs, x)
		case valueEntry:
			var v value
			if err := json.Unmarshal([]byte(text()), &v); err != nil {
				return err
			}
			d.values = append(d.values, v)
		case objectEntry:
			same := number()
			r, n := decodeRecord(b)
			b = b[n:]
			if same > len(d.last) {
				return errUnread
			}
			r.name = d.last[:same] + r.name
			d.last = r.name
			d.count++
			if d.object != nil {
				if err := d.object(r); err != nil {
					return err
				}
			}
		default:
			return errUnread
		}
	}
	return nil
}

// summary reads how a diary begins and ends. ended is false of a job that runs, or whose program died.
func summary(path string) (head diaryHead, sum diarySum, ended bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return head, sum, false, err
	}
	defer f.Close()
	first, err := readBlock(bufio.NewReader(f))
	if err != nil || first[0] != headBlock || json.Unmarshal(first[1:], &head) != nil {
		return head, sum, false, errUnread
	}
	last, err := lastBlock(f)
	if err == nil && last[0] == endBlock {
		return head, sum, json.Unmarshal(last[1:], &sum) == nil, nil
	}
	return head, sum, false, nil
}

// lastBlock is the one whose length is at the end of a file.
func lastBlock(f *os.File) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	var tail [4]byte
	if _, err := f.ReadAt(tail[:], info.Size()-4); err != nil {
		return nil, err
	}
	n := int64(binary.LittleEndian.Uint32(tail[:]))
	if n <= 8 || n > min(info.Size()-4, diaryBlock) {
		return nil, errUnread
	}
	text := make([]byte, n)
	if _, err := f.ReadAt(text, info.Size()-4-n); err != nil {
		return nil, err
	}
	return readBlock(bufio.NewReader(bytes.NewReader(text)))
}

// summed is what of a sum can be had from the entries, where the end is missing.
func summed(path string) (sum diarySum) {
	d := reading{}
	if err := d.readDiary(path); err != nil {
		sum.Why = "what it did was not noted in full"
		return sum
	}
	sum.Objects = d.count
	spaces := map[string]bool{}
	for _, x := range d.pairs {
		spaces[x.from.Space] = true
	}
	sum.Spaces, sum.Unsure = len(spaces), d.count
	return sum
}
