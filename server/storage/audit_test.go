package storage

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// household is a closed data directory with something of every kind in it.
func household(t *testing.T) (*vfs.MemFS, *fixture) {
	t.Helper()
	mem := vfs.NewMem()
	o := smallParts(mem)
	e, err := Open("data", o)
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t, e, t.Context()}
	for _, s := range []string{"s", "empty"} {
		f.must(f.CreateSpace(Space{Name: s, Created: start}))
	}
	f.put("small", "tiny")
	f.put("none", "")
	f.put("large", long("l"))
	_, err = f.Copy(f.ctx, "s", "large", "s", "shared", CopyOptions{})
	f.must(err)
	u, err := f.CreateUpload(f.ctx, "s", "parts", Attrs{}, "", "")
	f.must(err)
	var named []CompletePart
	for n, body := range []string{"first", strings.Repeat("p", 40)} {
		p, err := f.PutPart(f.ctx, "s", "parts", u.ID, n+1, f.stage(body), Checksum{})
		f.must(err)
		named = append(named, CompletePart{Number: n + 1, ETag: p.ETag})
	}
	_, err = f.Complete(f.ctx, "s", "parts", u.ID, named, nil, nil)
	f.must(err)
	u, err = f.CreateUpload(f.ctx, "s", "unfinished", Attrs{}, "", "")
	f.must(err)
	_, err = f.PutPart(f.ctx, "s", "unfinished", u.ID, 7, f.stage(strings.Repeat("u", 30)), Checksum{})
	f.must(err)
	f.must(f.gc.collect())
	return mem, f
}

// bodyOf is the body of a key.
func (f *fixture) bodyOf(key string) ref {
	o, err := f.Head("s", key)
	f.must(err)
	return o.body
}

// set writes records behind the engine's back; nil removes.
func (f *fixture) set(key, value []byte) {
	b := f.db.NewBatch()
	if value == nil {
		f.must(b.Delete(key, nil))
	} else {
		f.must(b.Set(key, value, nil))
	}
	f.must(f.db.Apply(b, pebble.Sync))
}

func (f *fixture) overwrite(name, data string) {
	w, err := f.fs.Create(name, vfs.WriteCategoryUnspecified)
	f.must(err)
	_, err = w.Write([]byte(data))
	f.must(err)
	f.must(w.Close())
}

// versions makes a Space with two versions of k, and gives the older.
func (f *fixture) versions() Object {
	f.must(f.CreateSpace(Space{Name: "v", Created: start, Versioning: Enabled}))
	var older Object
	for _, body := range []string{long("o"), long("n")} {
		o, err := f.Put(f.ctx, "v", "k", f.stage(body), Attrs{}, Checksum{}, nil)
		f.must(err)
		if older.Seq == 0 {
			older = o
		}
	}
	return older
}

// damages are done to a household, and what must be said of it: fault, Space, key.
var damages = []struct {
	name string
	do   func(f *fixture)
	want string
}{
	{"a lost file", func(f *fixture) { f.must(f.fs.Remove(f.blobPath(f.bodyOf("large").id))) }, "missing s/large, missing s/shared"},
	{"a short file", func(f *fixture) { f.overwrite(f.blobPath(f.bodyOf("large").id), "short") }, "damaged s/large, damaged s/shared"},
	{"a lost record of a blob", func(f *fixture) { f.set(f.bodyOf("large").key(), nil) }, "missing s/large, missing s/shared"},
	{"checksums that cannot be read", func(f *fixture) { f.set(f.bodyOf("large").key(), []byte{9}) }, "damaged s/large, damaged s/shared"},
	{"a lost small body", func(f *fixture) { f.set(f.bodyOf("small").key(), nil) }, "missing s/small"},
	{"another small body", func(f *fixture) { f.set(f.bodyOf("small").key(), []byte("1234tinx")) }, "damaged s/small"},
	{"a lost list of parts", func(f *fixture) { f.set(f.bodyOf("parts").key(), nil) }, "missing s/parts, unused /, unused /"},
	{"a list of other parts", func(f *fixture) {
		f.set(f.bodyOf("parts").key(), manifest{{ref: ref{kindBlob, 999}, size: 45}}.encode())
	}, "missing s/parts, unused /, unused /"},
	{"an object that cannot be read", func(f *fixture) { f.set(objectKey("s", "large"), []byte{77}) }, "damaged s/large"},
	{"an upload that cannot be read", func(f *fixture) {
		ups, _, _, err := f.Uploads("s", UploadsQuery{Max: 1})
		f.must(err)
		f.set(uploadKey("s", ups[0].Key, ups[0].ID), []byte{77})
	}, "damaged s/unfinished"},
	{"a lost upload", func(f *fixture) {
		ups, _, _, err := f.Uploads("s", UploadsQuery{Max: 1})
		f.must(err)
		f.set(uploadKey("s", ups[0].Key, ups[0].ID), nil)
	}, "damaged /"},
	{"a lost object", func(f *fixture) { f.set(objectKey("s", "small"), nil) }, "counters s/, unused /"},
	{"an object from the future", func(f *fixture) {
		o, err := f.Head("s", "none")
		f.must(err)
		o.Seq = 1 << 40
		f.set(objectKey("s", "none"), appendObject(nil, &o))
	}, "damaged s/none"},
	{"wrong counters", func(f *fixture) { f.set(spaceKey(recCounters, "s"), counters{9, 9}.encode()) }, "counters s/"},
	{"counters of an empty Space", func(f *fixture) { f.set(spaceKey(recCounters, "empty"), counters{1, 0}.encode()) }, "counters empty/"},
	{"too many references", func(f *fixture) { f.set(f.bodyOf("large").under(recRefs), appendCount(3)) }, "references s/large, references s/shared"},
	{"too few references", func(f *fixture) { f.set(f.bodyOf("large").under(recRefs), nil) }, "references s/large, references s/shared"},
	{"references to nothing", func(f *fixture) { f.set(ref{kindBlob, 999}.under(recRefs), appendCount(3)) }, "references /"},
	{"a body in use as garbage", func(f *fixture) { f.set(f.bodyOf("large").under(recGarbage), []byte{}) }, "references s/large, references s/shared"},
	{"an unused blob", func(f *fixture) { f.set(objectKey("s", "parts"), nil) }, "counters s/, unused /, unused /, unused /"},
	{"a file without a record", func(f *fixture) {
		f.must(f.fs.MkdirAll("data/blobs/ff", 0o700))
		f.overwrite("data/blobs/ff/"+fmt.Sprintf("%016x", 0xff00), "orphan")
	}, "lost /"},
	{"a file of before the last record", func(f *fixture) {
		f.put("old", long("o"))
		old := f.bodyOf("old").id
		f.put("new", long("n"))
		_, err := f.Delete(f.ctx, "s", "old", nil)
		f.must(err)
		f.must(f.gc.collect())
		f.must(f.Close())
		f.Engine, err = Open("data", smallParts(f.fs))
		f.must(err)
		f.overwrite(f.blobPath(old), "orphan")
	}, "orphan /"},
	{"a file that is no blob", func(f *fixture) { f.overwrite("data/blobs/00/notes.txt", "mine") }, "orphan /"},
	{"a Space that cannot be read", func(f *fixture) { f.set(spaceKey(recSpace, "empty"), []byte("{")) }, "damaged empty/"},
	{"a lost Space", func(f *fixture) { f.set(spaceKey(recSpace, "s"), nil) }, "missing s/"},
	{"the lost file of an older version", func(f *fixture) { f.must(f.fs.Remove(f.blobPath(f.versions().body.id))) }, "missing v/k"},
	{"a lost version", func(f *fixture) { f.set(versionKey("v", "k", f.versions().Seq), nil) }, "counters v/, unused /"},
	{"a version under another number", func(f *fixture) {
		o := f.versions()
		f.set(versionKey("v", "k", o.Seq), nil)
		f.set(versionKey("v", "k", o.Seq-1), appendObject(nil, &o))
	}, "damaged v/k"},
	{"a null version that is not there", func(f *fixture) {
		f.versions()
		f.set(nullKey("v", "k"), binary.BigEndian.AppendUint64(nil, 3))
	}, "missing v/k"},
	{"a record of an unknown kind", func(f *fixture) { f.set([]byte("~what"), []byte("?")) }, "damaged /"},
}

// said writes findings down as fault Space/key, in the order of the words.
func said(findings []Finding) string {
	var words []string
	for _, f := range findings {
		words = append(words, fmt.Sprintf("%s %s/%s", f.Fault, f.Space, f.Key))
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

func TestFsckFindsEveryDamageAndNothingElse(t *testing.T) {
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			mem, f := household(t)
			d.do(f)
			before := slices.Sorted(slices.Values(blobFiles(t, mem)))
			f.gc.stop() // what it would do about the damage is not the point
			f.quiet.stop()
			f.must(errors.Join(f.db.Close(), f.lock.Close()))
			for range 2 { // looking changes nothing
				rep, err := Fsck(t.Context(), "data", smallParts(mem))
				if err != nil {
					t.Fatal(err)
				}
				if got := said(rep.Findings); got != d.want {
					t.Errorf("said %q, want %q: %+v", got, d.want, rep.Findings)
				}
			}
			if after := slices.Sorted(slices.Values(blobFiles(t, mem))); !slices.Equal(before, after) {
				t.Errorf("files were %q, are %q", before, after)
			}
		})
	}
}

func TestFsckRepairsOnlyWhatItIsToldTo(t *testing.T) {
	for _, d := range damages {
		fault, _, _ := strings.Cut(d.want, " ")
		if !slices.Contains(Repairable, Fault(fault)) {
			continue
		}
		t.Run(d.name, func(t *testing.T) {
			mem, f := household(t)
			d.do(f)
			f.gc.stop()
			f.quiet.stop()
			f.must(errors.Join(f.db.Close(), f.lock.Close()))
			other := FaultOrphan
			if strings.Contains(d.want, "orphan") {
				other = FaultCounters
			}
			rep, err := Fsck(t.Context(), "data", smallParts(mem), other)
			if err != nil || len(rep.Repaired) != 0 {
				t.Fatal(rep, err)
			}
			if _, err = Fsck(t.Context(), "data", smallParts(mem), Repairable...); err != nil {
				t.Fatal(err)
			}
			rep, err = Fsck(t.Context(), "data", smallParts(mem))
			if want := map[bool]string{true: "orphan /"}[d.name == "a file that is no blob"]; err != nil || said(rep.Findings) != want {
				t.Errorf("after the repair: %q, %v", said(rep.Findings), err)
			}
			e := openAt(t, mem, smallParts(mem))
			if got, err := readAll(t.Context(), e, "s", "shared"); err != nil || got != long("l") {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestFsckRepairsNothingWhileRecordsCannotBeRead(t *testing.T) {
	mem, f := household(t)
	f.set(objectKey("s", "large"), []byte{77})
	f.set(objectKey("s", "small"), nil)
	f.must(f.Close())
	before := slices.Sorted(slices.Values(blobFiles(t, mem)))
	rep, err := Fsck(t.Context(), "data", smallParts(mem), Repairable...)
	if err == nil || len(rep.Repaired) != 0 || !slices.Equal(before, slices.Sorted(slices.Values(blobFiles(t, mem)))) {
		t.Error(rep, err)
	}
}

func TestFsckFindsAFlippedBitInAnyBlockOfATable(t *testing.T) {
	mem, f := household(t)
	f.must(f.db.Flush())
	f.must(f.db.Compact(f.ctx, []byte{0}, []byte{0xff}, false))
	f.must(f.Close())
	names, err := mem.List("data/meta")
	f.must(err)
	flips := 0
	for _, n := range names {
		if !strings.HasSuffix(n, ".sst") {
			continue
		}
		data, err := mem.UnsafeGetFileDataBuffer("data/meta/" + n)
		f.must(err)
		for at := 0; at < len(data); at += 1 + len(data)/80 {
			data[at] ^= 0x10
			flips++
			if rep, err := Fsck(t.Context(), "data", smallParts(mem)); err == nil && len(rep.Findings) == 0 {
				t.Errorf("the flipped byte %d of %d in %s was not found", at, len(data), n)
			}
			data[at] ^= 0x10
		}
	}
	if flips < 40 {
		t.Errorf("only %d flips", flips)
	}
}

// TestFsckHasNoFalseAlarms looks at what crashes leave behind.
func TestFsckHasNoFalseAlarms(t *testing.T) {
	seeds := uint64(6)
	if raceEnabled || testing.Short() {
		seeds = 1
	}
	states := 0
	for seed := range seeds {
		c := &catalogue{faults: t.Errorf}
		moments := make(chan moment)
		var wg sync.WaitGroup
		wg.Go(func() {
			defer close(moments)
			if err := c.play(t.Context(), 1000+seed, 40, moments); err != nil {
				t.Error(err)
			}
		})
		rng := rand.New(rand.NewPCG(seed, 3))
		for m := range moments {
			if strings.HasPrefix(m.name, "open") || rng.IntN(4) > 0 { // there is nothing to look at before it was opened once
				continue
			}
			states++
			if rep, err := Fsck(t.Context(), "data", smallParts(m.fs)); err != nil || len(rep.Findings) > 0 {
				t.Errorf("%s: %v: %+v", m.name, err, rep)
			}
		}
		wg.Wait()
	}
	if states < 50 {
		t.Errorf("only %d states", states)
	}
}

func TestFsckWantsADataDirectoryThatNobodyHasOpen(t *testing.T) {
	mem := vfs.NewMem()
	if _, err := Fsck(t.Context(), "data", small(mem)); !errors.Is(err, ErrNoData) {
		t.Error(err)
	}
	if _, err := mem.Stat("data"); !isMissing(err) {
		t.Error("a directory was made:", err)
	}
	setUpAt(t, mem)
	var locked *LockedError
	if _, err := Fsck(t.Context(), "data", small(mem)); !errors.As(err, &locked) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	mem2, f := household(t)
	f.must(f.Close())
	if _, err := Fsck(ctx, "data", smallParts(mem2)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
