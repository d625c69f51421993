package job

import (
	"cmp"
	"context"
	"io"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

// parted is an object that goes up in parts.
type parted struct {
	to    store.Ref
	size  int64
	part  int64 // bytes of a part; 0: the job's
	props store.Props
	class string // of storage; "": the endpoint's own
	guard bool
	done  func() error // last check before it becomes an object
	read  func(ctx context.Context, off, n int64) (part io.ReaderAt, release func(), err error)
}

// partSize grows so that no object has too many parts.
func partSize(size, part int64) int64 {
	part = max(part, minPart)
	for (size+part-1)/part > maxParts {
		part *= 2
	}
	return part
}

// putParts uploads parts side by side. What does not become an object is aborted, also after cancel.
func (j *job) putParts(ctx context.Context, p parted, t *tally) (info store.Info, err error) {
	to := j.plan.to
	var u store.Upload
	err = j.try(ctx, func(ctx context.Context) (err error) {
		u, err = to.CreateUploadIn(ctx, p.to, p.props, p.class)
		return err
	})
	if err != nil {
		return info, err
	}
	defer func() {
		if err != nil {
			ctx, cancel := cleanup(ctx)
			defer cancel()
			_ = to.AbortUpload(ctx, u) // the first error is the one to tell
		}
	}()
	parts, err := j.sendParts(ctx, u, p, t)
	if err == nil && p.done != nil {
		err = p.done()
	}
	if err != nil {
		return info, err
	}
	err = j.try(ctx, func(ctx context.Context) (err error) {
		info, err = to.CompleteUpload(ctx, u, parts, store.PutOptions{IfNoneMatch: p.guard, Tags: p.props.Tags})
		return err
	})
	return info, err
}

func (j *job) sendParts(ctx context.Context, u store.Upload, p parted, t *tally) ([]store.Part, error) {
	size := cmp.Or(p.part, partSize(p.size, j.m.o.PartSize))
	parts := make([]store.Part, (p.size+size-1)/size)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(min(j.m.o.Workers, cmp.Or(j.plan.to.PartsAtOnce(), j.m.o.Workers)))
	for i := range parts {
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error {
			defer store.Caught(ctx)
			off := int64(i) * size
			n := min(size, p.size-off)
			body, release, err := p.read(ctx, off, n)
			if err != nil {
				return err
			}
			defer release()
			own := t.part()
			err = j.try(ctx, func(ctx context.Context) (err error) {
				own.settle(0)
				parts[i], err = j.plan.to.UploadPart(store.WithProgress(ctx, own.add), u, i+1, body, 0, n)
				return err
			})
			if err == nil {
				own.settle(n)
			}
			return err
		})
	}
	return parts, g.Wait()
}
