package store

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// CreateUpload begins a multipart upload. It holds space at the endpoint until it is completed or aborted.
func (s *Store) CreateUpload(ctx context.Context, r Ref, p Props) (Upload, error) {
	return s.CreateUploadIn(ctx, r, p, "")
}

// CreateUploadIn is CreateUpload in a class of storage; "" is the endpoint's own.
func (s *Store) CreateUploadIn(ctx context.Context, r Ref, p Props, class string) (Upload, error) {
	if err := p.check(); err != nil {
		return Upload{}, s.wrap("begin upload of", r, err)
	}
	return s.createUpload(ctx, r, p, class, func(*s3.CreateMultipartUploadInput) {})
}

func (s *Store) createUpload(ctx context.Context, r Ref, p Props, class string, more func(*s3.CreateMultipartUploadInput)) (Upload, error) {
	in := &s3.CreateMultipartUploadInput{
		Bucket: &r.Space, Key: &r.Key, ACL: s.canned(p.Access), StorageClass: types.StorageClass(class),
		ContentType: optional(p.ContentType), CacheControl: optional(p.CacheControl), ContentEncoding: optional(p.ContentEncoding),
		ContentDisposition: optional(p.ContentDisposition), ContentLanguage: optional(p.ContentLanguage),
		Metadata: p.Meta, Tagging: tagging(p.Tags),
	}
	more(in)
	noteUpload(ctx, Upload{Ref: r}, true)
	out, err := s.api.CreateMultipartUpload(ctx, in, withExpires(p.Expires))
	if err != nil {
		err = s.wrap("begin upload of", r, err)
		if ctx.Err() == nil && !Transient(err) {
			noteUpload(ctx, Upload{Ref: r}, false)
		}
		return Upload{}, err
	}
	u := Upload{Ref: r, ID: aws.ToString(out.UploadId)}
	if u.ID == "" {
		return u, s.wrap("begin upload of", r, &stranger{"an upload without id"})
	}
	noteUpload(ctx, u, true)
	if sent, ok := retry.GetAttemptResults(out.ResultMetadata); ok && len(sent.Results) == 1 {
		noteUpload(ctx, Upload{Ref: r}, false)
	}
	return u, nil
}

// UploadPart stores size bytes of body from off as a part: 5 MiB at least, but for the last. Sent again, it replaces.
func (s *Store) UploadPart(ctx context.Context, u Upload, number int, body io.ReaderAt, off, size int64) (Part, error) {
	hashed, err := s.hashed(io.NewSectionReader(body, off, size))
	if err != nil {
		return Part{}, s.wrap("upload part of", u.Ref, err)
	}
	var out *s3.UploadPartOutput
	err = s.sendBody(u.Space, func(o ...func(*s3.Options)) (err error) {
		out, err = s.api.UploadPart(ctx, &s3.UploadPartInput{
			Bucket: &u.Space, Key: &u.Key, UploadId: &u.ID, PartNumber: aws.Int32(int32(number)),
			Body: io.NewSectionReader(body, off, size), ContentLength: &size,
		}, append(o, hashed)...)
		return err
	})
	if err != nil {
		return Part{}, s.wrap("upload part of", u.Ref, err)
	}
	return Part{Number: number, Size: size, ETag: bareETag(out.ETag)}, nil
}

// UploadPartCopy makes a part of size bytes of an object on the server, from off.
func (s *Store) UploadPartCopy(ctx context.Context, u Upload, number int, from Ref, off, size int64, ifMatch string) (Part, error) {
	out, err := s.api.UploadPartCopy(ctx, &s3.UploadPartCopyInput{
		Bucket: &u.Space, Key: &u.Key, UploadId: &u.ID, PartNumber: aws.Int32(int32(number)),
		CopySource: aws.String(copySource(from)), CopySourceIfMatch: quotedETag(ifMatch),
		CopySourceRange: aws.String(fmt.Sprintf("bytes=%d-%d", off, off+size-1)),
	})
	if err != nil {
		return Part{}, s.wrap("copy part of", from, err)
	}
	part := Part{Number: number, Size: size}
	if out.CopyPartResult != nil {
		part.ETag = bareETag(out.CopyPartResult.ETag)
		part.sum = sumOfPart(out.CopyPartResult)
	}
	if part.ETag == "" {
		return part, s.wrap("copy part of", from, &stranger{"an answer without ETag"})
	}
	return part, nil
}

// CompleteUpload makes the object of its parts, which are in order. When the answer got lost and the upload is gone at
// the second attempt, or the answer names no ETag (Ceph), the object is looked at: its ETag says whether it is this one.
func (s *Store) CompleteUpload(ctx context.Context, u Upload, parts []Part, o PutOptions) (Info, error) {
	info, err := s.completeUpload(ctx, u, parts, o)
	if err != nil {
		return Info{}, s.wrap("complete upload of", u.Ref, err)
	}
	noteUpload(ctx, u, false)
	if len(o.Tags) > 0 && !s.isOurs() && s.quirks.provider != "AWS" { // RGW forgets them
		if err := s.giveTags(ctx, u.Ref, o.Tags); err != nil && classify(err) != Unsupported {
			return info, err
		}
	}
	return info, nil
}

func (s *Store) completeUpload(ctx context.Context, u Upload, parts []Part, o PutOptions) (Info, error) {
	in := &s3.CompleteMultipartUploadInput{Bucket: &u.Space, Key: &u.Key, UploadId: &u.ID,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: make([]types.CompletedPart, len(parts))}}
	size := int64(0)
	for i, p := range parts {
		in.MultipartUpload.Parts[i] = types.CompletedPart{PartNumber: aws.Int32(int32(p.Number)), ETag: quotedETag(p.ETag)}
		p.sum.intoPart(&in.MultipartUpload.Parts[i])
		size += p.Size
	}
	if o.IfNoneMatch {
		in.IfNoneMatch = aws.String("*")
		if err := s.freeToComplete(ctx, u.Ref, size, parts); err != nil {
			return Info{}, err
		}
	}
	out, err := s.api.CompleteMultipartUpload(ctx, in)
	if classify(err) == NotFound || err == nil && bareETag(out.ETag) == "" {
		if info, headErr := s.Head(ctx, u.Ref); headErr == nil && info.Size == size && info.ETag == CompositeETag(parts) {
			return info, nil
		}
	}
	if err != nil {
		return Info{}, err
	}
	info := Info{Ref: u.Ref, Size: size, ETag: bareETag(out.ETag), Modified: dateOf(out.ResultMetadata)}
	if info.ETag == "" {
		return info, &stranger{"an answer without ETag"}
	}
	return info, nil
}

// freeToComplete is mustBeFree where the endpoint is not known to look. What an earlier attempt made is no obstacle.
func (s *Store) freeToComplete(ctx context.Context, r Ref, size int64, parts []Part) error {
	if s.guardsCopies() {
		return nil
	}
	if info, err := s.Head(ctx, r); err == nil && info.Size == size && info.ETag == CompositeETag(parts) {
		return nil
	}
	return s.mustBeFree(ctx, r)
}

// CompositeETag is the MD5 of the parts' MD5s with their number: what S3 has always answered for such objects. "" where
// the parts have ETags of another kind.
func CompositeETag(parts []Part) string {
	h := md5.New()
	for _, p := range parts {
		sum, err := hex.DecodeString(p.ETag)
		if err != nil {
			return ""
		}
		h.Write(sum)
	}
	return hex.EncodeToString(h.Sum(nil)) + "-" + strconv.Itoa(len(parts))
}

// isComposite says whether an ETag is of an upload in parts.
func isComposite(etag string) bool { return strings.Contains(etag, "-") }

// AbortUpload gives up an upload and frees what it holds. NotFound when it is gone already.
func (s *Store) AbortUpload(ctx context.Context, u Upload) error {
	_, err := s.api.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &u.Space, Key: &u.Key, UploadId: &u.ID})
	if err == nil || classify(err) == NotFound {
		noteUpload(ctx, u, false)
	}
	return s.wrap("abort upload of", u.Ref, err)
}

// UploadedParts lists what an upload has, by number.
func (s *Store) UploadedParts(ctx context.Context, u Upload) ([]Part, error) {
	var parts []Part
	pages := s3.NewListPartsPaginator(s.api, &s3.ListPartsInput{Bucket: &u.Space, Key: &u.Key, UploadId: &u.ID},
		func(o *s3.ListPartsPaginatorOptions) { o.StopOnDuplicateToken = true })
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return nil, s.wrap("list parts of", u.Ref, err)
		}
		for _, p := range out.Parts {
			parts = append(parts, Part{Number: int(aws.ToInt32(p.PartNumber)), Size: aws.ToInt64(p.Size), ETag: bareETag(p.ETag)})
		}
	}
	return parts, nil
}

// BegunUpload is an upload under way as an endpoint lists it.
type BegunUpload struct {
	Upload
	Begun time.Time
}

// Uploads lists the uploads under way below a prefix, all of them.
func (s *Store) Uploads(ctx context.Context, space, prefix string) ([]Upload, error) {
	begun, err := s.UploadsBegun(ctx, space, prefix)
	uploads := make([]Upload, len(begun))
	for i := range begun {
		uploads[i] = begun[i].Upload
	}
	return uploads, err
}

// UploadsBegun is Uploads with when they were begun.
func (s *Store) UploadsBegun(ctx context.Context, space, prefix string) ([]BegunUpload, error) {
	uploads, err := exactly(s, func(encode bool) ([]BegunUpload, error) { return s.uploads(ctx, space, prefix, encode) }, uploadKeys)
	return uploads, s.wrap("list uploads in", Ref{Space: space, Key: prefix}, err)
}

func uploadKeys(uploads []BegunUpload) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range uploads {
			if !yield(uploads[i].Key) {
				return
			}
		}
	}
}

func (s *Store) uploads(ctx context.Context, space, prefix string, encode bool) ([]BegunUpload, error) {
	in := &s3.ListMultipartUploadsInput{Bucket: &space, Prefix: optional(prefix)}
	if encode {
		in.EncodingType = types.EncodingTypeUrl
	}
	var uploads []BegunUpload
	for {
		out, err := s.api.ListMultipartUploads(ctx, in)
		if err != nil {
			return nil, err
		}
		encoded := out.EncodingType == types.EncodingTypeUrl
		for _, u := range out.Uploads {
			key, err := plainKey(aws.ToString(u.Key), encoded)
			if err != nil {
				return nil, err
			}
			uploads = append(uploads, BegunUpload{Upload{Ref: Ref{Space: space, Key: key}, ID: aws.ToString(u.UploadId)}, aws.ToTime(u.Initiated)})
		}
		key, _ := plainKey(aws.ToString(out.NextKeyMarker), encoded)
		id := aws.ToString(out.NextUploadIdMarker)
		if !aws.ToBool(out.IsTruncated) || key == "" || key == aws.ToString(in.KeyMarker) && id == aws.ToString(in.UploadIdMarker) {
			return uploads, nil
		}
		in.KeyMarker, in.UploadIdMarker = &key, optional(id)
	}
}
