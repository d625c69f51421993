package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"spaces/server/chance"
	"spaces/server/powercut"
)

// cuttable is a machine whose power can be cut.
type cuttable struct {
	disk *powercut.Disk
	rand *rand.Rand
}

func newCuttable(t *testing.T, r *rand.Rand, options string) cuttable {
	t.Helper()
	return cuttable{powercut.New(t, 1<<30, options), r}
}

// home is a new one on its disk.
func (c cuttable) home(name string) home { return home{dir: filepath.Join(c.disk.Dir(), name)} }

// cut cuts the power while a process runs, and comes to when there is power again.
func (c cuttable) cut(t *testing.T, s *service) {
	t.Helper()
	powercut.Freeze(t, s.cmd.Process.Pid)
	c.disk.Cut(t, 1+c.rand.IntN(2)) // LogFlush or NoLogFlush
	s.kill()
	c.disk.Restore(t)
}

// TestAPowerCutTakesNothingThatWasAcknowledged is the load on a disk whose power is cut under it, as different file systems
// are mounted. Now and then it begins with a new data directory, and the first start of that is cut.
func TestAPowerCutTakesNothingThatWasAcknowledged(t *testing.T) {
	cuts := 1
	if chance.Long() {
		cuts = 55
	}
	r := chance.Rand(t)
	ends, bad := 0, 0
	var ready []time.Duration
	for _, options := range powercut.Options {
		c := newCuttable(t, r, options)
		end := func(s *service) { c.cut(t, s) }
		var x *torment
		for n := 0; n < cuts && !t.Failed(); {
			h := c.home(fmt.Sprint("home", n))
			first := &torment{home: h, rand: r, end: end}
			first.falter(t)
			x = newTorment(t, h, r, end)
			for range min(10, cuts) {
				x.round(t)
			}
			if x.bad == 0 && (chance.Long() || options == powercut.Options[0]) {
				x.fsck(t)
			}
			x.end(x.s)
			n += first.ends + x.ends
			ends, bad, ready = ends+first.ends+x.ends, bad+x.bad, append(ready, x.ready...)
		}
		if x != nil {
			x.tell(t)
		}
	}
	slices.Sort(ready)
	chance.Figure(t, ends, "power cuts under load", bad)
	chance.Say(t, fmt.Sprintf("ready again after a power cut: median %.2f s, longest %.2f s", ready[len(ready)/2].Seconds(), ready[len(ready)-1].Seconds()))
}
