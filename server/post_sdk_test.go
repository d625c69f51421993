package server_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestSDKPresignedForm(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		f.want(200, "PUT", "/media", "")
		p, err := s3.NewPresignClient(c).PresignPostObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("media"), Key: aws.String("user/${filename}")},
			func(o *s3.PresignPostOptions) {
				o.Expires = time.Minute
				o.Conditions = []any{[]any{"starts-with", "$key", "user/"}, []any{"content-length-range", 1, 100}, map[string]string{"success_action_status": "201"}}
			})
		if err != nil {
			t.Fatal(err)
		}
		form := newForm("success_action_status", "201")
		for name, value := range p.Values {
			form.set(name, value)
		}
		_, path, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(p.URL, "https://"), "http://"), "/")
		if a := f.anonymous("POST", "/"+path, form.body("hello"), "Content-Type", formType); a.StatusCode != 201 || first(a.body, "Key") != "user/file.txt" {
			t.Fatal(a.StatusCode, a.body)
		}
		if g := f.want(200, "GET", "/media/user/file.txt", ""); g.body != "hello" {
			t.Error(g.body)
		}
		f.refused(f.anonymous("POST", "/"+path, form.body(strings.Repeat("x", 101)), "Content-Type", formType), 400, "EntityTooLarge")
	})
}

func TestSDKPresignedPutWithAttributes(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		f.want(200, "PUT", "/media", "")
		p, err := s3.NewPresignClient(c).PresignPutObject(t.Context(), &s3.PutObjectInput{
			Bucket: aws.String("media"), Key: aws.String("a"), ACL: types.ObjectCannedACLPublicRead, Metadata: map[string]string{"color": "red"},
			Tagging: aws.String("k=v"), StorageClass: types.StorageClassStandardIa,
		})
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequest(p.Method, p.URL, strings.NewReader("hello"))
		if err != nil {
			t.Fatal(err)
		}
		for name, values := range p.SignedHeader {
			if name != "Host" && name != "Content-Length" {
				req.Header[name] = values
			}
		}
		req.URL.Scheme = "http" // the connection is the fixture's, the Host that of the URL
		res, err := f.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		if res.Body.Close(); res.StatusCode != 200 {
			t.Fatal(res.StatusCode, string(body), p.URL)
		}
		g := f.anonymous("GET", "/media/a", "")
		if g.StatusCode != 200 || g.Header.Get("X-Amz-Meta-Color") != "red" || g.Header.Get("X-Amz-Storage-Class") != "STANDARD_IA" {
			t.Error(g.StatusCode, g.Header)
		}
		if got := f.want(200, "GET", "/media/a?tagging", "").body; first(got, "Value") != "v" {
			t.Error(got)
		}
	})
}
