package store

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// An archive is written here and not by archive/tar, which sorts and copies for each member what is the same in all: its
// headers take longer than a small file does.

// Blocks of tar, and where the fields of a header are (POSIX.1-2024, pax, "ustar Interchange Format").
const (
	tarBlock = 512
	tarEnd   = 2 * tarBlock // zeros

	tarName, tarNameEnd = 0, 100
	tarSize, tarSizeEnd = 124, 136
	tarSum, tarSumEnd   = 148, 156
	tarKind             = 156
)

var tarEnding [tarEnd]byte

// tarHeader is what all headers have in common.
var tarHeader = func() (h [tarBlock]byte) {
	for at, text := range map[int]string{100: "0000600", 108: "0000000", 116: "0000000", 136: "00000000000", tarSum: "        ", 257: "ustar\x0000", 329: "0000000", 337: "0000000"} {
		copy(h[at:], text)
	}
	return h
}()

// appendTar appends the header of a member.
func appendTar(b []byte, kind byte, name string, size int) []byte {
	h := tarHeader
	copy(h[tarName:tarNameEnd], name)
	h[tarKind] = kind
	octal(h[tarSize:tarSizeEnd-1], size)
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	octal(h[tarSum:tarSumEnd-2], sum)
	h[tarSumEnd-2] = 0
	return append(b, h[:]...)
}

func octal(field []byte, n int) {
	for i := len(field) - 1; i >= 0; i-- {
		field[i] = '0' + byte(n&7)
		n >>= 3
	}
}

// appendPadding fills up the last block of what is n bytes long.
func appendPadding(b []byte, n int) []byte {
	var zeros [tarBlock]byte
	return append(b, zeros[:tarPadding(n)]...)
}

func tarPadding(n int) int { return -n & (tarBlock - 1) }

// appendRecord appends a record of an extended header: its length, which counts itself, a name and a value.
func appendRecord(b []byte, name, value string) []byte {
	n := len(" =\n") + len(name) + len(value)
	size := n + digits(n)
	size = n + digits(size)
	b = strconv.AppendInt(b, int64(size), 10)
	b = append(append(append(b, ' '), name...), '=')
	return append(append(b, value...), '\n')
}

func digits(n int) int {
	d := 1
	for ; n > 9; n /= 10 {
		d++
	}
	return d
}

// appendRecords appends the records that tell of the object: its key, where a header has no room for it, and its headers, as
// minio-go does it.
func (p *Packed) appendRecords(b []byte) []byte {
	if len(p.Key) > tarNameEnd || strings.ContainsFunc(p.Key, func(r rune) bool { return r >= utf8.RuneSelf }) {
		b = appendRecord(b, "path", p.Key)
	}
	set := func(name, value string) {
		if value != "" {
			b = appendRecord(b, "minio.metadata."+name, value)
		}
	}
	q := &p.Props
	set("Content-Type", q.ContentType)
	set("Cache-Control", q.CacheControl)
	set("Content-Encoding", q.ContentEncoding)
	set("Content-Disposition", q.ContentDisposition)
	set("Content-Language", q.ContentLanguage)
	set("Expires", q.Expires)
	set("X-Amz-Tagging", aws.ToString(tagging(q.Tags)))
	for _, name := range slices.Sorted(maps.Keys(q.Meta)) {
		set("X-Amz-Meta-"+name, q.Meta[name])
	}
	return b
}

// appendTo appends the object to an archive. scratch is memory for that, and may be given to the next.
func (p *Packed) appendTo(archive, scratch []byte) (_, _ []byte) {
	scratch = p.appendRecords(scratch[:0])
	if n := len(scratch); n > 0 {
		archive = append(appendTar(archive, 'x', "PaxHeader", n), scratch...)
		archive = appendPadding(archive, n)
	}
	archive = append(appendTar(archive, '0', p.Key, len(p.Body)), p.Body...)
	return appendPadding(archive, len(p.Body)), scratch
}

// tarSizeOf is about how long an archive becomes, in bytes.
func tarSizeOf(list []Packed) int {
	n := tarEnd
	for i := range list {
		n += 3*tarBlock + len(list[i].Body) + tarPadding(len(list[i].Body))
	}
	return n
}
