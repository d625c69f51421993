package job

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"spaces/store"
)

// finish does what comes after the last step.
func (j *job) finish(ctx context.Context) {
	if j.work().finish != nil {
		j.work().finish(j, ctx)
	}
	j.remarkEmpty()
	j.remarkLate()
}

// remarkEmpty tells of folders in which there was nothing, not even a marker: whoever sees one selected something in it,
// which is gone, or has another name than is shown. Of work that was cut short, all may have been done before.
func (j *job) remarkEmpty() {
	if j.plan.spec.Again || j.work().compares {
		return
	}
	for i := range j.plan.sources {
		src := &j.plan.sources[i]
		if _, public, _, _ := store.TrashBatchOf(src.Ref.Key); public {
			continue // mostly there is none
		}
		if src.Folder && src.Ref.Key != "" && !j.isBegun(i) && !j.isSpoiled(i) && !j.plan.isHere(src) {
			j.remark(Failure{Name: src.Ref.Key, Err: ErrNothingThere})
			j.stale(j.plan.from, store.Ref{Space: src.Ref.Space, Key: folderOf(src.Ref.Key, src.Among())})
		}
	}
}

// isSpoiled says whether something of a source failed, or was not even seen.
func (j *job) isSpoiled(source int) bool {
	for _, l := range j.lostSources() {
		if l == source {
			return true
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.spoiled[source]
}

func (j *job) lostSources() []int {
	j.plan.mu.Lock()
	defer j.plan.mu.Unlock()
	var sources []int
	for _, l := range j.plan.lost {
		sources = append(sources, l.source)
	}
	return sources
}

// noteGone notes which folders are deleted as a whole. Of what was only among others, folders are not told one by one.
func (j *job) noteGone(context.Context) {
	for i := range j.plan.sources {
		switch src := &j.plan.sources[i]; {
		case src.Among():
			j.stale(j.plan.from, src.Ref)
		case src.Folder && !j.isSpoiled(i) && !j.plan.isLeft(i):
			j.treeGone(i)
		}
	}
}

// dropFolders deletes the sources of folders that have arrived as a whole. A folder with anything missing at the
// destination is kept as it is: it is never split between two places.
func (j *job) dropFolders(ctx context.Context) {
	if j.plan.spec.Back || !j.plan.spec.moves() {
		return
	}
	for i := range j.plan.sources {
		src := &j.plan.sources[i]
		if !j.plan.isWhole(src) || j.isSpoiled(i) || j.plan.isHere(src) {
			continue
		}
		all, err := j.dropFolder(ctx, i)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			j.failLate(i, src.label(), fmt.Errorf("it was copied, and the source not deleted in full: %w", err))
		}
		if all && err == nil {
			j.treeGone(i)
		}
	}
}

// failLate notes a failure that belongs to no step.
func (j *job) failLate(source int, name string, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.spoiled[source] = true
	j.failCount++
	if len(j.failed) < keptFailures {
		j.failed = append(j.failed, Failure{Name: name, Err: err})
	}
}

// dropFolder lists a source again, beside its steps, and deletes what is still what was copied. all is false when
// something stays: it came later, was changed, or was skipped.
func (j *job) dropFolder(ctx context.Context, i int) (all bool, err error) {
	src, from := &j.plan.sources[i], j.plan.from
	next, stop := iter.Pull2(j.stepsOf(i))
	defer stop()
	at, step, more := next()
	all = true
	request := store.ListRequest{Space: src.Ref.Space, Prefix: src.Ref.Key}
	for {
		var page store.Page
		err := j.try(ctx, func(ctx context.Context) (err error) {
			page, err = from.List(ctx, request)
			return err
		})
		if err != nil {
			return false, err
		}
		var keys []string
		for _, e := range page.Entries {
			for more && step.From.Key < e.Key {
				at, step, more = next()
			}
			if !more || step.From.Key != e.Key || j.wasSkipped(at) {
				all = false
				continue
			}
			if step.Size != e.Size || step.ETag != e.ETag {
				all = false
				j.failLate(i, e.Key, fmt.Errorf("the source was written to after it was copied and is kept: %w", errChanged))
				continue
			}
			keys = append(keys, e.Key)
		}
		failed, err := j.deleteKeys(ctx, src.Ref.Space, keys)
		for _, one := range failed { // the first that stays is the one to tell
			err = errors.Join(err, one)
			break
		}
		if err != nil {
			return false, err
		}
		if !page.More {
			return all, nil
		}
		request.After = page.Next
	}
}

// stepsOf are the steps of one source, in the order of their keys.
func (j *job) stepsOf(source int) iter.Seq2[pos, Step] {
	return func(yield func(pos, Step) bool) {
		j.plan.steps.each(func(at pos, r record) bool {
			return r.source != source || yield(at, j.plan.step(r))
		})
	}
}

func (j *job) wasSkipped(at pos) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.left[at]
}

// deleteKeys deletes a page of keys and says which stay, and why.
func (j *job) deleteKeys(ctx context.Context, space string, keys []string) (failed map[string]error, err error) {
	if len(keys) == 0 {
		return nil, nil
	}
	err = j.try(ctx, func(ctx context.Context) (err error) {
		failed, err = j.plan.from.DeleteMany(ctx, space, keys)
		return err
	})
	return failed, err
}

// destroySpaces removes Spaces that are empty now, or takes them away as a whole where they can be had back. What was
// written meanwhile, and uploads under way, go too: that is what was confirmed.
func (j *job) destroySpaces(ctx context.Context) {
	for i := range j.plan.sources {
		src := &j.plan.sources[i]
		if j.isSpoiled(i) {
			continue
		}
		if j.plan.isLeft(i) {
			j.failLate(i, src.Ref.Space, fmt.Errorf("the Space is kept, something in it is %w", ErrLeftAlone))
			continue
		}
		switch err := j.destroySpace(ctx, i); {
		case err == nil, j.plan.spec.Again && store.KindOf(err) == store.NoSpace:
			j.treeGone(i)
		case ctx.Err() == nil:
			j.failLate(i, src.Ref.Space, err)
		}
	}
}

func (j *job) destroySpace(ctx context.Context, i int) error {
	from, space := j.plan.from, j.plan.sources[i].Ref.Space
	if weight, at := j.plan.weight(i); at {
		return j.destroyAtOnce(ctx, space, weight)
	}
	return j.try(ctx, func(ctx context.Context) error {
		uploads, err := from.Uploads(ctx, space, "")
		if err != nil && !cannot(err) {
			return err
		}
		for _, u := range uploads {
			if err := from.AbortUpload(ctx, u); err != nil && !errors.Is(err, store.NotFound) {
				return err
			}
		}
		return from.DeleteSpace(ctx, space)
	})
}
