package server_test

import (
	"encoding/base64"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// sdkComputes are the algorithms that the client computes by itself. For the
// others it wants the checksum from its caller.
var sdkComputes = []types.ChecksumAlgorithm{"CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME", "SHA512"}

// sumField is the field of an input or output that has the checksum of an
// algorithm.
func sumField(v any, a types.ChecksumAlgorithm) reflect.Value {
	return reflect.ValueOf(v).Elem().FieldByName("Checksum" + string(a))
}

// sumIn gives the checksum of an output, "" when there is none.
func sumIn(v any, a types.ChecksumAlgorithm) string {
	if p, ok := sumField(v, a).Interface().(*string); ok {
		return aws.ToString(p)
	}
	return ""
}

// sdkMedia makes a Space named media.
func sdkMedia(t *testing.T, c *s3.Client) *string {
	t.Helper()
	sure(c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(media)}))(t)
	return aws.String(media)
}

// sdkPut makes an object.
func sdkPut(t *testing.T, c *s3.Client, key, body string) *s3.PutObjectOutput {
	t.Helper()
	return sure(c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(media), Key: &key, Body: strings.NewReader(body)}))(t)
}

func TestSDKSendsAChecksumByItself(t *testing.T) {
	sdkFront(t, func(t *testing.T, f *front, c *s3.Client) {
		space := sdkMedia(t, c)
		for _, size := range []int{1, 200_000} {
			body := pattern(size)
			f.asked("PUT")
			sdkPut(t, c, "a", body)
			h := f.asked("PUT")[0].Header
			switch f.scheme {
			case "https":
				if h.Get("X-Amz-Content-Sha256") != unsignedTrailer || h.Get("X-Amz-Trailer") != "x-amz-checksum-crc32" || h.Get("Content-Encoding") != "aws-chunked" {
					t.Error(h)
				}
			case "http":
				if len(h.Get("X-Amz-Content-Sha256")) != 64 || h.Get("X-Amz-Checksum-Crc32") != digest("CRC32", body) {
					t.Error(h)
				}
			}
			got := sure(c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: space, Key: aws.String("a"), ChecksumMode: types.ChecksumModeEnabled}))(t)
			read := sure(io.ReadAll(got.Body))(t)
			if got.Body.Close(); string(read) != body || aws.ToString(got.ChecksumCRC32) != digest("CRC32", body) || got.ContentEncoding != nil {
				t.Errorf("%d bytes: %+v", size, got)
			}
		}
	})
}

func TestSDKEveryChecksum(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx, space, key, body := t.Context(), sdkMedia(t, c), aws.String("a"), pattern(70_000)
		for _, a := range types.ChecksumAlgorithm("").Values() {
			put := func(of string) (*s3.PutObjectOutput, error) {
				in := &s3.PutObjectInput{Bucket: space, Key: key, Body: strings.NewReader(body), ChecksumAlgorithm: a}
				sumField(in, a).Set(reflect.ValueOf(aws.String(digest(string(a), of))))
				return c.PutObject(ctx, in)
			}
			if _, err := put("other"); code(err) != "BadDigest" {
				t.Errorf("%s: %v", a, err)
			}
			want := digest(string(a), body)
			if out := sure(put(body))(t); sumIn(out, a) != want || out.ChecksumType != types.ChecksumTypeFullObject {
				t.Errorf("%s: %+v", a, out)
			}
			head := sure(c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: space, Key: key, ChecksumMode: types.ChecksumModeEnabled}))(t)
			if sumIn(head, a) != want || head.ChecksumType != types.ChecksumTypeFullObject {
				t.Errorf("%s: %+v", a, head)
			}
			at := sure(c.GetObjectAttributes(ctx, &s3.GetObjectAttributesInput{Bucket: space, Key: key, ObjectAttributes: []types.ObjectAttributes{"Checksum"}}))(t)
			if at.Checksum == nil || sumIn(at.Checksum, a) != want {
				t.Errorf("%s: %+v", a, at.Checksum)
			}
			list := sure(c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: space}))(t).Contents[0]
			if len(list.ChecksumAlgorithm) != 1 || list.ChecksumAlgorithm[0] != a || list.ChecksumType != types.ChecksumTypeFullObject {
				t.Errorf("%s: %+v", a, list)
			}
			cp := sure(c.CopyObject(ctx, &s3.CopyObjectInput{Bucket: space, Key: aws.String("b"), CopySource: aws.String("media/a"), ChecksumAlgorithm: a}))(t)
			if sumIn(cp.CopyObjectResult, a) != want {
				t.Errorf("%s: %+v", a, cp.CopyObjectResult)
			}
		}
		for _, a := range sdkComputes {
			if out := sure(c.PutObject(ctx, &s3.PutObjectInput{Bucket: space, Key: key, Body: strings.NewReader(body), ChecksumAlgorithm: a}))(t); sumIn(out, a) != digest(string(a), body) {
				t.Errorf("%s: %+v", a, out)
			}
		}
	})
}

// TestSDKEveryChecksumOfParts: checksums of parts are kept as they are sent
// and make up that of the object, FULL_OBJECT or COMPOSITE.
func TestSDKEveryChecksumOfParts(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx, space, key := t.Context(), sdkMedia(t, c), aws.String("a")
		bodies := []string{"only one part, which may be small"}
		for _, a := range types.ChecksumAlgorithm("").Values() {
			for _, kind := range types.ChecksumType("").Values() {
				full := kind == types.ChecksumTypeFullObject
				merges := strings.HasPrefix(string(a), "CRC")
				up, err := c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: space, Key: key, ChecksumAlgorithm: a, ChecksumType: kind})
				if full && !merges || !full && a == types.ChecksumAlgorithmCrc64nvme {
					if code(err) != "InvalidRequest" {
						t.Errorf("%s %s: %v", a, kind, err)
					}
					continue
				}
				noError(t, err)
				in := &s3.UploadPartInput{Bucket: space, Key: key, UploadId: up.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader(bodies[0]), ChecksumAlgorithm: a}
				sumField(in, a).Set(reflect.ValueOf(aws.String(digest(string(a), bodies[0]))))
				part := sure(c.UploadPart(ctx, in))(t)
				list := sure(c.ListParts(ctx, &s3.ListPartsInput{Bucket: space, Key: key, UploadId: up.UploadId}))(t)
				if sumIn(part, a) != digest(string(a), bodies[0]) || sumIn(&list.Parts[0], a) != sumIn(part, a) || list.ChecksumAlgorithm != a || list.ChecksumType != kind {
					t.Errorf("%s %s: %+v %+v", a, kind, part, list)
				}
				p := types.CompletedPart{PartNumber: aws.Int32(1), ETag: part.ETag}
				sumField(&p, a).Set(sumField(part, a))
				out := sure(c.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{Bucket: space, Key: key, UploadId: up.UploadId, ChecksumType: kind,
					MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{p}}}))(t)
				want := digest(string(a), bodies[0])
				if !full {
					want = digest(string(a), string(sure(base64.StdEncoding.DecodeString(want))(t))) + "-1"
				}
				if sumIn(out, a) != want || out.ChecksumType != kind {
					t.Errorf("%s %s: %s %s, want %s", a, kind, sumIn(out, a), out.ChecksumType, want)
				}
			}
		}
	})
}
