package store

import "context"

type uploadsKey struct{}

// WithUploads has note called for each multipart upload that a request with this context begins (open), and when it is
// completed or aborted. It is called before the request that begins or ends it returns, from whatever goroutine.
//
// Before a request that begins one it is called with an upload that has no ID yet (open), and with that again (not open) when all
// is known that came of it. It is not when an answer got lost: then there may be an upload of which nobody will hear.
func WithUploads(ctx context.Context, note func(u Upload, open bool)) context.Context {
	return context.WithValue(ctx, uploadsKey{}, note)
}

func noteUpload(ctx context.Context, u Upload, open bool) {
	if note, ok := ctx.Value(uploadsKey{}).(func(Upload, bool)); ok {
		note(u, open)
	}
}
