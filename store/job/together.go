package job

import (
	"context"
	"slices"

	"spaces/store"
)

const (
	togetherBatch   = 500 // of the 1000 that a request takes: the first are on the screen sooner
	togetherWorkers = 4

	// The server in this process shares its processors with the screen: a key waits for what was begun before it.
	innerBatch   = 250
	innerWorkers = 1
)

// together is how many steps are done in one request, where the endpoint has one for it.
type together struct {
	do      func(*job, context.Context, []pos, []record) // nil: each step goes by itself
	batch   int                                          // steps that a worker takes
	workers int
	fits    func(record) bool // into a batch; others are taken alone. nil: all do
}

// together may change while a job runs: what an endpoint can do is learned from its answers.
func (p *Plan) together() together {
	t, w := together{batch: togetherBatch, workers: togetherWorkers}, p.work()
	switch {
	case w.steps != nil:
		t = together{w.steps, w.batch, w.workers, nil}
	case p.renamesMany():
		t.do = (*job).renameSteps
	case w.alter != nil && p.from.CanChangeMany():
		t.do = (*job).alterSteps
	}
	if t.do != nil && p.from.Embedded() {
		t.batch, t.workers = innerBatch, innerWorkers
	}
	switch {
	case t.do != nil:
		return t
	case p.packs():
		return together{(*job).packSteps, packBatch, p.workers, p.isSmall}
	case p.fetchesPacks():
		return together{(*job).fetchSteps, packBatch, p.workers, p.isSmallObject}
	}
	return together{nil, 1, p.workers, nil}
}

// renamesMany says whether the steps of a plan are renames that the endpoint takes many at once of.
func (p *Plan) renamesMany() bool {
	return p.work().moves && !p.spec.Again && p.from == p.to && p.from.CanRenameMany() && p.inOneSpace()
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

// member is a step of a batch.
type member struct {
	at     pos
	record record
	step   Step
}

// renameSteps gives a batch of objects other places in one request. What its policy has to look at more closely, and what
// the request says no to, is moved by itself.
func (j *job) renameSteps(ctx context.Context, at []pos, records []record) {
	var batch []member
	var list []store.Renaming
	var alone []member
	for i, r := range records {
		x := member{at[i], r, j.plan.step(r)}
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
func (j *job) renameOptions(x member) (o store.RenameOptions, ok bool) {
	if j.isItself(x.step) || j.plan.meets(x.record) {
		return o, false
	}
	o.IfMatch = x.step.ETag
	if j.plan.policyFor(j.plan.below(x.step)) == Overwrite {
		return o, true
	}
	_, exists, known := j.plan.known(x.at)
	o.IfNoneMatch = true // where that was not looked at, the request tells
	return o, !known || !exists
}

// renameMany settles what the request has renamed, and gives back the rest.
func (j *job) renameMany(ctx context.Context, batch []member, list []store.Renaming) (rest []member) {
	from := j.plan.from
	var failed []error
	err := j.try(ctx, func(ctx context.Context) (err error) {
		failed, err = from.RenameMany(ctx, batch[0].step.From.Space, list)
		return err
	})
	for i, x := range batch {
		t := &tally{total: &j.bytes}
		switch {
		case err != nil && !itsOwn(err), err == nil && failed[i] != nil:
			rest = append(rest, x)
		case err != nil:
			j.settle(ctx, x.at, x.record, x.step, t, err)
		default:
			j.did.moved(x.step.From, x.step.To, x.step.Size, x.step.ETag, j.plan.crossed(x.at))
			j.rowGone(from, x.step.From)
			j.made(x.step.To, store.Info{Size: x.step.Size, ETag: x.step.ETag, Modified: x.step.Modified})
			j.settle(ctx, x.at, x.record, x.step, t, nil)
		}
	}
	return rest
}

// alterAccess and the others say for each kind of change what its Spec asks for. They are asked when the work is done: see
// Plan.Change.
func alterAccess(s *Spec) store.Alter { return store.Alter{Access: s.Access} }

func alterTags(s *Spec) store.Alter { return store.Alter{Tag: s.Edit.Set, Untag: s.Edit.Unset} }

func alterHeaders(s *Spec) store.Alter {
	a := store.Alter{Set: map[string]string{}, Unset: slices.Clone(s.Edit.Unset)}
	for name, value := range s.Edit.Set {
		if value == "" {
			a.Unset = append(a.Unset, name)
		} else {
			a.Set[name] = value
		}
	}
	return a
}

// alterSteps changes a batch of objects in one request. What the request says no to is changed by itself, or fails so.
func (j *job) alterSteps(ctx context.Context, at []pos, records []record) {
	bySpace := map[string][]member{}
	for i, r := range records {
		x := member{at[i], r, j.plan.step(r)}
		bySpace[x.step.From.Space] = append(bySpace[x.step.From.Space], x)
	}
	for space, members := range bySpace {
		for _, alike := range j.plan.alike(members) {
			for _, x := range j.alterMany(ctx, space, alike) {
				j.work().step(j, ctx, x.at, x.record, x.step, &tally{total: &j.bytes})
			}
		}
	}
	j.m.changes.touch()
}

// alterMany settles what the request has changed of objects that are to be alike, and gives back the rest.
func (j *job) alterMany(ctx context.Context, space string, members []member) (rest []member) {
	from := j.plan.from
	list := make([]store.Altered, len(members))
	for i, x := range members {
		list[i].Key = x.step.From.Key
	}
	is, must := j.plan.alteration(members[0].record)
	alter := j.plan.alterOf(is)
	alter.Tell = j.did != nil
	if must != nil {
		alter.If = new(j.plan.alterOf(*must))
	}
	var done []store.Change
	err := j.try(ctx, func(ctx context.Context) (err error) {
		done, err = from.ChangeMany(ctx, space, list, alter)
		return err
	})
	for i, x := range members {
		t := &tally{total: &j.bytes}
		switch {
		case err != nil && !itsOwn(err), err == nil && done[i].Err != nil:
			rest = append(rest, x)
		case err != nil:
			j.settle(ctx, x.at, x.record, x.step, t, err)
		default:
			j.noteAltered(x.step, done[i], is)
			j.readBack(ctx, x.step.From, is.Access)
			j.rowThere(from, x.step.From, store.Entry{Size: x.step.Size, Modified: done[i].Modified, ETag: x.step.ETag})
			j.settle(ctx, x.at, x.record, x.step, t, nil)
		}
	}
	return rest
}

// itsOwn says whether an error of a batch is one that each of its steps would meet, too. Others are about the request.
func itsOwn(err error) bool {
	switch store.KindOf(err) {
	case store.Unsupported, store.Other, store.InvalidName:
		return false
	}
	return true
}
