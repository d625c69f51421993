package job

import (
	"context"
	"errors"

	"spaces/store"
)

// Remarks on a mirror.
var (
	// ErrVanished is of what was deleted at the source after it was listed.
	ErrVanished = errors.New("deleted at the source meanwhile: left as it is at the destination")
)

// sourceTries is how often an object is begun anew that somebody writes to at the source.
const sourceTries = 3

// mirror brings one name of a mirror to the destination.
func (j *job) mirror(ctx context.Context, at pos, r record, s Step, t *tally) (err error) {
	if r.history != "" {
		return j.mirrorHistory(ctx, at, r, s, t)
	}
	for range sourceTries {
		var made store.Info
		made, err = j.carry(ctx, carriage{from: s.From, to: s.To, size: s.Size, etag: s.ETag}, t)
		switch {
		case err == nil:
			j.made(s.To, made)
			return nil
		case errors.Is(err, store.NotFound) && j.vanished(ctx, s.From):
			return errSkipped
		case !errors.Is(err, errChanged) && !errors.Is(err, store.Precondition):
			return err
		}
		err = errChanged
		info, lookErr := j.lookAgain(ctx, s.From)
		if errors.Is(lookErr, store.NotFound) && j.vanished(ctx, s.From) {
			return errSkipped
		} else if lookErr != nil {
			return lookErr
		}
		s.Size, s.ETag, s.Modified = info.Size, info.ETag, info.Modified
	}
	return err
}

func (j *job) lookAgain(ctx context.Context, r store.Ref) (info store.Info, err error) {
	err = j.try(ctx, func(ctx context.Context) (err error) {
		info, err = j.plan.from.Head(ctx, r)
		return err
	})
	return info, err
}

// vanished says whether an object is gone from the source, not its whole Space, and remarks on it.
func (j *job) vanished(ctx context.Context, r store.Ref) bool {
	_, err := j.plan.from.List(ctx, store.ListRequest{Space: r.Space, Prefix: r.Key, Max: 1})
	if err == nil {
		j.remark(Failure{Name: r.Key, Err: ErrVanished})
	}
	return err == nil
}
