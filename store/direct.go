package store

import (
	"context"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/encoding/httpbinding"
	"github.com/aws/smithy-go/middleware"
)

// The SDK puts some fifty layers around each request, anew for each: a third of the processor time of a job with many small
// objects, and most of its garbage. So what such jobs are made of is sent directly: signed by the SDK's signer, under the same
// limiter, over the same transport with all its checks. Only a plain success is read here. Whatever else comes, an error or an
// answer that is in any way odd, is handed to the SDK as the answer to its own first attempt: it reads errors, waits, and
// tries again as ever.

// direct is how requests are sent without the SDK's layers; nil: not at all.
type direct struct {
	base   *url.URL
	signer *v4.Signer
	keys   aws.CredentialsProvider
	client doer
	region string
}

// emptyHash is the SHA-256 of nothing.
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

const unsignedPayload = "UNSIGNED-PAYLOAD"

// skewed is how far the endpoint's clock may be off for a signature to be good all the same: S3 allows 15 minutes. The SDK
// corrects more.
const skewed = 5 * time.Minute

// newDirect is nil where the SDK has more to find out than host and path: AWS by region.
func newDirect(endpoint *url.URL, conf aws.Config, client doer, region string) *direct {
	if endpoint == nil || conf.Credentials == nil || strings.HasPrefix(region, "aws-") || region == "" {
		return nil
	}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	return &direct{base: endpoint, signer: signer, keys: conf.Credentials, client: client, region: region}
}

// first is what came of the first attempt of an operation, for the SDK, and the turn that this has at the limiter. It is used
// by one goroutine.
type first struct {
	resp  *http.Response
	err   error
	given bool
	begin time.Time
	leave func(Kind) // nil: the SDK's attempt does it
}

type firstKey struct{}

func firstOfCtx(ctx context.Context) *first {
	f, _ := ctx.Value(firstKey{}).(*first)
	return f
}

// turn says whether the attempt that begins now has its turn from before, and since when.
func (f *first) turn() (begin time.Time, has bool) {
	if f == nil || f.leave == nil {
		return begin, false
	}
	f.leave = nil
	return f.begin, true
}

// look has the SDK meet no document that S3 would not have sent, where nobody has looked at that on its way: see genuine.
func (f *first) look(op string) {
	if f.err != nil || roots[op] == "" {
		return
	}
	if err := recognize(op, f.resp); err != nil {
		f.resp.Body.Close()
		f.resp, f.err = nil, err
	}
}

// drop ends what the SDK did not come to. A nil f has nothing.
func (f *first) drop() {
	if f == nil {
		return
	}
	if f.leave != nil {
		f.leave(Canceled)
	}
	if !f.given && f.resp != nil {
		f.resp.Body.Close()
	}
}

// givingFirst answers the first attempt with what has come already.
func givingFirst(do doer) doer {
	return func(r *http.Request) (*http.Response, error) {
		f := firstOfCtx(r.Context())
		if f == nil || f.given {
			return do(r)
		}
		f.given = true
		return f.resp, f.err
	}
}

// plainRequest is what of a request differs from others.
type plainRequest struct {
	op, method, query string
	ref               Ref
	header            http.Header
	body              io.ReadCloser // nil: none
	size              int64         // of that
	hash              string        // of that, as it is signed
}

// sendDirectly sends a request and has read take its answer, which has to leave it as it is when it is not plain. With done
// false the SDK is to do the operation, with the context that is returned; f is to be dropped after that.
func (s *Store) sendDirectly(ctx context.Context, p plainRequest, read func(*http.Response) bool) (_ context.Context, f *first, done bool) {
	d := s.direct
	if d == nil || ctx.Value(slotKey{}) != nil || ctx.Value(finishKey{}) != nil || s.Ahead().Abs() > skewed {
		return ctx, nil, false
	}
	at, ok := d.urlOf(p.ref, s.path, p.query)
	if !ok {
		return ctx, nil, false
	}
	keys, err := d.keys.Retrieve(ctx)
	if err != nil || !keys.HasKeys() {
		return ctx, nil, false
	}
	rank := rankOf(ctx)
	if s.limit.enter(ctx, rank) != nil {
		return ctx, nil, false // ctx has ended
	}
	begin := time.Now()
	f = &first{begin: begin, leave: func(k Kind) { s.limit.leave(rank, begin, k) }}
	f.resp, f.err = d.send(ctx, p, at, keys)
	if f.err == nil && f.resp.StatusCode/100 == 2 && read(f.resp) {
		f.leave("")
		return ctx, nil, true
	}
	f.look(p.op)
	return context.WithValue(ctx, firstKey{}, f), f, false
}

func (d *direct) send(ctx context.Context, p plainRequest, at *url.URL, keys aws.Credentials) (*http.Response, error) {
	ctx = context.WithValue(middleware.WithOperationName(ctx, p.op), standInsKey{}, new(bool))
	if roots[p.op] != "" {
		ctx = context.WithValue(ctx, readWholeKey{}, true)
	}
	r := (&http.Request{Method: p.method, URL: at, Header: p.header, Body: p.body, ContentLength: p.size,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(ctx)
	r.Header["Accept-Encoding"] = []string{"identity"} // else net/http asks for gzip, and unpacks
	r.Header["User-Agent"] = []string{"app/spaces"}
	r.Header["X-Amz-Content-Sha256"] = []string{p.hash}
	if err := d.signer.SignHTTP(ctx, keys, r, p.hash, "s3", d.region, time.Now()); err != nil {
		return nil, err
	}
	return d.client(r)
}

// urlOf is where the SDK would send a request. ok is false where it has rules of its own for a name.
func (d *direct) urlOf(r Ref, path bool, query string) (u *url.URL, ok bool) {
	if r.Key == "" || !isPlainSpace(r.Space) {
		return nil, false
	}
	u = &url.URL{Scheme: d.base.Scheme, Host: d.base.Host, RawQuery: query}
	before := "/"
	switch {
	case path:
		before += r.Space + "/"
	case strings.Contains(r.Space, ".") || isIP(d.base.Hostname()):
		return nil, false
	default:
		u.Host = r.Space + "." + u.Host
	}
	u.Path, u.RawPath = before+r.Key, before+httpbinding.EscapePath(r.Key, false)
	return u, true
}

// isPlainSpace says whether a name is one that S3 gives today (Bucket naming rules), and of no special kind: those have
// two dashes.
func isPlainSpace(name string) bool {
	if len(name) < 3 || len(name) > 63 || strings.Contains(name, "--") || name[0] == '-' || name[len(name)-1] == '-' {
		return false
	}
	return !strings.ContainsFunc(name, func(c rune) bool {
		return c != '-' && c != '.' && (c < '0' || c > '9') && (c < 'a' || c > 'z')
	})
}

func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}
