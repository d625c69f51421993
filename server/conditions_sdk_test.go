package server_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// sdkBody gives the body of an object, or the code of the refusal.
func sdkBody(t *testing.T, c *s3.Client, key string) string {
	t.Helper()
	out, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(media), Key: &key})
	if err != nil {
		return code(err)
	}
	defer out.Body.Close()
	return string(sure(io.ReadAll(out.Body))(t))
}

// wantCode checks the code of a refusal; "" is none.
func wantCode(t *testing.T, what string, err error, want string) {
	t.Helper()
	if code(err) != want || (err == nil) != (want == "") {
		t.Errorf("%s: %v, want %q", what, err, want)
	}
}

func TestSDKConditionalWrites(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx, space := t.Context(), sdkMedia(t, c)
		for _, k := range []struct {
			name          string
			match, none   *string
			there, absent string // codes, where there is an object and where there is none
		}{
			{"if there is none", nil, aws.String("*"), "PreconditionFailed", ""},
			{"if it is the same", aws.String("same"), nil, "", "NoSuchKey"},
			{"if it is another", aws.String(`"0123"`), nil, "PreconditionFailed", "NoSuchKey"},
		} {
			for _, exists := range []bool{true, false} {
				want, match := k.absent, k.match
				fresh := func() {
					sure(c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: space, Key: aws.String("a")}))(t)
					if exists {
						etag := sdkPut(t, c, "a", "old").ETag
						if want = k.there; aws.ToString(k.match) == "same" {
							match = etag
						}
					}
				}
				fresh()
				_, err := c.PutObject(ctx, &s3.PutObjectInput{Bucket: space, Key: aws.String("a"), Body: strings.NewReader("new"), IfMatch: match, IfNoneMatch: k.none})
				wantCode(t, "put "+k.name, err, want)
				fresh()
				sdkPut(t, c, "source", "new")
				_, err = c.CopyObject(ctx, &s3.CopyObjectInput{Bucket: space, Key: aws.String("a"), CopySource: aws.String("media/source"), IfMatch: match, IfNoneMatch: k.none})
				wantCode(t, "copy "+k.name, err, want)
				fresh()
				up := sure(c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: space, Key: aws.String("a")}))(t)
				part := sure(c.UploadPart(ctx, &s3.UploadPartInput{Bucket: space, Key: aws.String("a"), UploadId: up.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader("new")}))(t)
				_, err = c.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{Bucket: space, Key: aws.String("a"), UploadId: up.UploadId, IfMatch: match, IfNoneMatch: k.none,
					MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{PartNumber: aws.Int32(1), ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32}}}})
				wantCode(t, "complete "+k.name, err, want)
				for state, text := range map[string]string{"": "new", "PreconditionFailed": "old", "NoSuchKey": "NoSuchKey"} {
					if got := sdkBody(t, c, "a"); state == want && got != text {
						t.Errorf("%s, %v: %q", k.name, exists, got)
					}
				}
			}
		}
	})
}

func TestSDKConditionalDeletes(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx, space, a := t.Context(), sdkMedia(t, c), aws.String("a")
		put := sdkPut(t, c, "a", "hello")
		_, err := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: space, Key: a, IfMatch: aws.String(`"0123"`)})
		wantCode(t, "delete of another", err, "PreconditionFailed")
		_, err = c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: space, Key: a, IfMatch: put.ETag})
		wantCode(t, "delete of the same", err, "")
		put = sdkPut(t, c, "a", "hello")
		sdkPut(t, c, "b", "hello")
		out := sure(c.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: space, Delete: &types.Delete{Objects: []types.ObjectIdentifier{
			{Key: a, ETag: put.ETag}, {Key: aws.String("b"), ETag: aws.String(`"0123"`)},
		}}}))(t)
		if len(out.Deleted) != 1 || *out.Deleted[0].Key != "a" || len(out.Errors) != 1 || *out.Errors[0].Code != "PreconditionFailed" || *out.Errors[0].Key != "b" {
			t.Errorf("%+v %+v", out.Deleted, out.Errors)
		}
		if sdkBody(t, c, "a") != "NoSuchKey" || sdkBody(t, c, "b") != "hello" {
			t.Error("what was refused was done, or what was done was not")
		}
	})
}

func TestSDKConditionalReads(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx, space, a := t.Context(), sdkMedia(t, c), aws.String("a")
		etag := sdkPut(t, c, "a", "hello").ETag
		past, future := aws.Time(time.Now().Add(-time.Hour)), aws.Time(time.Now())
		other := aws.String(`"0123"`)
		for what, k := range map[string]struct {
			in   s3.GetObjectInput
			want string
		}{
			"match":          {s3.GetObjectInput{IfMatch: etag, IfUnmodifiedSince: past}, ""},
			"no match":       {s3.GetObjectInput{IfMatch: other}, "PreconditionFailed"},
			"none":           {s3.GetObjectInput{IfNoneMatch: other, IfModifiedSince: future}, ""},
			"same":           {s3.GetObjectInput{IfNoneMatch: etag, IfModifiedSince: past}, "NotModified"},
			"modified":       {s3.GetObjectInput{IfModifiedSince: past}, ""},
			"not modified":   {s3.GetObjectInput{IfModifiedSince: future}, "NotModified"},
			"not unmodified": {s3.GetObjectInput{IfUnmodifiedSince: past}, "PreconditionFailed"},
		} {
			k.in.Bucket, k.in.Key = space, a
			out, err := c.GetObject(ctx, &k.in)
			if wantCode(t, what, err, k.want); err == nil {
				out.Body.Close()
			}
		}
	})
}

func TestSDKRenames(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx, space := t.Context(), sdkMedia(t, c)
		past := aws.Time(time.Now().Add(-time.Hour))
		for what, k := range map[string]struct {
			in   s3.RenameObjectInput
			want string
		}{
			"plain":                      {s3.RenameObjectInput{}, ""},
			"onto none":                  {s3.RenameObjectInput{DestinationIfNoneMatch: aws.String("*"), Key: aws.String("free")}, ""},
			"onto none that is there":    {s3.RenameObjectInput{DestinationIfNoneMatch: aws.String("*")}, "PreconditionFailed"},
			"onto another":               {s3.RenameObjectInput{DestinationIfMatch: aws.String(`"0123"`)}, "PreconditionFailed"},
			"onto a changed one":         {s3.RenameObjectInput{DestinationIfUnmodifiedSince: past}, "PreconditionFailed"},
			"of another":                 {s3.RenameObjectInput{SourceIfMatch: aws.String(`"0123"`)}, "PreconditionFailed"},
			"of a changed one":           {s3.RenameObjectInput{SourceIfUnmodifiedSince: past}, "PreconditionFailed"},
			"of one that is not missing": {s3.RenameObjectInput{SourceIfModifiedSince: past}, ""},
			"of none":                    {s3.RenameObjectInput{RenameSource: aws.String("missing")}, "NoSuchKey"},
		} {
			sure(c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: space, Key: aws.String("free")}))(t)
			sdkPut(t, c, "hé+ %", "source")
			sdkPut(t, c, "there", "destination")
			k.in.Bucket = space
			if k.in.Key == nil {
				k.in.Key = aws.String("there")
			}
			if k.in.RenameSource == nil {
				k.in.RenameSource = aws.String(escapeKey("hé+ %"))
			}
			_, err := c.RenameObject(ctx, &k.in)
			wantCode(t, what, err, k.want)
			got, left := sdkBody(t, c, *k.in.Key), sdkBody(t, c, "hé+ %")
			if k.want == "" && (got != "source" || left != "NoSuchKey") || k.want != "" && (got != "destination" || left != "source") {
				t.Errorf("%s: %q, %q", what, got, left)
			}
		}
	})
}
