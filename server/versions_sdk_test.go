package server_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestSDKVersions(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx := context.Background()
		media, key := aws.String("media"), aws.String("dir/a")
		must[*s3.CreateBucketOutput](t)(c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: media}))
		must[*s3.PutBucketVersioningOutput](t)(c.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: media,
			VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled}}))
		if got := must[*s3.GetBucketVersioningOutput](t)(c.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: media})); got.Status != types.BucketVersioningStatusEnabled {
			t.Error(got.Status)
		}
		var ids []*string
		for i := range 3 {
			put := must[*s3.PutObjectOutput](t)(c.PutObject(ctx, &s3.PutObjectInput{Bucket: media, Key: key, ChecksumAlgorithm: types.ChecksumAlgorithmCrc32, Body: strings.NewReader(fmt.Sprint("body ", i))}))
			ids = append(ids, put.VersionId)
		}
		get := must[*s3.GetObjectOutput](t)(c.GetObject(ctx, &s3.GetObjectInput{Bucket: media, Key: key, VersionId: ids[0]}))
		body, err := io.ReadAll(get.Body)
		get.Body.Close()
		if err != nil || string(body) != "body 0" || *get.VersionId != *ids[0] {
			t.Errorf("%q %v %+v", body, err, get)
		}
		at := must[*s3.GetObjectAttributesOutput](t)(c.GetObjectAttributes(ctx, &s3.GetObjectAttributesInput{Bucket: media, Key: key, VersionId: ids[1],
			ObjectAttributes: []types.ObjectAttributes{types.ObjectAttributesEtag, types.ObjectAttributesObjectSize, types.ObjectAttributesChecksum}}))
		if *at.ObjectSize != 6 || *at.VersionId != *ids[1] || at.Checksum == nil || at.ETag == nil {
			t.Errorf("%+v", at)
		}
		cp := must[*s3.CopyObjectOutput](t)(c.CopyObject(ctx, &s3.CopyObjectInput{Bucket: media, Key: key, CopySource: aws.String("media/dir/a?versionId=" + *ids[0])}))
		if *cp.CopySourceVersionId != *ids[0] || cp.VersionId == nil {
			t.Errorf("%+v", cp)
		}
		gone := must[*s3.DeleteObjectOutput](t)(c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: media, Key: key}))
		if !aws.ToBool(gone.DeleteMarker) || gone.VersionId == nil {
			t.Fatalf("%+v", gone)
		}
		_, err = c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: media, Key: key, VersionId: gone.VersionId})
		var res *awshttp.ResponseError
		if !errors.As(err, &res) || res.HTTPStatusCode() != 405 || res.Response.Header.Get("Allow") != "DELETE" {
			t.Error(err)
		}
		emptied := 0
		pages := s3.NewListObjectVersionsPaginator(c, &s3.ListObjectVersionsInput{Bucket: media, MaxKeys: aws.Int32(2)})
		for pages.HasMorePages() { // every page is deleted before the next is asked for
			page := must[*s3.ListObjectVersionsOutput](t)(pages.NextPage(ctx))
			var list []types.ObjectIdentifier
			for _, v := range page.Versions {
				list = append(list, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
			}
			for _, v := range page.DeleteMarkers {
				list = append(list, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
			}
			out := must[*s3.DeleteObjectsOutput](t)(c.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: media, Delete: &types.Delete{Objects: list}}))
			if len(out.Errors) != 0 || len(out.Deleted) != len(list) {
				t.Errorf("%+v", out)
			}
			emptied += len(list)
		}
		if emptied != 5 {
			t.Errorf("%d versions and markers", emptied)
		}
		must[*s3.DeleteBucketOutput](t)(c.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: media}))
	})
}
