package server_test

import (
	"strings"
	"testing"

	"spaces/server"
	"spaces/server/storage"
)

func TestSpacesAreMadeListedAndDeleted(t *testing.T) {
	f := newFixture(t)
	if a := f.want(200, "PUT", "/media", ""); a.Header.Get("Location") != "/media" {
		t.Error(a.Header)
	}
	if a := f.refuse(409, "BucketAlreadyOwnedByYou", "PUT", "/media", ""); first(a.body, "BucketName") != "media" {
		t.Error(a.body)
	}
	a := f.want(200, "GET", "/", "")
	if first(a.body, "Name") != "media" || first(a.body, "ID") != "owner" || first(a.body, "BucketRegion") != "us-east-1" {
		t.Error(a.body)
	}
	f.want(200, "PUT", "/media/a", "hello")
	a = f.want(200, "HEAD", "/media", "")
	if a.Header.Get("X-RGW-Object-Count") != "1" || a.Header.Get("X-RGW-Bytes-Used") != "5" || a.Header.Get("X-Amz-Bucket-Region") != "us-east-1" {
		t.Error(a.Header)
	}
	if a := f.refuse(409, "BucketNotEmpty", "DELETE", "/media", ""); first(a.body, "BucketName") != "media" || strings.Contains(a.body, "versions") {
		t.Error(a.body)
	}
	f.want(204, "DELETE", "/media/a", "")
	id := first(f.want(200, "POST", "/media/a?uploads", "").body, "UploadId")
	f.want(204, "DELETE", "/media", "") // with its upload, as in S3
	f.want(200, "PUT", "/media", "")
	f.refuse(404, "NoSuchUpload", "PUT", "/media/a?partNumber=1&uploadId="+id, "x")
	f.want(204, "DELETE", "/media", "")
	f.refuse(404, "NoSuchBucket", "DELETE", "/media", "")
	f.refuse(404, "NoSuchBucket", "HEAD", "/media", "")
	f.refuse(404, "NoSuchBucket", "GET", "/media", "")
	f.refuse(404, "NoSuchBucket", "PUT", "/media/a", "x")
}

func TestListOfSpacesIsFilteredAndPaged(t *testing.T) {
	f := newFixture(t)
	for _, name := range []string{"aaa", "aab", "aac", "bbb"} {
		f.want(200, "PUT", "/"+name, "")
	}
	a := f.want(200, "GET", "/?prefix=aa&max-buckets=2", "")
	if got := strings.Join(between(a.body, "Name"), " "); got != "aaa aab" {
		t.Error(got)
	}
	a = f.want(200, "GET", "/?prefix=aa&max-buckets=2&continuation-token="+first(a.body, "ContinuationToken"), "")
	if got := strings.Join(between(a.body, "Name"), " "); got != "aac" || first(a.body, "ContinuationToken") != "" {
		t.Error(a.body)
	}
	f.refuse(400, "InvalidArgument", "GET", "/?max-buckets=0", "")
	f.refuse(400, "InvalidArgument", "GET", "/?continuation-token=zzz", "")
}

func TestSpaceNamesFollowTheRulesOfS3(t *testing.T) {
	good := []string{"abc", "a-b", "a.b", "1ab", "foo.bar.baz", strings.Repeat("a", 63), "192.168.1"}
	bad := []string{"ab", strings.Repeat("a", 64), "Abc", "a_b", "a..b", "-ab", "ab-", ".ab", "ab.", "a.-b", "a-.b", "192.168.1.1", "999.1.1.1", "xn--abc",
		"abc-s3alias", "sthree-abc", "a b", "é-abc", "abc--ol-s3"}
	for _, name := range good {
		if !storage.ValidSpaceName(name) {
			t.Errorf("%q is refused", name)
		}
	}
	f := newFixture(t)
	for _, name := range bad {
		f.refuse(400, "InvalidBucketName", "PUT", "/"+escapeKey(name), "")
	}
	for _, name := range good[:4] {
		f.want(200, "PUT", "/"+name, "")
	}
	f.refuse(400, "InvalidBucketName", "GET", "/A_b", "")
	f.refuse(400, "InvalidBucketName", "GET", "//key", "")
}

func location(region string) string {
	return `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>` + region + `</LocationConstraint></CreateBucketConfiguration>`
}

func TestRegionOfASpaceIsItsLocationConstraint(t *testing.T) {
	f := newFixture(t)
	f.want(200, "PUT", "/plain", "")
	f.want(200, "PUT", "/german", location("fra1"))
	f.want(200, "PUT", "/slash/", location("eu-west-1"))
	for name, want := range map[string]string{"plain": "", "german": "fra1", "slash": "eu-west-1"} {
		a := f.want(200, "GET", "/"+name+"?location", "")
		if got := between(a.body, `LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`); len(got) != 0 {
			t.Error(got)
		}
		if !strings.Contains(a.body, `2006-03-01/">`+want+`</LocationConstraint>`) {
			t.Error(a.body)
		}
	}
	f.refuse(400, "InvalidLocationConstraint", "PUT", "/fourth", location("Not A Region"))
	for _, doc := range []string{
		"<CreateBucketConfiguration>", location("fra1") + "x", "<Other/>", "not xml",
		"<CreateBucketConfiguration><Unknown/></CreateBucketConfiguration>",
		`<!DOCTYPE a [<!ENTITY x "y">]>` + location("&x;"),
		strings.Repeat("<a>", 1000), location(strings.Repeat("x", 1<<20)),
	} {
		f.refuse(400, "MalformedXML", "PUT", "/fourth", doc)
	}
	f.refuse(404, "NoSuchBucket", "HEAD", "/fourth", "")
}

func TestServersRegionIsThatOfSpacesWithoutOne(t *testing.T) {
	f := newFixture(t, func(c *server.Config) { c.Region = "nyc3" })
	f.want(200, "PUT", "/media", "")
	if a := f.want(200, "GET", "/media?location", ""); !strings.Contains(a.body, ">nyc3</LocationConstraint>") {
		t.Error(a.body)
	}
}

func TestUnsupportedWaysToMakeASpaceAreRefused(t *testing.T) {
	f := newFixture(t)
	f.refuse(400, "InvalidArgument", "PUT", "/media", "", "X-Amz-Bucket-Object-Lock-Enabled", "maybe")
	f.refuse(400, "InvalidArgument", "PUT", "/media", "", "X-Amz-Grant-Read", "id=x")
	f.refuse(400, "InvalidBucketAclWithObjectOwnership", "PUT", "/media", "", "X-Amz-Object-Ownership", "BucketOwnerEnforced", "X-Amz-Acl", "public-read")
	f.refuse(400, "InvalidArgument", "PUT", "/media", "", "X-Amz-Object-Ownership", "Nobody")
	f.refuse(400, "InvalidArgument", "PUT", "/media", "", "X-Amz-Acl", "whatever")
	f.refuse(404, "NoSuchBucket", "HEAD", "/media", "")
}

func TestUnconfiguredReadsAnswerThatNothingIsConfigured(t *testing.T) {
	f := newFixture(t)
	f.want(200, "PUT", "/media", "")
	for sub, code := range map[string]string{
		"policy": "NoSuchBucketPolicy", "cors": "NoSuchCORSConfiguration", "lifecycle": "NoSuchLifecycleConfiguration", "tagging": "NoSuchTagSet",
		"website": "NoSuchWebsiteConfiguration", "encryption": "ServerSideEncryptionConfigurationNotFoundError", "policyStatus": "NoSuchBucketPolicy",
		"replication": "ReplicationConfigurationNotFoundError", "object-lock": "ObjectLockConfigurationNotFoundError",
		"ownershipControls": "OwnershipControlsNotFoundError", "publicAccessBlock": "NoSuchPublicAccessBlockConfiguration",
	} {
		f.refuse(404, code, "GET", "/media?"+sub, "")
		f.refuse(404, "NoSuchBucket", "GET", "/missing?"+sub, "")
	}
	for _, sub := range []string{"versioning", "logging", "notification", "accelerate", "requestPayment"} {
		if a := f.want(200, "GET", "/media?"+sub, ""); strings.Contains(a.body, "<Status>") {
			t.Error(a.body)
		}
	}
}

func TestHostNamesASpace(t *testing.T) {
	f := newFixture(t)
	s := f.server
	for _, c := range []struct{ host, uri, space, key string }{
		{"localhost:9000", "/media/a", "media", "a"},
		{"media.localhost:9000", "/a/b", "media", "a/b"},
		{"MEDIA.localhost", "/", "media", ""},
		{"media.nyc3.localhost:9000", "/a", "media", "a"},
		{"media.eu-west-1.localhost", "/a", "media", "a"},
		{"nyc3.localhost:9000", "/media/a", "media", "a"},
		{"us-gov-east-1.localhost", "/media", "media", ""},
		{"my.site.localhost", "/index.html", "my.site", "index.html"},
		{"media.s3.example.com", "//a", "media", "/a"},
		{"other.example.com", "/media/a", "media", "a"},
		{"127.0.0.1:9000", "/media/a", "media", "a"},
		{"[::1]:9000", "/media/a", "media", "a"},
		{"localhost", "http://localhost/media/a%20b?x", "media", "a b"},
		{"localhost", "/media", "media", ""},
		{"localhost", "/media//", "media", "/"},
		{"localhost", "/", "", ""},
	} {
		space, key, err := s.ParseTarget(c.uri, c.host)
		if err != nil || space != c.space || key != c.key {
			t.Errorf("%s %s: %q %q %v, want %q %q", c.host, c.uri, space, key, err, c.space, c.key)
		}
	}
}

func TestHostStyleReachesTheSameObjects(t *testing.T) {
	f := newFixture(t)
	f.want(200, "PUT", "/", "", "Host", "media.localhost:9000")
	f.want(200, "PUT", "/a//b", "hello", "Host", "media.nyc3.localhost:9000")
	if a := f.want(200, "GET", "/media/a//b", ""); a.body != "hello" {
		t.Error(a.body)
	}
	if a := f.want(200, "GET", "/", "", "Host", "media.localhost"); first(a.body, "Key") != "a//b" {
		t.Error(a.body)
	}
}
