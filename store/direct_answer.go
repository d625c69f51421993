package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// askedBody is from how many bytes on a body waits until the endpoint says that it wants it (Expect: 100-continue), as the SDK
// has it: what is refused is not sent then.
const askedBody = 2 << 20

// getDirectly is GetObject. With done false the SDK is to do it: see sendDirectly.
func (s *Store) getDirectly(ctx context.Context, r Ref, in *s3.GetObjectInput) (_ context.Context, f *first, a answer, done bool) {
	if in.VersionId != nil {
		return ctx, nil, a, false
	}
	p := plainRequest{op: "GetObject", method: http.MethodGet, query: "x-id=GetObject", ref: r, header: http.Header{}, hash: emptyHash}
	set(p.header, "Range", in.Range)
	set(p.header, "If-Match", in.IfMatch)
	ctx, f, done = s.sendDirectly(ctx, p, func(resp *http.Response) (ok bool) {
		a, ok = answerOf(r, resp)
		return ok
	})
	return ctx, f, a, done
}

// headDirectly is HeadObject, likewise.
func (s *Store) headDirectly(ctx context.Context, r Ref) (_ context.Context, f *first, info Info, done bool) {
	p := plainRequest{op: "HeadObject", method: http.MethodHead, ref: r, header: http.Header{}, hash: emptyHash}
	if s.tellsChecksums() {
		p.header["X-Amz-Checksum-Mode"] = []string{string(types.ChecksumModeEnabled)}
	}
	ctx, f, done = s.sendDirectly(ctx, p, func(resp *http.Response) bool {
		a, ok := answerOf(r, resp)
		if ok {
			resp.Body.Close()
		}
		info = a.info
		return ok
	})
	return ctx, f, info, done
}

// stored is what a PutObject tells.
type stored struct {
	etag string
	at   time.Time // zero: it did not say
}

// putDirectly is PutObject, likewise.
func (s *Store) putDirectly(ctx context.Context, in *s3.PutObjectInput, body io.ReaderAt, size int64, expires string) (_ context.Context, f *first, made stored, done bool) {
	if _, digest := s.learned.digests.Load(*in.Bucket); digest {
		return ctx, nil, made, false
	}
	hash := unsignedPayload
	if !s.leavesOut() {
		var err error
		if hash, err = sha256Of(body, size); err != nil {
			return ctx, nil, made, false // the SDK says why
		}
	}
	p := plainRequest{op: "PutObject", method: http.MethodPut, query: "x-id=PutObject", ref: Ref{*in.Bucket, *in.Key},
		header: putHeader(in, expires), body: http.NoBody, size: size, hash: hash}
	if size > 0 {
		p.body = io.NopCloser(io.NewSectionReader(body, 0, size))
	}
	if size >= askedBody {
		p.header["Expect"] = []string{"100-continue"}
	}
	ctx, f, done = s.sendDirectly(ctx, p, func(resp *http.Response) bool {
		if resp.ContentLength != 0 {
			return false // it may say that it failed
		}
		resp.Body.Close()
		made.etag = bareETag(there(resp.Header, "Etag"))
		made.at, _ = http.ParseTime(get(resp.Header, "Date"))
		return true
	})
	return ctx, f, made, done
}

func putHeader(in *s3.PutObjectInput, expires string) http.Header {
	h := http.Header{}
	h["Content-Type"] = []string{"application/octet-stream"} // as the SDK has it
	set(h, "Content-Type", in.ContentType)
	set(h, "Cache-Control", in.CacheControl)
	set(h, "Content-Encoding", in.ContentEncoding)
	set(h, "Content-Disposition", in.ContentDisposition)
	set(h, "Content-Language", in.ContentLanguage)
	set(h, "X-Amz-Tagging", in.Tagging)
	set(h, "If-Match", in.IfMatch)
	set(h, "If-None-Match", in.IfNoneMatch)
	set(h, "X-Amz-Acl", optional(string(in.ACL)))
	set(h, "X-Amz-Storage-Class", optional(string(in.StorageClass)))
	set(h, "Expires", optional(expires))
	for name, value := range in.Metadata {
		h.Set("X-Amz-Meta-"+name, value)
	}
	return h
}

// set sets a header of canonical form, unless there is no value.
func set(h http.Header, name string, value *string) {
	if value != nil {
		h[name] = []string{*value}
	}
}

var copyBuffers = sync.Pool{New: func() any { return new([128 << 10]byte) }}

func sha256Of(body io.ReaderAt, size int64) (string, error) {
	h := sha256.New()
	if b, ok := body.(*bytes.Reader); ok && b.Size() == size {
		all := *b
		_, _ = all.Seek(0, io.SeekStart)
		_, _ = all.WriteTo(h)
	} else {
		buf := copyBuffers.Get().(*[128 << 10]byte)
		defer copyBuffers.Put(buf)
		if _, err := io.CopyBuffer(struct{ io.Writer }{h}, io.NewSectionReader(body, 0, size), buf[:]); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// answer is what a GetObject gives.
type answer struct {
	info Info
	body io.ReadCloser
	span string // Content-Range
}

// answerOf reads the headers of an object. ok is false when one is not as it usually is.
func answerOf(r Ref, resp *http.Response) (a answer, ok bool) {
	h := resp.Header
	ok = true
	number := func(name string, bits int) int64 {
		if len(h[name]) == 0 {
			return 0
		}
		n, err := strconv.ParseInt(get(h, name), 10, bits)
		ok = ok && err == nil
		return n
	}
	var modified time.Time
	if len(h["Last-Modified"]) > 0 {
		var err error
		modified, err = time.Parse(http.TimeFormat, get(h, "Last-Modified"))
		ok = ok && err == nil
	}
	info := Info{
		Ref: r, Size: number("Content-Length", 64), ETag: bareETag(there(h, "Etag")), Modified: modified,
		Props: Props{ContentType: get(h, "Content-Type"), CacheControl: get(h, "Cache-Control"),
			ContentEncoding: get(h, "Content-Encoding"), ContentDisposition: get(h, "Content-Disposition"),
			ContentLanguage: get(h, "Content-Language"), Expires: get(h, "Expires"), Meta: plainMeta(metaOf(h))},
		Checksum: checksumOf(types.ChecksumType(get(h, "X-Amz-Checksum-Type")), there(h, "X-Amz-Checksum-Crc64nvme"), there(h, "X-Amz-Checksum-Crc32c"),
			there(h, "X-Amz-Checksum-Crc32"), there(h, "X-Amz-Checksum-Sha256"), there(h, "X-Amz-Checksum-Sha1")),
		Class: get(h, "X-Amz-Storage-Class"), TagCount: int(number("X-Amz-Tagging-Count", 32)),
		Sealed: isSealed(types.ServerSideEncryption(get(h, "X-Amz-Server-Side-Encryption")), there(h, "X-Amz-Server-Side-Encryption-Customer-Algorithm")),
	}
	return answer{info, resp.Body, get(h, "Content-Range")}, ok
}

// get is the first value of a header of canonical form.
func get(h http.Header, name string) string {
	if values := h[name]; len(values) > 0 {
		return strings.TrimSpace(values[0])
	}
	return ""
}

func there(h http.Header, name string) *string {
	if len(h[name]) == 0 {
		return nil
	}
	value := get(h, name)
	return &value
}

// metaOf are the metadata of an object, by their names in lower case; nil: there are none.
func metaOf(h http.Header) (meta map[string]string) {
	for name, values := range h {
		if rest, is := strings.CutPrefix(name, "X-Amz-Meta-"); is && len(values) > 0 {
			if meta == nil {
				meta = map[string]string{}
			}
			meta[strings.ToLower(rest)] = strings.TrimSpace(values[0])
		}
	}
	return meta
}
