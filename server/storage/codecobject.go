package storage

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
)

// tag is an ETag: an MD5, and when parts is not 0 the number of parts that
// follows it after a hyphen.
type tag struct {
	md5   [16]byte
	parts int
}

func (t tag) append(b []byte) []byte {
	b = hex.AppendEncode(b, t.md5[:])
	if t.parts > 0 {
		b = strconv.AppendInt(append(b, '-'), int64(t.parts), 10)
	}
	return b
}

func (t tag) String() string { return string(t.append(make([]byte, 0, 38))) }

func (r *reader) tag() (t tag) {
	t.parts = int(r.uvarint())
	copy(t.md5[:], r.take(16))
	return t
}

func appendTag(b []byte, t tag) []byte {
	return append(binary.AppendUvarint(b, uint64(t.parts)), t.md5[:]...)
}

// row is the front of an object's record: all that a listing shows.
type row struct {
	flags    uint64
	seq      uint64
	size     int64
	modified time.Time
	body     ref
	tag      tag
	class    string
	sum      Checksum // without its value
	sumValue []byte   // of the record: valid as long as it is
}

func (r *reader) row() (w row, err error) {
	switch v := r.byte(); v {
	case layout:
	case layoutFlagged:
		w.flags = r.uvarint()
	default:
		return w, fmt.Errorf("%w: layout %d", errRecord, v)
	}
	w.seq = r.uvarint()
	w.size = int64(r.uvarint())
	w.modified = r.time()
	w.body = r.ref()
	w.tag = r.tag()
	w.class = intern(r.bytes())
	if w.sum.Algorithm = intern(r.bytes()); w.sum.Algorithm != "" {
		w.sum.Type, w.sumValue = intern(r.bytes()), r.bytes()
	}
	if r.bad {
		return w, errRecord
	}
	return w, nil
}

// intern makes strings of the few words of S3 that most records have, without
// making them anew for every row of a listing.
func intern(b []byte) string {
	for _, word := range words {
		if string(b) == word {
			return word
		}
	}
	return string(b)
}

var words = []string{"", "CRC64NVME", "CRC32", "CRC32C", "SHA256", "SHA1", "FULL_OBJECT", "COMPOSITE", "STANDARD"}

func (o *Object) flags() (flags uint64) {
	if o.versioned {
		flags |= flagVersioned
	}
	if o.Marker {
		flags |= flagMarker
	}
	if o.Lock != (Lock{}) {
		flags |= flagLock
	}
	if o.Encryption != (Encryption{}) {
		flags |= flagEncrypted
	}
	return flags
}

func appendObject(b []byte, o *Object) []byte {
	flags := o.flags()
	if flags == 0 {
		b = append(b, layout)
	} else {
		b = binary.AppendUvarint(append(b, layoutFlagged), flags)
	}
	b = binary.AppendUvarint(b, o.Seq)
	b = binary.AppendUvarint(b, uint64(o.Size))
	b = appendTime(b, o.Modified)
	b = binary.AppendUvarint(append(b, byte(o.body.kind)), o.body.id)
	b = appendTag(b, o.tag)
	b = appendString(b, o.Class)
	b = appendAttrs(appendSum(b, o.Checksum), o.Attrs)
	if flags&flagLock != 0 {
		b = appendLock(b, o.Lock)
	}
	if flags&flagEncrypted != 0 {
		b = appendEncryption(b, o.Encryption)
	}
	return b
}

func decodeObject(key string, value []byte) (Object, error) {
	r := reader{b: value}
	w, err := r.row()
	if err != nil {
		return Object{}, err
	}
	o := Object{Key: key, Seq: w.seq, Size: w.size, ETag: w.tag.String(), Modified: w.modified,
		Checksum: w.sum, body: w.body, tag: w.tag, versioned: w.flags&flagVersioned != 0, Marker: w.flags&flagMarker != 0}
	o.Attrs = r.attrs()
	o.Class, o.Checksum.Value = w.class, string(w.sumValue)
	if w.flags&flagLock != 0 {
		o.Lock = r.lock()
	}
	if w.flags&flagEncrypted != 0 {
		o.Encryption = r.encryption()
	}
	if r.bad {
		return Object{}, errRecord
	}
	if o.Marker {
		o.ETag = ""
	}
	return o, nil
}
