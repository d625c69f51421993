package storage

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/cockroachdb/pebble/v2/vfs"
)

func (t markTable) encode(b []byte, run logRun, gen uint64) []byte {
	b = append(append(b[:0], marksWord...), run[:]...)
	b = binary.BigEndian.AppendUint64(b, gen)
	b = binary.BigEndian.AppendUint16(b, uint16(len(t)))
	for n, end := range t {
		b = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(append(b, n.kind), n.num), uint64(end))
	}
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// keptMarks are marks as an engine left them.
type keptMarks struct {
	ends markTable // nil: none
	run  logRun
	gen  uint64
}

func decodeMarks(slot []byte) (k keptMarks, ok bool) {
	r := reader{b: slot}
	word := string(r.take(uint64(len(marksWord))))
	copy(k.run[:], r.take(uint64(len(k.run))))
	k.gen = r.uint64()
	head := r.take(2)
	if r.bad || word != marksWord {
		return k, false
	}
	n := int(binary.BigEndian.Uint16(head))
	size := len(slot) - len(r.b) + n*markBytes
	if size+4 > len(slot) || crc32.Checksum(slot[:size], castagnoli) != binary.BigEndian.Uint32(slot[size:]) {
		return k, false
	}
	k.ends = markTable{}
	for range n {
		kind := r.byte()
		num := r.uint64()
		k.ends[markName{kind, num}] = int64(r.uint64())
	}
	return k, true
}

// readMarks gives the newest marks that can be read; there are none, and it is
// no error, where no program that makes any has been.
func readMarks(fs vfs.FS, name string) (best keptMarks, err error) {
	text, err := readFile(fs, name)
	if isMissing(err) {
		return best, nil
	}
	if err != nil {
		return best, fmt.Errorf("read the marks: %w", err)
	}
	for at := 0; at+markSlot <= len(text); at += markSlot {
		if k, ok := decodeMarks(text[at : at+markSlot]); ok && (best.ends == nil || k.gen > best.gen) {
			best = k
		}
	}
	return best, nil
}

// openMarks goes on with marks, in the file that is there or in a new one. All
// others are gone when it returns.
func openMarks(fs vfs.FS, name string, k keptMarks, run logRun) (*marks, error) {
	if k.ends == nil {
		k.ends = markTable{}
	}
	if i, err := fs.Stat(name); isMissing(err) || err == nil && i.Size() != 2*markSlot {
		if err := writeFile(fs, name, k.slots()); err != nil {
			return nil, fmt.Errorf("write the marks: %w", err)
		}
	}
	f, err := fs.OpenReadWrite(name, vfs.WriteCategoryUnspecified)
	if err != nil {
		return nil, fmt.Errorf("open the marks: %w", err)
	}
	m := &marks{f: f, mapped: mapMarks(f), run: run, gen: k.gen, ends: k.ends}
	for range 2 { // both slots
		if err == nil {
			err = m.write()
		}
	}
	if err == nil {
		err = f.SyncData()
	}
	if err != nil {
		_ = m.close()
		return nil, fmt.Errorf("write the marks: %w", err)
	}
	return m, nil
}

// slots is what the file of marks holds.
func (k keptMarks) slots() []byte {
	slots := make([]byte, 2*markSlot)
	copy(slots, k.ends.encode(nil, k.run, k.gen))
	copy(slots[markSlot:], slots[:markSlot])
	return slots
}

// A commit carries the newest mark as an entry that changes nothing: the
// letter, the run, the number of the log, and how far it was synced.
const markEntry = 'w'

func (m *marks) entry() []byte {
	if m == nil {
		return nil
	}
	l := m.last.Load()
	if l == nil {
		return nil
	}
	b := append(append(make([]byte, 0, 32), markEntry), m.run[:]...)
	return binary.AppendUvarint(binary.AppendUvarint(b, l.num), uint64(l.end))
}

func decodeMarkEntry(b []byte) (run logRun, n markName, end int64, ok bool) {
	r := reader{b: b}
	ok = r.byte() == markEntry
	copy(run[:], r.take(uint64(len(run))))
	n = markName{markLog, r.uvarint()}
	end = int64(r.uvarint())
	return run, n, end, ok && !r.bad && len(r.b) == 0
}
