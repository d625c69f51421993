package job

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"spaces/store"
)

const (
	keptFailures  = 1000
	deleteWorkers = 4
	deleteBatch   = 1000 // S3: DeleteObjects
)

// errSkipped is what a step ends with when its policy leaves alone what is there.
var errSkipped = errors.New("skipped")

// errChanged is what a step ends with when its source is no longer what was counted.
var errChanged = errors.New("it changed meanwhile")

// job is a plan being done.
type job struct {
	m    *Manager
	id   ID
	plan *Plan
	gate *gate

	objects, bytes, skipped atomic.Int64 // done
	silent                  atomic.Int64 // failures in a row for want of an endpoint

	mu        sync.Mutex
	phase     Phase
	cancel    context.CancelFunc
	canceled  bool
	failed    []Failure
	failCount int
	failedAt  []pos
	again     []pos        // to be done before new steps
	spoiled   map[int]bool // sources that failed or were skipped in part: a move does not delete them
	left      map[pos]bool // steps that a policy skipped, in a move
	halted    error        // why no more steps are begun
	trouble   error
	started   time.Time
	ended     time.Time
	speed     speed

	place *place // of a download
}

func newJob(m *Manager, id ID, p *Plan) *job {
	return &job{m: m, id: id, plan: p, gate: newGate(), spoiled: map[int]bool{}, left: map[pos]bool{}}
}

// begin notes that the job runs, from now, until cancel is called.
func (j *job) begin(cancel context.CancelFunc) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.cancel, j.phase, j.started, j.ended = cancel, Counting, j.m.o.Now(), time.Time{}
	j.speed = speed{}
}

// stop cancels. It is remembered that somebody wanted it.
func (j *job) stop() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.phase.Ended() {
		j.canceled = true
		j.cancel()
	}
}

func (j *job) run(ctx context.Context)   { j.perform(ctx, j.plan.adopt) }
func (j *job) retry(ctx context.Context) { j.perform(ctx, j.plan.again) }

// perform does all steps while walk finds them, then what comes after the last.
func (j *job) perform(ctx context.Context, begin func(context.Context) *walk) {
	defer j.end(ctx)
	if j.plan.invalid != nil {
		j.halt(j.plan.invalid)
		return
	}
	if err := j.open(); err != nil {
		j.halt(err)
		return
	}
	defer j.closePlace()
	w := begin(ctx)
	defer context.AfterFunc(ctx, w.cancel)()
	j.work(ctx)
	j.plan.steps.unbind()
	select {
	case <-w.done:
	case <-ctx.Done():
		<-w.done
	}
	if ctx.Err() == nil && j.haltedNow() == nil {
		j.finish(ctx)
	}
}

// work runs the workers until there is nothing left for them.
func (j *job) work(ctx context.Context) {
	workers := j.m.o.Workers
	if j.batches() {
		workers = deleteWorkers
	}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for j.next(ctx) {
			}
		})
	}
	wg.Wait()
}

func (j *job) batches() bool { return j.plan.spec.Kind == Delete || j.plan.spec.Kind == Destroy }

// next does one step, or one batch of deletes. It is false when the worker can go home.
func (j *job) next(ctx context.Context) bool {
	if j.gate.wait(ctx) != nil || j.haltedNow() != nil {
		return false
	}
	n := 1
	if j.batches() {
		n = deleteBatch
	}
	at, records, err := j.take(ctx, n)
	if err != nil || len(at) == 0 {
		return false
	}
	j.running()
	if j.batches() {
		j.deleteSteps(ctx, at, records)
		return true
	}
	step := j.plan.step(records[0])
	tally := &tally{total: &j.bytes}
	err = j.do(ctx, at[0], records[0], step, tally)
	j.settle(ctx, at[0], records[0], step, tally, err)
	return true
}

// take prefers what failed before.
func (j *job) take(ctx context.Context, n int) ([]pos, []record, error) {
	j.mu.Lock()
	if k := min(n, len(j.again)); k > 0 {
		at := j.again[:k:k]
		j.again = j.again[k:]
		j.mu.Unlock()
		records := make([]record, k)
		for i := range at {
			records[i] = j.plan.steps.at(at[i])
		}
		return at, records, nil
	}
	j.mu.Unlock()
	return j.plan.steps.take(ctx, n, n > 1)
}

// do is one step of any kind but deletes.
func (j *job) do(ctx context.Context, at pos, r record, s Step, t *tally) error {
	switch j.plan.spec.Kind {
	case Upload:
		return j.upload(ctx, at, r, s, t)
	case Download:
		return j.download(ctx, at, s, t)
	case Copy:
		return j.copy(ctx, at, s, t)
	case Move:
		return j.move(ctx, at, r, s, t)
	case Permissions:
		return j.permit(ctx, s)
	case Metadata:
		return j.edit(ctx, s)
	}
	return fmt.Errorf("no such work: %v", j.plan.spec.Kind)
}

// settle notes how a step ended.
func (j *job) settle(ctx context.Context, at pos, r record, s Step, t *tally, err error) {
	defer j.m.changes.touch()
	switch {
	case err == nil:
		t.settle(s.Size)
		j.succeed(1)
	case errors.Is(err, errSkipped):
		t.settle(s.Size)
		j.objects.Add(1)
		j.skipped.Add(1)
		if j.plan.spec.Kind == Move {
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
		return
	}
	if j.plan.spec.Kind != Move {
		j.plan.steps.done(at)
	}
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

// end says how the job went.
func (j *job) end(ctx context.Context) {
	lost := j.plan.Failed()
	added, handed := j.plan.steps.counts()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ended, j.trouble = j.m.o.Now(), nil
	rest := added - handed + len(j.again)
	switch {
	case j.canceled || ctx.Err() != nil:
		j.phase = Canceled
		return
	case j.halted != nil && rest == 0 && j.failCount == 0:
		j.failCount = 1
		j.failed = append(j.failed, Failure{Name: j.title(), Err: j.halted})
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
	j.phase = Done
	if j.failCount > 0 {
		j.phase = Failed
	}
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
	j.silent.Store(0)
	j.gate = newGate()
	return true
}

func (j *job) running() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.phase == Counting {
		j.phase = Running
	}
}

func (j *job) phaseNow() Phase {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.phase
}

func (j *job) setTrouble(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.trouble != err {
		j.trouble = err
	}
}

// status is how the job stands.
func (j *job) status() Status {
	t := j.plan.Totals()
	j.mu.Lock()
	defer j.mu.Unlock()
	s := Status{
		ID: j.id, Kind: j.plan.spec.Kind, Title: j.title(), Phase: j.phase, Spec: j.plan.spec,
		Objects: t.Objects, ObjectsDone: int(j.objects.Load()), Bytes: t.Bytes, BytesDone: j.bytes.Load(),
		Failed: j.failed[:len(j.failed):len(j.failed)], FailedCount: j.failCount, Trouble: j.trouble,
		Skipped: int(j.skipped.Load()), Started: j.started, Ended: j.ended,
	}
	if j.phase.Ended() {
		return s
	}
	if j.gate.held() {
		s.Phase = Paused
		return s
	}
	now := sample{at: j.m.o.Now(), bytes: s.BytesDone, objects: int64(s.ObjectsDone)}
	j.speed.add(now)
	var objects float64
	s.Rate, objects = j.speed.rates(now)
	if t.Complete {
		s.Left = left(s.Bytes-s.BytesDone, int64(s.Objects-s.ObjectsDone), s.Rate, objects)
	}
	return s
}

// title says what the job is, in a line.
func (j *job) title() string {
	names := j.plan.labels()
	what := "nothing"
	switch len(names) {
	case 0:
	case 1:
		what = names[0]
	default:
		what = fmt.Sprintf("%s and %d more", names[0], len(names)-1)
	}
	kind := j.plan.spec.Kind.String()
	title := strings.ToUpper(kind[:1]) + kind[1:] + " " + what
	switch j.plan.spec.Kind {
	case Upload, Copy, Move:
		title += " to " + j.plan.spec.Dest.String()
	case Download:
		title += " to " + j.plan.spec.LocalDir
	}
	return title
}
