package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/server"
	"spaces/server/sigv4"
)

// statement makes a statement of a policy on /media; actions and resources are
// lists with spaces between, resources without what all begin with.
func statement(effect, actions, resources, condition string) string {
	list := func(prefix, s string) string {
		var all []string
		for _, one := range strings.Fields(s) {
			all = append(all, fmt.Sprintf("%q", prefix+one))
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	return fmt.Sprintf(`{"Effect":%q,"Principal":"*","Action":%s,"Resource":%s%s}`, effect, list("s3:", actions), list("arn:aws:s3:::", resources), condition)
}

func policyDoc(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

func (f *fixture) setPolicy(statements ...string) {
	f.Helper()
	f.want(204, "PUT", "/media?policy", policyDoc(statements...))
}

func TestPolicyIsKeptAsItWasSentUntilItIsDeleted(t *testing.T) {
	f := withSpace(t)
	f.refuse(404, "NoSuchBucketPolicy", "GET", "/media?policy", "")
	f.refuse(404, "NoSuchBucketPolicy", "GET", "/media?policyStatus", "")
	doc := policyDoc(statement("Allow", "GetObject", "media/*", "")) + " \n"
	f.want(204, "PUT", "/media?policy", doc)
	if a := f.want(200, "GET", "/media?policy", ""); a.body != doc || a.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%q %v", a.body, a.Header)
	}
	if a := f.want(200, "GET", "/media?policyStatus", ""); first(a.body, "IsPublic") != "true" {
		t.Error(a.body)
	}
	f.setPolicy(statement("Allow", "GetObject", "media/*", `{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`))
	if a := f.want(200, "GET", "/media?policyStatus", ""); first(a.body, "IsPublic") != "false" {
		t.Error(a.body)
	}
	f.want(204, "DELETE", "/media?policy", "")
	f.want(204, "DELETE", "/media?policy", "")
	f.refuse(404, "NoSuchBucketPolicy", "GET", "/media?policy", "")
}

func TestBadPoliciesAreRefused(t *testing.T) {
	f := withSpace(t)
	good := statement("Allow", "GetObject", "media/*", "")
	f.setPolicy(good)
	before := f.dump()
	for _, doc := range []string{
		"", "{", "null", "<Policy/>", `{"Version":"2012-10-17"}`, policyDoc(), policyDoc(good) + "x",
		policyDoc(strings.Replace(good, "media/*", "other/*", 1)), policyDoc(strings.Replace(good, "GetObject", "GetEverything", 1)),
		policyDoc(strings.Replace(good, "media/*", "media", 1)), policyDoc(strings.Replace(good, "Allow", "Maybe", 1)),
		policyDoc(statement("Allow", "GetObject", "media/*", `{"IpAddress":{"aws:SourceIp":"somewhere"}}`)),
		policyDoc(statement("Allow", "GetObject", "media/*", `{"StringEquals":{"s3:nothing":"x"}}`)),
		policyDoc(statement("Allow", "GetObject", "media/"+strings.Repeat("x", 21<<10), "")),
	} {
		f.refuse(400, "MalformedPolicy", "PUT", "/media?policy", doc)
	}
	f.refuse(404, "NoSuchBucket", "PUT", "/missing?policy", policyDoc(good))
	if f.dump() != before {
		t.Error("a refused policy changed something")
	}
}

func TestPolicyAllowsStrangersWhatItNames(t *testing.T) {
	f := withSpace(t)
	keys := []string{"open/a", "open/../a", "open//", "open/*", "open/é\u0301?x#%25+ ", "Open/a", "opener", "private/open/a", "open"}
	for _, key := range keys {
		f.want(200, "PUT", target("media", key), "x")
	}
	f.setPolicy(statement("Allow", "GetObject", "media/open/*", ""))
	for _, key := range keys {
		want := 403
		if strings.HasPrefix(key, "open/") {
			want = 200
		}
		if a := f.anonymous("GET", target("media", key), ""); a.StatusCode != want {
			t.Errorf("%q: %d, want %d", key, a.StatusCode, want)
		}
	}
	// Who may not list may not know what is missing.
	f.refused(f.anonymous("GET", "/media/open/missing", ""), 403, "AccessDenied")
	f.refused(f.anonymous("PUT", "/media/open/a", "y"), 403, "AccessDenied")
	f.refused(f.anonymous("GET", "/media/open/a?acl", ""), 403, "AccessDenied")
	f.refused(f.anonymous("GET", "/media", ""), 403, "AccessDenied")
	f.setPolicy(statement("Allow", "GetObject", "media/open/*", ""), statement("Allow", "ListBucket", "media", ""))
	f.refused(f.anonymous("GET", "/media/open/missing", ""), 404, "NoSuchKey")
	f.want(204, "DELETE", "/media?policy", "")
	f.refused(f.anonymous("GET", "/media/open/a", ""), 403, "AccessDenied")
}

func TestExplicitDenyWins(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "x", "X-Amz-Acl", "public-read")
	f.want(200, "PUT", "/media/b", "x", "X-Amz-Acl", "public-read")
	f.want(200, "PUT", "/media?acl", "", "X-Amz-Acl", "public-read")
	f.setPolicy(statement("Allow", "*", "media media/*", ""), statement("Deny", "GetObject", "media/a", ""))
	for _, send := range []func(method, target, body string, headers ...string) answer{f.do, f.anonymous} {
		f.refused(send("GET", "/media/a", ""), 403, "AccessDenied")
		if a := send("GET", "/media/b", ""); a.StatusCode != 200 {
			t.Error(a.StatusCode)
		}
	}
	f.setPolicy(statement("Deny", "*", "media media/*", ""))
	f.refuse(403, "AccessDenied", "GET", "/media/b", "")
	f.refuse(403, "AccessDenied", "GET", "/media", "")
	f.refuse(403, "AccessDenied", "DELETE", "/media/b", "")
	f.refuse(403, "AccessDenied", "GET", "/media/missing", "")
	f.refused(f.anonymous("DELETE", "/media?policy", ""), 403, "AccessDenied")
	f.want(200, "GET", "/media?policy", "")
	f.want(204, "DELETE", "/media?policy", "")
	f.want(200, "GET", "/media/a", "")
}

func TestAKeyLearnsThatAPolicyDeniesIt(t *testing.T) {
	f := newFixture(t, withRing)
	f.want(200, "PUT", "/media", "")
	f.want(200, "PUT", "/media/a<b", "x", "X-Amz-Acl", "public-read")
	key := f.newKey("bob", readOnly("media"))
	f.setPolicy(statement("Deny", "GetObject", "media/*", ""))
	says := func(a answer) string { return first(f.refused(a, 403, "AccessDenied").body, "Message") }
	const rest = ` is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::media/a<b" with an explicit deny in a resource-based policy`
	if got := says(f.do("GET", "/media/a%3Cb", "")); got != "User: arn:aws:iam::owner:root"+rest {
		t.Error(got)
	}
	if got := says(f.send(signWith(f.request("GET", "/media/a%3Cb", ""), key.ID, key.Secret))); got != "User: arn:aws:iam::owner:user/bob"+rest {
		t.Error(got)
	}
	for _, a := range []answer{f.anonymous("GET", "/media/a%3Cb", ""), f.send(signWith(f.request("DELETE", "/media/a%3Cb", ""), key.ID, key.Secret))} {
		if got := says(a); got != "Access Denied." {
			t.Error(got)
		}
	}
}

func TestPolicyNeverGivesItselfAway(t *testing.T) {
	f := withSpace(t)
	f.setPolicy(statement("Allow", "*", "media media/*", ""))
	before := f.dump()
	f.refused(f.anonymous("GET", "/media?policy", ""), 405, "MethodNotAllowed")
	f.refused(f.anonymous("PUT", "/media?policy", policyDoc(statement("Allow", "GetObject", "media/*", ""))), 405, "MethodNotAllowed")
	f.refused(f.anonymous("DELETE", "/media?policy", ""), 405, "MethodNotAllowed")
	if f.dump() != before {
		t.Error("a stranger changed the policy")
	}
}

func TestConditionsSeeTheRequest(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Second)
	f := newFixture(t, func(c *server.Config) { c.Now = func() time.Time { return now } })
	f.want(200, "PUT", "/media", "")
	f.want(200, "PUT", "/media/a", "x", "X-Amz-Tagging", "team=red")
	cond := func(operator, key, value string) string { return fmt.Sprintf(`{%q:{%q:%q}}`, operator, key, value) }
	signed := func(method, target, body string, headers ...string) *http.Request {
		r := f.request(method, target, body, headers...)
		sigv4.Sign(r, accessKey, secretKey, region, sigv4.HashPayload([]byte(body)), now)
		return r
	}
	presigned := func(target string, age time.Duration) *http.Request {
		r := f.request("GET", target, "")
		return withURL(r, sigv4.Presign(r, accessKey, secretKey, region, now.Add(-age), time.Hour))
	}
	const put, get, list = "PutObject", "GetObject", "ListBucket"
	tags := "<Tagging><TagSet><Tag><Key>team</Key><Value>red</Value></Tag></TagSet></Tagging>"
	for _, c := range []struct {
		action, condition string
		hit, miss         *http.Request // hit meets the condition: a Deny refuses it; miss does not
	}{
		{get, cond("IpAddress", "aws:SourceIp", "127.0.0.0/8"), signed("GET", "/media/a", ""), nil},
		{get, cond("NotIpAddress", "aws:SourceIp", "127.0.0.0/8"), nil, signed("GET", "/media/a", "")},
		{get, cond("Bool", "aws:SecureTransport", "false"), signed("GET", "/media/a", ""), nil},
		{get, cond("StringLike", "aws:Referer", "http://evil.*"), signed("GET", "/media/a", "", "Referer", "http://evil.example/"), signed("GET", "/media/a", "")},
		{get, cond("StringEquals", "aws:UserAgent", "bot"), signed("GET", "/media/a", "", "User-Agent", "bot"), signed("GET", "/media/a", "", "User-Agent", "cat")},
		{get, cond("DateGreaterThan", "aws:CurrentTime", now.Add(-time.Minute).Format(time.RFC3339)), signed("GET", "/media/a", ""), nil},
		{get, cond("DateGreaterThan", "aws:CurrentTime", now.Add(time.Minute).Format(time.RFC3339)), nil, signed("GET", "/media/a", "")},
		{get, cond("NumericLessThan", "aws:EpochTime", "5"), nil, signed("GET", "/media/a", "")},
		{list, cond("StringLike", "s3:prefix", "secret/*"), signed("GET", "/media?prefix=secret%2Fx", ""), signed("GET", "/media?prefix=open%2F", "")},
		{list, cond("StringEquals", "s3:delimiter", "/"), signed("GET", "/media?list-type=2&delimiter=%2F", ""), signed("GET", "/media?list-type=2", "")},
		{list, cond("NumericGreaterThan", "s3:max-keys", "10"), signed("GET", "/media?max-keys=11", ""), signed("GET", "/media?max-keys=10", "")},
		{put, cond("StringEquals", "s3:x-amz-acl", "public-read"), signed("PUT", "/media/n", "x", "X-Amz-Acl", "public-read"), signed("PUT", "/media/n", "x", "X-Amz-Acl", "private")},
		{put, cond("StringLike", "s3:x-amz-grant-read", "*"), signed("PUT", "/media/n", "x", "X-Amz-Grant-Read", "id=owner"), signed("PUT", "/media/n", "x")},
		{put, cond("StringEquals", "s3:x-amz-storage-class", "GLACIER_IR"), signed("PUT", "/media/n", "x", "X-Amz-Storage-Class", "GLACIER_IR"), signed("PUT", "/media/n", "x")},
		{put, cond("StringLike", "s3:x-amz-copy-source", "*a"), signed("PUT", "/media/n", "", "X-Amz-Copy-Source", "media/a"), signed("PUT", "/media/n", "x")},
		{put, cond("StringEquals", "s3:RequestObjectTag/team", "red"), signed("PUT", "/media/n", "x", "X-Amz-Tagging", "team=red"), signed("PUT", "/media/n", "x", "X-Amz-Tagging", "team=blue")},
		{put, `{"ForAnyValue:StringEquals":{"s3:RequestObjectTagKeys":"team"}}`, signed("PUT", "/media/n", "x", "X-Amz-Tagging", "a=b&team=red"), signed("PUT", "/media/n", "x", "X-Amz-Tagging", "a=b")},
		{"PutObjectTagging", cond("StringEquals", "s3:RequestObjectTag/team", "red"), signed("PUT", "/media/b?tagging", tags), signed("PUT", "/media/b?tagging", strings.Replace(tags, "red", "blue", 1))},
		{get, cond("StringEquals", "s3:ExistingObjectTag/team", "red"), signed("GET", "/media/a", ""), signed("GET", "/media/b", "")},
		{"DeleteObject", cond("StringEquals", "s3:ExistingObjectTag/team", "red"), signed("DELETE", "/media/a", ""), signed("DELETE", "/media/c", "")},
		{"GetObjectVersion", cond("StringEquals", "s3:VersionId", "null"), signed("GET", "/media/a?versionId=null", ""), signed("GET", "/media/a", "")},
		{get, cond("StringEquals", "s3:signatureversion", "AWS4-HMAC-SHA256"), signed("GET", "/media/a", ""), nil},
		{get, cond("StringEquals", "s3:authType", "REST-QUERY-STRING"), presigned("/media/a", 0), signed("GET", "/media/a", "")},
		{get, cond("NumericGreaterThan", "s3:signatureAge", "600000"), presigned("/media/a", 11*time.Minute), presigned("/media/a", 9*time.Minute)},
		{get, cond("StringEquals", "aws:PrincipalType", "Anonymous"), f.request("GET", "/media/a", ""), signed("GET", "/media/a", "")},
	} {
		f.want(200, "PUT", "/media/b", "x")
		resource := "media/*"
		if c.action == list {
			resource = "media"
		}
		f.setPolicy(statement("Allow", "GetObject GetObjectVersion", "media/*", ""), statement("Deny", c.action, resource, c.condition))
		if c.hit != nil {
			if a := f.send(c.hit); a.StatusCode != 403 {
				t.Errorf("%s %s: %d, and it meets the condition", c.action, c.condition, a.StatusCode)
			}
		}
		if c.miss != nil {
			if a := f.send(c.miss); a.StatusCode >= 300 {
				t.Errorf("%s %s: %d, and it does not meet the condition: %s", c.action, c.condition, a.StatusCode, a.body)
			}
		}
	}
}

func TestEachKeyOfADeleteObjectsIsDecidedOnItsOwn(t *testing.T) {
	f := withSpace(t)
	for _, key := range []string{"keep/a", "drop/a", "drop/b"} {
		f.want(200, "PUT", "/media/"+key, "x")
	}
	doc := "<Delete><Object><Key>keep/a</Key></Object><Object><Key>drop/a</Key></Object></Delete>"
	f.setPolicy(statement("Deny", "DeleteObject", "media/keep/*", ""))
	a := f.want(200, "POST", "/media?delete", doc)
	if strings.Count(a.body, "<Deleted>") != 1 || first(a.body, "Code") != "AccessDenied" {
		t.Error(a.body)
	}
	f.want(200, "HEAD", "/media/keep/a", "")
	f.refuse(404, "NoSuchKey", "GET", "/media/drop/a", "")
	f.setPolicy(statement("Allow", "DeleteObject", "media/drop/*", ""))
	doc = strings.Replace(doc, "drop/a", "drop/b", 1)
	a = f.anonymous("POST", "/media?delete", doc, "Content-Md5", md5Base64(doc))
	if a.StatusCode != 200 || strings.Count(a.body, "<Deleted>") != 1 || first(a.body, "Code") != "AccessDenied" {
		t.Error(a.StatusCode, a.body)
	}
	f.want(200, "HEAD", "/media/keep/a", "")
	f.refuse(404, "NoSuchKey", "GET", "/media/drop/b", "")
}

func TestSourcesOfCopiesNeedTheirOwnPermission(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/other", "")
	f.want(200, "PUT", "/media/secret", "x")
	f.want(200, "PUT", "/media/kept", "x")
	f.want(200, "PUT", "/other?acl", "", "X-Amz-Acl", "public-read-write")
	f.setPolicy(statement("Deny", "GetObject", "media/secret", ""), statement("Deny", "DeleteObject", "media/kept", ""))
	f.refuse(403, "AccessDenied", "PUT", "/other/a", "", "X-Amz-Copy-Source", "media/secret")
	f.refused(f.anonymous("PUT", "/other/a", "", "X-Amz-Copy-Source", "media/kept"), 403, "AccessDenied")
	f.refused(f.anonymous("PUT", "/other/a", "", "X-Amz-Copy-Source", "media/missing"), 403, "AccessDenied")
	upload := f.begin("/other/a")
	f.refuse(403, "AccessDenied", "PUT", "/other/a?partNumber=1&uploadId="+upload, "", "X-Amz-Copy-Source", "media/secret")
	f.refuse(403, "AccessDenied", "PUT", "/media/moved?renameObject", "", "X-Amz-Rename-Source", "kept")
	f.want(200, "HEAD", "/media/kept", "")
	f.refuse(404, "NoSuchKey", "GET", "/other/a", "")
	f.want(200, "PUT", "/other/a", "", "X-Amz-Copy-Source", "media/kept")
}

func TestHeadersOfAPutNeedTheirOwnPermission(t *testing.T) {
	f := withSpace(t)
	put := func() string { return statement("Allow", "PutObject", "media/*", "") }
	f.setPolicy(put())
	f.refused(f.anonymous("PUT", "/media/a", "x", "X-Amz-Acl", "public-read"), 403, "AccessDenied")
	f.refused(f.anonymous("PUT", "/media/a", "x", "X-Amz-Tagging", "a=b"), 403, "AccessDenied")
	f.refused(f.anonymous("POST", "/media/a?uploads", "", "X-Amz-Acl", "public-read"), 403, "AccessDenied")
	f.refuse(404, "NoSuchKey", "GET", "/media/a", "")
	f.setPolicy(put(), statement("Allow", "PutObjectAcl PutObjectTagging", "media/*", ""))
	if a := f.anonymous("PUT", "/media/a", "x", "X-Amz-Acl", "public-read", "X-Amz-Tagging", "a=b"); a.StatusCode != 200 {
		t.Error(a.body)
	}
	f.setPolicy(statement("Deny", "PutObjectAcl", "media/*", ""))
	f.refuse(403, "AccessDenied", "PUT", "/media/a", "x", "X-Amz-Acl", "public-read")
	f.want(200, "PUT", "/media/a", "x")
}

func TestPublicAccessBlock(t *testing.T) {
	f := withSpace(t)
	block := func(flags ...string) {
		t.Helper()
		doc := "<PublicAccessBlockConfiguration>"
		for _, name := range flags {
			doc += "<" + name + ">TRUE</" + name + ">"
		}
		f.want(200, "PUT", "/media?publicAccessBlock", doc+"</PublicAccessBlockConfiguration>")
	}
	open := policyDoc(statement("Allow", "GetObject", "media/b", ""))
	f.want(200, "PUT", "/media/a", "x", "X-Amz-Acl", "public-read")
	f.want(200, "PUT", "/media/b", "x")
	f.want(204, "PUT", "/media?policy", open)
	public := func(a, b int) {
		t.Helper()
		if got := [2]int{f.anonymous("GET", "/media/a", "").StatusCode, f.anonymous("GET", "/media/b", "").StatusCode}; got != [2]int{a, b} {
			t.Error(got, "want", a, b)
		}
		f.want(200, "GET", "/media/a", "")
	}
	public(200, 200)
	block("BlockPublicAcls", "BlockPublicPolicy")
	public(200, 200)
	f.refuse(403, "AccessDenied", "PUT", "/media/c", "x", "X-Amz-Acl", "public-read")
	f.refuse(403, "AccessDenied", "PUT", "/media/a?acl", "", "X-Amz-Acl", "authenticated-read")
	f.refuse(403, "AccessDenied", "PUT", "/media?acl", policy(full+group))
	f.refuse(403, "AccessDenied", "PUT", "/media?policy", open)
	f.want(200, "PUT", "/media/c", "x", "X-Amz-Acl", "private")
	f.want(204, "PUT", "/media?policy", policyDoc(statement("Deny", "GetObject", "media/z", "")))
	block()
	f.want(204, "PUT", "/media?policy", open)
	block("IgnorePublicAcls")
	public(403, 200)
	block("RestrictPublicBuckets")
	public(200, 403)
	a := f.want(200, "GET", "/media?publicAccessBlock", "")
	if first(a.body, "RestrictPublicBuckets") != "true" || first(a.body, "BlockPublicAcls") != "false" {
		t.Error(a.body)
	}
	f.want(204, "DELETE", "/media?publicAccessBlock", "")
	public(200, 200)
	f.refuse(404, "NoSuchPublicAccessBlockConfiguration", "GET", "/media?publicAccessBlock", "")
	for _, doc := range []string{"", "<Other/>", "<PublicAccessBlockConfiguration><X>true</X></PublicAccessBlockConfiguration>",
		"<PublicAccessBlockConfiguration><BlockPublicAcls>yes</BlockPublicAcls></PublicAccessBlockConfiguration>",
		"<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>"} {
		f.refuse(400, "MalformedXML", "PUT", "/media?publicAccessBlock", doc)
	}
}

func TestOwnershipControlsDisableACLs(t *testing.T) {
	f := withSpace(t)
	doc := func(owner string) string {
		return "<OwnershipControls><Rule><ObjectOwnership>" + owner + "</ObjectOwnership></Rule></OwnershipControls>"
	}
	f.refuse(404, "OwnershipControlsNotFoundError", "GET", "/media?ownershipControls", "")
	f.want(200, "PUT", "/media/a", "x", "X-Amz-Acl", "public-read")
	f.want(200, "PUT", "/media?acl", "", "X-Amz-Acl", "public-read")
	f.refuse(400, "InvalidBucketAclWithObjectOwnership", "PUT", "/media?ownershipControls", doc("BucketOwnerEnforced"))
	f.want(200, "PUT", "/media?acl", "", "X-Amz-Acl", "private")
	f.want(200, "PUT", "/media?ownershipControls", doc("BucketOwnerEnforced"))
	if a := f.want(200, "GET", "/media?ownershipControls", ""); first(a.body, "ObjectOwnership") != "BucketOwnerEnforced" {
		t.Error(a.body)
	}
	f.refused(f.anonymous("GET", "/media/a", ""), 403, "AccessDenied")
	if got := grantsIn(f.want(200, "GET", "/media/a?acl", "").body); got != "owner:FULL_CONTROL" {
		t.Error(got)
	}
	f.refuse(400, "AccessControlListNotSupported", "PUT", "/media/b", "x", "X-Amz-Acl", "public-read")
	f.refuse(400, "AccessControlListNotSupported", "PUT", "/media/b", "x", "X-Amz-Grant-Read", "id=owner")
	f.refuse(400, "AccessControlListNotSupported", "PUT", "/media/a?acl", policy(full+group))
	f.refuse(400, "AccessControlListNotSupported", "PUT", "/media?acl", "", "X-Amz-Acl", "public-read")
	f.want(200, "PUT", "/media/b", "x", "X-Amz-Acl", "bucket-owner-full-control")
	f.want(200, "PUT", "/media/b", "x")
	f.want(204, "DELETE", "/media?ownershipControls", "")
	f.want(200, "PUT", "/media/b", "x", "X-Amz-Acl", "public-read")
	for _, bad := range []string{"", "<OwnershipControls/>", doc("Nobody"), doc("ObjectWriter") + "x", strings.Replace(doc("ObjectWriter"), "<Rule>", "<Rule/><Rule>", 1)} {
		f.refuse(400, "MalformedXML", "PUT", "/media?ownershipControls", bad)
	}
	f.want(200, "PUT", "/enforced", "", "X-Amz-Object-Ownership", "BucketOwnerEnforced")
	f.refuse(400, "AccessControlListNotSupported", "PUT", "/enforced/a", "x", "X-Amz-Acl", "public-read")
}

// BenchmarkHeadUnderPolicy is BenchmarkHead with a policy to evaluate.
func BenchmarkHeadUnderPolicy(b *testing.B) {
	f := withSpace(b)
	f.want(200, "PUT", "/media/a", "x")
	f.setPolicy(statement("Allow", "GetObject", "media/open/*", ""),
		statement("Deny", "*", "media media/*", `{"NotIpAddress":{"aws:SourceIp":["127.0.0.0/8","192.0.2.0/24"]}}`))
	bench(b, 16, f, f.again("HEAD", "/media/a"))
}

func TestAttributesNeedThePermissionToRead(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "x")
	ask := func() int {
		return f.do("GET", "/media/a?attributes", "", "X-Amz-Object-Attributes", "ETag").StatusCode
	}
	if got := ask(); got != 200 {
		t.Fatal(got)
	}
	for _, action := range []string{"GetObject", "GetObjectAttributes"} {
		f.setPolicy(statement("Deny", action, "media/*", ""))
		if got := ask(); got != 403 {
			t.Errorf("%s is denied: %d", action, got)
		}
	}
}
