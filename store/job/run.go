package job

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
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
	turn uint64
	plan *Plan
	gate *gate
	over chan struct{} // closed when the last launch has ended. Of Manager.mu

	title                   string
	objects, bytes, skipped atomic.Int64 // done
	pruned                  atomic.Int64 // by a mirror
	silent                  atomic.Int64 // failures in a row for want of an endpoint
	looked                  atomic.Bool  // what became of permissions
	keeps                   keeps        // what else became of what is copied

	mu        sync.Mutex
	phase     Phase
	cancel    context.CancelFunc
	canceled  bool
	cut       bool // canceled, because the program ends: the next goes on with it
	failed    []Failure
	failCount int
	called    string // the name of the last that got a number
	remarks   []Failure
	failedAt  []pos
	again     []pos        // to be done before new steps
	spoiled   map[int]bool // sources that failed or were skipped in part: a move does not delete them
	left      map[pos]bool // steps that a policy skipped, in a move
	amends    map[pos]*amended
	tried     map[pos]bool // steps of a mirror that failed with some of their versions made
	arrivals  map[pos]bool // steps of a move of which only the source is still to be deleted
	begun     []bool       // sources of which a step was begun
	gone      map[int]bool // folders and Spaces that are gone as a whole, and whether that was told
	halted    error        // why no more steps are begun
	trouble   error
	started   time.Time
	ended     time.Time
	speed     speed

	drops  drops // of a move
	landed landed
	did    *diary // what it did, for its undo
	place  *place // of a download
	entry  *entry // in the ledger
}

func newJob(m *Manager, id ID, p *Plan) *job {
	return &job{m: m, id: id, did: m.diary(id, p), turn: m.turn.Add(1), plan: p, gate: newGate(), spoiled: map[int]bool{}, left: map[pos]bool{},
		begun: make([]bool, len(p.sources)), landed: landed{turn: make(chan struct{}, 1)}, title: p.spec.Title()}
}

// begin notes that the job runs, from now, until cancel is called.
func (j *job) begin(cancel context.CancelFunc) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.cancel, j.phase, j.started, j.ended = cancel, Counting, j.m.o.Now(), time.Time{}
	j.speed = speed{}
}

// stop cancels. It is remembered that somebody wanted it, or with cut that the program ends.
func (j *job) stop(cut bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.phase.Ended() {
		j.cut = cut && (j.cut || !j.canceled)
		j.canceled = true
		j.cancel()
		j.gate.hold(false) // nobody begins anything any more, and what is under way has to end
	}
}

// isCut says whether it is the end of the program that ends the job.
func (j *job) isCut() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.cut
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
	defer j.closePlace()
	if err := j.open(); err != nil {
		j.halt(err)
		return
	}
	j.begunEntry(ctx)
	defer j.watch(ctx)()
	ctx = store.WithUploads(ctx, j.noteUpload)
	if err := j.abortLeft(ctx); err != nil {
		j.halt(err)
		return
	}
	w := begin(ctx)
	defer context.AfterFunc(ctx, w.cancel)()
	j.workOff(ctx)
	j.plan.steps.unbind()
	select {
	case <-w.done:
	case <-ctx.Done():
		<-w.done
	}
	if err := j.plan.merge.err(); err != nil && ctx.Err() == nil {
		j.halt(err)
	}
	if ctx.Err() == nil && j.haltedNow() == nil {
		j.finish(ctx)
	}
}

// workOff runs the workers until there is nothing left for them.
func (j *job) workOff(ctx context.Context) {
	var wg sync.WaitGroup
	for range j.plan.together().workers {
		wg.Go(func() {
			defer store.Caught(ctx)
			for j.next(ctx) {
			}
		})
	}
	wg.Wait()
	if j.place.lands != nil {
		j.place.lands.wait()
	}
	j.dropRest(ctx)
}

// next does one step, or one batch of deletes. It is false when the worker can go home.
func (j *job) next(ctx context.Context) bool {
	if j.gate.wait(ctx) != nil || j.haltedNow() != nil {
		return false
	}
	together := j.plan.together()
	at, records, err := j.take(ctx, together)
	if err != nil || len(at) == 0 {
		return false
	}
	j.running(records)
	if together.do != nil {
		together.do(j, ctx, at, records)
	} else {
		j.work().step(j, ctx, at[0], records[0], j.plan.step(records[0]), &tally{total: &j.bytes})
	}
	return true
}

// take prefers what failed before.
func (j *job) take(ctx context.Context, t together) ([]pos, []record, error) {
	n := t.batch
	j.mu.Lock()
	k := min(n, len(j.again))
	if t.fits != nil {
		k = min(k, 1)
	}
	if k > 0 {
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
	return j.plan.steps.take(ctx, n, n > 1, t.fits)
}
