package storage

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"spaces/server/chance"
)

// A Space that is there after a crash has all its uploads: they end with it, or not at all.
func TestACrashWhileASpaceIsDeletedLeavesItsUploadsOrNothing(t *testing.T) {
	seed := chance.Seed(t)
	mem := vfs.NewCrashableMem()
	var moments []moment
	at := &crasher{mem: mem, rng: rand.New(rand.NewPCG(seed, 11)), take: func(m moment) { moments = append(moments, m) }}
	f := setUpAt(t, errorfs.Wrap(alone{mem, &at.mu}, at))
	for i := range 3 {
		u := f.beginUpload(fmt.Sprint("k", i))
		f.part(u, 1, long("x"))
		f.part(u, 2, "small")
	}
	before, err := dump(f.ctx, f.Engine)
	f.must(err)
	at.begin(moment{before: before})
	moments = nil
	f.must(f.DeleteSpace("s"))
	f.must(f.gc.collect())
	at.acknowledged()
	c := &catalogue{again: 3}
	for _, m := range moments {
		if err := c.check(f.ctx, m); err != nil {
			t.Errorf("%s=%d: %s: %v", chance.Variable, seed, m.name, err)
		}
	}
	if len(moments) < 5 {
		t.Errorf("%d moments", len(moments))
	}
}
