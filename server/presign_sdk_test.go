package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// follow sends what an address was signed for.
func (f *front) follow(p *v4.PresignedHTTPRequest, body string) answer {
	f.Helper()
	var headers []string
	for name, values := range p.SignedHeader {
		if name != "Host" && name != "Content-Length" {
			headers = append(headers, name, values[0])
		}
	}
	return f.overNet(p.Method, p.URL, body, headers...)
}

// TestSDKPresignsEverything: every request that the client can sign an address
// for is answered at that address, and at no other.
func TestSDKPresignsEverything(t *testing.T) {
	sdkFront(t, func(t *testing.T, f *front, c *s3.Client) {
		ctx, space, key := t.Context(), sdkMedia(t, c), aws.String("dir/hé llo+%25?.txt")
		p := s3.NewPresignClient(c, s3.WithPresignExpires(time.Minute))
		up := sure(c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: space, Key: key}))(t)
		for _, k := range []struct {
			name   string
			make   func() (*v4.PresignedHTTPRequest, error)
			body   string
			status int
			want   string
		}{
			{"put", func() (*v4.PresignedHTTPRequest, error) {
				return p.PresignPutObject(ctx, &s3.PutObjectInput{Bucket: space, Key: key, ContentType: aws.String("text/x-y")})
			}, "hello", 200, ""},
			{"get", func() (*v4.PresignedHTTPRequest, error) {
				return p.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: space, Key: key})
			}, "", 200, "hello"},
			{"get a range", func() (*v4.PresignedHTTPRequest, error) {
				return p.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: space, Key: key, Range: aws.String("bytes=1-2")})
			}, "", 206, "el"},
			{"head", func() (*v4.PresignedHTTPRequest, error) {
				return p.PresignHeadObject(ctx, &s3.HeadObjectInput{Bucket: space, Key: key})
			}, "", 200, ""},
			{"head of the Space", func() (*v4.PresignedHTTPRequest, error) {
				return p.PresignHeadBucket(ctx, &s3.HeadBucketInput{Bucket: space})
			}, "", 200, ""},
			{"part", func() (*v4.PresignedHTTPRequest, error) {
				return p.PresignUploadPart(ctx, &s3.UploadPartInput{Bucket: space, Key: key, UploadId: up.UploadId, PartNumber: aws.Int32(1)})
			}, "part", 200, ""},
			{"delete", func() (*v4.PresignedHTTPRequest, error) {
				return p.PresignDeleteObject(ctx, &s3.DeleteObjectInput{Bucket: space, Key: key})
			}, "", 204, ""},
			{"delete of the Space", func() (*v4.PresignedHTTPRequest, error) {
				return p.PresignDeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: space})
			}, "", 204, ""},
		} {
			signed, err := k.make()
			noError(t, err)
			forged := *signed
			forged.URL = strings.Replace(signed.URL, "X-Amz-Expires=60", "X-Amz-Expires=61", 1)
			if forged.URL == signed.URL {
				t.Fatal(signed.URL)
			}
			f.refused(f.follow(&forged, k.body), 403, "SignatureDoesNotMatch")
			if a := f.follow(signed, k.body); a.StatusCode != k.status || k.want != "" && a.body != k.want {
				t.Errorf("%s: %d %s", k.name, a.StatusCode, a.body)
			}
		}
	})
}

// TestSDKPresignedFormOverTheNet posts a form to the address that it was
// signed for.
func TestSDKPresignedFormOverTheNet(t *testing.T) {
	sdkFront(t, func(t *testing.T, f *front, c *s3.Client) {
		space := sdkMedia(t, c)
		p := sure(s3.NewPresignClient(c).PresignPostObject(t.Context(), &s3.PutObjectInput{Bucket: space, Key: aws.String("user/${filename}")}, func(o *s3.PresignPostOptions) {
			o.Expires = time.Minute
			o.Conditions = []any{[]any{"starts-with", "$key", "user/"}, []any{"content-length-range", 1, 100}}
		}))(t)
		form := newForm()
		for name, value := range p.Values {
			form.set(name, value)
		}
		if a := f.overNet("POST", strings.TrimSuffix(p.URL, "/")+"/", form.body("hello"), "Content-Type", formType); a.StatusCode != 204 {
			t.Fatal(a.StatusCode, a.body)
		}
		if got := sdkBody(t, c, "user/file.txt"); got != "hello" {
			t.Error(got)
		}
		f.refused(f.overNet("POST", strings.TrimSuffix(p.URL, "/")+"/", form.set("key", "other").body("hello"), "Content-Type", formType), 403, "AccessDenied")
	})
}
