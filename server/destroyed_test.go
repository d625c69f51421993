package server_test

import (
	"strings"
	"testing"
)

// destroy destroys a Space, and gives the id of it.
func (f *fixture) destroy(space string) string {
	f.Helper()
	a := f.want(200, "POST", "/"+space+"?destroy", "")
	ids := between(a.body, "ID")
	if len(ids) != 1 {
		f.Fatal(a.body)
	}
	return ids[0]
}

func TestADestroyedSpaceCanBeHadBack(t *testing.T) {
	f := withSpace(t)
	f.fill("a", "b/c")
	f.want(200, "PUT", "/media?acl", "", "X-Amz-Acl", "public-read")
	id := f.destroy("media")
	f.refuse(404, "NoSuchBucket", "GET", "/media/a", "")
	f.refuse(404, "NoSuchBucket", "POST", "/media?destroy", "")
	f.refused(f.anonymous("GET", "/?destroyed", ""), 403, "AccessDenied")
	list := f.want(200, "GET", "/?destroyed", "").body
	for name, want := range map[string]string{"ID": id, "Name": "media", "Objects": "2"} {
		if got := between(list, name); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %s", name, list)
		}
	}
	f.want(200, "PUT", "/media", "")
	f.refuse(409, "BucketAlreadyOwnedByYou", "POST", "/?undestroy="+id, "")
	f.refuse(400, "InvalidBucketName", "POST", "/?undestroy="+id+"&name=No", "")
	f.refuse(404, "NoSuchBucket", "POST", "/?undestroy=1", "")
	f.want(200, "POST", "/?undestroy="+id+"&name=again", "")
	if a := f.anonymous("GET", "/again", ""); a.StatusCode != 200 || strings.Join(between(a.body, "Key"), " ") != "a b/c" {
		t.Errorf("what came back: %s", a.body)
	}
	f.refuse(404, "NoSuchBucket", "DELETE", "/?destroyed="+id, "")
	id = f.destroy("again")
	f.want(204, "DELETE", "/?destroyed="+id, "")
	f.refuse(404, "NoSuchBucket", "POST", "/?undestroy="+id, "")
	if body := f.want(200, "GET", "/?destroyed", "").body; strings.Contains(body, "<Bucket>") {
		t.Error(body)
	}
	f.refuse(409, "BucketNotEmpty", "DELETE", "/"+filled(f), "")
}

// filled makes a Space with something in it: S3's own request is what it was.
func filled(f *fixture) string {
	f.want(200, "PUT", "/full", "")
	f.want(200, "PUT", "/full/key", "x")
	return "full"
}

func TestDestroyingNeedsWhatDeletingEverythingNeeds(t *testing.T) {
	f := newFixture(t, withRing, uncounted)
	f.want(200, "PUT", "/media", "")
	f.want(200, "PUT", "/media/a", "x")
	f.want(200, "PUT", "/other", "")
	for name, k := range map[string]struct{ bucket, permission string }{
		"writer": {"media", "readwrite"}, "owner of another": {"other", "fullaccess"}, "reader of all": {"", "read"},
	} {
		grant := readWrite(k.bucket)
		switch k.permission {
		case "fullaccess":
			grant = fullAccess(k.bucket)
		case "read":
			grant = readOnly(k.bucket)
		}
		f.refused(f.as(f.newKey(name, grant), "POST", "/media?destroy", ""), 403, "AccessDenied")
	}
	f.refused(f.anonymous("POST", "/media?destroy", ""), 403, "AccessDenied")

	// Who may do everything with a Space may destroy it; what is destroyed is the account's, whatever has its name now.
	owner := f.newKey("owner", fullAccess("media"))
	a := f.as(owner, "POST", "/media?destroy", "")
	if a.StatusCode != 200 {
		t.Fatal(a.body)
	}
	id := between(a.body, "ID")[0]
	f.want(200, "PUT", "/media", "")
	for _, request := range [][2]string{{"GET", "/?destroyed"}, {"POST", "/?undestroy=" + id + "&name=mine"}, {"DELETE", "/?destroyed=" + id}} {
		f.refused(f.as(owner, request[0], request[1], ""), 403, "AccessDenied")
		f.refused(f.anonymous(request[0], request[1], ""), 403, "AccessDenied")
	}
	if a := f.as(f.newKey("all", fullAccess("")), "POST", "/?undestroy="+id+"&name=again", ""); a.StatusCode != 200 {
		t.Error(a.body)
	}
}

func TestAPolicyThatKeepsAKeyKeepsTheSpace(t *testing.T) {
	for _, what := range [][2]string{{"DeleteObject", "media/kept/*"}, {"DeleteBucket", "media"}} {
		f := withSpace(t)
		f.fill("a", "kept/b")
		f.setPolicy(statement("Deny", what[0], what[1], ""))
		f.refuse(403, "AccessDenied", "POST", "/media?destroy", "")
		f.page("", []string{"a", "kept/b"}, nil, false)
		f.setPolicy(statement("Deny", "DeleteObject", "media/none/*", ""))
		f.destroy("media")
	}
}

func TestAPolicyKeepsADestroyedSpaceFromBeingEnded(t *testing.T) {
	f := withSpace(t)
	f.fill("a")
	f.setPolicy(statement("Deny", "DeleteBucket", "media", `{"StringEquals":{"aws:Referer":"denied"}}`))
	id := f.destroy("media")
	f.refuse(403, "AccessDenied", "DELETE", "/?destroyed="+id, "", "Referer", "denied")
	f.want(200, "POST", "/?undestroy="+id+"&name=media", "")
	f.page("", []string{"a"}, nil, false)
}

func TestALockedVersionKeepsTheSpace(t *testing.T) {
	f := newFixture(t)
	f.want(200, "PUT", "/media", "", "X-Amz-Bucket-Object-Lock-Enabled", "true")
	f.want(200, "PUT", "/media/a", "x", "X-Amz-Object-Lock-Legal-Hold", "ON", "Content-MD5", md5Base64("x"))
	f.want(204, "DELETE", "/media/a", "")
	f.refuse(403, "AccessDenied", "POST", "/media?destroy", "")
	v := between(f.want(200, "GET", "/media?versions", "").body, "VersionId")
	f.want(200, "PUT", "/media/a?legal-hold&versionId="+v[1], "<LegalHold><Status>OFF</Status></LegalHold>", "Content-MD5", md5Base64("<LegalHold><Status>OFF</Status></LegalHold>"))
	f.destroy("media")
}
