package job

import (
	"fmt"
	"hash/maphash"
	"sync"
)

// merge finds names that two sources would both write, of sources that come to be in one folder.
type merge struct {
	mu     sync.Mutex
	seed   maphash.Seed
	taken  map[uint64]int // sources, by the hash of what is written
	failed error
}

func newMerge() *merge { return &merge{seed: maphash.MakeSeed(), taken: map[uint64]int{}} }

// claim fails when a step of another source writes what a new one does. The methods of a nil merge do nothing.
func (m *merge) claim(p *Plan, r record) error {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s := p.step(r)
	target := s.Local
	if p.work().writes {
		target = s.To.Key
	}
	hash := maphash.String(m.seed, target)
	if first, ok := m.taken[hash]; ok && first != r.source {
		m.failed = fmt.Errorf("%q and something in %q would both become %q", p.name(s), p.sources[first].label(), target)
		return m.failed
	}
	m.taken[hash] = r.source
	return nil
}

// err is why the plan cannot be done to its end.
func (m *merge) err() error {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.failed
}
