package job

import (
	"context"
	"errors"
	"io"

	"spaces/store"
)

// bufferedFile is how large a file may be, in bytes, to be read into memory as a whole before it is sent. Memory of a larger one
// costs more than reading it as it leaves: each of its pages is new to the system.
const bufferedFile = 256 << 10

// content is what one request stores: in memory, or in a file.
type content interface {
	io.ReaderAt
	Size() int64
}

// steady is a file that is read as it is sent. The last of it does not leave when somebody wrote to it since, so that nothing is
// stored of it then.
type steady struct {
	*local
	stop func() // the request, which would be tried again
}

func (s steady) Size() int64 { return s.size }

func (s steady) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.local.ReadAt(p, off)
	if err == nil && off+int64(n) < s.size {
		return n, nil
	}
	if changed := s.unchanged(); changed != nil {
		s.stop()
		return 0, changed
	}
	return n, err
}

// putFile stores a file by one request.
func (j *job) putFile(ctx context.Context, to store.Ref, l *local, p store.Props, guard bool, t *tally) error {
	sending, stop := context.WithCancel(ctx)
	defer stop()
	err := j.putBody(sending, to, steady{l, stop}, p, guard, t)
	if err != nil && ctx.Err() == nil && l.unchanged() != nil {
		return errFileChanged
	}
	return err
}

// putBody stores a body by one request. One that is refused because there is something now, after the answer to one
// before got lost, is compared with that: it may have been stored then.
func (j *job) putBody(ctx context.Context, to store.Ref, body content, p store.Props, guard bool, t *tally) error {
	var info store.Info
	var sent store.Attempts
	tries := 0
	err := j.try(ctx, func(ctx context.Context) (err error) {
		t.settle(0)
		tries++
		ctx = store.WithAttempts(store.WithProgress(ctx, t.add), &sent)
		info, err = j.plan.to.Put(ctx, to, body, body.Size(), p, store.PutOptions{IfNoneMatch: guard})
		return err
	})
	if guard && errors.Is(err, store.Precondition) && (tries > 1 || sent.Puts() > 1) {
		if there, is := j.storedBefore(ctx, to, body); is {
			info, err = there, nil
		}
	}
	if err == nil {
		j.made(to, info)
		j.readBack(ctx, to, j.plan.spec.Access)
	}
	return err
}

// storedBefore looks whether what is said to be there by now is what was sent, when the answer to an attempt before got lost:
// it may be that attempt's.
func (j *job) storedBefore(ctx context.Context, to store.Ref, body content) (there store.Info, is bool) {
	err := j.try(ctx, func(ctx context.Context) (err error) {
		there, err = j.plan.to.Head(ctx, to)
		return err
	})
	if err != nil || !isMD5(there.ETag) {
		return there, false
	}
	same, err := sameContent(body, body.Size(), there.ETag)
	return there, err == nil && same
}
