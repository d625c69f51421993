package storage

import "sync"

// pinTable knows which bodies are being read, so that their files stay.
type pinTable struct {
	mu   sync.Mutex
	pins map[ref]*pin
}

type pin struct {
	readers int
	wanted  bool // the collector passed it by
	doomed  bool // the collector is at it
}

// pin is false when the body is being removed already.
func (t *pinTable) pin(r ref) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pins == nil {
		t.pins = map[ref]*pin{}
	}
	p := t.pins[r]
	if p == nil {
		p = &pin{}
		t.pins[r] = p
	}
	if p.doomed {
		return false
	}
	p.readers++
	return true
}

// unpin says whether the collector is waiting for the body.
func (t *pinTable) unpin(r ref) (wanted bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.pins[r]
	if p.readers--; p.readers > 0 {
		return false
	}
	delete(t.pins, r)
	return p.wanted
}

// doom is false while the body has readers; else it gets none until spare.
func (t *pinTable) doom(r ref) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p := t.pins[r]; p != nil {
		p.wanted = true
		return false
	}
	if t.pins == nil {
		t.pins = map[ref]*pin{}
	}
	t.pins[r] = &pin{doomed: true}
	return true
}

func (t *pinTable) spare(r ref) {
	t.mu.Lock()
	delete(t.pins, r)
	t.mu.Unlock()
}
