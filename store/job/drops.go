package job

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"spaces/store"
)

// dropBatch is how many sources are deleted together: what one listing and one DeleteObjects are about.
const dropBatch = 1000

// errToDrop is what the step of a single object ends with when it has arrived.
var errToDrop = errors.New("its source is still to be deleted")

// drops are the single objects of a move that have arrived and whose sources are still there. They are looked at and
// deleted together, and all of them before the job ends.
type drops struct {
	mu      sync.Mutex
	waiting []drop
}

type drop struct {
	at     pos
	source int
	step   Step
}

// add gives back a batch that is to be deleted now, if there is one.
func (d *drops) add(x drop) []drop {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting = append(d.waiting, x)
	if len(d.waiting) < dropBatch {
		return nil
	}
	return d.take()
}

func (d *drops) rest() []drop {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.take()
}

// take empties the list. mu is held.
func (d *drops) take() []drop {
	batch := d.waiting
	d.waiting = nil
	return batch
}

// dropLater has the source of an object that has arrived deleted, now or with others.
func (j *job) dropLater(ctx context.Context, at pos, r record, s Step) {
	j.dropAll(ctx, j.drops.add(drop{at, r.source, s}))
}

// dropRest deletes the last sources, also of a job that is canceled: what counts as moved is.
func (j *job) dropRest(ctx context.Context) {
	if ctx.Err() != nil {
		var done func()
		ctx, done = cleanup(ctx)
		defer done()
		ctx = context.WithValue(ctx, hurryKey{}, true)
	}
	j.dropAll(ctx, j.drops.rest())
}

// dropAll deletes the sources of what has arrived, those that are still what was copied. The steps count as done already;
// of what is not deleted that is taken back.
func (j *job) dropAll(ctx context.Context, batch []drop) {
	slices.SortFunc(batch, func(a, b drop) int { return strings.Compare(a.step.From.Key, b.step.From.Key) })
	bySpace := map[string][]drop{}
	for _, x := range batch {
		bySpace[x.step.From.Space] = append(bySpace[x.step.From.Space], x)
	}
	for space, some := range bySpace {
		j.dropFrom(ctx, space, some)
	}
}

func (j *job) dropFrom(ctx context.Context, space string, batch []drop) {
	keys := make([]string, len(batch))
	for i, x := range batch {
		keys[i] = x.step.From.Key
	}
	same, asked := make([]drop, 0, len(batch)), make([]bool, len(batch))
	l := looker{s: j.plan.from, space: space, keys: keys, try: j.try}
	l.visit = func(n int, e store.Entry, err error) error {
		x := batch[n]
		asked[n] = true
		switch {
		case errors.Is(err, store.NotFound):
			j.dropped(x)
		case err != nil:
			j.notDropped(x, fmt.Errorf("looking at the source, which is kept: %w", err))
		case e.Size != x.step.Size || x.step.ETag != "" && e.ETag != x.step.ETag:
			j.notDropped(x, fmt.Errorf("the source was written to after it was copied and is kept: %w", errChanged))
		default:
			same = append(same, x)
		}
		return nil
	}
	err := l.run(ctx)
	for n, x := range batch {
		if !asked[n] { // nobody waits any longer
			j.notDropped(x, fmt.Errorf("looking at the source, which is kept: %w", err))
		}
	}
	failed := map[string]error{}
	if err == nil && len(same) > 0 {
		failed, err = j.deleteKeys(ctx, space, sourcesOf(same))
	}
	for _, x := range same {
		one := err
		if one == nil {
			one = failed[x.step.From.Key]
		}
		if one != nil {
			j.notDropped(x, fmt.Errorf("it was copied, and the source not deleted: %w", one))
			continue
		}
		j.dropped(x)
	}
	j.m.changes.touch()
}

// dropped notes that a source is gone: nobody asks for its step again.
func (j *job) dropped(x drop) {
	j.rowGone(j.plan.from, x.step.From)
	if !j.plan.keepsSteps {
		j.plan.steps.done(x.at)
	}
}

func sourcesOf(batch []drop) []string {
	keys := make([]string, len(batch))
	for i, x := range batch {
		keys[i] = x.step.From.Key
	}
	return keys
}

// notDropped takes back that a step is done. When it is tried again it has arrived.
func (j *job) notDropped(x drop, err error) {
	j.objects.Add(-1)
	j.bytes.Add(-x.step.Size)
	j.mu.Lock()
	if j.arrivals == nil {
		j.arrivals = map[pos]bool{}
	}
	j.arrivals[x.at] = true
	j.mu.Unlock()
	j.fail(x.at, x.source, j.plan.name(x.step), err)
}

// hasArrived says whether only the source of a step is still to be deleted.
func (j *job) hasArrived(at pos) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.arrivals[at]
}
