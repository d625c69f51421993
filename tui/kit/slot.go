package kit

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Answer carries what a request brought back to the one page or dialog that started it.
type Answer struct {
	Owner  ID
	ticket uint64
	value  any
	err    error
}

// Slot is the one request of its kind that a page has under way. The zero Slot is idle. It is used from Update only.
type Slot[T any] struct {
	cancel context.CancelFunc
	ticket uint64
}

var tickets uint64 // of all slots; touched by Update only

// Start cancels the request under way, if any, and begins another. work runs off the Update loop over values it
// was given, never over the page.
func (s *Slot[T]) Start(c *Context, owner ID, work func(context.Context) (T, error)) tea.Cmd {
	_, cmd := s.start(c, owner, work)
	return cmd
}

// StartAfter is Start that waits for d before it begins: a filter that is typed asks once, not for every letter.
func (s *Slot[T]) StartAfter(c *Context, owner ID, d time.Duration, work func(context.Context) (T, error)) tea.Cmd {
	ctx, cmd := s.start(c, owner, work)
	return func() tea.Msg { return Timer{After: d, Cmd: cmd, Done: ctx.Done()} }
}

func (s *Slot[T]) start(c *Context, owner ID, work func(context.Context) (T, error)) (context.Context, tea.Cmd) {
	s.Cancel()
	ctx, cancel := context.WithCancel(c.Work)
	tickets++
	ticket := tickets
	s.cancel, s.ticket = cancel, ticket
	return ctx, func() tea.Msg {
		defer cancel()
		v, err := work(ctx)
		return Answer{Owner: owner, ticket: ticket, value: v, err: err}
	}
}

// Take returns the answer if msg is the one this slot waits for. Stale answers are dropped: ok is false.
func (s *Slot[T]) Take(msg tea.Msg) (v T, err error, ok bool) {
	a, is := msg.(Answer)
	if !is || s.cancel == nil || a.ticket != s.ticket {
		return v, nil, false
	}
	s.cancel = nil
	v, _ = a.value.(T)
	return v, a.err, true
}

// Busy says whether a request is under way.
func (s *Slot[T]) Busy() bool { return s.cancel != nil }

// Cancel ends the request under way; its answer will not be taken.
func (s *Slot[T]) Cancel() {
	if s.cancel != nil {
		s.cancel()
		s.cancel = nil
	}
}

// Timer is what a command returns to have Cmd run later, unless Done is closed before. Screens use it instead of
// tea.Tick, so that tests own the time.
type Timer struct {
	After time.Duration
	Cmd   tea.Cmd
	Done  <-chan struct{} // nil: it always runs
}

// wait is the command that waits for the time and then runs.
func (t Timer) wait() tea.Msg {
	clock := time.NewTimer(t.After)
	defer clock.Stop()
	select {
	case <-clock.C:
		return t.Cmd()
	case <-t.Done:
		return nil
	}
}

// Watch is what a command returns to get Msg, after a pause, as soon as C has a token. It ends with Done.
type Watch struct {
	After   time.Duration
	C, Done <-chan struct{}
	Msg     tea.Msg
}

// wait is the command that waits for the token.
func (w Watch) wait() tea.Msg {
	return Timer{After: w.After, Done: w.Done, Cmd: func() tea.Msg {
		select {
		case <-w.C:
			return w.Msg
		case <-w.Done:
			return nil
		}
	}}.wait()
}
