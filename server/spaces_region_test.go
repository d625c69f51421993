package server_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"spaces/server"
	"spaces/server/sigv4"
)

const regionHeader = "X-Amz-Bucket-Region"

// inFrankfurt is a server with a Space in fra1.
func inFrankfurt(t *testing.T) *fixture {
	f := newFixture(t, func(c *server.Config) { c.Region = "fra1" })
	f.want(200, "PUT", "/media", "")
	return f
}

func TestRefusalsTellWhereASpaceIs(t *testing.T) {
	f := inFrankfurt(t)
	forged := func(method, at string) *http.Request {
		req := f.request(method, at, "")
		sigv4.Sign(req, accessKey, "wrong", region, sigv4.HashPayload(nil), time.Now())
		return req
	}
	for _, method := range []string{"HEAD", "GET"} {
		for at, a := range map[string]answer{
			"anonymous":          f.anonymous(method, "/media", ""),
			"anonymous, by page": f.anonymous(method, "/media?list-type=2&prefix=a", ""),
			"anonymous, by host": f.anonymous(method, "/", "", "Host", "media.s3.example.com"),
			"forged":             f.send(forged(method, "/media/")),
		} {
			if a.StatusCode != 403 || a.Header.Get(regionHeader) != "fra1" {
				t.Errorf("%s %s: %d %v", method, at, a.StatusCode, a.Header)
			}
		}
		for at, a := range map[string]answer{
			"no such Space": f.anonymous(method, "/missing", ""),
			"no name":       f.anonymous(method, "/No_Name", ""),
			"an object":     f.anonymous(method, "/media/a", ""),
			"no Space":      f.anonymous(method, "/", ""),
		} {
			if a.StatusCode < 400 || a.Header.Get(regionHeader) != "" {
				t.Errorf("%s %s: %d %v", method, at, a.StatusCode, a.Header)
			}
		}
	}
	if a := f.refuse(400, "InvalidArgument", "GET", "/media?max-keys=x", ""); a.Header.Get(regionHeader) != "fra1" {
		t.Error(a.Header)
	}
}

func TestListingsTellWhereASpaceIs(t *testing.T) {
	f := inFrankfurt(t)
	for _, at := range []string{"GET /media", "HEAD /media", "GET /media?list-type=2", "GET /media?prefix=a&delimiter=/"} {
		method, target, _ := strings.Cut(at, " ")
		if a := f.want(200, method, target, ""); len(a.Header.Values(regionHeader)) != 1 || a.Header.Get(regionHeader) != "fra1" {
			t.Error(at, a.Header)
		}
	}
}

// The SDKs look for the region of a Space without credentials.
func TestSDKFindsTheRegionOfAPrivateSpace(t *testing.T) {
	f := inFrankfurt(t)
	c := s3.New(s3.Options{Region: "us-east-1", BaseEndpoint: aws.String("http://" + host), UsePathStyle: true, HTTPClient: f.client, Credentials: aws.AnonymousCredentials{}})
	_, err := c.HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: aws.String("media")})
	var refused *awshttp.ResponseError
	if !errors.As(err, &refused) || refused.HTTPStatusCode() != 403 || refused.Response.Header.Get(regionHeader) != "fra1" {
		t.Error(err)
	}
}
