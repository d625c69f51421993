package job

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// archiveOf makes an archive as archive/zip does: what it compresses is followed by descriptors.
func archiveOf(t *testing.T, out io.Writer, members ...zip.FileHeader) {
	t.Helper()
	w := zip.NewWriter(out)
	for i := range members {
		m, err := w.CreateHeader(&members[i])
		if err == nil && members[i].Comment != "" {
			_, err = io.WriteString(m, members[i].Comment)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func small(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	archiveOf(t, &b, zip.FileHeader{Name: "a", Comment: "content of a"}, zip.FileHeader{Name: "folder/"},
		zip.FileHeader{Name: "folder/ü", Comment: "of what is compressed", Method: zip.Deflate}, zip.FileHeader{Name: "empty"})
	return b.Bytes()
}

func readBytes(b []byte) error {
	return readZip(context.Background(), bytes.NewReader(b), int64(len(b)))
}

func TestNothingButAWholeArchiveIsOne(t *testing.T) {
	b := small(t)
	if err := readBytes(b); err != nil {
		t.Fatal(err)
	}
	for n := range b {
		if err := readBytes(b[:n]); !errors.Is(err, errArchive) {
			t.Errorf("cut at %d of %d: %v", n, len(b), err)
		}
		if err := readBytes(append(bytes.Clone(b[:n]), b[n+1:]...)); !errors.Is(err, errArchive) {
			t.Errorf("without byte %d: %v", n, err)
		}
	}
	other := bytes.Replace(b, []byte("content of a"), []byte("content of A"), 1)
	named := bytes.Replace(b, []byte("folder/ü"), []byte("folder/é"), 1)
	fewer := bytes.Clone(b)
	fewer[len(b)-endSize+8]--
	fewer[len(b)-endSize+10]--
	for name, b := range map[string][]byte{"other content": other, "other name": named, "other count": fewer, "more": append(bytes.Clone(b), 0),
		"two": append(bytes.Clone(b), b...), "before": append([]byte{0}, b...)} {
		if err := readBytes(b); !errors.Is(err, errArchive) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnArchiveWhosePlacesDoNotFitIsNone(t *testing.T) {
	b := small(t)
	refused := func(b []byte, at int) {
		t.Helper()
		g := bytes.Clone(b)
		g[at] ^= 1
		if err := readBytes(g); !errors.Is(err, errArchive) {
			t.Errorf("byte %d is another: %v", at, err)
		}
	}
	for at := range b {
		if !bytes.HasPrefix(b[at:], []byte("PK")) {
			continue
		}
		for n := range 4 { // which mark what follows
			refused(b, at+n)
		}
		for n := range 4 {
			switch string(b[at+2 : at+4]) {
			case "\x07\x08": // the checksum behind a body
				refused(b, at+4+n)
			case "\x01\x02": // where a member begins
				refused(b, at+42+n)
			}
		}
	}
}

// Whatever came in place of a byte, looking is over, and takes no more memory than what there is.
func TestAGarbledArchiveIsLookedAtInPeace(t *testing.T) {
	b := small(t)
	for n := range b {
		for _, x := range []byte{0, 0xff, b[n] ^ 1, b[n] ^ 0x80} {
			g := bytes.Clone(b)
			g[n] = x
			_ = readBytes(g)
		}
	}
}

func TestAnArchiveOfManyIsWhole(t *testing.T) {
	var b bytes.Buffer
	members := make([]zip.FileHeader, 70_000) // which the end of Zip64 counts
	for i := range members {
		members[i].Name = fmt.Sprint(i)
	}
	archiveOf(t, &b, members...)
	if err := readBytes(b.Bytes()); err != nil {
		t.Error(err)
	}
	if err := readBytes(b.Bytes()[:b.Len()-endSize]); !errors.Is(err, errArchive) {
		t.Error(err)
	}
	text := b.Bytes()
	for _, at := range []int{locatorSize, locatorSize + end64Size} { // the marks of Zip64
		text[len(text)-endSize-at]++
		if err := readBytes(text); !errors.Is(err, errArchive) {
			t.Error(err)
		}
		text[len(text)-endSize-at]--
	}
	text[len(text)-endSize-locatorSize-end64Size+32]--
	if err := readBytes(text); !errors.Is(err, errArchive) {
		t.Error(err)
	}
}

// holes is a file in which zeros take no room.
type holes struct{ *os.File }

func (h holes) Write(p []byte) (int, error) {
	if len(p) > 4<<10 && len(bytes.TrimLeft(p, "\x00")) == 0 {
		_, err := h.Seek(int64(len(p)), io.SeekCurrent)
		return len(p), err
	}
	return h.File.Write(p)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestAnArchiveOfMoreThan4GiBIsWhole(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 4 GiB of nothing")
	}
	f, err := os.Create(filepath.Join(t.TempDir(), "large.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := zip.NewWriter(holes{f})
	for name, size := range map[string]int64{"large": 4<<30 + 1, "other": 3} {
		m, err := w.CreateHeader(&zip.FileHeader{Name: name})
		if err == nil {
			_, err = io.CopyBuffer(struct{ io.Writer }{m}, io.LimitReader(zeros{}, size), make([]byte, 1<<20))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err == nil {
		err = checkZip(t.Context(), f, size)
	}
	if err != nil {
		t.Error(err)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := checkZip(canceled, f, size); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
