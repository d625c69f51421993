package storage

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
)

// splitName takes the record of something inside a Space apart: letter, Space,
// NUL, key, and maybe NUL and more.
func splitName(record []byte) (space, key string, ok bool) {
	if len(record) == 0 {
		return "", "", false
	}
	s, rest, ok := bytes.Cut(record[1:], []byte{0})
	k, _, _ := bytes.Cut(rest, []byte{0})
	return string(s), string(k), ok
}

func (a *auditor) space(key, value []byte) error {
	var s Space
	if err := json.Unmarshal(value, &s); err != nil {
		return err
	}
	id := string(key[1:])
	if s.id() != id {
		return fmt.Errorf("it says that its name is %q", s.Name)
	}
	if s.Gone != nil {
		a.rep.Destroyed++
	} else if a.rep.Spaces++; a.living[s.Name] {
		return fmt.Errorf("there is another Space of its name, %q", s.Name)
	}
	a.living[s.Name] = a.living[s.Name] || s.Gone == nil
	a.spaces[id] = true
	return nil
}

func (a *auditor) counters(key, value []byte) error {
	var c counters
	if err := c.add(value); err != nil {
		return err
	}
	a.kept[string(key[1:])] = c
	return nil
}

// object counts an object, or an older version of one, whose bytes count for
// its Space as well. The record of its Space must be there, which begins
// with a later letter: that is looked at in the end.
func (a *auditor) object(key, value []byte) error {
	space, name, ok := splitName(key)
	if !ok {
		return errRecord
	}
	o, err := decodeObject(name, value)
	if err != nil {
		return err
	}
	if o.Seq >= a.e.seq.next {
		a.find(Finding{Fault: FaultDamaged, Space: space, Key: name, Version: o.Seq,
			Text: fmt.Sprintf("its number is beyond the last that was given, %d", a.e.seq.next)})
	}
	t := a.totals[space]
	if key[0] == recObject {
		t.objects++
		a.rep.Objects++
	} else {
		a.rep.Versions++
		if string(key) != string(versionKey(space, name, o.Seq)) {
			return fmt.Errorf("it says that its number is %d", o.Seq)
		}
	}
	t.bytes += o.Size
	a.totals[space] = t
	a.rep.Bytes += o.Size
	a.refer(o.body, o.Size)
	return nil
}

// null wants the version that is said to be the null version of its key.
func (a *auditor) null(key, value []byte) error {
	space, name, ok := splitName(key)
	r := reader{b: value}
	seq := r.uint64()
	if !ok || r.bad {
		return errRecord
	}
	_, there, err := a.e.get(versionKey(space, name, seq))
	if err == nil && !there {
		a.find(Finding{Fault: FaultMissing, Space: space, Key: name, Version: seq, Text: "its null version is not there"})
	}
	return err
}

func (a *auditor) refer(r ref, size int64) {
	if r.kind != kindNone {
		a.want[r]++
		a.sizes[r] = size
	}
}

func (a *auditor) upload(key, value []byte) error {
	if len(key) < 1+uploadTail {
		return errRecord
	}
	space, rest, ok := bytes.Cut(key[1:], []byte{0})
	if !ok {
		return errRecord
	}
	u, err := uploadAt(string(space), rest, value)
	if err != nil {
		return err
	}
	a.rep.Uploads++
	a.uploads[u.seq] = true
	if _, known := a.totals[u.Space]; !known {
		a.totals[u.Space] = counters{}
	}
	return nil
}

func (a *auditor) part(key, value []byte) error {
	if len(key) != 11 {
		return errRecord
	}
	p, err := decodePart(int(binary.BigEndian.Uint16(key[9:])), value)
	if err != nil {
		return err
	}
	a.rep.Parts++
	a.refer(p.body, p.Size)
	return nil
}

func (a *auditor) shares(key, value []byte) error {
	r, err := refOf(key)
	n, k := binary.Uvarint(value)
	if err == nil && k <= 0 {
		err = errRecord
	}
	a.shared[r] = int64(n)
	return err
}

func (a *auditor) trash(key, _ []byte) error {
	r, err := refOf(key)
	a.garbage[r] = true
	a.rep.Garbage++
	return err
}

// inlineWhole checks the record of a small body of a size, -1: of any.
func inlineWhole(value []byte, size int64) error {
	n := int64(len(value)) - 4
	if n < 0 || size >= 0 && n != size && n != size+inlineSeal || crc32.Checksum(value[4:], castagnoli) != binary.BigEndian.Uint32(value) {
		return errors.New("its bytes are not what was written")
	}
	return nil
}
