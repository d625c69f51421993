package job

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

// A stream is uploaded as it comes, by parts that are in memory while they are on their way: nobody knows its size before
// it ends, and nobody can read it twice.

const (
	streamsAtOnce = 4         // parts on their way
	streamGrows   = 1000      // parts of a size before the next are twice as large: 10,000 hold some 3 TB then
	streamPart    = 512 << 20 // the largest; it comes alone
)

// streamName is what a stream is called before people.
const streamName = "-"

// errFed is what an upload ends with whose stream is used up.
var errFed = errors.New("it came from standard input, which is gone: do it again")

// Feed has the source with Stream of an upload read from r. It must be called before the job is started; a read of r that
// hangs does not keep the job from being canceled.
func (p *Plan) Feed(r io.Reader) { p.feed = &feed{r: r} }

// feed is read by one goroutine at a time.
type feed struct {
	r     io.Reader
	taken atomic.Bool
	first []byte // what was read of it before it was clear whether it is more than one part
	whole bool   // that is all
}

// next reads a part; last says that the stream ends with it.
func (f *feed) next(ctx context.Context, size int64) (part []byte, last bool, err error) {
	type reading struct {
		n   int
		err error
	}
	read, part := make(chan reading, 1), make([]byte, size)
	go func() {
		n, err := io.ReadFull(f.r, part)
		read <- reading{n, err}
	}()
	select {
	case got := <-read:
		last = errors.Is(got.err, io.EOF) || errors.Is(got.err, io.ErrUnexpectedEOF)
		if got.err != nil && !last {
			return nil, false, fmt.Errorf("reading it: %w", bareFile(got.err))
		}
		return part[:got.n], last, nil
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
}

// uploadStream puts what is fed. What is in the way is looked at as of a file; a stream is newer than all, and differs.
func (j *job) uploadStream(ctx context.Context, at pos, s Step, t *tally) error {
	f := j.plan.feed
	if f == nil || f.taken.Swap(true) {
		return errFed
	}
	var err error
	if f.first, f.whole, err = f.next(ctx, partSize(0, j.m.o.PartSize)); err != nil {
		return err
	}
	s.Modified, s.Size = j.m.o.Now(), -1
	var sent int64
	d := destination{key: s.To.Key, look: j.lookRemote(s.To.Space),
		same: func(seen) (bool, error) { return false, nil },
		sure: func(context.Context, seen) (bool, error) { return false, nil },
		do: func(ctx context.Context, key string, guard bool) (err error) {
			sent, err = j.putStream(ctx, f, store.Ref{Space: s.To.Space, Key: key}, guard, t)
			return err
		}}
	if err := j.placing(ctx, at, s, d); err != nil {
		return err
	}
	j.plan.totals.bytes.Add(sent)
	j.bytes.Add(sent) // the step was counted without
	return nil
}

func (j *job) putStream(ctx context.Context, f *feed, to store.Ref, guard bool, t *tally) (sent int64, err error) {
	props := store.Props{Access: j.plan.spec.Access, ContentType: contentType(to.Key, f.first)}
	props = j.plan.asked(props)
	if f.whole {
		return int64(len(f.first)), j.putBody(ctx, to, bytes.NewReader(f.first), props, guard, t)
	}
	if f.first == nil {
		return 0, errFed
	}
	var u store.Upload
	err = j.try(ctx, func(ctx context.Context) (err error) {
		u, err = j.plan.to.CreateUpload(ctx, to, props)
		return err
	})
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			ctx, cancel := cleanup(ctx)
			defer cancel()
			_ = j.plan.to.AbortUpload(ctx, u) // the first error is the one to tell
		}
	}()
	parts, sent, err := j.sendStream(ctx, f, u, t)
	if err != nil {
		return 0, err
	}
	var info store.Info
	err = j.try(ctx, func(ctx context.Context) (err error) {
		info, err = j.plan.to.CompleteUpload(ctx, u, parts, store.PutOptions{IfNoneMatch: guard})
		return err
	})
	if err == nil {
		j.made(to, info)
		j.readBack(ctx, to, j.plan.spec.Access)
	}
	return sent, err
}

// sendStream sends parts side by side while the next are read.
func (j *job) sendStream(ctx context.Context, f *feed, u store.Upload, t *tally) (parts []store.Part, sent int64, err error) {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(streamsAtOnce)
	size := int64(len(f.first))
	body, last := f.first, false
	f.first = nil
	var made []*store.Part // each is filled by who sends it
	for err == nil && len(body) > 0 {
		part, sending, n := &store.Part{}, body, len(made)+1
		made, sent = append(made, part), sent+int64(len(body))
		share := min(int64(len(body)), bufferBytes)
		if err = j.m.memory.Acquire(ctx, share); err != nil {
			break
		}
		g.Go(func() (err error) {
			defer store.Caught(ctx)
			defer j.m.memory.Release(share)
			*part, err = j.sendStreamed(ctx, u, n, sending, t)
			return err
		})
		if last {
			break
		}
		if n%streamGrows == 0 {
			size = min(2*size, streamPart)
		}
		body, last, err = f.next(ctx, size)
	}
	if failed := g.Wait(); failed != nil {
		err = failed
	}
	for _, p := range made {
		parts = append(parts, *p)
	}
	return parts, sent, err
}

func (j *job) sendStreamed(ctx context.Context, u store.Upload, n int, body []byte, t *tally) (part store.Part, err error) {
	own, size := t.part(), int64(len(body))
	err = j.try(ctx, func(ctx context.Context) (err error) {
		own.settle(0)
		part, err = j.plan.to.UploadPart(store.WithProgress(ctx, own.add), u, n, bytes.NewReader(body), 0, size)
		return err
	})
	if err == nil {
		own.settle(size)
	}
	return part, err
}
