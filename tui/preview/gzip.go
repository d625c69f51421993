package preview

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
)

// maxUnpacked is how much is unpacked of what is packed: a bomb gets no further.
const maxUnpacked = 1 << 20

// gunzip looks into what is packed with gzip, whether its name or its Content-Encoding says so.
func gunzip(f Facts, head []byte) *Doc {
	inner, ended := unpack(head)
	if len(inner) == 0 {
		d := hexDoc(head)
		d.What = "gzip"
		return d
	}
	f.Name = innerName(f.Name)
	if kind := strings.ToLower(f.Type); strings.Contains(kind, "gzip") || strings.Contains(kind, "octet-stream") {
		f.Type = ""
	}
	var d *Doc
	switch {
	case isTar(inner):
		d = tarDoc(bytes.NewReader(inner))
	case is(inner, "\x1f\x8b"), is(inner, "PK"):
		d = hexDoc(inner)
	default:
		shown := inner[:min(len(inner), headBytes)]
		f.Size = int64(len(shown))
		if ended = ended && len(shown) == len(inner); !ended {
			f.Size++
		}
		d = sniff(f, shown)
		if !ended {
			d.note, d.sizes = "the first %s, unpacked", []int64{int64(len(shown))}
		}
	}
	d.What += ", gzip"
	if d.note == "" {
		d.note = "unpacked"
	}
	return d
}

// unpack gives what it can of the inside, and whether that is all.
func unpack(b []byte) (inner []byte, ended bool) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, false
	}
	inner = make([]byte, maxUnpacked)
	n, err := io.ReadFull(r, inner)
	if errors.Is(err, io.ErrUnexpectedEOF) { // of the inside, or of the packed bytes: a further read tells them apart
		_, err = r.Read(make([]byte, 1))
	}
	return inner[:n], err == io.EOF
}

func innerName(name string) string {
	for _, end := range [][2]string{{".tgz", ".tar"}, {".gz", ""}, {".TGZ", ".tar"}, {".GZ", ""}} {
		if short, is := strings.CutSuffix(name, end[0]); is {
			return short + end[1]
		}
	}
	return name
}
