package store

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/aws/smithy-go"
)

type (
	finishKey struct{}
	onceKey   struct{}
)

// finishing marks requests that change much at once: begun, such a request goes on when its context ends, for 30 seconds at
// most, so that it is known what it did. It is not begun, nor tried again, after that.
func finishing(ctx context.Context) context.Context { return context.WithValue(ctx, finishKey{}, true) }

// Once is a context whose requests are not tried again when they fail: for cleaning up where nobody wants to wait.
func Once(ctx context.Context) context.Context { return context.WithValue(ctx, onceKey{}, true) }

// patient carries out what finishing asks for.
func patient(next doer) doer {
	return func(r *http.Request) (*http.Response, error) {
		ctx := r.Context()
		if ctx.Value(finishKey{}) == nil {
			return next(r)
		}
		if err := ctx.Err(); err != nil {
			return nil, &smithy.CanceledError{Err: err}
		}
		lingering, done := linger(ctx)
		resp, err := next(r.WithContext(lingering))
		if err != nil {
			done()
			return nil, err
		}
		resp.Body = &lasting{resp.Body, done}
		return resp, nil
	}
}

// linger is a context that ends some time after ctx. done must be called when it is not needed any more.
func linger(ctx context.Context) (lingering context.Context, done func()) {
	lingering, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(cleanupWithin, cancel)
		context.AfterFunc(lingering, func() { timer.Stop() })
	})
	return lingering, func() { stop(); cancel() }
}

// lasting is a body whose context lives until it is closed.
type lasting struct {
	io.ReadCloser
	done func()
}

func (b *lasting) Close() error {
	defer b.done()
	return b.ReadCloser.Close()
}
