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

func TestBadACLsAreRefused(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "x")
	for _, at := range []string{"/media?acl", "/media/a?acl"} {
		f.refuse(400, "MalformedACLError", "PUT", at, "")
		f.refuse(400, "MalformedXML", "PUT", at, "x")
		f.refuse(400, "MalformedACLError", "PUT", at, policy("<Grant/>"))
		f.refuse(400, "MalformedACLError", "PUT", at, policy(strings.Replace(full, "FULL_CONTROL", "ALL", 1)))
		f.refuse(400, "MalformedACLError", "PUT", at, strings.Replace(policy(full), "<Owner>", "<Thing/><Owner>", 1))
		f.refuse(400, "InvalidArgument", "PUT", at, policy(full+strings.Replace(full, "<ID>owner<", "<ID>other<", 1)))
		f.refuse(501, "NotImplemented", "PUT", at, policy(group))
		f.refuse(501, "NotImplemented", "PUT", at, policy(full+strings.Replace(group, "READ", "WRITE", 1)))
		f.refuse(501, "NotImplemented", "PUT", at, policy(full+strings.Replace(group, "AllUsers", "AuthenticatedUsers", 1)))
		f.refuse(501, "NotImplemented", "PUT", at, "", "X-Amz-Acl", "authenticated-read")
		f.refuse(400, "InvalidArgument", "PUT", at, "", "X-Amz-Acl", "nobody")
		f.refuse(400, "UnexpectedContent", "PUT", at, policy(full), "X-Amz-Acl", "private")
		f.refuse(501, "NotImplemented", "PUT", at, "", "X-Amz-Grant-Read", "id=x")
	}
	f.refuse(404, "NoSuchKey", "PUT", "/media/missing?acl", "", "X-Amz-Acl", "private")
	f.refuse(404, "NoSuchKey", "GET", "/media/missing?acl", "")
	f.refuse(404, "NoSuchBucket", "PUT", "/missing?acl", "", "X-Amz-Acl", "private")
	f.refused(f.anonymous("GET", "/media/a", ""), 403, "AccessDenied")
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
