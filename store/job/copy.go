package job

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"spaces/store"
)

// copy makes one copy: on the server, or through here between two stores.
func (j *job) copy(ctx context.Context, at pos, r record, s Step, t *tally) error {
	if j.plan.meets(r) {
		return errMeets
	}
	if j.plan.spec.Back {
		return j.back(ctx, s)
	}
	_, err := j.copyTo(ctx, at, s, t)
	return err
}

// sameStore says whether a server can do it alone.
func (j *job) sameStore() bool { return j.plan.from == j.plan.to }

// isItself says whether a step would write an object over itself, by whatever connections.
func (j *job) isItself(s Step) bool { return s.From == s.To && j.plan.same() }

// copyTo copies under the step's policy and says what is at the destination then.
func (j *job) copyTo(ctx context.Context, at pos, s Step, t *tally) (made store.Info, err error) {
	return j.copyAs(ctx, at, s, "", t, nil)
}

// copyAs is copyTo with other permissions than the source has, unless access is "", which is only within one endpoint; and
// tells how the destination was.
func (j *job) copyAs(ctx context.Context, at pos, s Step, access store.Access, t *tally, over *crossed) (made store.Info, err error) {
	d := destination{key: s.To.Key, look: j.lookRemote(s.To.Space), over: over}
	if j.isItself(s) {
		if j.plan.policyFor(j.plan.below(s)) != KeepBoth || j.work().moves {
			return made, errSkipped
		}
		if d.key, err = freeKey(ctx, d); err != nil {
			return made, err
		}
		d.wish = s.To.Key
	}
	if err := j.seemsItself(ctx, s, d); err != nil {
		return made, err
	}
	d.may = func(ctx context.Context) bool { return j.mayHaveArrived(ctx, s.To) }
	d.same = func(theirs seen) (bool, error) { return sameETags(s.ETag, theirs.etag), nil }
	of := j.plan.ofObject(s.From, "", s.ETag, s.Size)
	d.sure = func(_ context.Context, theirs seen) (bool, error) {
		return s.ETag != "" && (s.ETag == theirs.etag || j.entry.isMade(s.To, of, theirs.etag)), nil
	}
	d.do = func(ctx context.Context, key string, guard bool) (err error) {
		to := store.Ref{Space: s.To.Space, Key: key}
		if j.sameStore() {
			made, err = j.copyOnServer(ctx, s, to, access, guard)
		} else {
			made, err = j.stream(ctx, s, to, guard, t)
		}
		if err == nil {
			j.made(to, made)
		}
		return err
	}
	if err = j.placing(ctx, at, s, d); errors.Is(err, errArrived) {
		return store.Info{Ref: s.To, Size: s.Size, ETag: s.ETag}, j.lateTags(ctx, s)
	}
	if errors.Is(err, store.Precondition) {
		err = fmt.Errorf("%w: %w", errChanged, err)
	}
	return made, err
}

// errItself is what a move ends with whose two connections lead to one object.
var errItself = errors.New("source and destination seem to be one object that two connections lead to: it is kept")

// seemsItself fails when an object would be written over itself by two connections of which nothing tells that they are of
// one endpoint: after a move it would be gone. An object of the same name, content and time is taken for it.
func (j *job) seemsItself(ctx context.Context, s Step, d destination) error {
	if s.From != s.To || j.sameStore() {
		return nil
	}
	theirs, exists, err := d.look(ctx, d.key)
	if err != nil || !exists || theirs.Size != s.Size || theirs.etag != s.ETag || theirs.Modified.Unix() != s.Modified.Unix() {
		return err
	}
	if j.work().moves {
		return errItself
	}
	return errSkipped
}

func (j *job) copyOnServer(ctx context.Context, s Step, to store.Ref, access store.Access, guard bool) (info store.Info, err error) {
	err = j.try(ctx, func(ctx context.Context) (err error) {
		info, err = j.plan.to.Copy(ctx, s.From, to, store.CopyOptions{IfMatch: s.ETag, IfNoneMatch: guard, Size: s.Size, Access: access})
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
		if err := j.readRange(ctx, s.From, "", source, off, body); err != nil {
			release()
			return nil, nil, err
		}
		return bytes.NewReader(body), release, nil
	}
	if source.Size >= j.m.o.PartSize {
		return j.streamParts(ctx, parted{to: to, of: j.plan.ofObject(s.From, "", source.ETag, source.Size), size: source.Size, guard: guard, read: read}, source.Props, t)
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
	kept, err := j.keeping(to.Key, source.Props, func(p store.Props) error {
		return j.try(ctx, func(ctx context.Context) (err error) {
			t.settle(0)
			info, err = j.plan.to.Put(store.WithProgress(ctx, t.add), to, body, source.Size, p, store.PutOptions{IfNoneMatch: guard})
			return err
		})
	})
	if err == nil {
		err = j.lookAtKept(ctx, to, kept, &j.keeps.tagsAtPut)
	}
	return info, err
}

// streamParts is stream of what goes in parts.
func (j *job) streamParts(ctx context.Context, x parted, props store.Props, t *tally) (info store.Info, err error) {
	kept, err := j.keeping(x.to.Key, props, func(p store.Props) (err error) {
		x.props = p
		info, err = j.putParts(ctx, x, t)
		return err
	})
	if err == nil {
		err = j.lookAtKept(ctx, x.to, kept, &j.keeps.tagsAtParts)
	}
	return info, err
}

// lookAtKept makes sure of what an endpoint may have taken and ignored.
func (j *job) lookAtKept(ctx context.Context, to store.Ref, p store.Props, tags *atomic.Int32) error {
	if p.Access == store.PublicRead {
		j.readBackAs(ctx, to, p.Access)
	}
	return j.lookAtTags(ctx, to, p.Tags, tags)
}

// lookAtSource reads all that a copy to elsewhere has to carry, and checks that it is still what was counted. What cannot
// be read or carried is remarked on.
func (j *job) lookAtSource(ctx context.Context, s Step) (info store.Info, err error) {
	from := j.plan.from
	err = j.try(ctx, func(ctx context.Context) (err error) {
		if info, err = from.Head(ctx, s.From); err != nil {
			return err
		}
		if info.Tags, err = from.Tags(ctx, s.From); err != nil && !cannot(err) {
			return err
		}
		if errors.Is(err, store.Denied) && info.TagCount > 0 {
			j.remarkOnce(Failure{Name: s.From.Key, Err: ErrUnread})
		}
		if info.Access, err = from.Access(ctx, s.From); err != nil && !cannot(err) {
			return err
		}
		if errors.Is(err, store.Denied) {
			j.remarkOnce(Failure{Name: s.From.Key, Err: ErrUnread})
		}
		return nil
	})
	if err == nil {
		err = s.isStill(info)
	}
	if info.Access == store.Custom {
		info.Access = store.Private
		j.remarkOnce(Failure{Name: s.From.Key, Err: ErrGrantsLeft})
	}
	return info, err
}

// lateTags gives a copy that arrived before the work was cut short the tags that it may be without: where an upload in parts
// becomes an object without them (Ceph), they are set when it is one.
func (j *job) lateTags(ctx context.Context, s Step) error {
	if j.sameStore() || s.Size < j.m.o.PartSize {
		return nil
	}
	err := j.try(ctx, func(ctx context.Context) error {
		tags, err := j.plan.from.Tags(ctx, s.From)
		if err != nil || len(tags) == 0 {
			return err
		}
		there, err := j.plan.to.Tags(ctx, s.To)
		if err != nil || len(there) > 0 {
			return err
		}
		return j.plan.to.SetTags(ctx, s.To, tags)
	})
	if cannot(err) {
		return nil
	}
	return err
}

// cannot says whether an endpoint has no such thing, or does not show it to this key.
func cannot(err error) bool {
	return errors.Is(err, store.Unsupported) || errors.Is(err, store.Denied)
}

// readRange fills body from an object, or a version of one, going on where a broken answer ended.
func (j *job) readRange(ctx context.Context, r store.Ref, version string, info store.Info, off int64, body []byte) error {
	done := 0
	for done < len(body) {
		err := j.try(ctx, func(ctx context.Context) error {
			o := store.GetOptions{Offset: off + int64(done), Length: int64(len(body) - done), IfMatch: info.ETag, Version: version}
			answer, got, err := j.plan.from.Get(ctx, r, o)
			if err != nil {
				return err
			}
			defer answer.Close()
			if err := isStill(got, info.Size, info.ETag); err != nil {
				return err
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
