package job

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"spaces/store"
)

// copy makes one copy: on the server, or through here between two stores.
func (j *job) copy(ctx context.Context, at pos, _ record, s Step, t *tally) error {
	_, err := j.copyTo(ctx, at, s, t)
	return err
}

// sameStore says whether a server can do it alone.
func (j *job) sameStore() bool { return j.plan.from == j.plan.to }

// copyTo copies under the step's policy and says what is at the destination then.
func (j *job) copyTo(ctx context.Context, at pos, s Step, t *tally) (made store.Info, err error) {
	d := destination{key: s.To.Key, look: j.lookRemote(s.To.Space)}
	if j.sameStore() && s.From == s.To {
		if j.plan.policyFor(j.plan.below(s)) != KeepBoth || j.work().moves {
			return made, errSkipped
		}
		if d.key, err = freeKey(ctx, d); err != nil {
			return made, err
		}
	}
	d.same = func(theirs seen) (bool, error) { return sameETags(s.ETag, theirs.etag), nil }
	d.sure = func(_ context.Context, theirs seen) (bool, error) { return s.ETag != "" && s.ETag == theirs.etag, nil }
	d.do = func(ctx context.Context, key string, guard bool) (err error) {
		to := store.Ref{Space: s.To.Space, Key: key}
		if j.sameStore() {
			made, err = j.copyOnServer(ctx, s, to, guard)
		} else {
			made, err = j.stream(ctx, s, to, guard, t)
		}
		if err == nil {
			j.made(to, made)
		}
		return err
	}
	if err = j.placing(ctx, at, s, d); errors.Is(err, errArrived) {
		return store.Info{Ref: s.To, Size: s.Size, ETag: s.ETag}, nil
	}
	if errors.Is(err, store.Precondition) {
		err = fmt.Errorf("%w: %w", errChanged, err)
	}
	return made, err
}

func (j *job) copyOnServer(ctx context.Context, s Step, to store.Ref, guard bool) (info store.Info, err error) {
	err = j.try(ctx, func(ctx context.Context) (err error) {
		info, err = j.plan.to.Copy(ctx, s.From, to, store.CopyOptions{IfMatch: s.ETag, IfNoneMatch: guard, Size: s.Size})
		return err
	})
	info.Ref, info.Size = to, s.Size
	return info, err
}

// stream carries an object from one store to another, with all it has.
func (j *job) stream(ctx context.Context, s Step, to store.Ref, guard bool, t *tally) (info store.Info, err error) {
	source, err := j.lookAtSource(ctx, s)
	if err != nil {
		return info, err
	}
	read := func(ctx context.Context, off, n int64) (io.ReaderAt, func(), error) {
		body, release, err := j.buffer(ctx, n)
		if err != nil {
			return nil, nil, err
		}
		if err := j.readRange(ctx, s.From, source, off, body); err != nil {
			release()
			return nil, nil, err
		}
		return bytes.NewReader(body), release, nil
	}
	if source.Size >= j.m.o.PartSize {
		return j.putParts(ctx, parted{to: to, size: source.Size, props: source.Props, guard: guard, read: read}, t)
	}
	body, release, err := read(ctx, 0, source.Size)
	if err != nil {
		return info, err
	}
	defer release()
	if isMD5(source.ETag) && !source.Sealed {
		if sum, err := md5Of(body, source.Size); err != nil || sum != source.ETag {
			return info, errChecksum
		}
	}
	err = j.try(ctx, func(ctx context.Context) (err error) {
		t.settle(0)
		info, err = j.plan.to.Put(store.WithProgress(ctx, t.add), to, body, source.Size, source.Props, store.PutOptions{IfNoneMatch: guard})
		return err
	})
	return info, err
}

// lookAtSource reads all that a copy to elsewhere has to carry, and checks that it is still what was counted.
func (j *job) lookAtSource(ctx context.Context, s Step) (info store.Info, err error) {
	from := j.plan.from
	err = j.try(ctx, func(ctx context.Context) (err error) {
		if info, err = from.Head(ctx, s.From); err != nil {
			return err
		}
		if info.Tags == nil {
			if info.Tags, err = from.Tags(ctx, s.From); err != nil && !cannot(err) {
				return err
			}
		}
		if info.Access == "" {
			if info.Access, err = from.Access(ctx, s.From); err != nil && !cannot(err) {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = s.isStill(info)
	}
	if info.Access == store.Custom {
		info.Access = store.Private // grants to accounts mean nothing elsewhere
	}
	return info, err
}

// cannot says whether an endpoint has no such thing, or does not show it to this key.
func cannot(err error) bool {
	return errors.Is(err, store.Unsupported) || errors.Is(err, store.Denied)
}

// readRange fills body from an object, going on where a broken answer ended.
func (j *job) readRange(ctx context.Context, r store.Ref, info store.Info, off int64, body []byte) error {
	done := 0
	for done < len(body) {
		err := j.try(ctx, func(ctx context.Context) error {
			o := store.GetOptions{Offset: off + int64(done), Length: int64(len(body) - done), IfMatch: info.ETag}
			answer, got, err := j.plan.from.Get(ctx, r, o)
			if err != nil {
				return err
			}
			defer answer.Close()
			if got.Size != info.Size {
				return errChanged
			}
			n, err := io.ReadFull(answer, body[done:])
			done += n
			return goOn(err, n > 0)
		})
		if err != nil && !errors.Is(err, errGoOn) {
			return err
		}
	}
	return nil
}
