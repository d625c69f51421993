package server_test

import (
	"fmt"
	"strings"
	"testing"
)

func renames(pairs ...string) string {
	var b strings.Builder
	b.WriteString("<RenameObjects>")
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, "<Object><Key>%s</Key><NewKey>%s</NewKey></Object>", pairs[i], pairs[i+1])
	}
	return b.String() + "</RenameObjects>"
}

func TestRenameObjectsReportsEachObject(t *testing.T) {
	f := withSpace(t)
	f.fill("a", "b", "c", "d")
	etag := f.want(200, "HEAD", "/media/c", "").Header.Get("Etag")
	a := f.want(200, "POST", "/media?renameObjects", `<RenameObjects xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
		<Object><Key>a</Key><NewKey>new/a &amp; b</NewKey></Object>
		<Object><Key>missing</Key><NewKey>x</NewKey></Object>
		<Object><Key>b</Key><NewKey>d</NewKey><IfNoneMatch>*</IfNoneMatch></Object>
		<Object><Key>c</Key><NewKey>x</NewKey><ETag>"wrong"</ETag></Object>
		<Object><Key>d</Key><NewKey>d</NewKey></Object>
		<Object><Key>b</Key><NewKey>`+strings.Repeat("x", 1025)+`</NewKey></Object></RenameObjects>`)
	if got := strings.Join(between(a.body, "Code"), " "); got != "NoSuchKey PreconditionFailed PreconditionFailed InvalidRequest KeyTooLongError" || len(between(a.body, "Renamed")) != 1 {
		t.Error(a.body)
	}
	a = f.want(200, "POST", "/media/?renameObjects", `<RenameObjects><Quiet>true</Quiet><Object><Key>c</Key><NewKey>b</NewKey><ETag>`+etag+`</ETag></Object></RenameObjects>`)
	if len(between(a.body, "Key")) != 0 {
		t.Error(a.body)
	}
	f.page("", []string{"b", "d", "new/a & b"}, nil, false)
}

// A rename of a batch carries what one by itself carries.
func TestRenameObjectsKeepsWhatRenameObjectKeeps(t *testing.T) {
	f := withSpace(t)
	for _, key := range []string{"one", "two"} {
		f.want(200, "PUT", "/media/"+key, "body of it", "Content-Type", "text/x", "X-Amz-Meta-A", "b", "X-Amz-Tagging", "k=v", "X-Amz-Acl", "public-read", "Cache-Control", "no-store")
	}
	f.want(200, "PUT", "/media/one-new?renameObject", "", "X-Amz-Rename-Source", "one")
	f.want(200, "POST", "/media?renameObjects", renames("two", "two-new"))
	see := func(key string) string {
		h := f.want(200, "HEAD", "/media/"+key, "").Header
		return fmt.Sprint(h["Etag"], h["Content-Type"], h["X-Amz-Meta-A"], h["Cache-Control"], h["X-Amz-Tagging-Count"],
			f.want(200, "GET", "/media/"+key+"?acl", "").body, f.want(200, "GET", "/media/"+key+"?tagging", "").body, f.anonymous("GET", "/media/"+key, "").body)
	}
	if a, b := see("one-new"), see("two-new"); a != b {
		t.Errorf("by itself:\n%s\nof a batch:\n%s", a, b)
	}
}

func TestRenameObjectsTakesAThousandAndNoMore(t *testing.T) {
	f := withSpace(t)
	f.fill("0", "999")
	pairs := make([]string, 0, 2002)
	for i := range 1001 {
		pairs = append(pairs, fmt.Sprint(i), strings.Repeat("&#x9;", 1019)+fmt.Sprintf("%05d", i))
	}
	a := f.want(200, "POST", "/media?renameObjects", renames(pairs[:2000]...))
	if len(between(a.body, "Renamed")) != 2 || len(between(a.body, "Code")) != 998 {
		t.Errorf("%.2000s", a.body)
	}
	f.refuse(400, "MalformedXML", "POST", "/media?renameObjects", renames(pairs...))
}

func TestBadDocumentsOfRenameObjectsAreRefused(t *testing.T) {
	f := withSpace(t)
	f.fill("a")
	for _, doc := range []string{
		"", "x", "<RenameObjects/>", renames(), "<RenameObjects><Object/></RenameObjects>", renames("a", ""), renames("", "a"),
		"<RenameObjects><Object><Key>a</Key></Object></RenameObjects>", "<RenameObjects><Object><NewKey>b</NewKey></Object></RenameObjects>",
		"<RenameObjects><Object><Key>a</Key><NewKey>b</NewKey><NewKey>c</NewKey></Object></RenameObjects>",
		"<RenameObjects><Object><Key>a</Key><NewKey>b</NewKey><VersionId>x</VersionId></Object></RenameObjects>",
		"<RenameObjects><Quiet>maybe</Quiet><Object><Key>a</Key><NewKey>b</NewKey></Object></RenameObjects>",
		"<Delete><Object><Key>a</Key><NewKey>b</NewKey></Object></Delete>", renames("a", "\xff"), renames("a", "&#0;"),
	} {
		f.refuse(400, "MalformedXML", "POST", "/media?renameObjects", doc)
	}
	f.refuse(400, "BadDigest", "POST", "/media?renameObjects", renames("a", "b"), "Content-MD5", md5Base64("other"))
	f.refuse(404, "NoSuchBucket", "POST", "/other?renameObjects", renames("a", "b"))
	f.page("", []string{"a"}, nil, false)
}

// Who may not do it by itself may not do it in a batch, and learns no more.
func TestEachObjectOfARenameObjectsIsDecidedOnItsOwn(t *testing.T) {
	for _, c := range []struct {
		deny, key string // action, and the key that it is about
	}{{"GetObject", "from"}, {"DeleteObject", "from"}, {"PutObject", "to"}} {
		f := withSpace(t)
		f.fill("from", "other")
		f.setPolicy(statement("Deny", c.deny, "media/"+c.key, ""))
		a := f.want(200, "POST", "/media?renameObjects", renames("from", "to", "other", "moved"))
		if got := strings.Join(between(a.body, "Code"), " "); got != "AccessDenied" || len(between(a.body, "Renamed")) != 1 {
			t.Errorf("%v: %s", c, a.body)
		}
		f.page("", []string{"from", "moved"}, nil, false)
	}
}

func TestAStrangerLearnsNothingByRenameObjects(t *testing.T) {
	f := withSpace(t)
	f.fill("open/a", "closed/a")
	f.setPolicy(statement("Allow", "GetObject PutObject DeleteObject", "media/open/*", ""))
	doc := renames("open/a", "open/b", "closed/a", "open/c", "closed/none", "open/d", "open/none", "open/e", "open/b", "closed/b")
	a := f.anonymous("POST", "/media?renameObjects", doc, "Content-Md5", md5Base64(doc))
	if got := strings.Join(between(a.body, "Code"), " "); a.StatusCode != 200 || got != "AccessDenied AccessDenied AccessDenied AccessDenied" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	f.page("", []string{"closed/a", "open/b"}, nil, false)
}
