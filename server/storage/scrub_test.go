package storage

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func places(findings []Finding) string {
	var words []string
	for _, f := range findings {
		words = append(words, fmt.Sprintf("%s/%s part %d at %d", f.Space, f.Key, f.Part, f.Offset))
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

func TestScrubNamesEveryPlaceThatIsDamaged(t *testing.T) {
	mem, f := household(t)
	defer f.Close()
	rep, err := f.Scrub(f.ctx, ScrubOptions{})
	f.must(err)
	if len(rep.Findings) != 0 || rep.Bodies != 5 {
		t.Fatalf("of what is whole it says %+v", rep)
	}
	flip := func(id uint64, at int) {
		data, err := mem.UnsafeGetFileDataBuffer(f.blobPath(id))
		f.must(err)
		data[at] ^= 4
	}
	m, _, err := f.manifest(f.bodyOf("parts"))
	f.must(err)
	ups, _, _, err := f.Uploads("s", UploadsQuery{Max: 1})
	f.must(err)
	parts, _, err := f.Parts("s", "unfinished", ups[0].ID, 0, 1)
	f.must(err)
	large := f.bodyOf("large").id
	for _, d := range []struct {
		do, undo func()
		want     string
	}{
		{func() { flip(large, 17) }, func() { flip(large, 17) }, "s/large part 0 at 16, s/shared part 0 at 16"},
		{func() { flip(large, 0); flip(large, 99) }, func() { flip(large, 0); flip(large, 99) },
			"s/large part 0 at 0, s/large part 0 at 96, s/shared part 0 at 0, s/shared part 0 at 96"},
		{func() { flip(m[1].ref.id, 9) }, func() { flip(m[1].ref.id, 9) }, "s/parts part 0 at 13"},
		{func() { flip(parts[0].body.id, 1) }, func() { flip(parts[0].body.id, 1) }, "s/unfinished part 7 at 0"},
		{func() { f.set(f.bodyOf("small").key(), []byte("1234tinx")) }, func() {}, "s/small part 0 at 0"},
	} {
		d.do()
		rep, err := f.Scrub(f.ctx, ScrubOptions{})
		f.must(err)
		if got := places(rep.Findings); got != d.want {
			t.Errorf("said %q, want %q", got, d.want)
		}
		d.undo()
	}
	f.must(mem.Remove(f.blobPath(large)))
	rep, err = f.Scrub(f.ctx, ScrubOptions{})
	f.must(err)
	if got, want := places(rep.Findings), "s/large part 0 at 0, s/shared part 0 at 0, s/small part 0 at 0"; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
	f.must(f.Close())
	off, err := Scrub(t.Context(), "data", smallParts(mem), ScrubOptions{})
	if err != nil || places(off.Findings) != places(rep.Findings) {
		t.Errorf("offline: %+v, %v", off, err)
	}
}

func TestScrubPassesByWhatIsDeletedMeanwhile(t *testing.T) {
	f := setUp(t)
	for i := range 700 {
		f.put(fmt.Sprintf("k%03d", i), long("x"))
	}
	pages := 0
	rep, err := f.Scrub(f.ctx, ScrubOptions{Progress: func(ScrubReport) {
		if pages++; pages == 2 { // within the blobs
			for i := range 700 {
				_, err := f.Delete(f.ctx, "s", fmt.Sprintf("k%03d", i), nil)
				f.must(err)
			}
			f.must(f.gc.collect())
		}
	}})
	if err != nil || len(rep.Findings) != 0 {
		t.Error(rep, err)
	}
}

func TestScrubKeepsToItsRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := setUp(t)
		for i := range 50 {
			f.put(fmt.Sprint(i), long("x"))
		}
		began := time.Now()
		rep, err := f.Scrub(f.ctx, ScrubOptions{Rate: 100})
		if took := time.Since(began); err != nil || rep.Bytes != 5000 || took < 48*time.Second || took > 52*time.Second {
			t.Error(took, rep, err)
		}
	})
}

func TestScrubEndsWithTheEngine(t *testing.T) {
	f := setUp(t)
	f.put("k", long("x"))
	f.must(f.Close())
	if _, err := f.Scrub(f.ctx, ScrubOptions{}); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

func TestAScrubInPartsSeesEverythingOnce(t *testing.T) {
	mem, f := household(t)
	large := f.bodyOf("large").id
	data, err := mem.UnsafeGetFileDataBuffer(f.blobPath(large))
	f.must(err)
	data[17] ^= 4
	whole, err := f.Scrub(f.ctx, ScrubOptions{})
	f.must(err)
	var bodies, bytes int64
	var findings []Finding
	parts := 0
	for next := []byte(nil); parts == 0 || next != nil; parts++ {
		if parts == 2 { // another process goes on
			f.must(f.Close())
			f.Engine, err = Open("data", smallParts(mem))
			f.must(err)
		}
		rep, err := f.Scrub(f.ctx, ScrubOptions{From: next, Most: 1})
		f.must(err)
		bodies, bytes, findings, next = bodies+rep.Bodies, bytes+rep.Bytes, append(findings, rep.Findings...), rep.Next
	}
	f.must(f.Close())
	if parts < 4 || bodies != whole.Bodies || bytes != whole.Bytes || places(findings) != places(whole.Findings) {
		t.Errorf("%d parts saw %d bodies of %d bytes and found %s; in one go it was %+v", parts, bodies, bytes, places(findings), whole)
	}
	if places(findings) == "" {
		t.Error("the damage was not found")
	}
}

func TestRecordsAreLookedAtWhileNobodyHasTheDirectory(t *testing.T) {
	mem, f := household(t)
	f.must(f.PutRecords("note", map[string][]byte{"a": []byte("1")}))
	look := func(e *Engine) error {
		if got, err := e.Records("note"); err != nil || string(got["a"]) != "1" {
			t.Errorf("the records are %q, %v", got, err)
		}
		return nil
	}
	f.must(f.Close())
	f.must(Look("data", smallParts(mem), look))
	e, err := Open("data", smallParts(mem))
	f.must(err)
	f.must(e.Close())
	if err := Look("nothing", smallParts(mem), look); !errors.Is(err, ErrNoData) {
		t.Errorf("a directory that is none: %v", err)
	}
	if _, err := mem.Stat("nothing"); err == nil {
		t.Error("looking made a directory")
	}
}
