package store

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Spaces lists all that the credentials own, by name, or those that the configuration names. Sizes are not in that answer:
// see Usage.
func (s *Store) Spaces(ctx context.Context) ([]Space, error) {
	if s.Pinned() {
		return s.pinned(), nil
	}
	return s.ListSpaces(ctx)
}

// pinned are the Spaces that the configuration names, by name.
func (s *Store) pinned() []Space {
	var spaces []Space
	for _, name := range slices.Compact(slices.Sorted(slices.Values(s.c.Spaces))) {
		spaces = append(spaces, Space{Name: name, Region: s.c.Region})
	}
	return spaces
}

// ListSpaces asks the endpoint for all Spaces that the credentials own, also where the configuration names some.
func (s *Store) ListSpaces(ctx context.Context) ([]Space, error) {
	out, err := s.api.ListBuckets(ctx, &s3.ListBucketsInput{})
	if err != nil {
		return nil, s.wrap("list Spaces", Ref{}, err)
	}
	spaces := make([]Space, 0, len(out.Buckets))
	for _, b := range out.Buckets {
		spaces = append(spaces, Space{
			Name:    aws.ToString(b.Name),
			Region:  firstOf(aws.ToString(b.BucketRegion), s.c.Region),
			Created: aws.ToTime(b.CreationDate),
		})
	}
	return spaces, nil
}

// Usage asks what a Space holds. Only Ceph's kind and this program's own server tell (X-RGW-Object-Count and
// X-RGW-Bytes-Used at HEAD); Counted is false for the others.
func (s *Store) Usage(ctx context.Context, space string) (Space, error) {
	out, err := s.api.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &space})
	if err != nil {
		return Space{}, s.wrap("look at", Ref{Space: space}, err)
	}
	usage := Space{Name: space, Region: firstOf(aws.ToString(out.BucketRegion), s.c.Region)}
	header := headerOf(out.ResultMetadata)
	objects, err1 := strconv.ParseInt(header.Get("X-RGW-Object-Count"), 10, 64)
	bytes, err2 := strconv.ParseInt(header.Get("X-RGW-Bytes-Used"), 10, 64)
	if err1 == nil && err2 == nil {
		usage.Objects, usage.Bytes, usage.Counted = objects, bytes, true
	}
	return usage, nil
}

// headerOf is the header of the answer that an output was read from, never nil.
func headerOf(m middleware.Metadata) http.Header {
	if answer, ok := awsmiddleware.GetRawResponse(m).(*smithyhttp.Response); ok && answer != nil {
		return answer.Header
	}
	return http.Header{}
}

// DeleteSpace removes an empty Space: NotEmpty while there are objects or, with some servers, unfinished uploads.
func (s *Store) DeleteSpace(ctx context.Context, name string) error {
	_, err := s.api.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &name})
	return s.wrap("delete Space", Ref{Space: name}, err)
}
