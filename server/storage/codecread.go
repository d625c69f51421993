package storage

import (
	"encoding/binary"
	"time"
)

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
