package store

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
)

type progressKey struct{}

// WithProgress has sent called with the bytes of each request's body as they leave. When a request is tried again, what
// did not count is taken back by a negative number. sent is called from other goroutines.
func WithProgress(ctx context.Context, sent func(delta int64)) context.Context {
	return context.WithValue(ctx, progressKey{}, &meter{sent: sent})
}

// meter is of one operation, whose attempts follow each other.
type meter struct {
	sent func(int64)
	body *meteredBody // of the last attempt
}

// metered counts the bodies of requests whose context asks for it.
func metered(do func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		if m, ok := r.Context().Value(progressKey{}).(*meter); ok && r.Body != nil && r.Body != http.NoBody {
			m.takeBack()
			m.body = &meteredBody{ReadCloser: r.Body, sent: m.sent}
			r.Body = m.body
		}
		return do(r)
	}
}

func (m *meter) takeBack() {
	if m.body != nil {
		m.sent(-m.body.end())
	}
}

type meteredBody struct {
	io.ReadCloser
	sent  func(int64)
	count atomic.Int64
	over  atomic.Bool // a later attempt counts now
}

func (b *meteredBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 && !b.over.Load() {
		b.count.Add(int64(n))
		b.sent(int64(n))
	}
	return n, err
}

// end stops counting and says what was counted.
func (b *meteredBody) end() int64 {
	b.over.Store(true)
	return b.count.Load()
}
