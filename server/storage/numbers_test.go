package storage

import (
	"errors"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

func TestNumbersAreNeverGivenAnewWhenTheirLimitIsLost(t *testing.T) {
	for what, do := range map[string]func(f *fixture){
		"a short sequence":          func(f *fixture) { f.set(seqKey, []byte{0, 0}) },
		"an empty sequence":         func(f *fixture) { f.set(seqKey, []byte{}) },
		"no sequence":               func(f *fixture) { f.set(seqKey, nil) },
		"a short sequence of blobs": func(f *fixture) { f.set(blobKey, make([]byte, 8)) },
		"no sequence of blobs":      func(f *fixture) { f.set(blobKey, nil) },
	} {
		mem := vfs.NewMem()
		f := setUpAt(t, mem)
		f.put("k", long("k"))
		f.must(f.Close())
		e, err := Open("data", small(mem))
		f.must(err)
		do(&fixture{t, e, t.Context()})
		f.must(e.Close())
		if e, err := Open("data", small(mem)); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", what, err)
			if err == nil {
				f.must(e.Close())
			}
		}
	}
}

func TestABlobWhoseRecordWasLostIsNotWrittenOver(t *testing.T) {
	mem := vfs.NewMem()
	f := setUpAt(t, mem)
	f.put("k", long("k"))
	lost := f.blobPath(f.bodyOf("k").id + 1)
	f.overwrite(lost, "all that is left of an object")
	f.put("l", long("l"))
	if text, err := readFile(mem, lost); err != nil || string(text) != "all that is left of an object" {
		t.Errorf("%q, %v", text, err)
	}
	if f.read("s", "l") != long("l") {
		t.Error("the next object is not what was written")
	}
}

func TestMetadataWithoutTheirFormatAreNotTakenForNew(t *testing.T) {
	mem := vfs.NewMem()
	f := setUpAt(t, mem)
	f.must(f.Close())
	f.must(mem.Remove("data/format"))
	if e, err := Open("data", small(mem)); !errors.Is(err, ErrCorrupt) {
		t.Error(e, err)
	}
}
