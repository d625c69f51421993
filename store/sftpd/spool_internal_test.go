package sftpd

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
)

// TestASpoolReadsBackWhatWasWritten compares it with a slice, whatever is written where, cut and lengthened.
func TestASpoolReadsBackWhatWasWritten(t *testing.T) {
	s := spoolFor(t)
	r := rand.New(rand.NewPCG(1, 2))
	var want []byte
	grow := func(to int) { want = append(want, make([]byte, max(0, to-len(want)))...) }
	for range 2000 {
		off, p := r.IntN(5000), bytes.Repeat([]byte{byte(r.IntN(256))}, r.IntN(300))
		switch r.IntN(4) {
		case 0:
			if err := s.Truncate(int64(off)); err != nil {
				t.Fatal(err)
			}
			grow(off)
			want = want[:off]
		case 1:
			if _, err := s.WriteAt(p, s.Size()); err != nil {
				t.Fatal(err)
			}
			want = append(want, p...)
		default:
			before := bytes.Clone(p)
			if n, err := s.WriteAt(p, int64(off)); n != len(p) || err != nil || !bytes.Equal(p, before) {
				t.Fatal(n, err, "or what was written is another now")
			}
			grow(off + len(p))
			copy(want[off:], p)
		}
		from := r.IntN(len(want) + 1)
		got, err := io.ReadAll(io.NewSectionReader(s, int64(from), s.Size()-int64(from)))
		if err != nil || !bytes.Equal(got, want[from:]) {
			t.Fatalf("of %d bytes, those from %d on are others: %v", len(want), from, err)
		}
		want = want[:min(len(want), 20_000)]
		if err := s.Truncate(int64(len(want))); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsWrittenIsNotOnTheDiskAsItIs(t *testing.T) {
	s := spoolFor(t)
	secret := bytes.Repeat([]byte("secret"), 1000)
	if _, err := s.WriteAt(secret, 100_000); err != nil {
		t.Fatal(err)
	}
	disk, err := io.ReadAll(io.NewSectionReader(s.file, 0, s.Size()))
	if err != nil || len(disk) != 100_000+len(secret) {
		t.Fatal(len(disk), err)
	}
	if bytes.Contains(disk, []byte("secret")) || bytes.Contains(disk, make([]byte, 32)) {
		t.Error("the disk has it as it is")
	}
}

func TestASpoolTakesNoMoreThanAnObject(t *testing.T) {
	s := spoolFor(t)
	for _, off := range []int64{-2, largest, 1 << 62} {
		if n, err := s.WriteAt([]byte("xx"), off); n != 0 || !errors.Is(err, errTooLarge) {
			t.Errorf("at %d: %d, %v", off, n, err)
		}
		if err := s.Truncate(off + off/2); !errors.Is(err, errTooLarge) {
			t.Errorf("lengthened by half of %d: %v", off, err)
		}
	}
	if s.Size() != 0 {
		t.Errorf("%d bytes", s.Size())
	}
}

func spoolFor(t *testing.T) *spool {
	s, err := newSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestAFileKeepsNoMoreBlocksThanItsRequestsAreAbout(t *testing.T) {
	c := cache{blocks: map[spot]*block{}}
	for file := range 6 {
		r := &reader{}
		for i := range int64(20) {
			c.get(spot{r, i})
		}
		own := 0
		for _, at := range c.order {
			if at.r == r {
				own++
			}
		}
		if own != fileBlocks || len(c.order) > mostBlocks || len(c.order) != len(c.blocks) {
			t.Errorf("file %d has %d blocks, of %d in order and %d in all", file, own, len(c.order), len(c.blocks))
		}
	}
}
