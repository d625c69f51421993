package server_test

import "testing"

// publicWrite lets everybody write.
var publicWrite = [2]string{"X-Amz-Acl", "public-read-write"}

func TestWhatIsGivenWithAnObjectNeedsItsOwnPermissionInAnOpenSpace(t *testing.T) {
	f := newFixture(t, withRing, uncounted)
	f.want(200, "PUT", "/media", "", publicWrite[0], publicWrite[1])
	if a := f.anonymous("PUT", "/media/a", "x", "X-Amz-Acl", "public-read"); a.StatusCode != 200 {
		t.Error("who may write as a stranger says who reads it:", a.StatusCode, a.body)
	}
	// A key is no stranger: it has the rights that it was given.
	f.refused(f.as(f.newKey("reader", readOnly("media")), "PUT", "/media/b", "x", "X-Amz-Acl", "public-read"), 403, "AccessDenied")
	f.setPolicy(statement("Deny", "PutObjectAcl", "media/*", ""))
	f.refused(f.anonymous("PUT", "/media/c", "x", "X-Amz-Acl", "public-read"), 403, "AccessDenied")
	f.page("", []string{"a"}, nil, false)
}

func TestACopyNeedsWhatItsSourceNeeds(t *testing.T) {
	f := newFixture(t, withRing, uncounted)
	f.want(200, "PUT", "/closed", "")
	f.want(200, "PUT", "/closed/a", "secret")
	f.want(200, "PUT", "/media", "")
	here, reader := f.newKey("here", readWrite("media")), f.newKey("reader", readWrite("media"), readOnly("closed"))
	for _, key := range []string{"a", "none"} { // nobody learns what is there
		f.refused(f.as(here, "PUT", "/media/b", "", "X-Amz-Copy-Source", "/closed/"+key), 403, "AccessDenied")
	}
	f.setPolicy(statement("Deny", "GetObject", "media/a", ""), statement("Deny", "DeleteObject", "media/kept", ""))
	f.want(200, "PUT", "/media/a", "denied")
	f.want(200, "PUT", "/media/kept", "x")
	f.refuse(403, "AccessDenied", "PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a")
	f.refuse(403, "AccessDenied", "PUT", "/media/b?renameObject", "", "X-Amz-Rename-Source", "/media/a")
	f.refuse(403, "AccessDenied", "PUT", "/media/b?renameObject", "", "X-Amz-Rename-Source", "/media/kept")
	f.page("", []string{"a", "kept"}, nil, false)
	if a := f.as(reader, "PUT", "/media/b", "", "X-Amz-Copy-Source", "/closed/a"); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
	f.refuse(403, "AccessDenied", "PUT", "/media/c", "", "X-Amz-Copy-Source", "/closed/a", "X-Amz-Source-Expected-Bucket-Owner", "somebody")
}
