package store

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Head asks what is known of an object. NotFound also when the Space is missing: HEAD cannot tell.
func (s *Store) Head(ctx context.Context, r Ref) (Info, error) { return s.HeadVersion(ctx, r, "") }

// HeadVersion is Head of one version, of the current one where version is "".
func (s *Store) HeadVersion(ctx context.Context, r Ref, version string) (Info, error) {
	if version == "" {
		var f *first
		var info Info
		var done bool
		if ctx, f, info, done = s.headDirectly(ctx, r); done {
			return info, nil
		}
		defer f.drop()
	}
	out, err := s.head(ctx, r, version)
	if err != nil {
		return Info{}, s.wrap("look at", r, err)
	}
	return infoOfHead(r, out), nil
}

func (s *Store) head(ctx context.Context, r Ref, version string) (*s3.HeadObjectOutput, error) {
	in := &s3.HeadObjectInput{Bucket: &r.Space, Key: &r.Key, VersionId: optional(version)}
	if s.tellsChecksums() {
		in.ChecksumMode = types.ChecksumModeEnabled
	}
	return s.api.HeadObject(ctx, in)
}

// Get opens an object, or Length bytes of it from Offset. Info.Size is that of the whole object. The body fails with an
// *Error when it is cut short; it must be closed.
func (s *Store) Get(ctx context.Context, r Ref, o GetOptions) (io.ReadCloser, Info, error) {
	in := &s3.GetObjectInput{Bucket: &r.Space, Key: &r.Key, IfMatch: quotedETag(o.IfMatch), VersionId: optional(o.Version)}
	if o.Offset > 0 || o.Length > 0 {
		span := fmt.Sprintf("bytes=%d-", o.Offset)
		if o.Length > 0 {
			span += strconv.FormatInt(o.Offset+o.Length-1, 10)
		}
		in.Range = &span
	}
	a, err := s.get(ctx, r, in)
	if err != nil {
		return nil, Info{}, s.wrap("get", r, err)
	}
	err = o.answeredBy(a.info)
	if err == nil && in.Range != nil {
		a.info.Size, err = o.rangeOf(a.span)
	}
	if err != nil {
		a.body.Close()
		return nil, Info{}, s.wrap("get", r, err)
	}
	return &body{ReadCloser: a.body, store: s, ref: r}, a.info, nil
}

func (s *Store) get(ctx context.Context, r Ref, in *s3.GetObjectInput) (answer, error) {
	ctx, f, a, done := s.getDirectly(ctx, r, in)
	if done {
		return a, nil
	}
	defer f.drop()
	out, err := s.api.GetObject(ctx, in)
	if err != nil {
		return answer{}, err
	}
	return answer{infoOfGet(r, out), out.Body, aws.ToString(out.ContentRange)}, nil
}

// answeredBy fails when the object is another one than was asked for: not every endpoint knows If-Match.
func (o GetOptions) answeredBy(info Info) error {
	if o.IfMatch != "" && info.ETag != o.IfMatch {
		return fmt.Errorf("the object has another ETag now: %w", Precondition)
	}
	return nil
}

// rangeOf reads "bytes 0-9/100" (RFC 9110, 14.4), which has to be what was asked for, and gives the size of the whole.
func (o GetOptions) rangeOf(contentRange string) (int64, error) {
	if contentRange == "" {
		return 0, fmt.Errorf("the endpoint ignored the range: %w", Unsupported)
	}
	var first, last, whole int64
	if _, err := fmt.Sscanf(contentRange, "bytes %d-%d/%d", &first, &last, &whole); err != nil {
		return 0, fmt.Errorf("the endpoint sent the range %q", contentRange)
	}
	end := whole
	if o.Length > 0 {
		end = min(end, o.Offset+o.Length)
	}
	if first != o.Offset || last != end-1 {
		return 0, fmt.Errorf("the endpoint sent the bytes %d to %d, from %d to %d were asked for", first, last, o.Offset, end-1)
	}
	return whole, nil
}

// body gives errors of reading the same shape as all others.
type body struct {
	io.ReadCloser
	store *Store
	ref   Ref
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = b.store.wrap("read", b.ref, err)
	}
	return n, err
}

// Put stores size bytes of body in one request. body is read again when the request is tried again, so it must not
// change; the object is there whole or not at all.
func (s *Store) Put(ctx context.Context, r Ref, body io.ReaderAt, size int64, p Props, o PutOptions) (Info, error) {
	if err := p.check(); err != nil {
		return Info{}, s.wrap("put", r, err)
	}
	in := &s3.PutObjectInput{
		Bucket: &r.Space, Key: &r.Key, ContentLength: &size,
		ContentType: optional(p.ContentType), CacheControl: optional(p.CacheControl), ContentEncoding: optional(p.ContentEncoding),
		ContentDisposition: optional(p.ContentDisposition), ContentLanguage: optional(p.ContentLanguage),
		Metadata: p.Meta, Tagging: tagging(p.Tags), ACL: s.canned(p.Access),
		IfMatch: quotedETag(o.IfMatch), StorageClass: types.StorageClass(o.Class),
	}
	if o.IfNoneMatch {
		in.IfNoneMatch = aws.String("*")
		if !s.GuardsWrites() {
			if err := s.mustBeFree(ctx, r); err != nil {
				return Info{}, s.wrap("put", r, err)
			}
		}
	}
	made, err := s.put(ctx, in, body, size, p.Expires)
	if o.IfMatch != "" && classify(err) == Precondition && s.mustStillBe(ctx, r, o.IfMatch) == nil {
		in.IfMatch = aws.String(o.IfMatch) // RGW 16 takes the quotes for a part of it
		made, err = s.put(ctx, in, body, size, p.Expires)
	}
	if err != nil {
		if classify(err) == Precondition {
			s.learned.guards.Store(true)
		}
		return Info{}, s.wrap("put", r, err)
	}
	return Info{Ref: r, Size: size, ETag: made.etag, Modified: made.at, Props: p}, nil
}

func (s *Store) put(ctx context.Context, in *s3.PutObjectInput, body io.ReaderAt, size int64, expires string) (stored, error) {
	ctx, f, made, done := s.putDirectly(ctx, in, body, size, expires)
	if done {
		return made, nil
	}
	defer f.drop()
	var out *s3.PutObjectOutput
	err := s.sendBody(*in.Bucket, func(o ...func(*s3.Options)) (err error) {
		in.Body = io.NewSectionReader(body, 0, size)
		out, err = s.api.PutObject(ctx, in, append(o, withExpires(expires))...)
		return err
	})
	if err != nil {
		return stored{}, err
	}
	return stored{bareETag(out.ETag), dateOf(out.ResultMetadata)}, nil
}

// unsigned leaves the body out of the signature where something else guards it on its way: TLS, or this process's memory.
// Over plain HTTP the signature is the only guard.
func (s *Store) unsigned(o *s3.Options) {
	if s.leavesOut() {
		o.APIOptions = append(o.APIOptions, v4.SwapComputePayloadSHA256ForUnsignedPayloadMiddleware)
	}
}

// leavesOut says whether bodies are left out of signatures.
func (s *Store) leavesOut() bool { return s.Embedded() || s.base == nil || s.base.Scheme == "https" }

// Rename gives an object another key in one step, where the endpoint has RenameObject: else Unsupported. What was at
// the new key is replaced.
func (s *Store) Rename(ctx context.Context, from, to Ref) error {
	return s.RenameIf(ctx, from, to, RenameOptions{})
}

// RenameIf is Rename under conditions: Precondition when they do not hold.
func (s *Store) RenameIf(ctx context.Context, from, to Ref, o RenameOptions) error {
	if !s.CanRename() || from.Space != to.Space {
		return &Error{Op: "rename", Ref: from, Kind: Unsupported, Err: Unsupported}
	}
	in := &s3.RenameObjectInput{Bucket: &to.Space, Key: &to.Key, RenameSource: aws.String("/" + copySource(from)),
		SourceIfMatch: quotedETag(o.IfMatch)}
	if o.IfNoneMatch {
		in.DestinationIfNoneMatch = aws.String("*")
	}
	_, err := s.api.RenameObject(ctx, in)
	err = s.wrap("rename", from, err)
	if KindOf(err) == Unsupported {
		s.learned.noRename.Store(true)
	}
	return err
}
