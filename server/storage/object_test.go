package storage

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"maps"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/cockroachdb/pebble/v2/vfs"
)

func TestABodyComesBackAsItWasPut(t *testing.T) {
	f := setUp(t)
	for _, size := range []int{0, 1, 7, 8, 9, 15, 16, 17, 24, 25, 100, 1000} {
		body := strings.Repeat("0123456789abcde\n", 64)[:size]
		o := f.put("k", body)
		sum := md5.Sum([]byte(body))
		if want := hex.EncodeToString(sum[:]); o.ETag != want || o.Size != int64(size) {
			t.Errorf("size %d: ETag %s, size %d", size, o.ETag, o.Size)
		}
		if got := f.read("s", "k"); got != body {
			t.Errorf("size %d: read %q", size, got)
		}
	}
	if _, err := f.Delete(f.ctx, "s", "k", nil); err != nil {
		t.Fatal(err)
	}
	f.nothingLeft()
}

func TestARangeIsExactlyThatRange(t *testing.T) {
	f := setUp(t)
	for _, body := range []string{"0123456789", strings.Repeat("0123456789", 5)} {
		f.put("k", body)
		_, b, err := f.Get(f.ctx, "s", "k")
		f.must(err)
		for off := 0; off <= len(body); off++ {
			for n := 0; n <= len(body)-off+1; n++ {
				p, err := io.ReadAll(iotest.OneByteReader(b.Range(int64(off), int64(n))))
				if want := body[off:min(off+n, len(body))]; err != nil || string(p) != want {
					t.Fatalf("[%d,+%d): %q, %v; want %q", off, n, p, err, want)
				}
			}
		}
		f.must(b.Close())
		if _, err := io.ReadAll(b.Range(0, 20)); len(body) > 16 && !errors.Is(err, ErrClosed) {
			t.Errorf("a closed body reads: %v", err)
		}
	}
}

func TestAttributesAndChecksumsAreKept(t *testing.T) {
	f := setUp(t)
	a := Attrs{Headers: map[string]string{"Content-Type": "text/plain"}, Meta: map[string]string{"a": "b", "ü": ""},
		Tags: map[string]string{"t": "1"}, ACL: PublicRead, Class: "GLACIER"}
	sum := Checksum{"CRC32C", "FULL_OBJECT", "AAAAAA=="}
	_, err := f.Put(f.ctx, "s", "k", f.stage("x"), a, sum, nil)
	f.must(err)
	o, err := f.Head("s", "k")
	f.must(err)
	if !maps.Equal(o.Headers, a.Headers) || !maps.Equal(o.Meta, a.Meta) || !maps.Equal(o.Tags, a.Tags) ||
		o.ACL != a.ACL || o.Class != a.Class || o.Checksum != sum || !o.Modified.Equal(start) || o.Key != "k" {
		t.Errorf("head: %+v", o)
	}
	changed, err := f.UpdateAttrs(f.ctx, "s", "k", func(o *Object) error {
		o.ACL, o.Tags, o.Size, o.ETag = Private, nil, 99, "no"
		return nil
	})
	f.must(err)
	if changed.ACL != Private || changed.Tags != nil || changed.Size != 1 || changed.ETag != o.ETag || changed.Seq != o.Seq {
		t.Errorf("update: %+v", changed)
	}
	refused := errors.New("no")
	if _, err := f.UpdateAttrs(f.ctx, "s", "k", func(o *Object) error { o.ACL = PublicRead; return refused }); err != refused {
		t.Errorf("update: %v", err)
	}
	if o, _ := f.Head("s", "k"); o.ACL != Private || o.Meta["a"] != "b" {
		t.Errorf("head: %+v", o)
	}
}

func TestWhatIsNotThereIsNamed(t *testing.T) {
	f := setUp(t)
	_, head := f.Head("s", "k")
	_, headSpace := f.Head("no", "k")
	_, _, get := f.Get(f.ctx, "s", "k")
	_, put := f.Put(f.ctx, "no", "k", f.stage(long("x")), Attrs{}, Checksum{}, nil)
	_, cp := f.Copy(f.ctx, "s", "k", "s", "l", CopyOptions{})
	_, cpSpace := f.Copy(f.ctx, "s", "k", "no", "l", CopyOptions{})
	_, ren := f.Rename(f.ctx, "s", "k", "l", nil, nil)
	_, same := f.Rename(f.ctx, "s", "k", "k", nil, nil)
	_, upd := f.UpdateAttrs(f.ctx, "s", "k", func(*Object) error { return nil })
	_, _, list := f.List(f.ctx, "no", ListQuery{Max: 1})
	_, many := f.DeleteMany(f.ctx, "no", []string{"k"})
	for name, c := range map[string]struct{ got, want error }{
		"head": {head, ErrNoKey}, "head space": {headSpace, ErrNoSpace}, "get": {get, ErrNoKey}, "put": {put, ErrNoSpace},
		"copy": {cp, ErrNoKey}, "copy space": {cpSpace, ErrNoSpace}, "rename": {ren, ErrNoKey}, "same": {same, ErrSameKey},
		"update": {upd, ErrNoKey}, "list": {list, ErrNoSpace}, "many": {many, ErrNoSpace},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
	if gone, err := f.Delete(f.ctx, "s", "k", nil); gone.Existed || err != nil {
		t.Errorf("delete: %v %v", gone, err)
	}
}

func TestABodyThatIsNotWhatWasDeclaredLeavesNothing(t *testing.T) {
	fs := vfs.NewMem()
	f := setUpAt(t, fs)
	broken := errors.New("the line is cut")
	for name, c := range map[string]struct {
		r    io.Reader
		o    StageOptions
		want error
	}{
		"short":        {strings.NewReader("abc"), StageOptions{Size: 4}, ErrShort},
		"short blob":   {strings.NewReader(long("a")), StageOptions{Size: 101}, ErrShort},
		"longer":       {strings.NewReader("abc"), StageOptions{Size: 2}, ErrTooLarge},
		"longer blob":  {strings.NewReader(long("a")), StageOptions{Size: 99}, ErrTooLarge},
		"not allowed":  {strings.NewReader(long("a")), StageOptions{Size: 100, Max: 99}, ErrTooLarge},
		"over the max": {strings.NewReader(long("a")), StageOptions{Size: -1, Max: 99}, ErrTooLarge},
		"cut":          {io.MultiReader(strings.NewReader(long("a")), iotest.ErrReader(broken)), StageOptions{Size: -1}, broken},
		"cut at once":  {iotest.ErrReader(broken), StageOptions{Size: -1}, broken},
	} {
		if _, err := f.Stage(f.ctx, c.r, c.o); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	if _, err := f.Stage(ctx, strings.NewReader("x"), StageOptions{Size: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	s := f.stage(long("b"))
	s.Discard()
	s.Discard()
	if _, err := f.Put(f.ctx, "s", "k", s, Attrs{}, Checksum{}, nil); err == nil {
		t.Error("a discarded body was put")
	}
	f.nothingLeft()
}

func TestEveryHashIsFedTheWholeBody(t *testing.T) {
	f := setUp(t)
	for _, body := range []string{"", "short", long("a"), strings.Repeat("xyz", 5000)} {
		h := sha256.New()
		s, err := f.Stage(f.ctx, iotest.HalfReader(strings.NewReader(body)), StageOptions{Size: int64(len(body)), Hashes: []hash.Hash{h, md5.New()}})
		f.must(err)
		if want := sha256.Sum256([]byte(body)); string(h.Sum(nil)) != string(want[:]) {
			t.Errorf("SHA-256 of %d bytes is wrong", len(body))
		}
		if s.MD5 != md5.Sum([]byte(body)) {
			t.Errorf("MD5 of %d bytes is wrong", len(body))
		}
		s.Discard()
	}
}

func TestAnOpenBodyOutlivesItsObject(t *testing.T) {
	f := setUp(t)
	for name, lose := range map[string]func(){
		"delete":    func() { _, err := f.Delete(f.ctx, "s", "k", nil); f.must(err) },
		"overwrite": func() { f.put("k", "other") },
		"rename":    func() { _, err := f.Rename(f.ctx, "s", "k", "moved", nil, nil); f.must(err) },
	} {
		for _, body := range []string{"small", long("large")} {
			f.put("k", body)
			o, b, err := f.Get(f.ctx, "s", "k")
			f.must(err)
			lose()
			f.must(f.gc.collect())
			if p, err := io.ReadAll(b.Range(0, o.Size)); err != nil || string(p) != body {
				t.Errorf("%s: %q, %v", name, p, err)
			}
			f.must(b.Close())
		}
	}
	_, err := f.DeleteMany(f.ctx, "s", []string{"k", "moved"})
	f.must(err)
	f.nothingLeft()
}

func TestCopiesShareABodyThatGoesWithTheLastOfThem(t *testing.T) {
	for _, body := range []string{"", "small", long("large")} {
		f := setUp(t)
		f.must(f.CreateSpace(Space{Name: "other"}))
		src := f.put("a", body)
		_, err := f.Copy(f.ctx, "s", "a", "other", "b", CopyOptions{})
		f.must(err)
		_, err = f.Copy(f.ctx, "other", "b", "s", "c", CopyOptions{Attrs: func(Object) (Attrs, error) {
			return Attrs{Meta: map[string]string{"x": "y"}}, nil
		}})
		f.must(err)
		_, err = f.Copy(f.ctx, "s", "c", "s", "c", CopyOptions{Sum: &Checksum{"SHA1", "FULL_OBJECT", "x"}})
		f.must(err)
		if n := len(blobFiles(t, f.fs)); n > 1 {
			t.Errorf("%d files", n)
		}
		c, err := f.Head("s", "c")
		f.must(err)
		if c.Meta["x"] != "y" || c.ETag != src.ETag || c.Seq <= src.Seq || c.Checksum.Algorithm != "SHA1" {
			t.Errorf("copy: %+v", c)
		}
		for _, gone := range [][2]string{{"s", "a"}, {"other", "b"}} {
			_, err = f.Delete(f.ctx, gone[0], gone[1], nil)
			f.must(err)
			f.must(f.gc.collect())
			if got := f.read("s", "c"); got != body {
				t.Errorf("after delete of %v: %q", gone, got)
			}
		}
		sp, _ := f.Space("s")
		if sp.Objects != 1 || sp.Bytes != int64(len(body)) {
			t.Errorf("counters: %+v", sp)
		}
		_, err = f.Delete(f.ctx, "s", "c", nil)
		f.must(err)
		f.nothingLeft()
	}
}

func TestRenameMovesAllOfAnObject(t *testing.T) {
	f := setUp(t)
	f.put("to", long("old"))
	_, err := f.Put(f.ctx, "s", "from", f.stage(long("new")), Attrs{Meta: map[string]string{"m": "1"}, ACL: PublicRead}, Checksum{}, nil)
	f.must(err)
	_, err = f.Rename(f.ctx, "s", "from", "to", nil, nil)
	f.must(err)
	o, err := f.Head("s", "to")
	f.must(err)
	if o.Meta["m"] != "1" || o.ACL != PublicRead || f.read("s", "to") != long("new") {
		t.Errorf("renamed: %+v", o)
	}
	if _, err := f.Head("s", "from"); !errors.Is(err, ErrNoKey) {
		t.Errorf("source: %v", err)
	}
	f.must(f.gc.collect())
	if sp, _ := f.Space("s"); sp.Objects != 1 || sp.Bytes != 300 || len(blobFiles(t, f.fs)) != 1 {
		t.Errorf("counters: %+v", sp)
	}
}

func TestDeleteManyDeletesWhatIsThere(t *testing.T) {
	f := setUp(t)
	for _, k := range []string{"a", "b", "c", "keep"} {
		f.put(k, long(k))
	}
	_, err := f.Copy(f.ctx, "s", "a", "s", "a2", CopyOptions{})
	f.must(err)
	errs, err := f.DeleteMany(f.ctx, "s", []string{"a", "missing", "b", "a2", "b", "c"})
	f.must(err)
	if len(errs) != 6 || errors.Join(errs...) != nil {
		t.Errorf("errors: %v", errs)
	}
	rows, _, err := f.List(f.ctx, "s", ListQuery{Max: 10})
	f.must(err)
	if len(rows) != 1 || rows[0].Key != "keep" {
		t.Errorf("left: %+v", rows)
	}
	f.must(f.gc.collect())
	if sp, _ := f.Space("s"); sp.Objects != 1 || sp.Bytes != 400 || len(blobFiles(t, f.fs)) != 1 {
		t.Errorf("counters: %+v, files %v", sp, blobFiles(t, f.fs))
	}
}
