package server_test

import (
	"strings"
	"testing"
)

const group = `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant>`
const full = `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>owner</ID><DisplayName>owner</DisplayName></Grantee><Permission>FULL_CONTROL</Permission></Grant>`

func policy(grants string) string {
	return `<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>owner</ID></Owner><AccessControlList>` + grants + `</AccessControlList></AccessControlPolicy>`
}

func TestACLsAreSetByHeaderAndByDocument(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "x")
	before := f.want(200, "HEAD", "/media/a", "").Header
	for _, at := range []string{"/media", "/media/a"} {
		public := func(want bool) {
			t.Helper()
			a := f.want(200, "GET", at+"?acl", "")
			if strings.Contains(a.body, "AllUsers") != want || strings.Count(a.body, "FULL_CONTROL") != 1 || first(a.body, "ID") != "owner" {
				t.Error(at, a.body)
			}
			if status := f.anonymous("GET", at, "").StatusCode; (status == 200) != want {
				t.Error(at, status)
			}
		}
		public(false)
		f.want(200, "PUT", at+"?acl", "", "X-Amz-Acl", "public-read")
		public(true)
		f.want(200, "PUT", at+"?acl", "", "X-Amz-Acl", "private")
		public(false)
		f.want(200, "PUT", at+"?acl", policy(full+group))
		public(true)
		f.want(200, "PUT", at+"?acl", f.want(200, "GET", at+"?acl", "").body)
		public(true)
		f.want(200, "PUT", at+"?acl", policy(full))
		public(false)
	}
	after := f.want(200, "HEAD", "/media/a", "").Header
	if after.Get("Last-Modified") != before.Get("Last-Modified") || after.Get("Etag") != before.Get("Etag") {
		t.Error("setting the ACL changed the object")
	}
}

func grantTo(uri, permission string) string {
	return strings.Replace(strings.Replace(group, allUsersURI, uri, 1), "READ", permission, 1)
}

const (
	allUsersURI = "http://acs.amazonaws.com/groups/global/AllUsers"
	authUsers   = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
	logDelivery = "http://acs.amazonaws.com/groups/s3/LogDelivery"
)

func TestBadACLsAreRefused(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "x")
	before := f.dump()
	for _, at := range []string{"/media?acl", "/media/a?acl"} {
		f.refuse(400, "MissingSecurityHeader", "PUT", at, "")
		f.refuse(400, "MalformedXML", "PUT", at, "x")
		f.refuse(400, "MalformedACLError", "PUT", at, policy("<Grant/>"))
		f.refuse(400, "MalformedACLError", "PUT", at, policy(strings.Replace(full, "FULL_CONTROL", "ALL", 1)))
		f.refuse(400, "MalformedACLError", "PUT", at, policy(strings.Repeat(full, 101)))
		f.refuse(400, "MalformedACLError", "PUT", at, strings.Replace(policy(full), "<Owner>", "<Thing/><Owner>", 1))
		f.refuse(400, "InvalidArgument", "PUT", at, strings.Replace(policy(full), "<Owner><ID>owner<", "<Owner><ID>other<", 1))
		f.refuse(400, "MalformedACLError", "PUT", at, strings.Replace(policy(full), "<Owner><ID>owner</ID></Owner>", "", 1))
		f.refuse(400, "MalformedACLError", "PUT", at, strings.Replace(policy(full), "<ID>owner</ID>", "", 1))
		f.refuse(400, "MalformedACLError", "PUT", at, strings.Replace(policy(full), "<Owner>", "<Owner><ID>owner</ID></Owner><Owner>", 1))
		f.refuse(400, "MalformedACLError", "PUT", at, policy(strings.Replace(full, `"CanonicalUser"`, `"Nobody"`, 1)))
		f.refuse(400, "MalformedACLError", "PUT", at, policy(strings.Replace(full, `"CanonicalUser"`, `"Group"`, 1)))
		f.refuse(400, "MalformedACLError", "PUT", at, policy(full+strings.Replace(strings.Replace(full, "<ID>owner</ID>", "", 1), "owner", "x", 1)))
		f.refuse(400, "MalformedACLError", "PUT", at, "<AccessControlPolicy><Owner><ID>owner</ID></Owner></AccessControlPolicy>")
		f.refuse(400, "InvalidArgument", "PUT", at, policy(full+strings.Replace(full, "<ID>owner<", "<ID>other<", 1)))
		f.refuse(400, "InvalidArgument", "PUT", at, policy(full+grantTo("http://acs.amazonaws.com/groups/global/Nobody", "READ")))
		f.refuse(400, "UnresolvableGrantByEmailAddress", "PUT", at, policy("<Grant><Grantee><EmailAddress>a@example.com</EmailAddress></Grantee><Permission>READ</Permission></Grant>"))
		f.refuse(501, "NotImplemented", "PUT", at, "", "X-Amz-Acl", "aws-exec-read")
		f.refuse(400, "InvalidArgument", "PUT", at, "", "X-Amz-Acl", "nobody")
		f.refuse(400, "UnexpectedContent", "PUT", at, policy(full), "X-Amz-Acl", "private")
		f.refuse(400, "UnexpectedContent", "PUT", at, policy(full), "X-Amz-Grant-Read", "id=owner")
		f.refuse(400, "InvalidRequest", "PUT", at, "", "X-Amz-Acl", "private", "X-Amz-Grant-Read", "id=owner")
		f.refuse(400, "InvalidArgument", "PUT", at, "", "X-Amz-Grant-Read", "id=x")
		f.refuse(400, "InvalidArgument", "PUT", at, "", "X-Amz-Grant-Read", "everybody")
		f.refuse(400, "InvalidArgument", "PUT", at, "", "X-Amz-Grant-Read", `uri="`+allUsersURI+`", id=`)
		f.refuse(400, "UnresolvableGrantByEmailAddress", "PUT", at, "", "X-Amz-Grant-Read", `emailAddress="a@example.com"`)
	}
	f.refuse(400, "InvalidArgument", "PUT", "/media/a?acl", "", "X-Amz-Acl", "log-delivery-write")
	if f.dump() != before {
		t.Error("a refused ACL changed something")
	}
	f.refuse(404, "NoSuchKey", "PUT", "/media/missing?acl", "", "X-Amz-Acl", "private")
	f.refuse(404, "NoSuchKey", "GET", "/media/missing?acl", "")
	f.refuse(404, "NoSuchBucket", "PUT", "/missing?acl", "", "X-Amz-Acl", "private")
	f.refused(f.anonymous("GET", "/media/a", ""), 403, "AccessDenied")
}

// grantsIn lists the grants of an ACL document as WHO:PERMISSION.
func grantsIn(body string) string {
	var all []string
	_, rest, _ := strings.Cut(body, "<AccessControlList>")
	for _, g := range strings.SplitAfter(rest, "</Grant>") {
		if !strings.Contains(g, "<Permission>") {
			continue
		}
		who := first(g, "URI")
		if who == "" {
			who = first(g, "ID")
		}
		all = append(all, who[strings.LastIndex(who, "/")+1:]+":"+first(g, "Permission"))
	}
	return strings.Join(all, " ")
}

func TestACLsAreStoredExactly(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "x")
	for _, c := range []struct{ doc, want string }{
		{"", ""},
		{full, "owner:FULL_CONTROL"},
		{group, "AllUsers:READ"},
		{group + full, "AllUsers:READ owner:FULL_CONTROL"},
		{full + group, "owner:FULL_CONTROL AllUsers:READ"},
		{full + full + grantTo(authUsers, "WRITE_ACP") + grantTo(logDelivery, "WRITE"), "owner:FULL_CONTROL AuthenticatedUsers:WRITE_ACP LogDelivery:WRITE"},
		{grantTo(allUsersURI, "FULL_CONTROL") + grantTo(allUsersURI, "READ_ACP"), "AllUsers:FULL_CONTROL AllUsers:READ_ACP"},
	} {
		for _, at := range []string{"/media?acl", "/media/a?acl"} {
			f.want(200, "PUT", at, policy(c.doc))
			a := f.want(200, "GET", at, "")
			if got := grantsIn(a.body); got != c.want {
				t.Errorf("%s: %q, want %q", at, got, c.want)
			}
			f.want(200, "PUT", at, a.body)
			if again := f.want(200, "GET", at, ""); again.body != a.body {
				t.Error("what was got cannot be put", again.body)
			}
		}
	}
}

// Ceph's clients read the groups of a canned ACL before the owner.
func TestCannedACLsAndGrantHeaders(t *testing.T) {
	f := withSpace(t)
	const own = "owner:FULL_CONTROL"
	for _, c := range []struct {
		name, value, want string
		spaceOnly         bool
	}{
		{"X-Amz-Acl", "private", own, false}, {"X-Amz-Acl", "public-read", "AllUsers:READ " + own, false},
		{"X-Amz-Acl", "public-read-write", "AllUsers:READ AllUsers:WRITE " + own, false},
		{"X-Amz-Acl", "authenticated-read", "AuthenticatedUsers:READ " + own, false},
		{"X-Amz-Acl", "bucket-owner-read", own, false}, {"X-Amz-Acl", "bucket-owner-full-control", own, false},
		{"X-Amz-Acl", "log-delivery-write", "LogDelivery:WRITE LogDelivery:READ_ACP " + own, true},
		{"X-Amz-Grant-Read", `id="owner", uri=` + allUsersURI, "owner:READ AllUsers:READ", false},
		{"X-Amz-Grant-Full-Control", "ID=owner", own, false},
		{"X-Amz-Grant-Read-Acp", `uri="` + authUsers + `"`, "AuthenticatedUsers:READ_ACP", false},
		{"X-Amz-Grant-Write-Acp", `uri="` + authUsers + `"`, "AuthenticatedUsers:WRITE_ACP", false},
		{"X-Amz-Grant-Write", `uri="` + logDelivery + `"`, "LogDelivery:WRITE", false},
	} {
		check := func(at string) {
			t.Helper()
			if got := grantsIn(f.want(200, "GET", at+"?acl", "").body); got != c.want {
				t.Errorf("%s %s on %s: %q, want %q", c.name, c.value, at, got, c.want)
			}
		}
		f.want(200, "PUT", "/fresh", "", c.name, c.value)
		check("/fresh")
		f.want(204, "DELETE", "/fresh", "")
		f.want(200, "PUT", "/media?acl", "", c.name, c.value)
		check("/media")
		if c.spaceOnly {
			continue
		}
		f.want(200, "PUT", "/media/put", "x", c.name, c.value)
		check("/media/put")
		f.want(200, "PUT", "/media/copy", "", c.name, c.value, "X-Amz-Copy-Source", "media/put")
		check("/media/copy")
		f.want(200, "PUT", "/media/put?acl", "", c.name, c.value)
		check("/media/put")
		upload := first(f.want(200, "POST", "/media/parts?uploads", "", c.name, c.value).body, "UploadId")
		f.want(200, "POST", "/media/parts?uploadId="+upload, completeDoc(f.part("/media/parts", upload, 1, "part")))
		check("/media/parts")
	}
}

// TestGroupsMayDoWhatTheirGrantsSay asks for everything that an ACL can allow,
// under each grant alone.
func TestGroupsMayDoWhatTheirGrantsSay(t *testing.T) {
	f := withSpace(t)
	requests := []struct{ at, permission, method, target, body string }{
		{"/media", "READ", "GET", "/media", ""},
		{"/media", "READ", "HEAD", "/media", ""},
		{"/media", "READ", "GET", "/media?list-type=2", ""},
		{"/media", "READ", "GET", "/media?uploads", ""},
		{"/media", "WRITE", "PUT", "/media/new", "x"},
		{"/media", "READ_ACP", "GET", "/media?acl", ""},
		{"/media", "", "DELETE", "/media/a", ""},
		{"/media", "", "GET", "/media?cors", ""},
		{"/media", "", "GET", "/media/a", ""},
		{"/media", "", "DELETE", "/media", ""},
		{"/media/a", "READ", "GET", "/media/a", ""},
		{"/media/a", "READ", "HEAD", "/media/a", ""},
		{"/media/a", "READ_ACP", "GET", "/media/a?acl", ""},
		{"/media/a", "", "GET", "/media/a?tagging", ""},
		{"/media/a", "", "PUT", "/media/a", "x"},
		{"/media/a", "", "DELETE", "/media/a", ""},
	}
	for _, permission := range []string{"READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"} {
		for _, r := range requests {
			for _, uri := range []string{allUsersURI, authUsers, logDelivery} {
				f.want(200, "PUT", "/media/a", "x")
				f.want(200, "PUT", "/media?acl", "", "X-Amz-Acl", "private")
				f.want(200, "PUT", r.at+"?acl", policy(full+grantTo(uri, permission)))
				may := uri == allUsersURI && r.permission != "" && (permission == r.permission || permission == "FULL_CONTROL")
				if a := f.anonymous(r.method, r.target, r.body); (a.StatusCode == 200) != may || !may && a.StatusCode != 403 {
					t.Errorf("%s for %s on %s: %s %s: %d", permission, uri, r.at, r.method, r.target, a.StatusCode)
				}
			}
		}
	}
}

// TestStrangersNeedANameForSomeOperations opens a Space to everybody, by ACL
// and by policy, and asks for what S3 lets nobody do without a signature.
func TestStrangersNeedANameForSomeOperations(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "x", "X-Amz-Grant-Full-Control", "uri="+allUsersURI)
	f.want(200, "PUT", "/media?acl", "", "X-Amz-Grant-Full-Control", "uri="+allUsersURI)
	f.setPolicy(statement("Allow", "*", "media media/*", ""))
	upload := f.begin("/media/b")
	before := f.dump()
	const api, put = "Anonymous users cannot invoke this API. Please authenticate.", "s3:PutBucketOwnershipControls does not support Anonymous requests!"
	for _, c := range []struct{ method, at, body, says string }{
		{"PUT", "/other", "", api}, {"PUT", "/media?acl", policy(full), api}, {"PUT", "/media/a?acl", policy(full), api}, {"POST", "/media/a?select&select-type=2", "", api},
		{"POST", "/media/c?uploads", "", "Anonymous users cannot initiate multipart uploads. Please authenticate."},
		{"PUT", "/media?ownershipControls", "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>", put}, {"DELETE", "/media?ownershipControls", "", put},
		{"GET", "/media?ownershipControls", "", "s3:GetBucketOwnershipControls does not support Anonymous requests!"},
		{"GET", "/media?analytics", "", "Access Denied."}, {"GET", "/", "", "Access Denied."},
	} {
		a := f.refused(f.anonymous(c.method, c.at, c.body), 403, "AccessDenied")
		if got := first(a.body, "Message"); got != c.says {
			t.Errorf("%s %s: %s", c.method, c.at, got)
		}
	}
	copied := f.refused(f.anonymous("PUT", "/media/c", "", "X-Amz-Copy-Source", "media/a"), 403, "AccessDenied")
	if got := first(copied.body, "Message"); got != "Anonymous users cannot copy objects. Please authenticate." {
		t.Error(got)
	}
	for _, method := range []string{"GET", "PUT", "DELETE"} { // a policy cannot give itself away
		f.refused(f.anonymous(method, "/media?policy", ""), 405, "MethodNotAllowed")
	}
	if f.dump() != before {
		t.Error("something changed")
	}
	if a := f.anonymous("PUT", "/media/b?partNumber=1&uploadId="+upload, "part"); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
	f.want(204, "DELETE", "/media?policy", "")
	f.refused(f.anonymous("GET", "/media?policy", ""), 403, "AccessDenied")
}

func TestStrangersSayWhoMayReadWhatTheyPut(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media?acl", "", "X-Amz-Acl", "public-read-write")
	for _, h := range [][2]string{{"X-Amz-Acl", "public-read"}, {"X-Amz-Grant-Read", "uri=" + allUsersURI}} {
		if a := f.anonymous("PUT", "/media/mine", "x", h[0], h[1]); a.StatusCode != 200 {
			t.Error(h, a.StatusCode, a.body)
		}
		if a := f.anonymous("GET", "/media/mine", ""); a.body != "x" {
			t.Error(h, a.StatusCode, a.body)
		}
		f.want(204, "DELETE", "/media/mine", "")
	}
	f.setPolicy(statement("Deny", "PutObjectAcl", "media/*", ""))
	f.refused(f.anonymous("PUT", "/media/a", "x", "X-Amz-Acl", "public-read"), 403, "AccessDenied")
	f.want(204, "DELETE", "/media?policy", "")
	const block = "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>"
	f.want(200, "PUT", "/media?publicAccessBlock", block)
	f.refused(f.anonymous("PUT", "/media/a", "x", "X-Amz-Acl", "public-read"), 403, "AccessDenied")
	f.want(204, "DELETE", "/media?publicAccessBlock", "")
}

func TestStrangersMayNotGiveRightsWhereAPolicyLetsThemPut(t *testing.T) {
	f := withSpace(t)
	f.setPolicy(statement("Allow", "PutObject", "media/*", ""))
	f.refused(f.anonymous("PUT", "/media/a", "x", "X-Amz-Acl", "public-read"), 403, "AccessDenied")
	f.refused(f.anonymous("PUT", "/media/a", "x", "X-Amz-Grant-Read", "uri="+allUsersURI), 403, "AccessDenied")
	f.refuse(404, "NoSuchKey", "GET", "/media/a", "")
}

func TestStrangersMayNotDoMoreThanPut(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media?acl", "", "X-Amz-Acl", "public-read-write")
	f.refused(f.anonymous("PUT", "/media/a", "x", "X-Amz-Tagging", "a=b"), 403, "AccessDenied")
	f.refuse(404, "NoSuchKey", "GET", "/media/a", "")
	if a := f.anonymous("PUT", "/media/a", "x", "X-Amz-Acl", "bucket-owner-full-control"); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
	f.refused(f.anonymous("GET", "/media/a", ""), 403, "AccessDenied")
	f.refused(f.anonymous("POST", "/media?delete", "<Delete><Object><Key>a</Key></Object></Delete>", "Content-Md5", md5Base64("<Delete><Object><Key>a</Key></Object></Delete>")), 403, "AccessDenied")
	f.want(200, "GET", "/media/a", "")
}

func TestTagsOfAnObject(t *testing.T) {
	f := withSpace(t)
	etag := f.want(200, "PUT", "/media/a", "x", "X-Amz-Tagging", "b=2&a=%C3%A9+1").Header.Get("Etag")
	a := f.want(200, "GET", "/media/a?tagging", "")
	if strings.Join(between(a.body, "Key"), ",") != "a,b" || strings.Join(between(a.body, "Value"), ",") != "é 1,2" {
		t.Error(a.body)
	}
	f.want(200, "PUT", "/media/a?tagging", "<Tagging><TagSet><Tag><Key>k</Key><Value/></Tag></TagSet></Tagging>")
	if a := f.want(200, "GET", "/media/a", ""); a.Header.Get("X-Amz-Tagging-Count") != "1" || a.Header.Get("Etag") != etag {
		t.Error(a.Header)
	}
	f.want(204, "DELETE", "/media/a?tagging", "")
	if a := f.want(200, "GET", "/media/a?tagging", ""); strings.Contains(a.body, "<Tag>") {
		t.Error(a.body)
	}
	tag := func(k, v string) string { return "<Tag><Key>" + k + "</Key><Value>" + v + "</Value></Tag>" }
	set := func(tags string) string { return "<Tagging><TagSet>" + tags + "</TagSet></Tagging>" }
	for _, c := range []struct{ code, doc string }{
		{"InvalidTag", set(tag("a", "1") + tag("a", "2"))}, {"InvalidTag", set(tag("", "1"))}, {"InvalidTag", set(tag("aws:x", "1"))}, {"InvalidTag", set(tag("a!", "1"))},
		{"InvalidTag", set(tag(strings.Repeat("k", 129), ""))}, {"InvalidTag", set(tag("k", strings.Repeat("v", 257)))},
		{"InvalidTag", set(tag("1", "") + tag("2", "") + tag("3", "") + tag("4", "") + tag("5", "") + tag("6", "") + tag("7", "") + tag("8", "") + tag("9", "") + tag("10", "") + tag("11", ""))},
		{"MalformedXML", "<Tagging/>"}, {"MalformedXML", ""}, {"MalformedXML", set("<Other/>")}, {"MalformedXML", set("") + "x"},
	} {
		f.refuse(400, c.code, "PUT", "/media/a?tagging", c.doc)
	}
	f.refuse(404, "NoSuchKey", "PUT", "/media/missing?tagging", set(""))
	f.refuse(404, "NoSuchKey", "GET", "/media/missing?tagging", "")
}
