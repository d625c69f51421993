package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"spaces/store"
)

// Unfinished is a job that an earlier run of the program began and did not end, or that another program works on.
type Unfinished struct {
	ID      string // unique among all programs
	Kind    Kind
	Spec    Spec
	Title   string
	Begun   time.Time
	Uploads int    // multipart uploads that are open at the endpoint and hold space there
	Parts   int    // files that are not whole
	Bytes   int64  // of them that need not be downloaded again
	Why     string // it cannot be done again here because, or ""

	Running  bool     // another program works on it
	Program  int      // process that works on it, or did last
	Progress Progress // when that noted it last; zero: it did not come to it
}

// Unfinished are the jobs that earlier runs left, oldest first, as they were when the Ledger was last looked at.
func (m *Manager) Unfinished() []Unfinished { return m.describe(m.o.Ledger.copies(false)) }

// Elsewhere are the jobs that other programs work on, in the same way.
func (m *Manager) Elsewhere() []Unfinished { return m.describe(m.o.Ledger.copies(true)) }

func (m *Manager) describe(all []Transfer) []Unfinished {
	var list []Unfinished
	for _, t := range all {
		u := Unfinished{ID: t.ID, Kind: t.Spec.Kind, Spec: t.Spec, Title: t.Title, Begun: t.Begun, Uploads: len(t.Uploads), Parts: len(t.Parts),
			Running: t.busy, Program: t.by.PID, Progress: t.at}
		for _, p := range t.Parts {
			u.Bytes += p.there()
		}
		if t.busy {
			u.Why = fmt.Sprintf("process %d works on it", u.Program)
		} else if err := m.cannotDo(t); err != nil {
			u.Why = err.Error()
		}
		list = append(list, u)
	}
	return list
}

// cannotDo says why a transfer cannot be done again, nil when it can.
func (m *Manager) cannotDo(t Transfer) error {
	if t.More {
		return errors.New("what it was about could not be noted: choose it again")
	}
	for _, src := range t.Spec.Sources {
		if src.Stream {
			return errFed
		}
	}
	for _, conn := range []store.Conn{t.Spec.From, t.Spec.To} {
		if _, err := m.storeOf(conn); err != nil {
			return err
		}
	}
	return nil
}

// storeOf opens the connection that a note names, and no other that stands for it.
func (m *Manager) storeOf(conn store.Conn) (*store.Store, error) {
	name := cmp.Or(string(conn), "this machine")
	s, err := m.o.Conns.Get(conn)
	switch {
	case err != nil:
		return nil, fmt.Errorf("it was on %s, which cannot be opened here: %w", name, err)
	case s.Conn() != conn:
		return nil, fmt.Errorf("it was on %s: open that first", name)
	}
	return s, nil
}

// Again does an unfinished transfer again: what has arrived is left alone, a download goes on in the files that it has
// begun, an upload with the parts that are missing.
func (m *Manager) Again(id string) (ID, error) { return m.takeUp(id, func(*Spec) {}) }

func (m *Manager) takeUp(id string, change func(*Spec)) (ID, error) {
	t, err := m.unfinished(id)
	if err == nil {
		err = m.cannotDo(t)
	}
	if err != nil {
		return 0, err
	}
	e, err := m.o.Ledger.resume(id)
	if err != nil {
		return 0, err
	}
	s, err := m.o.Ledger.spec(e.now())
	if err != nil {
		m.o.Ledger.leave(id)
		return 0, err
	}
	change(&s)
	p := m.Plan(s)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		m.o.Ledger.leave(id)
		return 0, errClosed
	}
	return m.add(p, e), nil
}

// End gives an unfinished transfer up: its uploads are aborted and its files that are not whole removed. What cannot be
// stays noted, and is the error. Uploads on a connection that is no more are forgotten. A job that another program works on
// is canceled there, within seconds.
func (m *Manager) End(ctx context.Context, id string) error {
	t, err := m.unfinished(id)
	if errors.Is(err, ErrElsewhere) {
		return m.o.Ledger.askToStop(id)
	}
	if err != nil {
		return err
	}
	e, err := m.o.Ledger.resume(id)
	if err != nil {
		return err
	}
	t = e.now()
	var errs []error
	if to, err := m.storeOf(t.Spec.To); err == nil {
		for _, u := range t.Uploads {
			if err := to.AbortUpload(ctx, u.Upload); err != nil && !isNothing(err) {
				errs = append(errs, err)
			} else {
				e.closed(u.Upload, "")
			}
		}
	}
	if at, err := m.storeOf(t.Spec.target()); err == nil {
		e.endUnheard(ctx, at, func(ctx context.Context, request func(context.Context) error) error { return request(ctx) })
	}
	if left := e.removeParts(); left > 0 {
		errs = append(errs, fmt.Errorf("%d files that are not whole cannot be removed", left))
	}
	if err := errors.Join(errs...); err != nil {
		m.o.Ledger.leave(id)
		return err
	}
	e.end()
	m.changes.touch()
	return nil
}

// isNothing says that there is nothing to abort.
func isNothing(err error) bool {
	return errors.Is(err, store.NotFound) || errors.Is(err, store.NoSpace)
}

func (m *Manager) unfinished(id string) (Transfer, error) {
	for _, busy := range []bool{false, true} {
		for _, t := range m.o.Ledger.copies(busy) {
			if t.ID != id {
				continue
			}
			if busy {
				return t, ErrElsewhere
			}
			return t, nil
		}
	}
	return Transfer{}, errGone
}

// removeParts removes the files that a transfer did not make whole, and says how many stay.
func (e *entry) removeParts() (left int) {
	for path, p := range e.now().Parts {
		if removePart(*p) {
			e.removed(path)
		} else {
			left++
		}
	}
	return left
}

// abortLeft ends the uploads that an earlier run of this job has left open and that cannot be gone on with.
func (j *job) abortLeft(ctx context.Context) error {
	j.entry.endUnheard(ctx, j.target(), j.try)
	for _, u := range j.entry.now().Uploads {
		if u.of != nil {
			continue
		}
		err := j.try(ctx, func(ctx context.Context) error { return j.plan.to.AbortUpload(ctx, u.Upload) })
		if err != nil && !isNothing(err) {
			return fmt.Errorf("ending the upload that was cut short: %w", err)
		}
		j.entry.closed(u.Upload, "")
	}
	return nil
}

// abortRest ends the uploads that nobody went on with: their files are not there any more, or nobody wants them.
func (j *job) abortRest(ctx context.Context, phase Phase) {
	if j.entry == nil || phase == Canceled && j.isCut() {
		return
	}
	ctx, cancel := cleanup(ctx)
	defer cancel()
	j.entry.endUnheard(ctx, j.target(), func(ctx context.Context, request func(context.Context) error) error { return request(ctx) })
	if phase == Failed {
		return
	}
	for _, u := range j.entry.now().Uploads {
		j.abort(ctx, u.Upload)
	}
}

// settleEntry forgets a job that has ended and left nothing to do. What a failed one has left is there for its retry, here or
// by the next program, and so is one that only the way to an endpoint made fail; one that ended because the program does is
// told to the next.
func (j *job) settleEntry(phase Phase) {
	e := j.entry
	if e == nil {
		return
	}
	cut := phase == Canceled && j.isCut()
	if phase == Done || phase == Canceled && !cut {
		e.removeParts()
	}
	switch {
	case e.isBare() && !cut && !(phase == Failed && j.mayHelp()):
		e.end()
	case phase == Failed && !j.m.isClosed():
		return
	default:
		e.l.leave(e.id)
	}
	j.entry = nil
}

// mayHelp says whether it may help to do the job again.
func (j *job) mayHelp() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.halted != nil || slices.ContainsFunc(j.failed, func(f Failure) bool { return store.Transient(f.Err) })
}

// isBare says whether a job has nothing outside.
func (e *entry) isBare() bool {
	t := e.now()
	return len(t.Uploads) == 0 && len(t.Parts) == 0 && len(t.asked) == 0
}

// leaveEntry has what a failed job has left outside told apart from it, and forgets one that has left nothing. The job must have
// ended.
func (j *job) leaveEntry() {
	switch {
	case j.entry == nil:
		return
	case j.entry.isBare():
		j.entry.end()
	default:
		j.entry.l.leave(j.entry.id)
	}
	j.entry = nil
}

func (m *Manager) isClosed() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.closed
}
