package server_test

import (
	"strings"
	"testing"
)

// What S3 says of a request that it refuses, where a client can act on it.
func TestRefusalsSayWhatIsWrong(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/ten", "0123456789")
	id := f.begin("/media/copy")
	tagged := func(key, value string) string {
		return "<Tagging><TagSet><Tag><Key>" + key + "</Key><Value>" + value + "</Value></Tag></TagSet></Tagging>"
	}
	part := "/media/copy?partNumber=1&uploadId=" + id
	for name, c := range map[string]struct {
		code, method, at, body string
		headers                []string
		says                   map[string]string
	}{
		"a tag of S3's own for an object": {"InvalidTag", "PUT", "/media/ten?tagging", tagged("aws:a", "b"), nil,
			map[string]string{"Message": "Your TagKey cannot be prefixed with aws:", "TagKey": "aws:a"}},
		"a tag of S3's own for a Space": {"InvalidTag", "PUT", "/media?tagging", tagged("aws:a", "b"), nil,
			map[string]string{"Message": "System tags cannot be added/updated by requester", "TagKey": "aws:a"}},
		"a grantee in a header that nobody is": {"InvalidArgument", "PUT", "/media?acl", "", []string{"X-Amz-Grant-Read", `id="nobody"`},
			map[string]string{"Message": "Invalid id", "ArgumentName": "id", "ArgumentValue": "nobody"}},
		"a group in a header that there is not": {"InvalidArgument", "PUT", "/media?acl", "", []string{"X-Amz-Grant-Read", `uri="urn:group"`},
			map[string]string{"Message": "Invalid group uri", "ArgumentName": "uri", "ArgumentValue": "urn:group"}},
		"tags separated by commas": {"InvalidArgument", "PUT", "/media/x", "x", []string{"X-Amz-Tagging", "a=1,b=2"},
			map[string]string{"ArgumentName": "x-amz-tagging", "ArgumentValue": "a=1,b=2"}},
		"a range behind the end of the source": {"InvalidRequest", "PUT", part, "", []string{"X-Amz-Copy-Source", "/media/ten", "X-Amz-Copy-Source-Range", "bytes=10-20"},
			map[string]string{"Message": "The specified copy range is invalid for the source object size"}},
		"a range over the end of the source": {"InvalidArgument", "PUT", part, "", []string{"X-Amz-Copy-Source", "/media/ten", "X-Amz-Copy-Source-Range", "bytes=9-10"},
			map[string]string{"Message": "Range specified is not valid for source object of size: 10", "ArgumentValue": "bytes=9-10"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := f.refuse(400, c.code, c.method, c.at, c.body, c.headers...)
			for element, want := range c.says {
				if got := first(a.body, element); got != want {
					t.Errorf("%s %q, want %q", element, got, want)
				}
			}
		})
	}
	f.want(200, "PUT", "/media/x", "x", "X-Amz-Tagging", "a=b=")
	if got := f.want(200, "GET", "/media/x?tagging", "").body; first(got, "Value") != "b=" {
		t.Error(got)
	}
	for method, code := range map[string]string{"DELETE": "BucketNotEmpty", "PUT": "BucketAlreadyOwnedByYou"} {
		if a := f.refuse(409, code, method, "/media", ""); first(a.body, "BucketName") != "media" {
			t.Error(a.body)
		}
	}
	for _, query := range []string{"AWSAccessKeyId=" + accessKey + "&Expires=2000000000", "AWSAccessKeyId=" + accessKey + "&Signature=AAAA&Expires=tomorrow"} {
		f.refused(f.anonymous("GET", "/media/ten?"+query, ""), 403, "AccessDenied")
	}
}

// Who may upload into a Space without a signature says in the form what the
// object is, if nothing denies it.
func TestAFormWithoutASignatureHasTagsAndAnACL(t *testing.T) {
	f := newFixture(t)
	f.want(200, "PUT", "/drop", "", "X-Amz-Acl", "public-read-write")
	form := newForm("key", "a", "acl", "public-read", "tagging", "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>")
	post := func() answer {
		return f.anonymous("POST", "/drop", form.body("hello"), "Content-Type", formType)
	}
	if a := post(); a.StatusCode != 204 {
		t.Fatal(a.StatusCode, a.body)
	}
	if got := f.want(200, "GET", "/drop/a?tagging", "").body; first(got, "Key") != "k" || first(got, "Value") != "v" {
		t.Error(got)
	}
	f.refused(f.anonymous("PUT", "/drop/b", "x", "X-Amz-Tagging", "k=v"), 403, "AccessDenied")
	deny := `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:PutObjectTagging","Resource":"arn:aws:s3:::drop/*"}}`
	f.want(204, "PUT", "/drop?policy", deny)
	f.refused(post(), 403, "AccessDenied")
}

// A version may be kept for longer than a default retention can say.
func TestARetentionMayBeLongerThanADefault(t *testing.T) {
	f := newFixture(t)
	f.want(200, "PUT", "/vault", "", "X-Amz-Bucket-Object-Lock-Enabled", "true")
	f.want(200, "PUT", "/vault/a", "x")
	f.want(200, "PUT", "/vault/a?retention", retentionDoc("GOVERNANCE", "2140-01-01T00:00:00Z"))
	if got := f.want(200, "GET", "/vault/a?retention", "").body; !strings.HasPrefix(first(got, "RetainUntilDate"), "2140-01-01T00:00:00") {
		t.Error(got)
	}
	f.refuse(400, "InvalidArgument", "PUT", "/vault/a?retention", retentionDoc("GOVERNANCE", "9999-01-01T00:00:00Z"))
}

// A Space that says how it encrypts lets objects be copied onto themselves, by
// which they are encrypted so.
func TestACopyOntoItselfEncryptsAsTheSpaceSays(t *testing.T) {
	f := newFixture(t, withMasters(t, false))
	f.want(200, "PUT", "/media", "")
	f.want(200, "PUT", "/media/a", "hello")
	f.refuse(400, "InvalidRequest", "PUT", "/media/a", "", "X-Amz-Copy-Source", "/media/a")
	f.want(200, "PUT", "/media?encryption", "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"+
		"<SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>")
	f.want(200, "PUT", "/media/a", "", "X-Amz-Copy-Source", "/media/a")
	if a := f.want(200, "GET", "/media/a", ""); a.body != "hello" || a.Header.Get("X-Amz-Server-Side-Encryption") != "AES256" {
		t.Error(a.body, a.Header)
	}
}
