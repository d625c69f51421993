package preview

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"spaces/themes"
)

// object is bytes that are read by ranges; it counts the requests.
type object struct {
	t        testing.TB
	b        []byte
	requests int
	read     int64
}

func (o *object) fetch(_ context.Context, at, n int64) ([]byte, error) {
	o.requests++
	if at < 0 || n <= 0 || at+n > int64(len(o.b)) || n > 256<<10 {
		o.t.Errorf("%d bytes from %d of %d were asked for", n, at, len(o.b))
		return nil, io.ErrUnexpectedEOF
	}
	o.read += n
	return o.b[at : at+n], nil
}

// load is the preview of an object as plain text.
func (o *object) load(name string, w int) string {
	o.t.Helper()
	d, err := Load(context.Background(), Facts{Name: name, Size: int64(len(o.b))}, o.fetch)
	if err != nil {
		o.t.Fatal(err)
	}
	lines := d.Lines(looks(themes.Auto(true)), w, 20)
	check(o.t, lines, w)
	check(o.t, []string{d.What, d.Note(usual)}, 1000)
	return style.ReplaceAllString(strings.Join(append([]string{d.What + " · " + d.Note(usual)}, lines...), "\n"), "")
}

var day = time.Date(2026, 11, 3, 4, 5, 6, 0, time.UTC)

func zipped(t testing.TB, entries int, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("folder/file %04d", i), Method: zip.Store, Modified: day})
		if err == nil {
			_, err = w.Write(body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAZIPIsListedByItsEnd(t *testing.T) {
	o := &object{t: t, b: zipped(t, 3, make([]byte, 100_000))}
	want(t, "small table", o.load("a.zip", 60), "ZIP, 3 entries · \n100.0 KB  2026-11-03  folder/file 0000\n100.0 KB  2026-11-03  folder/file 0001\n100.0 KB  2026-11-03  folder/file 0002")
	if o.requests != 2 || o.read > tailBytes+4 {
		t.Errorf("%d requests for %d bytes", o.requests, o.read)
	}
	o = &object{t: t, b: zipped(t, 5000, []byte("x"))}
	got := o.load("a.zip", 60)
	if o.requests != 3 || !strings.HasPrefix(got, "ZIP, 5,000 entries · the first ") || !strings.Contains(got, "file 0000") {
		t.Errorf("%d requests: %s", o.requests, got)
	}
	o = &object{t: t, b: zipped(t, 2, []byte("x"))}
	if got := o.load("a.bin", 30); o.requests != 1 || !strings.Contains(got, "folder/file 0001") {
		t.Errorf("%d requests: %s", o.requests, got)
	}
	o = &object{t: t, b: []byte(strings.Repeat("no zip\n", 20_000))}
	if got := o.load("a.zip", 30); !strings.HasPrefix(got, "Text · the first") {
		t.Error(got)
	}
}

// wide makes a ZIP64 of a ZIP, as those are that are larger than 4 GiB or have more than 65,535 entries.
func wideZip(b []byte, locator int64) []byte {
	end := b[len(b)-endLen:]
	record := make([]byte, end64Len)
	copy(record, "PK\x06\x06")
	binary.LittleEndian.PutUint64(record[32:], uint64(le.Uint16(end[10:])))
	binary.LittleEndian.PutUint64(record[40:], uint64(le.Uint32(end[12:])))
	binary.LittleEndian.PutUint64(record[48:], uint64(le.Uint32(end[16:])))
	at := int64(len(b) - endLen)
	if locator != 0 {
		at = locator
	}
	loc := make([]byte, locatorLen)
	copy(loc, "PK\x06\x07")
	binary.LittleEndian.PutUint64(loc[8:], uint64(at))
	last := bytes.Clone(end)
	copy(last[10:], "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")
	return bytes.Join([][]byte{b[:len(b)-endLen], record, loc, last}, nil)
}

func TestZIP64IsRead(t *testing.T) {
	o := &object{t: t, b: wideZip(zipped(t, 3, make([]byte, 50_000)), 0)}
	if got := o.load("a.zip", 60); !strings.HasPrefix(got, "ZIP, 3 entries") || !strings.Contains(got, "file 0002") {
		t.Error(got)
	}
}

func TestHostileArchivesAreBounded(t *testing.T) {
	b := zipped(t, 3, make([]byte, 50_000))
	for _, at := range []int64{1, -1, 1 << 62, int64(len(b)), 3} {
		o := &object{t: t, b: wideZip(b, at)}
		o.load("a.zip", 60)
	}
	for i := range endLen {
		evil := bytes.Clone(b)
		evil[len(b)-endLen+i] ^= 0xff
		(&object{t: t, b: evil}).load("a.zip", 60)
	}
	evil := bytes.ReplaceAll(b, []byte("folder/"), []byte("\x1b]0;x\x07\xff"))
	if got := (&object{t: t, b: evil}).load("a.zip", 60); !strings.Contains(got, `\x1b]0;x\x07\xff`) {
		t.Error(got)
	}
}

func tarred(t testing.TB, entries, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := range entries {
		h := &tar.Header{Name: fmt.Sprintf("file-%03d", i), Size: int64(size), ModTime: day, Mode: 0o600, Typeflag: tar.TypeReg}
		if i == 0 {
			h.Name, h.Size, h.Typeflag = "dir\x1b[2J/", 0, tar.TypeDir
		}
		err := w.WriteHeader(h)
		if err == nil && i > 0 {
			_, err = w.Write(make([]byte, size))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestATarIsListedByItsHeaders(t *testing.T) {
	o := &object{t: t, b: tarred(t, 8, 1<<20)}
	got := o.load("a.tar", 60)
	if !strings.HasPrefix(got, "tar, 8 entries · \n       –  2026-11-03  dir\\x1b[2J/\n  1.0 MB  2026-11-03  file-001\n") || !strings.HasSuffix(got, "file-007") {
		t.Error(got)
	}
	if o.requests > 9 {
		t.Errorf("%d requests", o.requests)
	}
	o = &object{t: t, b: tarred(t, 60, 1<<19)}
	if got = o.load("a.tar", 30); o.requests != 1+tarRequests || !strings.HasPrefix(got, "tar · the first ") {
		t.Errorf("%d requests: %s", o.requests, got)
	}
	o = &object{t: t, b: tarred(t, 200, 10)}
	if got = o.load("a.tar", 30); !strings.HasPrefix(got, "tar · the first 50 entries") {
		t.Errorf("%d requests: %s", o.requests, got)
	}
}

func packed(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWhatIsPackedIsLookedInto(t *testing.T) {
	for _, x := range []struct{ name, body, begins string }{
		{"a.json.gz", `{"a":1}`, "JSON, gzip · unpacked\n{\"a\": 1}"},
		{"a.csv.gz", "a,b\n1,2\n", "CSV, gzip · unpacked\na  b"},
		{"a.log.gz", strings.Repeat("line\n", 1<<20), "Text, gzip · the first 65.5 KB, unpacked\nline"},
		{"a.tgz", string(tarred(t, 3, 10)), "tar, 3 entries, gzip · unpacked\n"},
		{"a.gz", string(packed(t, []byte("x"))), "application/gzip, gzip · unpacked\n000000  1f 8b"},
	} {
		got := (&object{t: t, b: packed(t, []byte(x.body))}).load(x.name, 60)
		if !strings.HasPrefix(got, x.begins) {
			t.Errorf("%s: %.200s", x.name, got)
		}
	}
	bomb := packed(t, make([]byte, 64<<20))
	if got := (&object{t: t, b: bomb}).load("a.gz", 60); !strings.HasPrefix(got, "Bytes, gzip · the first ") {
		t.Errorf("%.200s", got)
	}
	if got := (&object{t: t, b: []byte("\x1f\x8bnothing")}).load("a.gz", 60); !strings.HasPrefix(got, "gzip · \n000000  1f 8b") {
		t.Errorf("%.200s", got)
	}
}
