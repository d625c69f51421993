package job

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"spaces/store"
)

// settle notes how a step ended.
func (j *job) settle(ctx context.Context, at pos, r record, s Step, t *tally, err error) {
	later := errors.Is(err, errToDrop)
	if later {
		err = nil
	}
	defer j.m.changes.touch()
	switch {
	case err == nil, errors.Is(err, errArrived):
		t.settle(s.Size)
		j.succeed(1)
		j.tell(s, nil)
	case errors.Is(err, errSkipped):
		t.settle(s.Size)
		j.objects.Add(1)
		j.skipped.Add(1)
		j.tell(s, errSkipped)
		if j.plan.keepsSteps {
			j.mu.Lock()
			j.left[at] = true
			j.mu.Unlock()
		}
	case ctx.Err() != nil:
		t.settle(0)
		return
	default:
		t.settle(0)
		j.fail(at, r.source, j.plan.name(s), err)
		j.tell(s, err)
		return
	}
	if later {
		return // see drops
	}
	if !j.plan.keepsSteps {
		j.plan.steps.done(at)
	}
	if !j.plan.spec.moves() {
		j.finishedRow(r.source)
	}
}

// settleAll is settle of steps of files here that are done.
func (j *job) settleAll(done []member) {
	if len(done) == 0 {
		return
	}
	size, at := int64(0), make([]pos, len(done))
	for i, x := range done {
		size += x.step.Size
		at[i] = x.at
		j.tell(x.step, nil)
	}
	j.bytes.Add(size)
	j.succeed(int64(len(done)))
	if !j.plan.keepsSteps {
		j.plan.steps.done(at...)
	}
	j.m.changes.touch()
}

// Outcome is how one object ended. What a job could not even list is only in Status.Failed.
type Outcome struct {
	PlannedStep       // Exists is not told
	Skipped     bool  // its policy left it alone
	Err         error // why it failed
}

// tell says how a step ended.
func (j *job) tell(s Step, err error) {
	if j.m.o.Outcome == nil {
		return
	}
	o := Outcome{PlannedStep: j.plan.planOf(s), Err: err}
	if err == errSkipped {
		o.Skipped, o.Err = true, nil
	}
	j.m.o.Outcome(j.id, o)
}

func (j *job) succeed(n int64) {
	j.objects.Add(n)
	j.silent.Store(0)
	j.setTrouble(nil)
}

// fail notes a failed step. What would fail all others the same way ends the job early: Retry goes on from there.
func (j *job) fail(at pos, source int, name string, err error) {
	j.mu.Lock()
	j.failCount++
	j.failedAt = append(j.failedAt, at)
	j.spoiled[source] = true
	if len(j.failed) < keptFailures {
		j.failed = append(j.failed, Failure{Name: name, Err: err})
	}
	j.mu.Unlock()
	switch kind := store.KindOf(err); {
	case kind == store.BadCredentials, kind == store.NoSpace, kind == store.Full, errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		j.halt(err)
	case kind == store.Unreachable && j.silent.Add(1) >= int64(j.m.o.Workers):
		j.halt(err)
	case kind == store.NotFound:
		j.tellMissing(&j.plan.sources[source])
	}
	j.m.changes.touch()
}

func (j *job) halt(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.halted == nil {
		j.halted = err
	}
}

func (j *job) haltedNow() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.halted
}

// end says how the job went, when all is settled: from then on it may be tried again.
func (j *job) end(ctx context.Context) {
	phase := j.outcome(ctx)
	j.tellFolders(phase)
	j.finishedRest(phase)
	j.abortRest(ctx, phase)
	j.settleEntry(phase)
	j.did.end(phase)
	j.undone(phase)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ended, j.trouble, j.phase = j.m.o.Now(), nil, phase
}

// outcome adds what was not come to, to what failed.
func (j *job) outcome(ctx context.Context) Phase {
	lost := j.plan.Failed()
	added, handed := j.plan.steps.counts()
	j.mu.Lock()
	defer j.mu.Unlock()
	rest := added - handed + len(j.again)
	switch {
	case j.canceled || ctx.Err() != nil:
		return Canceled
	case j.halted != nil && rest == 0 && j.failCount == 0:
		j.failCount = 1
		j.failed = append(j.failed, Failure{Name: j.title, Err: j.halted})
	case j.halted != nil && rest > 0:
		j.failCount += rest
		j.failed = append(j.failed, Failure{Name: fmt.Sprintf("%d more, not begun", rest), Err: j.halted})
	}
	for _, l := range lost {
		j.failCount++
		if len(j.failed) < keptFailures {
			j.failed = append(j.failed, l)
		}
	}
	if j.failCount > 0 {
		return Failed
	}
	return Done
}

// revive makes ready for another run of what failed: false when nothing did.
func (j *job) revive() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.phase != Failed || j.plan.invalid != nil {
		return false
	}
	j.again = append(j.failedAt, j.again...)
	j.failedAt, j.failed, j.failCount, j.halted = nil, nil, 0, nil
	clear(j.spoiled)
	j.canceled, j.cut = false, false
	j.silent.Store(0)
	j.gate.hold(false)
	return true
}
