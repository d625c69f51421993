package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// TestSDKPagesThroughEveryList: each paginator of the client comes to its end
// and gives everything once.
func TestSDKPagesThroughEveryList(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx, space := t.Context(), sdkMedia(t, c)
		var want []string
		for i := range 7 {
			name := fmt.Sprintf("item-%d", i)
			want = append(want, name)
			sure(c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name}))(t)
			sdkPut(t, c, name, "x")
			sure(c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: space, Key: &name}))(t)
		}
		up := sure(c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: space, Key: aws.String("parts")}))(t)
		for n := range 7 {
			sure(c.UploadPart(ctx, &s3.UploadPartInput{Bucket: space, Key: aws.String("parts"), UploadId: up.UploadId, PartNumber: aws.Int32(int32(n + 1)), Body: strings.NewReader("x")}))(t)
		}
		for _, size := range []int32{1, 3, 7, 100} {
			var spaces, keys, versions, uploads, parts []string
			for p := s3.NewListBucketsPaginator(c, &s3.ListBucketsInput{MaxBuckets: &size, Prefix: aws.String("item-")}); p.HasMorePages(); {
				for _, b := range sure(p.NextPage(ctx))(t).Buckets {
					spaces = append(spaces, *b.Name)
				}
			}
			for p := s3.NewListObjectsV2Paginator(c, &s3.ListObjectsV2Input{Bucket: space, MaxKeys: &size}); p.HasMorePages(); {
				for _, o := range sure(p.NextPage(ctx))(t).Contents {
					keys = append(keys, *o.Key)
				}
			}
			for p := s3.NewListObjectVersionsPaginator(c, &s3.ListObjectVersionsInput{Bucket: space, MaxKeys: &size}); p.HasMorePages(); {
				for _, v := range sure(p.NextPage(ctx))(t).Versions {
					versions = append(versions, *v.Key)
				}
			}
			for p := s3.NewListMultipartUploadsPaginator(c, &s3.ListMultipartUploadsInput{Bucket: space, MaxUploads: &size, Prefix: aws.String("item-")}); p.HasMorePages(); {
				for _, u := range sure(p.NextPage(ctx))(t).Uploads {
					uploads = append(uploads, *u.Key)
				}
			}
			for p := s3.NewListPartsPaginator(c, &s3.ListPartsInput{Bucket: space, Key: aws.String("parts"), UploadId: up.UploadId, MaxParts: &size}); p.HasMorePages(); {
				for _, part := range sure(p.NextPage(ctx))(t).Parts {
					parts = append(parts, fmt.Sprintf("item-%d", *part.PartNumber-1))
				}
			}
			for what, got := range map[string][]string{"Spaces": spaces, "objects": keys, "versions": versions, "uploads": uploads, "parts": parts} {
				if !slices.Equal(got, want) {
					t.Errorf("%s in pages of %d: %q", what, size, got)
				}
			}
		}
	})
}

func TestSDKListsFolders(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		space := sdkMedia(t, c)
		for _, key := range []string{"a", "b/1", "b/2", "c d/e", "f"} {
			sdkPut(t, c, key, key)
		}
		var got []string
		in := &s3.ListObjectsV2Input{Bucket: space, Delimiter: aws.String("/"), MaxKeys: aws.Int32(1), FetchOwner: aws.Bool(true)}
		for p := s3.NewListObjectsV2Paginator(c, in); p.HasMorePages(); {
			page := sure(p.NextPage(t.Context()))(t)
			for _, o := range page.Contents {
				if o.Owner == nil || aws.ToInt64(o.Size) != 1 || time.Since(*o.LastModified).Abs() > time.Minute {
					t.Errorf("%+v", o)
				}
				got = append(got, *o.Key)
			}
			for _, p := range page.CommonPrefixes {
				got = append(got, *p.Prefix)
			}
		}
		if !slices.Equal(got, []string{"a", "b/", "c d/", "f"}) {
			t.Errorf("%q", got)
		}
		v1 := sure(c.ListObjects(t.Context(), &s3.ListObjectsInput{Bucket: space, Delimiter: aws.String("/"), Marker: aws.String("a"), MaxKeys: aws.Int32(2)}))(t)
		if len(v1.CommonPrefixes) != 2 || !*v1.IsTruncated || aws.ToString(v1.NextMarker) != "c d/" {
			t.Errorf("%+v", v1)
		}
	})
}

func TestSDKWaits(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx, space, key, soon := t.Context(), aws.String(media), aws.String("a"), 10*time.Second
		noError(t, s3.NewBucketNotExistsWaiter(c).Wait(ctx, &s3.HeadBucketInput{Bucket: space}, soon))
		sdkMedia(t, c)
		noError(t, s3.NewBucketExistsWaiter(c).Wait(ctx, &s3.HeadBucketInput{Bucket: space}, soon))
		noError(t, s3.NewObjectNotExistsWaiter(c).Wait(ctx, &s3.HeadObjectInput{Bucket: space, Key: key}, soon))
		sdkPut(t, c, "a", "x")
		out := sure(s3.NewObjectExistsWaiter(c).WaitForOutput(ctx, &s3.HeadObjectInput{Bucket: space, Key: key}, soon))(t)
		if aws.ToInt64(out.ContentLength) != 1 {
			t.Errorf("%+v", out)
		}
	})
}

func TestSDKAttributesOfParts(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx, space, key := t.Context(), sdkMedia(t, c), aws.String("a")
		up := sure(c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: space, Key: key, ChecksumAlgorithm: "SHA256"}))(t)
		var done []types.CompletedPart
		for i, body := range []string{once5MiB(), "tail"} {
			p := sure(c.UploadPart(ctx, &s3.UploadPartInput{Bucket: space, Key: key, UploadId: up.UploadId, PartNumber: aws.Int32(int32(i + 1)), Body: strings.NewReader(body), ChecksumAlgorithm: "SHA256"}))(t)
			done = append(done, types.CompletedPart{PartNumber: aws.Int32(int32(i + 1)), ETag: p.ETag, ChecksumSHA256: p.ChecksumSHA256})
		}
		out := sure(c.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{Bucket: space, Key: key, UploadId: up.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: done}}))(t)
		in := &s3.GetObjectAttributesInput{Bucket: space, Key: key, MaxParts: aws.Int32(1), ObjectAttributes: types.ObjectAttributes("").Values()}
		for n := range 2 {
			at := sure(c.GetObjectAttributes(ctx, in))(t)
			parts := at.ObjectParts
			if aws.ToInt64(at.ObjectSize) != 5<<20+4 || `"`+*at.ETag+`"` != *out.ETag || at.StorageClass != "STANDARD" || at.Checksum.ChecksumType != "COMPOSITE" ||
				*at.Checksum.ChecksumSHA256+"-2" != *out.ChecksumSHA256 || // here S3 leaves out how many parts there are
				aws.ToInt32(parts.TotalPartsCount) != 2 || len(parts.Parts) != 1 || *parts.IsTruncated != (n == 0) {
				t.Fatalf("%+v %+v", at, parts)
			}
			if p := parts.Parts[0]; *p.PartNumber != int32(n+1) || aws.ToString(p.ChecksumSHA256) != *done[n].ChecksumSHA256 || *p.Size != []int64{5 << 20, 4}[n] {
				t.Errorf("%+v", p)
			}
			in.PartNumberMarker = parts.NextPartNumberMarker
		}
	})
}
