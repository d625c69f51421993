package job

import (
	"context"
	"errors"
)

// errClosed is what is said of work that begins after Close.
var errClosed = errors.New("the program is ending")

// Do does a small change at once and waits for it: the same work with the same Effects as of a job that is started, but
// nobody sees it among the jobs, and it is not tried again. The error is the first failure, or ErrAccessIgnored.
func (m *Manager) Do(ctx context.Context, s Spec) error {
	p := m.Plan(s)
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return errClosed
	}
	m.running.Add(1)
	m.mu.Unlock()
	defer m.running.Done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	j := newJob(m, 0, p)
	j.begin(cancel)
	j.run(ctx)
	j.leaveEntry()
	m.changes.touch()
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.phase == Canceled:
		return context.Cause(ctx)
	case len(j.failed) > 0:
		return j.failed[0].Err
	case len(j.remarks) > 0:
		return j.remarks[0].Err
	}
	return nil
}
