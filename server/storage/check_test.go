package storage

import (
	"errors"
	"strings"
	"sync"
	"testing"
)

func TestARefusedCheckChangesNothing(t *testing.T) {
	f := setUp(t)
	f.put("k", long("old"))
	no := errors.New("no")
	refuse := func(*Object) error { return no }
	s := f.stage(long("new"))
	_, put := f.Put(f.ctx, "s", "k", s, Attrs{}, Checksum{}, refuse)
	s.Discard()
	_, del := f.Delete(f.ctx, "s", "k", refuse)
	_, src := f.Copy(f.ctx, "s", "k", "s", "l", CopyOptions{Source: refuse})
	_, dst := f.Copy(f.ctx, "s", "k", "s", "l", CopyOptions{Dest: refuse})
	_, ren := f.Rename(f.ctx, "s", "k", "l", refuse, nil)
	_, ren2 := f.Rename(f.ctx, "s", "k", "l", nil, refuse)
	for i, err := range []error{put, del, src, dst, ren, ren2} {
		if err != no {
			t.Errorf("%d: %v", i, err)
		}
	}
	if f.read("s", "k") != long("old") || len(blobFiles(t, f.fs)) != 1 {
		t.Error("something changed")
	}
	_, err := f.Put(f.ctx, "s", "k", f.stage("x"), Attrs{}, Checksum{}, func(cur *Object) error {
		if cur == nil || cur.Size != 300 {
			t.Errorf("the check saw %+v", cur)
		}
		return nil
	})
	f.must(err)
}

func TestOneOfManyRacersWinsAKeyThatMustNotExist(t *testing.T) {
	f := setUp(t)
	taken := errors.New("taken")
	var wg sync.WaitGroup
	errs := make([]error, 64)
	for i := range errs {
		s := f.stage(strings.Repeat(string(rune('0'+i)), 5+i))
		wg.Go(func() {
			_, errs[i] = f.Put(f.ctx, "s", "k", s, Attrs{}, Checksum{}, func(cur *Object) error {
				if cur != nil {
					return taken
				}
				return nil
			})
			s.Discard()
		})
	}
	wg.Wait()
	winner := -1
	for i, err := range errs {
		if err == nil && winner >= 0 || err != nil && err != taken {
			t.Errorf("racer %d: %v, winner %d", i, err, winner)
		}
		if err == nil {
			winner = i
		}
	}
	if winner < 0 || f.read("s", "k") != strings.Repeat(string(rune('0'+winner)), 5+winner) {
		t.Errorf("winner %d", winner)
	}
	sp, _ := f.Space("s")
	if sp.Objects != 1 || sp.Bytes != int64(5+winner) {
		t.Errorf("counters: %+v", sp)
	}
}

func TestReadersSeeWholeObjectsDuringOverwrites(t *testing.T) {
	f := setUp(t)
	bodies := []string{"aaaa", long("b"), strings.Repeat("c", 333), "dd"}
	f.put("k", bodies[0])
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for {
				body, err := readAll(f.ctx, f.Engine, "s", "k")
				if err != nil || strings.Trim(body, body[:1]) != "" || (len(body) != 4 && len(body) != 100 && len(body) != 333 && len(body) != 2) {
					t.Errorf("%.20q (%d): %v", body, len(body), err)
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for w := range 3 {
		writers.Go(func() {
			for i := range 150 {
				f.put("k", bodies[(i+w)%len(bodies)])
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	_, err := f.Delete(f.ctx, "s", "k", nil)
	f.must(err)
	f.nothingLeft()
}
