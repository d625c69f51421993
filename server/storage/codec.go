package storage

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
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
