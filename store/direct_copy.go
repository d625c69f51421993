package store

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// copyDirectly is CopyObject of something with all it has. With done false the SDK is to do it: see sendDirectly.
func (c *copying) copyDirectly(ctx context.Context, in *s3.CopyObjectInput) (_ context.Context, f *first, made types.CopyObjectResult, done bool) {
	if c.kept != nil || c.Props != nil {
		return ctx, nil, made, false
	}
	h := http.Header{}
	set(h, "X-Amz-Copy-Source", in.CopySource)
	set(h, "X-Amz-Copy-Source-If-Match", in.CopySourceIfMatch)
	set(h, "If-None-Match", in.IfNoneMatch)
	set(h, "X-Amz-Acl", optional(string(in.ACL)))
	set(h, "X-Amz-Storage-Class", optional(string(in.StorageClass)))
	if c.wantsCephs() {
		h[http.CanonicalHeaderKey(cephCopyIfMatch)] = []string{c.IfMatch}
	}
	p := plainRequest{op: "CopyObject", method: http.MethodPut, query: "x-id=CopyObject", ref: c.to, header: h, hash: emptyHash}
	ctx, f, done = c.s.sendDirectly(ctx, p, func(resp *http.Response) bool {
		return readDocument(resp, func(document []byte) (ok bool) {
			made, ok = scanCopy(document)
			return ok
		})
	})
	return ctx, f, made, done
}

// ownedDirectly reads permissions that give nobody but the owner anything, or everybody to read. With done false the SDK is to read them.
func (s *Store) ownedDirectly(ctx context.Context, r Ref) (_ context.Context, f *first, acl types.AccessControlPolicy, done bool) {
	p := plainRequest{op: "GetObjectAcl", method: http.MethodGet, query: "acl=", ref: r, header: http.Header{}, hash: emptyHash}
	ctx, f, done = s.sendDirectly(ctx, p, func(resp *http.Response) bool {
		return readDocument(resp, func(document []byte) (ok bool) {
			acl, ok = scanOwned(document)
			return ok
		})
	})
	return ctx, f, acl, done
}

// documents are used again for the answers of many operations.
var documents = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// readDocument reads the answer of an operation by scan, which keeps nothing of it. Where that does not understand it, it stays to
// be read: all of it, and what ended it.
func readDocument(resp *http.Response, scan func([]byte) bool) bool {
	all := documents.Get().(*bytes.Buffer)
	all.Reset()
	_, err := all.ReadFrom(resp.Body)
	if err == nil && scan(all.Bytes()) && resp.Body.Close() == nil {
		documents.Put(all)
		return true
	}
	resp.Body = &rest{io.MultiReader(all, failing{err}), resp.Body}
	return false
}

// failing is the end of a body.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}
