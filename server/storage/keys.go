package storage

import (
	"encoding/binary"
	"errors"
)

// The ordered key space of the metadata store. Every record begins with one
// byte that says what it is, so that listings never read through bodies.
//
//	m name                      allocator records
//	s space                     the Space; here and below by the id that it got when it was made: its name, mostly
//	c space                     its counters (merged deltas)
//	o space NUL key             the current version of a key
//	v space NUL key NUL ^seq    an older version, or a delete marker: the newest first
//	n space NUL key             the sequence of the null version, when it is among the older
//	u space NUL key NUL id      an upload under way
//	p upload number             its parts (number: two bytes, big endian)
//	d upload                    a completed upload, for retries
//	I id                        an inline body
//	B id                        a blob file: size and checksums of its blocks
//	M id                        a manifest: the segments of a body in parts
//	r ref                       how many objects share a body, when more than one ever did
//	g ref                       a body that nothing refers to any more
//
// Keys have no NUL (S3 as this server speaks it refuses them), so that the
// byte order of records is exactly the byte order of keys. Older versions of a
// key live beside the current ones, under a letter of their own: listings and
// point reads of current objects never step over them. So do delete markers: a
// key without a current object is deleted when it has versions, and the newest
// of those is a marker. While there is a current object it is newer than all.
const (
	recMeta     = 'm'
	recSpace    = 's'
	recCounters = 'c'
	recObject   = 'o'
	recVersion  = 'v'
	recNull     = 'n'
	recUpload   = 'u'
	recPart     = 'p'
	recDone     = 'd'
	recRefs     = 'r'
	recGarbage  = 'g'
)

// kind is where a body is, and the letter of its record.
type kind byte

const (
	kindNone     kind = 0 // the empty body: no record
	kindInline   kind = 'I'
	kindBlob     kind = 'B'
	kindManifest kind = 'M'
)

// ref names a body. Inline bodies and manifests are numbered by the sequence
// of writes, blobs by their own.
type ref struct {
	kind kind
	id   uint64
}

func (r ref) less(o ref) bool { return r.kind < o.kind || r.kind == o.kind && r.id < o.id }

func (r ref) key() []byte              { return appendRef(make([]byte, 0, 9), r) }
func (r ref) under(letter byte) []byte { return appendRef(append(make([]byte, 0, 10), letter), r) }

func appendRef(b []byte, r ref) []byte {
	return binary.BigEndian.AppendUint64(append(b, byte(r.kind)), r.id)
}

// refOf reads what under wrote.
func refOf(record []byte) (ref, error) {
	if len(record) != 10 {
		return ref{}, errors.New("a reference of the wrong length")
	}
	return ref{kind(record[1]), binary.BigEndian.Uint64(record[2:])}, nil
}

func spaceKey(letter byte, space string) []byte {
	return append(append(make([]byte, 0, 1+len(space)), letter), space...)
}

// within is the beginning of all records of a Space, and after it a key.
func within(letter byte, space, key string) []byte {
	b := make([]byte, 0, 2+len(space)+len(key)+32)
	b = append(append(append(b, letter), space...), 0)
	return append(b, key...)
}

func objectKey(space, key string) []byte { return within(recObject, space, key) }

// versionKey takes the complement of the sequence, so that the newest is first.
func versionKey(space, key string, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(append(within(recVersion, space, key), 0), ^seq)
}

// versionTail is what follows the key in a version's record: NUL and ^seq.
const versionTail = 9

func nullKey(space, key string) []byte { return within(recNull, space, key) }

func uploadKey(space, key, id string) []byte {
	return append(append(within(recUpload, space, key), 0), id...)
}

func partsKey(upload uint64) []byte {
	return binary.BigEndian.AppendUint64(append(make([]byte, 0, 11), recPart), upload)
}

func partKey(upload uint64, number int) []byte {
	return binary.BigEndian.AppendUint16(partsKey(upload), uint16(number))
}

func doneKey(upload uint64) []byte {
	return binary.BigEndian.AppendUint64(append(make([]byte, 0, 9), recDone), upload)
}

// after is the smallest key greater than all that begin with prefix; it
// shares no memory with prefix. All records begin with a letter: there is one.
func after(prefix []byte) []byte { return raise(append([]byte(nil), prefix...)) }

// raise is after in the same memory.
func raise(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xff {
			prefix[i]++
			return prefix[:i+1]
		}
	}
	return nil
}
