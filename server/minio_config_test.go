package server_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/cors"
	"github.com/minio/minio-go/v7/pkg/lifecycle"
	"github.com/minio/minio-go/v7/pkg/sse"
	"github.com/minio/minio-go/v7/pkg/tags"
)

// bytesOf hides from a client that a text could be read twice.
func bytesOf(s string) *strings.Reader { return strings.NewReader(s) }

func TestMinioTags(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		of := func(pairs map[string]string) *tags.Tags { return sure(tags.NewTags(pairs, true))(t) }
		_, err := m.GetBucketTagging(m.ctx, media)
		failed(t, err, 404, "NoSuchTagSet")
		pairs := map[string]string{"k": "v w", "l": "+-=._:/@"}
		noError(t, m.SetBucketTagging(m.ctx, media, of(pairs)))
		if got := sure(m.GetBucketTagging(m.ctx, media))(t).ToMap(); !reflect.DeepEqual(got, pairs) {
			t.Error(got)
		}
		noError(t, m.RemoveBucketTagging(m.ctx, media))
		_, err = m.GetBucketTagging(m.ctx, media)
		failed(t, err, 404, "NoSuchTagSet")

		noError(t, m.EnableVersioning(m.ctx, media))
		old := m.put(t, "a", "old").VersionID
		m.put(t, "a", "new")
		noError(t, m.PutObjectTagging(m.ctx, media, "a", of(pairs), minio.PutObjectTaggingOptions{VersionID: old}))
		for version, want := range map[string]map[string]string{"": {}, old: pairs} {
			if got := sure(m.GetObjectTagging(m.ctx, media, "a", minio.GetObjectTaggingOptions{VersionID: version}))(t).ToMap(); len(got) != len(want) || got["k"] != want["k"] {
				t.Errorf("%q: %v", version, got)
			}
		}
		noError(t, m.RemoveObjectTagging(m.ctx, media, "a", minio.RemoveObjectTaggingOptions{VersionID: old}))
		if got := sure(m.StatObject(m.ctx, media, "a", minio.StatObjectOptions{VersionID: old}))(t); got.UserTagCount != 0 {
			t.Error(got.UserTagCount)
		}
		_, err = m.GetObjectTagging(m.ctx, media, "missing", minio.GetObjectTaggingOptions{})
		failed(t, err, 404, "NoSuchKey")
	})
}

func TestMinioPolicies(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		m.put(t, "a", "hello")
		if got := sure(m.GetBucketPolicy(m.ctx, media))(t); got != "" { // the client makes NoSuchBucketPolicy ""
			t.Error(got)
		}
		const policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["s3:GetObject"],"Resource":["arn:aws:s3:::media/*"]}]}`
		noError(t, m.SetBucketPolicy(m.ctx, media, policy))
		var got, want any
		noError(t, json.Unmarshal([]byte(sure(m.GetBucketPolicy(m.ctx, media))(t)), &got))
		noError(t, json.Unmarshal([]byte(policy), &want))
		if !reflect.DeepEqual(got, want) {
			t.Error(got)
		}
		if a := m.overNet("GET", m.url+"/media/a", ""); a.body != "hello" {
			t.Error(a.StatusCode, a.body)
		}
		noError(t, m.SetBucketPolicy(m.ctx, media, "")) // deletes it
		m.refused(m.overNet("GET", m.url+"/media/a", ""), 403, "AccessDenied")
		failed(t, m.SetBucketPolicy(m.ctx, media, "{}"), 400, "MalformedPolicy")
	})
}

func TestMinioLifecycle(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		_, err := m.GetBucketLifecycle(m.ctx, media)
		failed(t, err, 404, "NoSuchLifecycleConfiguration")
		rules := []lifecycle.Rule{
			{ID: "days", Status: "Enabled", RuleFilter: lifecycle.Filter{Prefix: "tmp/"}, Expiration: lifecycle.Expiration{Days: 3}},
			{ID: "date", Status: "Disabled", RuleFilter: lifecycle.Filter{Tag: lifecycle.Tag{Key: "k", Value: "v"}},
				Expiration: lifecycle.Expiration{Date: lifecycle.ExpirationDate{Time: time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)}}},
			{ID: "old", Status: "Enabled", RuleFilter: lifecycle.Filter{And: lifecycle.And{Prefix: "a/", Tags: []lifecycle.Tag{{Key: "k", Value: "v"}}, ObjectSizeGreaterThan: 10}},
				NoncurrentVersionExpiration: lifecycle.NoncurrentVersionExpiration{NoncurrentDays: 2, NewerNoncurrentVersions: 3}},
			{ID: "rest", Status: "Enabled", RuleFilter: lifecycle.Filter{Prefix: "b/"}, Expiration: lifecycle.Expiration{DeleteMarker: true},
				AbortIncompleteMultipartUpload: lifecycle.AbortIncompleteMultipartUpload{DaysAfterInitiation: 7}},
		}
		noError(t, m.SetBucketLifecycle(m.ctx, media, &lifecycle.Configuration{Rules: rules}))
		got := sure(m.GetBucketLifecycle(m.ctx, media))(t).Rules
		if len(got) != len(rules) {
			t.Fatalf("%+v", got)
		}
		for i, want := range rules { // as JSON, because the XML names are filled in by reading
			if a, b := sure(json.Marshal(got[i]))(t), sure(json.Marshal(want))(t); string(a) != string(b) {
				t.Errorf("%s\nwant %s", a, b)
			}
		}
		up := m.put(t, "tmp/a", "x")
		if up.ExpirationRuleID != "days" || up.Expiration.Before(time.Now().Add(48*time.Hour)) {
			t.Errorf("%+v", up)
		}
		noError(t, m.SetBucketLifecycle(m.ctx, media, lifecycle.NewConfiguration())) // deletes it
		_, err = m.GetBucketLifecycle(m.ctx, media)
		failed(t, err, 404, "NoSuchLifecycleConfiguration")
	})
}

func TestMinioCORS(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		if got := sure(m.GetBucketCors(m.ctx, media))(t); got != nil { // the client makes NoSuchCORSConfiguration nil
			t.Errorf("%+v", got)
		}
		rules := []cors.Rule{
			{ID: "one", AllowedOrigin: []string{"https://*.example.com"}, AllowedMethod: []string{"GET", "PUT"}, AllowedHeader: []string{"*"}, ExposeHeader: []string{"ETag"}, MaxAgeSeconds: 60},
			{AllowedOrigin: []string{"*"}, AllowedMethod: []string{"HEAD"}},
		}
		noError(t, m.SetBucketCors(m.ctx, media, cors.NewConfig(rules)))
		if got := sure(m.GetBucketCors(m.ctx, media))(t).CORSRules; !reflect.DeepEqual(got, rules) {
			t.Errorf("%+v", got)
		}
		a := m.overNet("OPTIONS", m.url+"/media/a", "", "Origin", "https://www.example.com", "Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "x-amz-date")
		if a.StatusCode != 200 || a.Header.Get("Access-Control-Allow-Origin") != "https://www.example.com" || a.Header.Get("Access-Control-Max-Age") != "60" {
			t.Error(a.StatusCode, a.Header, a.body)
		}
		m.refused(m.overNet("OPTIONS", m.url+"/media/a", "", "Origin", "https://other", "Access-Control-Request-Method", "PUT"), 403, "AccessForbidden")
		noError(t, m.SetBucketCors(m.ctx, media, nil)) // deletes it
		if got := sure(m.GetBucketCors(m.ctx, media))(t); got != nil {
			t.Errorf("%+v", got)
		}
	})
}

func TestMinioEncryptionOfSpaces(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		noError(t, m.SetBucketEncryption(m.ctx, media, sse.NewConfigurationSSES3()))
		if got := sure(m.GetBucketEncryption(m.ctx, media))(t); len(got.Rules) != 1 || got.Rules[0].Apply.SSEAlgorithm != "AES256" {
			t.Errorf("%+v", got)
		}
		noError(t, m.RemoveBucketEncryption(m.ctx, media))
		failed(t, m.SetBucketEncryption(m.ctx, media, sse.NewConfigurationSSEKMS("key")), 501, "NotImplemented")
	}, withMasters(t, false))
}

func TestMinioACLs(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		for acl, grants := range map[string]int{"private": 1, "public-read": 2, "authenticated-read": 2} {
			sure(m.PutObject(m.ctx, media, "a", bytesOf("x"), 1, minio.PutObjectOptions{UserMetadata: map[string]string{"x-amz-acl": acl}}))(t)
			got := sure(m.GetObjectACL(m.ctx, media, "a"))(t)
			if got.Metadata.Get("X-Amz-Acl") != acl || len(got.Grant) != grants || got.Owner.ID == "" {
				t.Errorf("%s: %+v", acl, got)
			}
		}
	})
}
