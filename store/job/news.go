package job

import (
	"slices"
	"sync"
	"time"
)

// News tells one who looks at the jobs of a Manager what has changed since he last asked. Several may look at the same
// jobs, each with News of his own. It is safe for concurrent use.
type News struct {
	of      *audience
	changes *ticker
	effects *effects
}

// News begins with what changes from now on. Close must follow: what nobody fetches piles up.
func (m *Manager) News() *News { return m.changes.join() }

// Changed gets a token when Snapshot or Effects would tell something new: at most one waits, at most ten a second come.
func (n *News) Changed() <-chan struct{} { return n.changes.c }

// Effects are the rows that changed since the last call. After very many, single rows are told as their folders.
func (n *News) Effects() []Effect { return n.effects.drain() }

// Finished are the sources that jobs are done with since the last call.
func (n *News) Finished() []Finished { return n.effects.drainFinished() }

// Close ends it. What had changed by then can still be fetched.
func (n *News) Close() {
	n.of.leave(n)
	n.changes.stop()
}

// audience are all who look at the jobs of a Manager.
type audience struct {
	now func() time.Time

	mu  sync.RWMutex
	all []*News
}

func (a *audience) join() *News {
	n := &News{of: a, changes: newTicker(a.now), effects: newEffects()}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = append(slices.Clip(a.all), n)
	return n
}

func (a *audience) leave(n *News) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = slices.DeleteFunc(slices.Clone(a.all), func(x *News) bool { return x == n })
}

// each is a list that does not change any more.
func (a *audience) each() []*News {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.all
}

func (a *audience) touch() {
	for _, n := range a.each() {
		n.changes.touch()
	}
}

func (a *audience) add(e Effect) {
	for _, n := range a.each() {
		n.effects.add(e)
	}
}

func (a *audience) finish(f Finished) {
	for _, n := range a.each() {
		n.effects.finish(f)
	}
}

func (a *audience) stop() {
	for _, n := range a.each() {
		n.changes.stop()
	}
}
