package server_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"spaces/server"
)

// sdk runs a test with the client of AWS, over http and over https.
func sdk(t *testing.T, test func(t *testing.T, f *fixture, c *s3.Client), change ...func(*server.Config)) {
	t.Helper()
	sdkFront(t, func(t *testing.T, f *front, c *s3.Client) { test(t, f.fixture, c) }, change...)
}

// sdkFront is sdk for tests that look at what was sent.
func sdkFront(t *testing.T, test func(t *testing.T, f *front, c *s3.Client), change ...func(*server.Config)) {
	t.Helper()
	overBoth(t, func(t *testing.T, f *front) {
		client := awshttp.NewBuildableClient().WithTransportOptions(func(tr *http.Transport) {
			tr.TLSClientConfig = &tls.Config{RootCAs: pool(f.ts)}
			t.Cleanup(tr.CloseIdleConnections)
		})
		test(t, f, s3.New(s3.Options{
			BaseEndpoint: aws.String(f.url), Region: region, UsePathStyle: true, HTTPClient: client,
			Credentials: credentials.NewStaticCredentialsProvider(accessKey, secretKey, ""), RetryMaxAttempts: 1,
			// What every client has whose options are not made by hand.
			RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported, ResponseChecksumValidation: aws.ResponseChecksumValidationWhenSupported,
		}))
	}, change...)
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

func must[T any](t *testing.T) func(out T, err error) T {
	return func(out T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

func TestSDKObjects(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx := context.Background()
		media, key := aws.String("media"), aws.String("dir/hé llo+%25?.txt")
		must[*s3.CreateBucketOutput](t)(c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: media}))
		_, err := c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: media})
		var owned *types.BucketAlreadyOwnedByYou
		if !errors.As(err, &owned) {
			t.Error(err)
		}
		for _, a := range []types.ChecksumAlgorithm{"", "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"} {
			for _, size := range []int{0, 5, 200_000} {
				body := pattern(size)
				put := must[*s3.PutObjectOutput](t)(c.PutObject(ctx, &s3.PutObjectInput{Bucket: media, Key: key, Body: strings.NewReader(body), ChecksumAlgorithm: a,
					ContentType: aws.String("text/plain"), Metadata: map[string]string{"colour": "blue"}, Tagging: aws.String("a=1")}))
				get := must[*s3.GetObjectOutput](t)(c.GetObject(ctx, &s3.GetObjectInput{Bucket: media, Key: key, ChecksumMode: types.ChecksumModeEnabled}))
				got, err := io.ReadAll(get.Body)
				get.Body.Close()
				if err != nil || string(got) != body || *get.ETag != *put.ETag || get.Metadata["colour"] != "blue" || *get.ContentType != "text/plain" || get.ContentEncoding != nil {
					t.Errorf("%s %d: %v, %d bytes, %+v", a, size, err, len(got), get)
				}
				if a == types.ChecksumAlgorithmSha256 && (get.ChecksumSHA256 == nil || *get.ChecksumSHA256 != digest("SHA256", body) || get.ChecksumType != types.ChecksumTypeFullObject) {
					t.Errorf("%+v", get)
				}
			}
		}
		// A stream that cannot be read twice: over https its checksum comes in the trailer of unsigned chunks.
		if f.server != nil && strings.HasPrefix(*c.Options().BaseEndpoint, "https") {
			must[*s3.PutObjectOutput](t)(c.PutObject(ctx, &s3.PutObjectInput{Bucket: media, Key: aws.String("stream"), Body: io.MultiReader(strings.NewReader("hello"), strings.NewReader(pattern(100_000))), ContentLength: aws.Int64(100_005)}))
		}
		list := must[*s3.ListObjectsV2Output](t)(c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: media, Prefix: aws.String("dir/")}))
		if len(list.Contents) != 1 || *list.Contents[0].Key != *key || *list.Contents[0].Size != 200_000 {
			t.Errorf("%+v", list)
		}
		head := must[*s3.HeadObjectOutput](t)(c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: media, Key: key}))
		if *head.ContentLength != 200_000 || *head.TagCount != 1 {
			t.Errorf("%+v", head)
		}
		_, err = c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: media, Key: aws.String("missing")})
		var missing *types.NotFound
		if !errors.As(err, &missing) {
			t.Error(err)
		}
		_, err = c.GetObject(ctx, &s3.GetObjectInput{Bucket: media, Key: aws.String("missing")})
		var noKey *types.NoSuchKey
		if !errors.As(err, &noKey) {
			t.Error(err)
		}
		must[*s3.RenameObjectOutput](t)(c.RenameObject(ctx, &s3.RenameObjectInput{Bucket: media, Key: aws.String("new"), RenameSource: aws.String(escapeKey(*key))}))
		must[*s3.CopyObjectOutput](t)(c.CopyObject(ctx, &s3.CopyObjectInput{Bucket: media, Key: key, CopySource: aws.String("media/new"), ACL: types.ObjectCannedACLPublicRead}))
		acl := must[*s3.GetObjectAclOutput](t)(c.GetObjectAcl(ctx, &s3.GetObjectAclInput{Bucket: media, Key: key}))
		if len(acl.Grants) != 2 || acl.Grants[0].Grantee.Type != types.TypeGroup || acl.Grants[0].Permission != types.PermissionRead {
			t.Errorf("%+v", acl.Grants)
		}
		must[*s3.PutObjectAclOutput](t)(c.PutObjectAcl(ctx, &s3.PutObjectAclInput{Bucket: media, Key: key, AccessControlPolicy: &types.AccessControlPolicy{Owner: acl.Owner, Grants: acl.Grants}}))
		tags := must[*s3.GetObjectTaggingOutput](t)(c.GetObjectTagging(ctx, &s3.GetObjectTaggingInput{Bucket: media, Key: key}))
		if len(tags.TagSet) != 1 || *tags.TagSet[0].Key != "a" {
			t.Errorf("%+v", tags.TagSet)
		}
		must[*s3.PutObjectTaggingOutput](t)(c.PutObjectTagging(ctx, &s3.PutObjectTaggingInput{Bucket: media, Key: key, Tagging: &types.Tagging{TagSet: tags.TagSet}}))
		must[*s3.GetBucketVersioningOutput](t)(c.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: media}))
		must[*s3.GetBucketLocationOutput](t)(c.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: media}))
		gone := must[*s3.DeleteObjectsOutput](t)(c.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: media, Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: key}, {Key: aws.String("new")}, {Key: aws.String("stream")}}}}))
		if len(gone.Deleted) != 3 || len(gone.Errors) != 0 {
			t.Errorf("%+v", gone)
		}
		must[*s3.DeleteBucketOutput](t)(c.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: media}))
	})
}

func TestSDKMultipart(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx := context.Background()
		media, key := aws.String("media"), aws.String("big")
		must[*s3.CreateBucketOutput](t)(c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: media}))
		for _, a := range []types.ChecksumAlgorithm{"", "CRC32", "CRC64NVME", "SHA256"} {
			up := must[*s3.CreateMultipartUploadOutput](t)(c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: media, Key: key, ChecksumAlgorithm: a}))
			var done []types.CompletedPart
			for i, body := range []string{once5MiB(), "tail"} {
				n := aws.Int32(int32(i + 1))
				p := must[*s3.UploadPartOutput](t)(c.UploadPart(ctx, &s3.UploadPartInput{Bucket: media, Key: key, UploadId: up.UploadId, PartNumber: n, Body: strings.NewReader(body), ChecksumAlgorithm: a}))
				done = append(done, types.CompletedPart{PartNumber: n, ETag: p.ETag, ChecksumCRC32: p.ChecksumCRC32, ChecksumCRC64NVME: p.ChecksumCRC64NVME, ChecksumSHA256: p.ChecksumSHA256})
			}
			parts := must[*s3.ListPartsOutput](t)(c.ListParts(ctx, &s3.ListPartsInput{Bucket: media, Key: key, UploadId: up.UploadId}))
			if len(parts.Parts) != 2 {
				t.Errorf("%+v", parts)
			}
			out := must[*s3.CompleteMultipartUploadOutput](t)(c.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{Bucket: media, Key: key, UploadId: up.UploadId,
				MultipartUpload: &types.CompletedMultipartUpload{Parts: done}, MpuObjectSize: aws.Int64(5<<20 + 4)}))
			if *out.Key != *key || !strings.HasSuffix(*out.ETag, `-2"`) {
				t.Errorf("%+v", out)
			}
			get := must[*s3.GetObjectOutput](t)(c.GetObject(ctx, &s3.GetObjectInput{Bucket: media, Key: key}))
			got, err := io.ReadAll(get.Body)
			get.Body.Close()
			if err != nil || string(got) != once5MiB()+"tail" {
				t.Error(a, err, len(got))
			}
		}
		up := must[*s3.CreateMultipartUploadOutput](t)(c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: media, Key: key}))
		all := must[*s3.ListMultipartUploadsOutput](t)(c.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: media}))
		if len(all.Uploads) != 1 || *all.Uploads[0].UploadId != *up.UploadId {
			t.Errorf("%+v", all.Uploads)
		}
		must[*s3.AbortMultipartUploadOutput](t)(c.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: media, Key: key, UploadId: up.UploadId}))
		_, err := c.ListParts(ctx, &s3.ListPartsInput{Bucket: media, Key: key, UploadId: up.UploadId})
		if code(err) != "NoSuchUpload" {
			t.Error(err)
		}
	})
}

func TestSDKPagesThroughHostileKeys(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx := context.Background()
		must[*s3.CreateBucketOutput](t)(c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("media")}))
		keys := hostileKeys()
		for _, key := range keys {
			_, err := c.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("media"), Key: aws.String(key), Body: strings.NewReader(key)})
			if err != nil {
				t.Errorf("%q: %v", key, err)
			}
		}
		var got []string
		pages := s3.NewListObjectsV2Paginator(c, &s3.ListObjectsV2Input{Bucket: aws.String("media"), MaxKeys: aws.Int32(7), EncodingType: types.EncodingTypeUrl})
		for pages.HasMorePages() {
			page := must[*s3.ListObjectsV2Output](t)(pages.NextPage(ctx))
			for _, o := range page.Contents {
				got = append(got, unescapeURL(t, *o.Key))
			}
		}
		if !slices.Equal(got, keys) {
			t.Errorf("%q", got)
		}
	})
}

func TestSDKPresignedURLs(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx := context.Background()
		media, key := aws.String("media"), aws.String("a b")
		must[*s3.CreateBucketOutput](t)(c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: media}))
		p := s3.NewPresignClient(c)
		put, err := p.PresignPutObject(ctx, &s3.PutObjectInput{Bucket: media, Key: key}, s3.WithPresignExpires(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		req, _ := http.NewRequest("PUT", put.URL, bytes.NewReader([]byte("hello")))
		for name, v := range put.SignedHeader {
			if name != "Host" {
				req.Header[name] = v
			}
		}
		res, err := c.Options().HTTPClient.Do(req)
		if err != nil || res.StatusCode != 200 {
			t.Fatal(res, err)
		}
		res.Body.Close()
		get, err := p.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: media, Key: key})
		if err != nil {
			t.Fatal(err)
		}
		req, _ = http.NewRequest("GET", get.URL, nil)
		res, err = c.Options().HTTPClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if string(body) != "hello" {
			t.Error(res.Status, string(body))
		}
	})
}
