package storetest

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// Member is one of the archive that answers a request for many objects, as a server that means harm may send it: what it
// says of itself need not be so.
type Member struct {
	Name, Link string
	Type       byte
	Size       int64
	Records    map[string]string // PAX, in the order of their names
	Body       string
}

// Members are those of a good answer with these objects.
func Members(keys []string, content map[string]string) (all []Member) {
	for i, key := range keys {
		text := content[key]
		all = append(all, Member{Name: fmt.Sprint(i), Type: '0', Size: int64(len(text)), Body: text,
			Records: map[string]string{"spaces.key": key, "spaces.etag": fmt.Sprintf("%x", md5.Sum([]byte(text)))}})
	}
	return all
}

// Pack writes an archive (POSIX.1-2024, pax Interchange Format) without looking whether it is one.
func Pack(members []Member) []byte {
	var b bytes.Buffer
	for _, m := range members {
		var records strings.Builder
		for _, name := range slices.Sorted(maps.Keys(m.Records)) {
			rest := " " + name + "=" + m.Records[name] + "\n"
			n := len(rest)
			for n != len(rest)+len(fmt.Sprint(n)) {
				n = len(rest) + len(fmt.Sprint(n))
			}
			fmt.Fprintf(&records, "%d%s", n, rest)
		}
		if text := records.String(); text != "" {
			block(&b, "PaxHeaders.0/"+m.Name, "", 'x', int64(len(text)))
			padded(&b, text)
		}
		block(&b, m.Name, m.Link, m.Type, m.Size)
		padded(&b, m.Body)
	}
	b.Write(make([]byte, 1024))
	return b.Bytes()
}

// block writes a header; a size that has no room in octal digits is written as GNU does, in base 256.
func block(b *bytes.Buffer, name, link string, kind byte, size int64) {
	var h [512]byte
	copy(h[:100], name)
	copy(h[100:], "0000600\x000000000\x000000000\x00")
	if copy(h[124:], fmt.Sprintf("%011o\x00", size)); size < 0 || size >= 1<<33 {
		copy(h[124:], []byte{0x80, 0, 0, 0, byte(size >> 56), byte(size >> 48), byte(size >> 40), byte(size >> 32), byte(size >> 24), byte(size >> 16), byte(size >> 8), byte(size)})
	}
	copy(h[136:], "00000000000\x00        ")
	h[156] = kind
	copy(h[157:257], link)
	copy(h[257:], "ustar\x0000")
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	b.Write(h[:])
}

func padded(b *bytes.Buffer, text string) {
	b.WriteString(text)
	b.Write(make([]byte, -len(text)&511))
}

// otherRecords are what a PAX record may be besides what it should.
var otherRecords = [][2]string{
	{"spaces.key", "../../x"}, {"spaces.key", ""}, {"spaces.etag", "other"}, {"spaces.etag", ""}, {"spaces.code", "NoSuchKey"}, {"spaces.code", "\x1b]0;x\a"}, {"spaces.message", strings.Repeat("m", 3000)},
	{"spaces.mtime", "9223372036854775807.999999999999"}, {"spaces.mtime", "-9223372036854775808"}, {"spaces.mtime", "1.x"}, {"mtime", "9223372036854775807"}, {"mtime", "-1.5"}, {"mtime", "x"},
	{"size", "0"}, {"size", "5"}, {"size", "9223372036854775807"}, {"size", "-1"}, {"path", "../../x"}, {"path", "/abs"}, {"path", "1"}, {"path", "a\x00b"}, {"linkpath", "/etc/passwd"}, {"hdrcharset", "BINARY"},
	{"GNU.sparse.major", "1"}, {"GNU.sparse.minor", "0"}, {"GNU.sparse.realsize", "9223372036854775807"}, {"GNU.sparse.realsize", "20"}, {"GNU.sparse.name", "../../x"}, {"GNU.sparse.numblocks", "99999999"},
	{"GNU.sparse.map", "0,1,5,1"}, {"GNU.sparse.map", "5,9223372036854775807"}, {"GNU.sparse.size", "20"}, {"SCHILY.xattr.user.x", strings.Repeat("x", 100_000)}, {"huge", strings.Repeat("h", 2<<20)},
}

// otherNames are those of members that are not numbers, or not the right ones.
var otherNames = []string{"../../x", "/abs", "-1", "+0", "00", "0 ", "", "1", "5", "99999999999999999999", "0/", "0x0", strings.Repeat("n", 100), "C:\\x", "..\\x"}

// NearlyPack is an archive that was good before something was done to it.
func NearlyPack(r *rand.Rand, members []Member) []byte {
	all := slices.Clone(members)
	for range 1 + r.IntN(3) {
		at, other := r.IntN(len(all)), r.IntN(len(all))
		m := &all[at]
		switch m.Records = maps.Clone(m.Records); r.IntN(11) {
		case 0:
			m.Name = otherNames[r.IntN(len(otherNames))]
		case 1:
			m.Type, m.Link = "\x001234567gxLKSVZ"[r.IntN(15)], "../../x"
		case 2:
			m.Size = []int64{0, 1, m.Size - 1, m.Size + 1, m.Size + 512, 1 << 20, 1 << 40, 1<<63 - 1, -1}[r.IntN(9)]
		case 3, 4, 5:
			for range 1 + r.IntN(4) {
				x := otherRecords[r.IntN(len(otherRecords))]
				m.Records[x[0]] = x[1]
			}
		case 6:
			delete(m.Records, []string{"spaces.key", "spaces.etag"}[r.IntN(2)])
		case 7:
			all[at], all[other] = all[other], all[at]
		case 8:
			all = slices.Insert(all, at, all[other])
		case 9:
			m.Body = all[other].Body
		default:
			if len(all) > 1 {
				all = slices.Delete(all, at, at+1)
			}
		}
	}
	text := Pack(all)
	switch r.IntN(6) {
	case 0:
		text = text[:r.IntN(len(text))]
	case 1:
		for range 1 + r.IntN(4) {
			text[r.IntN(len(text))] ^= 1 << r.IntN(8)
		}
	}
	return text
}
