package storage

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
	"time"
)

// FuzzRecords reads anything as each record: nothing panics, what is refused is
// refused as damaged, and what is read is written so that it is read the same.
func FuzzRecords(f *testing.F) {
	at := time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC)
	o := Object{Seq: 1, Size: 5, Modified: at, tag: tag{parts: 2}, Attrs: Attrs{ACL: Private, Class: "STANDARD", Meta: map[string]string{"a": "b"}}}
	f.Add(appendObject(nil, &o))
	o.Lock, o.Marker = Lock{Mode: Governance, Until: at, Hold: true}, true
	f.Add(appendObject(nil, &o))
	p := Part{Number: 1, Size: 5, Modified: at, Sum: Checksum{Algorithm: "CRC32", Type: "FULL_OBJECT", Value: "AAAAAA=="}}
	f.Add(p.encode())
	f.Add((&blobRecord{size: 5, block: 4, sums: []uint32{1, 2}}).encode())
	f.Add([]byte{layout, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, value []byte) {
		damaged := func(err error) {
			t.Helper()
			if err != nil && !errors.Is(err, errRecord) {
				t.Errorf("%x: %v", value, err)
			}
		}
		o, err := decodeObject("k", value)
		if damaged(err); err == nil {
			again := appendObject(nil, &o)
			if same, err := decodeObject("k", again); err != nil || !bytes.Equal(appendObject(nil, &same), again) && len(o.Headers)+len(o.Meta)+len(o.Tags) < 2 {
				t.Errorf("%x is written as %x: %v", value, again, err)
			}
		}
		p, err := decodePart(1, value)
		if damaged(err); err == nil {
			if same, err := decodePart(1, p.encode()); err != nil || !reflect.DeepEqual(same, p) {
				t.Errorf("%+v is read as %+v: %v", p, same, err)
			}
		}
		_, err = decodeUpload("s", "k", "id", value)
		damaged(err)
		_, err = decodeBlob(value)
		damaged(err)
		if r, err := refOf(value); err == nil && !bytes.Equal(r.under(value[0]), value) {
			t.Errorf("%x is read as %x", value, r.under(value[0]))
		}
	})
}
