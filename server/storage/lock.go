package storage

import (
	"hash/maphash"
	"slices"
	"sync"
)

// stripes are locks for names too many to have one each. Names that share a
// stripe wait for each other, no more.
type stripes struct {
	seed  maphash.Seed
	locks [1024]sync.Mutex
}

func newStripes() *stripes { return &stripes{seed: maphash.MakeSeed()} }

func (s *stripes) of(name []byte) int {
	return int(maphash.Bytes(s.seed, name) % uint64(len(s.locks)))
}

// held is a set of locked stripes.
type held struct {
	s    *stripes
	list []int
}

// lock locks the stripes of all names, in one order for everybody.
func (s *stripes) lock(names ...[]byte) held {
	h := held{s, make([]int, 0, len(names))}
	for _, n := range names {
		h.list = append(h.list, s.of(n))
	}
	slices.Sort(h.list)
	h.list = slices.Compact(h.list)
	for _, i := range h.list {
		s.locks[i].Lock()
	}
	return h
}

// unlock is idempotent.
func (h *held) unlock() {
	for _, i := range h.list {
		h.s.locks[i].Unlock()
	}
	h.list = nil
}
