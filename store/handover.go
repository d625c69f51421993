package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"sync"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
)

type (
	slotKey     struct{}
	handoverKey struct{}
)

// WithSlot has each attempt of a request with a body take a slot before it is signed, and give it back as soon as the body
// has left: the answer is awaited without one. Who has to wait for his slot has read and hashed his body before, so that the
// wire stays full; and no signature grows old. release is called once, whatever becomes of the attempt.
func WithSlot(ctx context.Context, take func(context.Context) (release func(), err error)) context.Context {
	return context.WithValue(ctx, slotKey{}, take)
}

// withSlots has operations heed WithSlot. It is added behind the limiter, and so comes before it: who waits for a slot is not
// under way.
func withSlots(stack *middleware.Stack) error {
	if _, sent := stack.Finalize.Get("Retry"); !sent {
		return nil
	}
	return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("Slot",
		func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (out middleware.FinalizeOutput, md middleware.Metadata, err error) {
			take, ok := ctx.Value(slotKey{}).(func(context.Context) (func(), error))
			if !ok {
				return next.HandleFinalize(ctx, in)
			}
			release, err := take(ctx)
			if err != nil {
				return out, md, err
			}
			release = sync.OnceFunc(release)
			defer release()
			return next.HandleFinalize(context.WithValue(ctx, handoverKey{}, release), in)
		}), "Retry", middleware.After)
}

// handing gives the slot of a request back when its body has been handed over to the connection.
func handing(do func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		if release, ok := r.Context().Value(handoverKey{}).(func()); ok && r.Body != nil && r.Body != http.NoBody {
			r.Body = &handedBody{ReadCloser: r.Body, left: r.ContentLength, release: release}
		}
		return do(r)
	}
}

// handedBody is read by one goroutine at a time.
type handedBody struct {
	io.ReadCloser
	left    int64 // bytes; negative: not known
	release func()
}

func (b *handedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left == 0 || err != nil {
		b.release()
	}
	return n, err
}

// hashed computes the digest of a body that goes into its signature, once for all attempts and before any of them is under
// way. Where the signature leaves the body out it does nothing.
func (s *Store) hashed(body io.Reader) (func(*s3.Options), error) {
	if s.leavesOut() {
		return func(*s3.Options) {}, nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, body); err != nil {
		return nil, err
	}
	sum := hex.EncodeToString(h.Sum(nil))
	return func(o *s3.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Finalize.Add(middleware.FinalizeMiddlewareFunc("Hashed",
				func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
					return next.HandleFinalize(v4.SetPayloadHash(ctx, sum), in)
				}), middleware.Before)
		})
	}, nil
}
