package job

import (
	"context"
	"errors"
	"fmt"

	"spaces/store"
)

// moveStep moves one object, and leaves it to the drops to delete the source of one that was copied.
func (j *job) moveStep(ctx context.Context, at pos, r record, s Step, t *tally) {
	if j.plan.spec.Back {
		j.backStep(ctx, at, r, s, t)
		return
	}
	err := j.move(ctx, at, r, s, t)
	j.settle(ctx, at, r, s, t, err)
	if errors.Is(err, errToDrop) {
		j.dropLater(ctx, at, r, s)
	}
}

// move gives one object another place: by a rename where the endpoint has that, else by a copy that is looked at before
// the source goes. The sources of single objects go together with others, a folder's when all of it has arrived.
func (j *job) move(ctx context.Context, at pos, r record, s Step, t *tally) error {
	if j.isItself(s) {
		return nil // nothing to do: and nothing is what is done
	}
	if j.plan.meets(r) {
		return errMeets
	}
	if j.isBack(ctx, at, s) {
		return errToDrop
	}
	from := j.plan.from
	if j.sameStore() && s.From.Space == s.To.Space && from.CanRename() {
		err := j.rename(ctx, at, s)
		if !errors.Is(err, store.Unsupported) && !errors.Is(err, errArrived) {
			return err
		}
	}
	if !j.hasArrived(at) {
		var over crossed
		s, access, err := j.asTrash(ctx, s)
		if err != nil {
			return err
		}
		made, err := j.copyAs(ctx, at, s, access, t, &over)
		if err == nil {
			err = j.verify(ctx, s, made)
		}
		if err != nil {
			if mayBeDone(ctx, err) {
				j.did.perhaps(s.From, s.To, s.Size, s.ETag, over)
			}
			return err
		}
		j.did.moved(s.From, made.Ref, s.Size, made.ETag, over)
	}
	if j.plan.isWhole(&j.plan.sources[r.source]) {
		return nil
	}
	return errToDrop
}

func (j *job) rename(ctx context.Context, at pos, s Step) error {
	from := j.plan.from
	var over crossed
	d := destination{key: s.To.Key, look: j.lookRemote(s.To.Space), over: &over}
	d.same = func(theirs seen) (bool, error) { return sameETags(s.ETag, theirs.etag), nil }
	d.sure = func(_ context.Context, theirs seen) (bool, error) { return s.ETag != "" && s.ETag == theirs.etag, nil }
	d.do = func(ctx context.Context, key string, guard bool) error {
		to := store.Ref{Space: s.To.Space, Key: key}
		err := j.try(ctx, func(ctx context.Context) error {
			return from.RenameIf(ctx, s.From, to, store.RenameOptions{IfMatch: s.ETag, IfNoneMatch: guard})
		})
		if errors.Is(err, store.NotFound) && j.arrived(ctx, s, to) {
			err = nil // the answer to an earlier attempt got lost
		}
		if mayBeDone(ctx, err) {
			j.did.perhaps(s.From, to, s.Size, s.ETag, over)
		}
		if err == nil {
			j.did.moved(s.From, to, s.Size, s.ETag, over)
			j.rowGone(from, s.From)
			j.made(to, store.Info{Size: s.Size, ETag: s.ETag, Modified: s.Modified})
		}
		return err
	}
	return j.placing(ctx, at, s, d)
}

// mayBeDone says whether a request that failed may have been carried out: its answer was lost, or not awaited.
func mayBeDone(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || store.Transient(err))
}

// arrived says whether exactly this object is at its new place.
func (j *job) arrived(ctx context.Context, s Step, to store.Ref) bool {
	info, err := j.plan.to.Head(ctx, to)
	return err == nil && info.Size == s.Size && s.ETag != "" && info.ETag == s.ETag
}

// verify makes sure of a copy before its source may go. An endpoint that answers with the source's own ETag has made the
// same content; otherwise, as of encrypted objects and of parts, the copy is looked at.
func (j *job) verify(ctx context.Context, s Step, made store.Info) error {
	if s.ETag != "" && made.ETag == s.ETag {
		return nil
	}
	return j.try(ctx, func(ctx context.Context) error {
		info, err := j.plan.to.Head(ctx, made.Ref)
		switch {
		case err != nil:
			return fmt.Errorf("looking at the copy, the source is kept: %w", err)
		case info.Size != s.Size:
			return fmt.Errorf("the copy has %d bytes, the source %d: the source is kept", info.Size, s.Size)
		case made.ETag != "" && info.ETag != made.ETag:
			return fmt.Errorf("the copy was replaced at once, the source is kept: %w", errChanged)
		}
		return nil
	})
}
