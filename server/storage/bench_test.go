package storage

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// setUpDisk is an engine on a real disk, with the options of a server.
func setUpDisk(b *testing.B) *fixture {
	e, err := Open(filepath.Join(b.TempDir(), "data"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := e.Close(); err != nil {
			b.Error(err)
		}
	})
	f := &fixture{b, e, context.Background()}
	f.must(e.CreateSpace(Space{Name: "s"}))
	return f
}

var kib4 = bytes.Repeat([]byte("0123456789abcdef"), 256)

func (f *fixture) put4k(key string) error {
	s, err := f.Stage(f.ctx, bytes.NewReader(kib4), StageOptions{Size: int64(len(kib4))})
	if err == nil {
		_, err = f.Put(f.ctx, "s", key, s, Attrs{Headers: map[string]string{"Content-Type": "text/plain"}}, Checksum{}, nil)
	}
	return err
}

// fill puts n empty objects, quickly: many in one commit.
func (f *fixture) fill(n int, key func(int) string) {
	f.t.Helper()
	st, err := f.find("s")
	f.must(err)
	for i := 0; i < n; {
		t := f.begin()
		for ; i < n; i++ {
			seq, err := f.nextSeq()
			f.must(err)
			o := Object{Key: key(i), Seq: seq, Size: 0, Modified: start, Attrs: Attrs{Headers: map[string]string{"Content-Type": "text/plain"}},
				Checksum: Checksum{"CRC64NVME", "FULL_OBJECT", "AAAAAAAAAAA="}}
			t.replace(st, nil, &o)
			if t.b.Len() > 2<<20 {
				i++
				break
			}
		}
		f.must(t.commit(f.ctx, &held{}))
	}
}

// clients runs b.N calls by so many goroutines.
func clients(b *testing.B, n int, do func(i int) error) {
	var wg sync.WaitGroup
	var next atomic.Int64
	b.ResetTimer()
	for range n {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := do(int(i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
}

func BenchmarkPut4KiB(b *testing.B) {
	for _, n := range []int{1, 16} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			f := setUpDisk(b)
			clients(b, n, func(i int) error { return f.put4k(fmt.Sprintf("%08d", i)) })
		})
	}
}

// BenchmarkMark is what a sync of the log costs in addition: one for all that wait for it.
func BenchmarkMark(b *testing.B) {
	f := setUpDisk(b)
	f.must(f.put4k("k"))
	n := markName{markLog, f.marks.last.Load().num}
	b.ReportAllocs()
	for end := int64(1 << 30); b.Loop(); end++ {
		f.marks.advance(n, end)
	}
}

func BenchmarkPut1MiB(b *testing.B) {
	f := setUpDisk(b)
	body := bytes.Repeat(kib4, 256)
	b.SetBytes(1 << 20)
	clients(b, 16, func(i int) error {
		s, err := f.Stage(f.ctx, bytes.NewReader(body), StageOptions{Size: 1 << 20})
		if err == nil {
			_, err = f.Put(f.ctx, "s", fmt.Sprintf("%08d", i%256), s, Attrs{}, Checksum{}, nil)
		}
		return err
	})
}

func BenchmarkGet4KiB(b *testing.B) {
	f := setUpDisk(b)
	for i := range 2000 {
		f.must(f.put4k(fmt.Sprint(i)))
	}
	clients(b, 16, func(i int) error {
		o, body, err := f.Get(f.ctx, "s", fmt.Sprint(i%2000))
		if err != nil {
			return err
		}
		defer body.Close()
		_, err = body.Range(0, o.Size).(io.WriterTo).WriteTo(io.Discard)
		return err
	})
}

func BenchmarkHead(b *testing.B) {
	f := setUpDisk(b)
	f.fill(100_000, func(i int) string { return fmt.Sprintf("%08d", i) })
	f.must(f.db.Flush())
	clients(b, 16, func(i int) error { _, err := f.Head("s", fmt.Sprintf("%08d", i*7919%100_000)); return err })
}

func BenchmarkListPageOfAMillion(b *testing.B) {
	if testing.Short() {
		b.Skip("a million objects")
	}
	f := setUpDisk(b)
	f.fill(1_000_000, func(i int) string { return fmt.Sprintf("folder-%03d/object-%08d", i/1000, i) })
	f.must(f.db.Flush())
	for name, q := range map[string]ListQuery{"first": {}, "middle": {After: "folder-500/object-00500123"}} {
		b.Run(name, func(b *testing.B) {
			q.Max = 1000
			b.ReportAllocs()
			for b.Loop() {
				rows, _, err := f.List(f.ctx, "s", q)
				if len(rows) != 1000 || err != nil {
					b.Fatal(len(rows), err)
				}
			}
			b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "keys/s")
		})
	}
	b.Run("folders", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			rows, _, err := f.List(f.ctx, "s", ListQuery{Delimiter: "/", Max: 1000})
			if len(rows) != 1000 || err != nil {
				b.Fatal(len(rows), err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lists/s")
	})
	b.Run("open", func(b *testing.B) {
		defer func() { f.must(f.Close()) }()
		for b.Loop() {
			f.must(f.Close())
			e, err := Open(f.dir, Options{})
			f.must(err)
			f.Engine = e
		}
	})
}

func BenchmarkDeleteMany(b *testing.B) {
	f := setUpDisk(b)
	n := 0
	for b.Loop() {
		b.StopTimer()
		keys := make([]string, 1000)
		for i := range keys {
			n++
			keys[i] = fmt.Sprintf("%010d", n)
		}
		f.fill(1000, func(i int) string { return keys[i] })
		b.StartTimer()
		if _, err := f.DeleteMany(f.ctx, "s", keys); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "keys/s")
}

func BenchmarkCopy4KiB(b *testing.B) {
	f := setUpDisk(b)
	for i := range 1000 {
		f.must(f.put4k(fmt.Sprint(i)))
	}
	clients(b, 16, func(i int) error {
		_, err := f.Copy(f.ctx, "s", fmt.Sprint(i%1000), "s", fmt.Sprintf("copy-%d", i), CopyOptions{})
		return err
	})
}

func BenchmarkRename(b *testing.B) {
	f := setUpDisk(b)
	f.fill(b.N, func(i int) string { return fmt.Sprint(i) })
	clients(b, 16, func(i int) error {
		_, err := f.Rename(f.ctx, "s", fmt.Sprint(i-1), fmt.Sprintf("new-%d", i), nil, nil)
		return err
	})
}

// endless repeats a block.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], kib4)
	}
	return n, nil
}

// BenchmarkOneGiB is with the checksums of blocks, which the program always has,
// and without, where it says so.
func BenchmarkOneGiB(b *testing.B) {
	if testing.Short() {
		b.Skip("a GiB")
	}
	oneGiB(b, false)
	b.Run("unverified", func(b *testing.B) { oneGiB(b, true) })
}

func oneGiB(b *testing.B, unverified bool) {
	const size = 1 << 30
	f := setUpDisk(b)
	f.o.unverified = unverified
	put := func() {
		s, err := f.Stage(f.ctx, io.LimitReader(endless{}, size), StageOptions{Size: size})
		f.must(err)
		_, err = f.Put(f.ctx, "s", "k", s, Attrs{}, Checksum{}, nil)
		f.must(err)
	}
	b.Run("put", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			put()
		}
	})
	b.Run("get", func(b *testing.B) {
		put()
		b.SetBytes(size)
		b.ResetTimer()
		for range b.N {
			o, body, err := f.Get(f.ctx, "s", "k")
			f.must(err)
			_, err = body.Range(0, o.Size).(io.WriterTo).WriteTo(struct{ io.Writer }{io.Discard})
			f.must(err)
			f.must(body.Close())
		}
	})
	if unverified {
		return
	}
	b.Run("copy", func(b *testing.B) {
		put()
		b.ResetTimer()
		for i := range b.N {
			_, err := f.Copy(f.ctx, "s", "k", "s", strings.Repeat("k", i%9+2), CopyOptions{})
			f.must(err)
		}
	})
	b.Run("rename", func(b *testing.B) {
		put()
		b.ResetTimer()
		for i := range b.N {
			_, err := f.Rename(f.ctx, "s", renamed(i), renamed(i+1), nil, nil)
			f.must(err)
		}
		b.StopTimer()
		_, err := f.Rename(f.ctx, "s", renamed(b.N), renamed(0), nil, nil)
		f.must(err)
	})
}

// renamed is the name of the object "k" after n renames.
func renamed(n int) string {
	if n == 0 {
		return "k"
	}
	return fmt.Sprint("renamed ", n)
}

// BenchmarkComplete1000Parts completes uploads of 1,000 parts; putting the
// parts there is not measured.
func BenchmarkComplete1000Parts(b *testing.B) {
	f := setUpDisk(b)
	f.o.minPart = 1
	for i := range b.N {
		b.StopTimer()
		u, err := f.CreateUpload(f.ctx, "s", fmt.Sprint(i), Attrs{}, "", "")
		f.must(err)
		named := make([]CompletePart, 1000)
		for n := range named {
			s, err := f.Stage(f.ctx, bytes.NewReader(kib4), StageOptions{Size: int64(len(kib4))})
			f.must(err)
			p, err := f.PutPart(f.ctx, "s", u.Key, u.ID, n+1, s, Checksum{"CRC64NVME", "FULL_OBJECT", "AAAAAAAAAAA="})
			f.must(err)
			named[n] = CompletePart{Number: n + 1, ETag: p.ETag}
		}
		b.StartTimer()
		_, err = f.Complete(f.ctx, "s", u.Key, u.ID, named, nil, nil)
		f.must(err)
	}
}

// BenchmarkUpkeep is fsck and scrub of a GiB in blobs of 1 MiB, and of a million objects of 100 bytes.
func BenchmarkUpkeep(b *testing.B) {
	if testing.Short() {
		b.Skip("a GiB, and a million objects")
	}
	for name, fill := range map[string]func(*fixture){
		"GiB": func(f *fixture) {
			for i := range 1024 {
				s, err := f.Stage(f.ctx, io.LimitReader(endless{}, 1<<20), StageOptions{Size: 1 << 20})
				f.must(err)
				_, err = f.Put(f.ctx, "s", fmt.Sprint(i), s, Attrs{}, Checksum{}, nil)
				f.must(err)
			}
		},
		"million": func(f *fixture) { f.fillBodies(1_000_000, kib4[:100]) },
	} {
		dir := filepath.Join(b.TempDir(), "data")
		e, err := Open(dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		f := &fixture{b, e, context.Background()}
		f.must(e.CreateSpace(Space{Name: "s"}))
		fill(f)
		f.must(e.Close())
		b.Run(name+"/fsck", func(b *testing.B) {
			for b.Loop() {
				rep, err := Fsck(f.ctx, dir, Options{})
				if err != nil || len(rep.Findings) > 0 {
					b.Fatal(rep, err)
				}
			}
		})
		b.Run(name+"/scrub", func(b *testing.B) {
			for b.Loop() {
				rep, err := Scrub(f.ctx, dir, Options{}, ScrubOptions{})
				if err != nil || len(rep.Findings) > 0 {
					b.Fatal(rep, err)
				}
			}
		})
	}
}

// fillBodies is fill with a small body for each.
func (f *fixture) fillBodies(n int, body []byte) {
	f.t.Helper()
	st, err := f.find("s")
	f.must(err)
	for i := 0; i < n; {
		t := f.begin()
		for ; i < n && t.b.Len() < 2<<20; i++ {
			seq, err := f.nextSeq()
			f.must(err)
			o := Object{Key: fmt.Sprintf("folder-%03d/object-%08d", i/1000, i), Seq: seq, Size: int64(len(body)), Modified: start, body: ref{kindInline, seq}}
			t.set(o.body.key(), appendInline(nil, body))
			t.replace(st, nil, &o)
		}
		f.must(t.commit(f.ctx, &held{}))
	}
}
