package storage

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Records are written with the functions below: numbers as varints, strings
// with their length before them. The first byte of an object's record is the
// version of its layout. What an object of a Space without versions has no use
// for has a layout of its own: flags follow its first byte.
const (
	layout        = 1
	layoutFlagged = 2
	layoutSealed  = 2 // of blobs: with a salt and tags
	layoutSums    = 2 // of manifests: with the checksums of the parts
)

// The flags of a record. What they announce follows at its end, in this order.
const (
	flagVersioned = 1 << iota
	flagMarker
	flagLock
	flagEncrypted
)

var errRecord = fmt.Errorf("%w: a record that cannot be read", ErrCorrupt)

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendTime(b []byte, t time.Time) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(t.UnixNano()))
}

func appendSum(b []byte, s Checksum) []byte {
	b = appendString(b, s.Algorithm)
	if s.Algorithm == "" {
		return b
	}
	return appendString(appendString(b, s.Type), s.Value)
}

func appendMap(b []byte, m map[string]string) []byte {
	b = binary.AppendUvarint(b, uint64(len(m)))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		b = appendString(appendString(b, k), m[k])
	}
	return b
}

func appendSizes(b []byte, sizes []int64) []byte {
	b = binary.AppendUvarint(b, uint64(len(sizes)))
	for _, n := range sizes {
		b = binary.AppendUvarint(b, uint64(n))
	}
	return b
}

func appendAttrs(b []byte, a Attrs) []byte {
	b = appendString(b, string(a.ACL))
	b = appendMap(b, a.Headers)
	b = appendMap(b, a.Meta)
	return appendMap(b, a.Tags)
}

// A hold in a record. Programs that do not know released take it for a hold.
const (
	noHold byte = iota
	onHold
	released
)

func appendLock(b []byte, l Lock) []byte {
	hold := noHold
	switch {
	case l.Hold:
		hold = onHold
	case l.Released:
		hold = released
	}
	until := int64(0)
	if !l.Until.IsZero() {
		until = l.Until.UnixNano()
	}
	return binary.AppendVarint(append(appendString(b, l.Mode), hold), until)
}

func appendEncryption(b []byte, e Encryption) []byte {
	return appendString(appendString(b, string(e.Keeper)), e.Proof)
}

// reader takes a record apart. After the first thing that is not there all
// reads give zeros and bad is set.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n uint64) []byte {
	if r.bad || n > uint64(len(r.b)) {
		r.bad = true
		return nil
	}
	p := r.b[:n]
	r.b = r.b[n:]
	return p
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if r.bad || n <= 0 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) byte() byte {
	if p := r.take(1); p != nil {
		return p[0]
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if p := r.take(8); p != nil {
		return binary.BigEndian.Uint64(p)
	}
	return 0
}

func (r *reader) bytes() []byte   { return r.take(r.uvarint()) }
func (r *reader) string() string  { return string(r.bytes()) }
func (r *reader) time() time.Time { return time.Unix(0, int64(r.uint64())).UTC() }
func (r *reader) ref() ref        { return ref{kind(r.byte()), r.uvarint()} }

func (r *reader) sum() Checksum {
	s := Checksum{Algorithm: r.string()}
	if s.Algorithm != "" {
		s.Type, s.Value = r.string(), r.string()
	}
	return s
}

func (r *reader) strings() map[string]string {
	n := r.uvarint()
	if n == 0 || n > uint64(len(r.b)) {
		r.bad = r.bad || n != 0
		return nil
	}
	m := make(map[string]string, n)
	for ; n > 0 && !r.bad; n-- {
		k := r.string()
		m[k] = r.string()
	}
	return m
}

func (r *reader) sizes() []int64 {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.bad = true
		return nil
	}
	sizes := make([]int64, n)
	for i := range sizes {
		sizes[i] = int64(r.uvarint())
	}
	return sizes
}

func (r *reader) attrs() Attrs {
	return Attrs{ACL: ACL(r.string()), Headers: r.strings(), Meta: r.strings(), Tags: r.strings()}
}

func (r *reader) lock() Lock {
	l := Lock{Mode: r.string()}
	hold := r.byte()
	l.Hold, l.Released = hold != noHold && hold != released, hold == released
	until, n := binary.Varint(r.b)
	if r.bad || n <= 0 {
		r.bad = true
		return Lock{}
	}
	r.b = r.b[n:]
	if until != 0 {
		l.Until = time.Unix(0, until).UTC()
	}
	return l
}

func (r *reader) encryption() Encryption {
	return Encryption{Keeper: Keeper(r.string()), Proof: r.string()}
}

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
