package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

// ErrBegunAnew is a remark: what an earlier run had sent of a file was of no use any more.
var ErrBegunAnew = errors.New("it changed since its upload was cut short: it was sent from the beginning")

// parted is an object that goes up in parts.
type parted struct {
	to    store.Ref
	of    origin // without Props
	size  int64
	part  int64 // bytes of a part; 0: the job's
	props store.Props
	class string // of storage; "": the endpoint's own
	guard bool
	done  func() error // last check before it becomes an object
	read  func(ctx context.Context, off, n int64) (part io.ReaderAt, release func(), err error)
	cheap bool // to read is: parts that are there already are compared with what is read
}

// partSize grows so that no object has too many parts.
func partSize(size, part int64) int64 {
	part = max(part, minPart)
	for (size+part-1)/part > maxParts {
		part *= 2
	}
	return part
}

// putParts uploads parts, as many at once as streams have it, going on in an upload that was cut short. What does not become an object is aborted,
// also after cancel, unless it is noted and worth going on with.
func (j *job) putParts(ctx context.Context, p parted, t *tally) (info store.Info, err error) {
	ctx = store.WithUploads(ctx, func(store.Upload, bool) {}) // it is noted here, with what it is of
	u, have, err := j.openUpload(ctx, &p)
	if err != nil {
		return info, err
	}
	defer func() {
		if err != nil && !j.keepsUpload(ctx, err) {
			j.abort(ctx, u) // the first error is the one to tell
		}
	}()
	parts, err := j.sendParts(ctx, u, p, have, t)
	if err == nil && p.done != nil {
		err = p.done()
	}
	if err != nil {
		return info, err
	}
	j.entry.whole(u, store.CompositeETag(parts))
	err = j.try(ctx, func(ctx context.Context) (err error) {
		info, err = j.plan.to.CompleteUpload(ctx, u, parts, store.PutOptions{IfNoneMatch: p.guard, Tags: p.props.Tags})
		return err
	})
	if err == nil {
		j.entry.closed(u, info.ETag)
	}
	return info, err
}

// openUpload takes up what an earlier run has begun of the same, with the parts that are there by their numbers, or begins.
func (j *job) openUpload(ctx context.Context, p *parted) (u store.Upload, have map[int]store.Part, err error) {
	of := p.of.with(p.props, p.class)
	p.part = cmp.Or(p.part, partSize(p.size, j.m.o.PartSize))
	old, other := j.entry.begunOf(p.to, of)
	if old != nil {
		have, err = j.partsThere(ctx, old.Upload)
		if err == nil {
			p.part = old.part
			return old.Upload, have, nil
		}
		if !isNothing(err) {
			return u, nil, fmt.Errorf("asking what is there of it: %w", err)
		}
		j.entry.closed(old.Upload, "")
	}
	if other != nil {
		if p.of.Local != "" && !p.of.sameContent(*other.of) {
			j.remark(Failure{Name: string(p.of.Local), Err: ErrBegunAnew})
		}
		j.abort(ctx, other.Upload)
	}
	ctx = store.WithUploads(ctx, func(u store.Upload, open bool) {
		if u.ID == "" {
			j.noteUpload(u, open)
		} else if open {
			j.entry.opened(OpenUpload{Upload: u, of: &of, part: p.part})
		}
	})
	err = j.try(ctx, func(ctx context.Context) (err error) {
		u, err = j.plan.to.CreateUploadIn(ctx, p.to, p.props, p.class)
		return err
	})
	return u, nil, err
}

// partsThere are the parts of an upload, by number.
func (j *job) partsThere(ctx context.Context, u store.Upload) (map[int]store.Part, error) {
	have := map[int]store.Part{}
	err := j.try(ctx, func(ctx context.Context) error {
		parts, err := j.plan.to.UploadedParts(ctx, u)
		for _, part := range parts {
			have[part.Number] = part
		}
		return err
	})
	return have, err
}

// keepsUpload says whether what is there of an upload that failed is for the next try: it is noted, and only the way to the
// endpoint, or the end of the program, kept it from being whole.
func (j *job) keepsUpload(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return j.entry != nil && j.isCut()
	}
	return j.entry != nil && store.Transient(err)
}

// abort ends an upload, also after cancel. One that cannot be ended stays noted.
func (j *job) abort(ctx context.Context, u store.Upload) {
	ctx, cancel := cleanup(ctx)
	defer cancel()
	if err := j.plan.to.AbortUpload(ctx, u); err == nil || isNothing(err) {
		j.entry.closed(u, "")
	}
}

func (j *job) sendParts(ctx context.Context, u store.Upload, p parted, have map[int]store.Part, t *tally) ([]store.Part, error) {
	parts := make([]store.Part, (p.size+p.part-1)/p.part)
	atOnce := min(j.m.o.Workers, cmp.Or(j.plan.to.PartsAtOnce(), j.m.o.Workers))
	way := j.m.streams(j.plan.to, true).begin(bodiesOf(j.plan.to, atOnce))
	defer way.end()
	g, within := errgroup.WithContext(ctx)
	g.SetLimit(atOnce) // of those on the wire, and those of which the answer is awaited
	for i := range parts {
		handed, err := way.ready(within)
		if err != nil || within.Err() != nil {
			break
		}
		g.Go(func() (err error) {
			defer store.Caught(within)
			defer handed()
			x := sending{Upload: u, number: i + 1, off: int64(i) * p.part, there: have[i+1], way: way, handed: handed, tally: t.part()}
			parts[i], err = j.sendPart(within, p, x)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return parts, ctx.Err()
}

// sending is one part of an object on its way.
type sending struct {
	store.Upload
	number int
	off    int64
	there  store.Part // with the same number
	way    *flow
	handed func() // its body is on its way
	tally  *tally
}

// slot is for store.WithSlot.
func (x *sending) slot(ctx context.Context) (release func(), err error) {
	leave, err := x.way.take(ctx)
	return func() { leave(); x.handed() }, err
}

func (x *sending) sent(n int64) {
	x.tally.add(n)
	x.way.count(n)
}

// sendPart sends one part, unless the endpoint has it.
func (j *job) sendPart(ctx context.Context, p parted, x sending) (part store.Part, err error) {
	n, there := min(p.part, p.size-x.off), x.there
	if !p.cheap && there.Size == n {
		x.tally.settle(n)
		return there, nil
	}
	body, release, err := p.read(ctx, x.off, n)
	if err != nil {
		return part, err
	}
	defer release()
	if there.Size == n {
		if same, err := sameContent(body, n, there.ETag); err != nil || same {
			x.tally.settle(n)
			return there, err
		}
	}
	err = j.try(ctx, func(ctx context.Context) (err error) {
		x.tally.settle(0)
		part, err = j.plan.to.UploadPart(store.WithSlot(store.WithProgress(ctx, x.sent), x.slot), x.Upload, x.number, body, 0, n)
		return err
	})
	if err == nil {
		x.tally.settle(n)
	}
	return part, err
}
