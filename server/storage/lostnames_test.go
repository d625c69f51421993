package storage

import (
	"errors"
	"slices"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// The write that completes an upload takes the records of its parts away by
// their range. What comes after that in the same write is seen all the same.
func TestDamageBeforeACompletedUploadNamesItsObject(t *testing.T) {
	mem := vfs.NewCrashableMem()
	f := setUpAt(t, mem)
	f.put("before", "x")
	u := f.beginUpload("u")
	_, err := f.Complete(f.ctx, "s", "u", u.ID, []CompletePart{f.part(u, 1, "x")}, nil, nil)
	f.must(err)
	f.put("after", "x")
	cut := whole(mem)
	names, err := cut.List("data/meta")
	f.must(err)
	for _, base := range names {
		if n, ok := markNameOf(base); !ok || n.kind != markLog {
			continue
		}
		name := "data/meta/" + base
		text, err := cut.UnsafeGetFileDataBuffer(name)
		f.must(err)
		if len(text) > 100 {
			text[80]++
		}
	}
	_, err = Open("data", small(cut))
	d, ok := errors.AsType[*DamageError](err)
	if !ok || !slices.Contains(d.Lost, Name{"s", "u"}) {
		t.Errorf("%v: lost %v", err, d)
	}
}
