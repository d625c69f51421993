package storage

import (
	"bytes"
	"crypto/md5"
	"hash"
	"hash/crc32"
	"math/rand/v2"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// onDisk is a fixture on the disk, with blocks of the size that they have.
func onDisk(t *testing.T, fs vfs.FS) *fixture {
	t.Helper()
	f := &fixture{t: t, ctx: t.Context(), Engine: openOn(t, t.TempDir(), fs)}
	f.must(f.CreateSpace(Space{Name: "s"}))
	return f
}

func openOn(t *testing.T, dir string, fs vfs.FS) *Engine {
	e, err := Open(dir, Options{FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// storesWhole stores bodies of the sizes at which something changes, and wants each back, with its hashes.
func storesWhole(t *testing.T, f *fixture) {
	t.Helper()
	const unit = directUnit
	r := rand.New(rand.NewPCG(4, 5))
	for _, size := range []int{
		defaultBlock, defaultBlock + 1, defaultBlock + unit - 1, defaultBlock + unit, 2 * defaultBlock, 3*defaultBlock + 77,
		wholeSize - unit, wholeSize - 1, wholeSize, wholeSize + 1, wholeSize + defaultBlock,
	} {
		body := make([]byte, size)
		for i := range body {
			body[i] = byte(r.Uint32())
		}
		sum := crc32.NewIEEE()
		slow := md5.New()
		s, err := f.Stage(f.ctx, bytes.NewReader(body), StageOptions{Size: int64(size), Hashes: []hash.Hash{sum, slow}})
		f.must(err)
		if want := md5.Sum(body); s.Size != int64(size) || s.MD5 != want || !bytes.Equal(slow.Sum(nil), want[:]) || sum.Sum32() != crc32.ChecksumIEEE(body) {
			t.Errorf("%d bytes: hashes of something else", size)
		}
		_, err = f.Put(f.ctx, "s", "k", s, Attrs{}, Checksum{}, nil)
		f.must(err)
		if got := f.read("s", "k"); got != string(body) {
			t.Errorf("%d bytes: %d other bytes are read", size, len(got))
		}
	}
}

func TestABodyThatIsWrittenAtOnceIsReadAsItWasSent(t *testing.T) {
	storesWhole(t, onDisk(t, nil))
}

// A disk that takes no direct writes of this size, or of a file system that takes none, is written through the cache.
func TestADiskThatRefusesDirectWritesIsWrittenThroughTheCache(t *testing.T) {
	probe, err := osFS{vfs.Default}.Create(filepath.Join(t.TempDir(), "probe"), vfs.WriteCategoryUnspecified)
	if err != nil {
		t.Fatal(err)
	}
	if able := setDirect(probe, true); probe.Close() != nil || !able {
		t.Skip("NOT TESTED: the disk of this directory takes no direct writes at all")
	}
	var refused int
	fs, inj := failing(osFS{vfs.Default}, func(op errorfs.Op) error {
		if op.Kind == errorfs.OpFileWrite && bytes.Contains([]byte(op.Path), []byte("/blobs/")) {
			if refused++; refused%2 == 1 { // the next is the other way
				return syscall.EINVAL
			}
		}
		return nil
	})
	f := onDisk(t, fs)
	body := bytes.Repeat([]byte("body"), wholeSize/4)
	inj.armed.Store(true)
	s, err := f.Stage(f.ctx, bytes.NewReader(body), StageOptions{Size: wholeSize})
	inj.armed.Store(false)
	f.must(err)
	_, err = f.Put(f.ctx, "s", "k", s, Attrs{}, Checksum{}, nil)
	f.must(err)
	if got := f.read("s", "k"); got != string(body) || refused != 2 {
		t.Errorf("%d bytes, %d writes", len(got), refused)
	}
}

// What is refused or breaks off after it began has no file.
func TestABodyThatIsNotWholeLeavesNothing(t *testing.T) {
	f := onDisk(t, nil)
	body := make([]byte, wholeSize)
	for name, size := range map[string]int{"short": len(body), "long": len(body) - defaultBlock - 2} {
		if _, err := f.Stage(f.ctx, bytes.NewReader(body[:len(body)-1]), StageOptions{Size: int64(size)}); err == nil {
			t.Errorf("%s: it is staged", name)
		}
	}
	dirs, err := f.fs.List(f.path("blobs"))
	f.must(err)
	for _, dir := range dirs {
		if files, err := f.fs.List(f.blobDirPath(dir)); len(files) > 0 || err != nil {
			t.Errorf("there are %q, %v", files, err)
		}
	}
}
