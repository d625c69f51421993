package job

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// record is a step as it is kept: what can be derived from its source is left out.
type record struct {
	source   int
	name     string // what follows the source's prefix; "" is the source itself
	size     int64
	modified time.Time
	etag     string
	history  string // of a mirror: the versions to make, as appendHistory has them; "": the current one
}

// What an ETag is kept as.
const (
	noETag    = iota
	md5ETag   // 16 bytes
	partsETag // 16 bytes and the number of parts
	anyETag   // text
)

// recordSize is the most that a record can take.
func recordSize(r record) int {
	return 6*binary.MaxVarintLen64 + len(r.name) + len(r.etag) + len(r.history) + 1
}

func (r record) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(r.source))
	b = binary.AppendUvarint(b, uint64(len(r.name)))
	b = append(b, r.name...)
	b = binary.AppendVarint(b, r.size)
	nanos := int64(0)
	if !r.modified.IsZero() {
		nanos = r.modified.UnixNano()
	}
	if nanos%1e9 == 0 { // endpoints tell whole seconds
		b = binary.AppendVarint(b, nanos/1e9<<1)
	} else {
		b = binary.AppendVarint(b, nanos<<1|1)
	}
	b = appendETag(b, r.etag)
	return append(binary.AppendUvarint(b, uint64(len(r.history))), r.history...)
}

func appendETag(b []byte, tag string) []byte {
	sum, parts, split := strings.Cut(tag, "-")
	var raw [16]byte
	n, err := strconv.ParseUint(parts, 10, 32)
	plain := len(sum) == 32 && strings.ToLower(sum) == sum
	if plain {
		_, hexErr := hex.Decode(raw[:], []byte(sum))
		plain = hexErr == nil
	}
	switch {
	case tag == "":
		return append(b, noETag)
	case plain && !split:
		return append(append(b, md5ETag), raw[:]...)
	case plain && err == nil && strconv.FormatUint(n, 10) == parts:
		return binary.AppendUvarint(append(append(b, partsETag), raw[:]...), n)
	}
	return append(binary.AppendUvarint(append(b, anyETag), uint64(len(tag))), tag...)
}

func decodeRecord(b []byte) (r record, size int) {
	whole := len(b)
	unsigned := func() uint64 {
		v, n := binary.Uvarint(b)
		b = b[n:]
		return v
	}
	signed := func() int64 {
		v, n := binary.Varint(b)
		b = b[n:]
		return v
	}
	text := func(n int) string {
		v := string(b[:n])
		b = b[n:]
		return v
	}
	r.source = int(unsigned())
	r.name = text(int(unsigned()))
	r.size = signed()
	if when := signed(); when&1 == 1 {
		r.modified = time.Unix(0, when>>1)
	} else if when != 0 {
		r.modified = time.Unix(when>>1, 0)
	}
	kind := b[0]
	b = b[1:]
	switch kind {
	case md5ETag:
		r.etag = hex.EncodeToString([]byte(text(16)))
	case partsETag:
		r.etag = hex.EncodeToString([]byte(text(16)))
		r.etag += "-" + strconv.FormatUint(unsigned(), 10)
	case anyETag:
		r.etag = text(int(unsigned()))
	}
	r.history = text(int(unsigned()))
	return r, whole - len(b)
}
