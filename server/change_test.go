package server_test

import (
	"fmt"
	"strings"
	"testing"
)

// change is a ChangeObjects document: what is asked, and the keys.
func change(what string, keys ...string) string {
	var b strings.Builder
	b.WriteString("<ChangeObjects>" + what)
	for _, key := range keys {
		fmt.Fprintf(&b, "<Object><Key>%s</Key></Object>", key)
	}
	return b.String() + "</ChangeObjects>"
}

const opened = "<ACL>public-read</ACL>"

func setHeader(name, value string) string {
	return "<Set><Name>" + name + "</Name><Value>" + value + "</Value></Set>"
}

func TestChangeObjectsGivesEachTheACL(t *testing.T) {
	f := withSpace(t)
	f.fill("a", "b", "c")
	was := f.want(200, "HEAD", "/media/a", "").Header
	a := f.want(200, "POST", "/media?changeObjects", change(opened, "a", "missing", "b"))
	if got := strings.Join(between(a.body, "Code"), " "); got != "NoSuchKey" || len(between(a.body, "Changed")) != 2 {
		t.Error(a.body)
	}
	for key, status := range map[string]int{"a": 200, "b": 200, "c": 403} {
		if got := f.anonymous("GET", "/media/"+key, ""); got.StatusCode != status {
			t.Errorf("%s: %d", key, got.StatusCode)
		}
	}
	if is := f.want(200, "HEAD", "/media/a", "").Header; is.Get("Last-Modified") != was.Get("Last-Modified") || is.Get("Etag") != was.Get("Etag") {
		t.Errorf("it was %v, and is %v", was, is)
	}
	f.want(200, "POST", "/media?changeObjects", change("<Quiet>true</Quiet><ACL>private</ACL>", "a"))
	if got := f.anonymous("GET", "/media/a", ""); got.StatusCode != 403 {
		t.Errorf("private again: %d", got.StatusCode)
	}
}

// What a copy onto itself with other metadata does to one object, a batch does to many; but nothing is lost that was not
// to be changed.
func TestChangeObjectsChangesWhatIsNamedAndNothingElse(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "body", "Content-Type", "text/x", "Cache-Control", "no-store", "X-Amz-Meta-Keep", "1", "X-Amz-Meta-Drop", "2",
		"X-Amz-Tagging", "k=v", "X-Amz-Acl", "public-read", "X-Amz-Storage-Class", "STANDARD_IA", "X-Amz-Checksum-Algorithm", "SHA256")
	etag := f.want(200, "HEAD", "/media/a", "").Header.Get("Etag")
	f.want(200, "POST", "/media?changeObjects", "<ChangeObjects>"+setHeader("content-type", "text/y")+setHeader("x-amz-meta-New", "é &amp; x")+
		"<Unset>Cache-Control</Unset><Unset>x-amz-meta-drop</Unset><Object><Key>a</Key><ETag>"+etag+"</ETag></Object></ChangeObjects>")
	h := f.want(200, "GET", "/media/a", "")
	for name, want := range map[string]string{"Content-Type": "text/y", "Cache-Control": "", "X-Amz-Meta-Keep": "1", "X-Amz-Meta-Drop": "",
		"X-Amz-Meta-New": "=?UTF-8?q?=C3=A9_&_x?=", "X-Amz-Tagging-Count": "1", "X-Amz-Storage-Class": "STANDARD_IA", "Etag": etag} {
		if got := h.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if h.body != "body" || f.anonymous("GET", "/media/a", "").StatusCode != 200 {
		t.Error("its content or its permissions are others")
	}
	a := f.want(200, "POST", "/media?changeObjects", `<ChangeObjects>`+setHeader("Content-Type", "z")+`<Object><Key>a</Key><ETag>"other"</ETag></Object></ChangeObjects>`)
	if got := strings.Join(between(a.body, "Code"), " "); got != "PreconditionFailed" {
		t.Error(a.body)
	}
	f.want(200, "POST", "/media?changeObjects", change("<Unset>Content-Type</Unset>", "a"))
	if got := f.want(200, "HEAD", "/media/a", "").Header.Get("Content-Type"); got != "binary/octet-stream" {
		t.Errorf("without a type it has %q", got)
	}
	a = f.want(200, "POST", "/media?changeObjects", change(setHeader("x-amz-meta-long", strings.Repeat("x", 2040)), "a"))
	if got := strings.Join(between(a.body, "Code"), " "); got != "MetadataTooLarge" || f.want(200, "HEAD", "/media/a", "").Header.Get("X-Amz-Meta-Long") != "" {
		t.Error(a.body)
	}
}

func TestChangeObjectsChangesTags(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "x", "X-Amz-Tagging", "a=1&b=2&c=3")
	f.want(200, "PUT", "/media/full", "x", "X-Amz-Tagging", "0=&1=&2=&3=&4=&5=&6=&7=&8=&9=")
	doc := change("<Tag><Key>b</Key><Value>new</Value></Tag><Tag><Key>d</Key><Value></Value></Tag><Untag>a</Untag>", "a", "full")
	a := f.want(200, "POST", "/media?changeObjects", doc)
	if first(a.body, "Code") != "InvalidTag" {
		t.Error(a.body)
	}
	a = f.want(200, "GET", "/media/a?tagging", "")
	if got := strings.Join(between(a.body, "Key"), " ") + "; " + strings.Join(between(a.body, "Value"), " "); got != "b c d; new 3 " {
		t.Error(got)
	}
	f.refuse(400, "MalformedXML", "POST", "/media?changeObjects", change("<Tag><Key></Key><Value>x</Value></Tag>", "a"))
	f.refuse(400, "MalformedXML", "POST", "/media?changeObjects", change("<Tag><Key>a</Key><Value>x</Value></Tag><Tag><Key>a</Key><Value>y</Value></Tag>", "a"))
}

func TestOtherMetadataMakesAVersionAndAnotherACLDoesNot(t *testing.T) {
	f := withSpace(t)
	f.fill("a")
	f.want(200, "PUT", "/media?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
	f.want(200, "POST", "/media?changeObjects", change(opened, "a"))
	if a := f.want(200, "GET", "/media?versions", ""); len(between(a.body, "VersionId")) != 1 {
		t.Error(a.body)
	}
	a := f.want(200, "POST", "/media?changeObjects", change(setHeader("Content-Type", "text/y"), "a"))
	made := first(a.body, "VersionId")
	if now := f.want(200, "HEAD", "/media/a", "").Header; made == "" || now.Get("X-Amz-Version-Id") != made {
		t.Errorf("%s, and it is %v", a.body, now)
	}
	f.want(200, "POST", "/media?changeObjects", change(setHeader("Content-Type", "text/y"), "a")) // it has that
	if a := f.want(200, "GET", "/media?versions", ""); len(between(a.body, "VersionId")) != 2 {
		t.Error(a.body)
	}
}

func TestBadDocumentsOfChangeObjectsAreRefused(t *testing.T) {
	f := withSpace(t)
	f.fill("a")
	before := f.dump()
	for _, doc := range []string{
		"", "x", "<ChangeObjects/>", change("", "a"), change(opened), change(opened, ""), change("<ACL></ACL>", "a"), change(opened+opened, "a"),
		change(setHeader("Host", "x"), "a"), change(setHeader("x-amz-meta-", "x"), "a"), change(setHeader("x-amz-meta-a b", "x"), "a"),
		change(setHeader("x-amz-website-redirect-location", "/x"), "a"), change(setHeader("Content-Type", ""), "a"), change(setHeader("Content-Type", "a&#10;b"), "a"),
		change(setHeader("Content-Type", "a&#13;&#10;Set-Cookie: b"), "a"), change(setHeader("Content-Type", " a"), "a"), change(setHeader("Content-Type", "a")+setHeader("content-type", "b"), "a"),
		change("<Unset>Etag</Unset>", "a"), change("<Unset/>", "a"), "<ChangeObjects>" + opened + "<Object><Key>a</Key><VersionId>null</VersionId></Object></ChangeObjects>",
	} {
		f.refuse(400, "MalformedXML", "POST", "/media?changeObjects", doc)
	}
	f.refuse(400, "InvalidArgument", "POST", "/media?changeObjects", change("<ACL>open</ACL>", "a"))
	f.refuse(400, "UnexpectedContent", "POST", "/media?changeObjects", change(opened, "a"), "X-Amz-Acl", "private")
	f.refuse(400, "BadDigest", "POST", "/media?changeObjects", change(opened, "a"), "Content-MD5", md5Base64("other"))
	f.refused(f.anonymous("POST", "/media?changeObjects", change(opened, "a")), 403, "AccessDenied")
	if f.dump() != before {
		t.Error("something changed")
	}
}

// What stands in the way of one object's ACL or metadata stands in the way of a batch.
func TestEachObjectOfAChangeObjectsIsDecidedOnItsOwn(t *testing.T) {
	for _, c := range []struct{ deny, what string }{
		{"PutObjectAcl", opened}, {"PutObject", setHeader("Content-Type", "x")}, {"GetObject", setHeader("Content-Type", "x")}, {"PutObjectAcl", opened + setHeader("Content-Type", "x")},
	} {
		f := withSpace(t)
		f.fill("a", "b")
		f.setPolicy(statement("Deny", c.deny, "media/a", ""))
		a := f.want(200, "POST", "/media?changeObjects", change(c.what, "a", "b"))
		if got := strings.Join(between(a.body, "Code"), " "); got != "AccessDenied" || len(between(a.body, "Changed")) != 1 {
			t.Errorf("%v: %s", c, a.body)
		}
	}
	f := withSpace(t)
	f.fill("a")
	f.setPolicy(statement("Deny", "PutObjectAcl", "media/*", `{"StringEquals":{"s3:x-amz-acl":"public-read"}}`))
	if a := f.want(200, "POST", "/media?changeObjects", change(opened, "a")); first(a.body, "Code") != "AccessDenied" {
		t.Error(a.body)
	}
	f.want(200, "POST", "/media?changeObjects", change("<ACL>private</ACL>", "a"))
}

func TestObjectsWithACustomersKeyKeepTheirMetadata(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "secret", customer("a")...)
	if a := f.want(200, "POST", "/media?changeObjects", change(setHeader("Content-Type", "x"), "a")); first(a.body, "Code") != "InvalidRequest" {
		t.Error(a.body)
	}
}

// within are the insides of elements as they are.
func within(body, name string) (parts []string) {
	for rest := range strings.SplitSeq(body, "<"+name+">") {
		if part, _, closed := strings.Cut(rest, "</"+name+">"); closed {
			parts = append(parts, part)
		}
	}
	return parts
}

// What a ChangeObjects tells of how objects were can be sent back, on condition that they are still as it made them.
func TestChangeObjectsTellsHowObjectsWereAndLooksBeforeItChangesThem(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "body", "Cache-Control", "no-store", "X-Amz-Meta-Owner", "sammy", "X-Amz-Tagging", "k=v&gone=1", "X-Amz-Acl", "public-read")
	f.want(200, "PUT", "/media/b", "body", "X-Amz-Grant-Read", `uri="http://acs.amazonaws.com/groups/global/AuthenticatedUsers"`)
	changed := "<ACL>private</ACL>" + setHeader("Cache-Control", "max-age=1") + "<Unset>x-amz-meta-owner</Unset>" + setHeader("x-amz-meta-new", "1") +
		"<Tag><Key>k</Key><Value>w</Value></Tag><Untag>gone</Untag><Tag><Key>new</Key><Value></Value></Tag>"
	a := f.want(200, "POST", "/media?changeObjects", change("<Tell>true</Tell>"+changed, "a", "b"))
	was := within(a.body, "Was")
	want := "<ACL>public-read</ACL>" + setHeader("Cache-Control", "no-store") + "<Unset>X-Amz-Meta-New</Unset>" + setHeader("X-Amz-Meta-Owner", "sammy") +
		"<Tag><Key>k</Key><Value>v</Value></Tag><Untag>new</Untag><Tag><Key>gone</Key><Value>1</Value></Tag>"
	if len(was) != 2 || was[0] != want || !strings.Contains(was[1], "<ACL>custom</ACL>") {
		t.Errorf("they were %q, want %q", was, want)
	}
	f.want(200, "PUT", "/media/c", "body")
	a = f.want(200, "POST", "/media?changeObjects", change(want+"<If>"+changed+"</If>", "a", "c"))
	if got := strings.Join(between(a.body, "Code"), " "); got != "PreconditionFailed" || len(between(a.body, "Changed")) != 1 || len(within(a.body, "Was")) != 0 {
		t.Error(a.body)
	}
	h := f.want(200, "HEAD", "/media/a", "").Header
	if h.Get("Cache-Control") != "no-store" || h.Get("X-Amz-Meta-Owner") != "sammy" || h.Get("X-Amz-Meta-New") != "" || h.Get("X-Amz-Tagging-Count") != "2" {
		t.Errorf("it is %v", h)
	}
	if got := f.anonymous("GET", "/media/a", ""); got.StatusCode != 200 {
		t.Errorf("public again: %d", got.StatusCode)
	}
	for _, bad := range []string{"<If><Object><Key>a</Key></Object></If>", "<If><ACL></ACL></If>", "<If/><If/>", "<Tell>yes</Tell>"} {
		f.refuse(400, "MalformedXML", "POST", "/media?changeObjects", change(opened+bad, "a"))
	}
}
