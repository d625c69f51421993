package job

import (
	"context"
	"errors"

	"spaces/store"
)

const (
	renameBatch   = 500 // of the 1000 that a RenameMany takes: the first are on the screen sooner
	renameWorkers = 4
)

// renamesMany says whether the steps of the job are renames that the endpoint takes many at once of.
func (j *job) renamesMany() bool {
	p := j.plan
	return j.work().moves && !p.spec.Again && j.sameStore() && p.from.CanRenameMany() && p.inOneSpace()
}

// inOneSpace says whether a plan writes nowhere but to the Space that it reads from.
func (p *Plan) inOneSpace() bool {
	for i := range p.sources {
		if p.sources[i].Ref.Space != p.spec.Dest.Space {
			return false
		}
	}
	return true
}

// renaming is a step of a batch.
type renaming struct {
	at     pos
	record record
	step   Step
}

// renameSteps gives a batch of objects other places in one request. What its policy has to look at more closely, and what
// the request says no to, is moved by itself.
func (j *job) renameSteps(ctx context.Context, at []pos, records []record) {
	var batch []renaming
	var list []store.Renaming
	var alone []renaming
	for i, r := range records {
		x := renaming{at[i], r, j.plan.step(r)}
		if o, ok := j.renameOptions(x); ok {
			batch, list = append(batch, x), append(list, store.Renaming{From: x.step.From.Key, To: x.step.To.Key, RenameOptions: o})
		} else {
			alone = append(alone, x)
		}
	}
	if len(batch) > 0 {
		alone = append(alone, j.renameMany(ctx, batch, list)...)
	}
	for _, x := range alone {
		j.moveStep(ctx, x.at, x.record, x.step, &tally{total: &j.bytes})
	}
	j.m.changes.touch()
}

// renameOptions are the conditions of a step that needs nothing looked at first.
func (j *job) renameOptions(x renaming) (o store.RenameOptions, ok bool) {
	if j.isItself(x.step) {
		return o, false
	}
	o.IfMatch = x.step.ETag
	if j.plan.policyFor(j.plan.below(x.step)) == Overwrite {
		return o, true
	}
	_, exists, known := j.plan.known(x.at)
	o.IfNoneMatch = true
	return o, known && !exists
}

// renameMany settles what the request has renamed, and gives back the rest.
func (j *job) renameMany(ctx context.Context, batch []renaming, list []store.Renaming) (rest []renaming) {
	from := j.plan.from
	var failed []error
	err := j.try(ctx, func(ctx context.Context) (err error) {
		failed, err = from.RenameMany(ctx, batch[0].step.From.Space, list)
		return err
	})
	for i, x := range batch {
		t := &tally{total: &j.bytes}
		switch {
		case errors.Is(err, store.Unsupported):
			rest = append(rest, x)
		case err != nil:
			j.settle(ctx, x.at, x.record, x.step, t, err)
		case failed[i] != nil:
			rest = append(rest, x)
		default:
			j.rowGone(from, x.step.From)
			j.made(x.step.To, store.Info{Size: x.step.Size, ETag: x.step.ETag, Modified: x.step.Modified})
			j.settle(ctx, x.at, x.record, x.step, t, nil)
		}
	}
	return rest
}
