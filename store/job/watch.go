package job

import (
	"context"
	"time"

	"spaces/store"
)

// tellEvery is how often a job tells other programs how far it is, and looks whether one asks for its end.
const tellEvery = time.Second

// begunEntry notes the job, unless it is one that was noted before, or a small change that somebody waits for.
func (j *job) begunEntry(ctx context.Context) {
	s := j.plan.spec
	if j.entry != nil || j.m.o.Ledger == nil || s.work().blind || j.id == 0 && !s.work().hasTarget() {
		return
	}
	if !s.Again {
		p := j.plan
		if s.changes() {
			s.Begun = p.confirmed(ctx, p.from, p.sources[0].Ref.Space)
		}
		if s.Kind == Copy || s.Kind == Move {
			s.BegunTo = p.confirmed(ctx, p.to, s.Dest.Space)
		}
	}
	j.entry = j.m.o.Ledger.begin(s, j.title, j.m.o.Now())
}

// confirmed is when what the plan is about was decided, by the clock of an endpoint: no later than that, and a few seconds too
// early at most. It is the time when the sources were first listed, or now.
func (p *Plan) confirmed(ctx context.Context, s *store.Store, space string) time.Time {
	if !s.Heard() { // nothing tells its clock yet
		_, _ = p.list(ctx, s, store.ListRequest{Space: space, Max: 1})
	}
	p.mu.Lock()
	at := p.begun
	p.mu.Unlock()
	if at.IsZero() {
		at = s.Now()
	}
	return at.Add(s.Ahead() - time.Second).UTC().Truncate(time.Second)
}

// watch tells other programs how far the job is, until done is called.
func (j *job) watch(ctx context.Context) (done func()) {
	if j.entry == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer store.Caught(ctx)
		tick := time.NewTicker(tellEvery)
		defer tick.Stop()
		for last := (Progress{Phase: -1}); ; { // the first time is told in any case: somebody works on it
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			last = j.tellProgress(last)
			if j.entry.isToStop() {
				j.stop(false)
				j.m.changes.touch()
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// tellProgress notes how far the job is, if that is other than what was told last.
func (j *job) tellProgress(last Progress) Progress {
	s := j.status()
	now := Progress{last.When, s.Phase, s.Objects, s.ObjectsDone, s.Bytes, s.BytesDone, s.FailedCount}
	if now != last {
		now.When = j.m.o.Now()
		j.entry.progress(now)
	}
	return now
}

// Look reads what other programs have noted since.
func (m *Manager) Look() error {
	err := m.o.Ledger.Look()
	m.changes.touch()
	return err
}
