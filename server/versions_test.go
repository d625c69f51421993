package server_test

import (
	"slices"
	"strings"
	"testing"

	"spaces/server/storage"
)

const (
	versioningOn  = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
	versioningOff = "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"
)

// withVersions is a Space whose versions are kept.
func withVersions(t testing.TB) *fixture {
	f := withSpace(t)
	f.want(200, "PUT", "/media?versioning", versioningOn)
	return f
}

// putVersion puts a body and gives the id of its version.
func (f *fixture) putVersion(at, body string) string {
	f.Helper()
	id := f.want(200, "PUT", at, body, "Content-Md5", md5Base64(body)).Header.Get("X-Amz-Version-Id")
	if id == "" {
		f.Fatal("a write without a version id")
	}
	return id
}

// versions lists all versions as "key body-size latest", markers as "key marker latest".
func (f *fixture) versions(query string) (rows []string, a answer) {
	f.Helper()
	a = f.want(200, "GET", "/media?versions"+query, "")
	rest := a.body
	for {
		i, j := strings.Index(rest, "<Version>"), strings.Index(rest, "<DeleteMarker>")
		if i < 0 && j < 0 {
			return rows, a
		}
		what := "marker"
		if j < 0 || i >= 0 && i < j {
			rest = rest[i+len("<Version>"):]
			what = first(rest, "Size")
		} else {
			rest = rest[j+len("<DeleteMarker>"):]
		}
		rows = append(rows, first(rest, "Key")+" "+what+" "+first(rest, "IsLatest"))
	}
}

func (f *fixture) wantVersions(query string, want ...string) answer {
	f.Helper()
	got, a := f.versions(query)
	if !slices.Equal(got, want) {
		f.Fatalf("%q, want %q\n%s", got, want, a.body)
	}
	return a
}

func TestVersioningIsOffUntilItIsSet(t *testing.T) {
	f := withSpace(t)
	if a := f.want(200, "GET", "/media?versioning", ""); strings.Contains(a.body, "Status") {
		t.Error(a.body)
	}
	if a := f.want(200, "PUT", "/media/a", "x"); a.Header.Get("X-Amz-Version-Id") != "" {
		t.Error(a.Header)
	}
	if a := f.want(200, "GET", "/media/a", ""); a.Header.Get("X-Amz-Version-Id") != "" {
		t.Error(a.Header)
	}
	if a := f.want(204, "DELETE", "/media/a", ""); a.Header.Get("X-Amz-Delete-Marker") != "" || a.Header.Get("X-Amz-Version-Id") != "" {
		t.Error(a.Header)
	}
	for _, state := range []string{versioningOn, versioningOff} {
		f.want(200, "PUT", "/media?versioning", state)
		if a := f.want(200, "GET", "/media?versioning", ""); !strings.Contains(state, "<Status>"+first(a.body, "Status")+"</Status>") {
			t.Error(a.body)
		}
	}
}

func TestBadVersioningDocumentsAreRefused(t *testing.T) {
	f := withSpace(t)
	doc := func(in string) string { return "<VersioningConfiguration>" + in + "</VersioningConfiguration>" }
	f.refuse(400, "MalformedXML", "PUT", "/media?versioning", "")
	f.refuse(400, "MalformedXML", "PUT", "/media?versioning", "<Other/>")
	f.refuse(400, "MalformedXML", "PUT", "/media?versioning", doc("<Status>enabled</Status>"))
	f.refuse(400, "MalformedXML", "PUT", "/media?versioning", doc("<Status>Enabled</Status><Other/>"))
	f.refuse(400, "MalformedXML", "PUT", "/media?versioning", doc("<Status>Enabled</Status><MfaDelete>x</MfaDelete>"))
	f.refuse(400, "IllegalVersioningConfigurationException", "PUT", "/media?versioning", doc(""))
	f.refuse(501, "NotImplemented", "PUT", "/media?versioning", doc("<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>"))
	f.refuse(501, "NotImplemented", "PUT", "/media?versioning", versioningOn, "X-Amz-Mfa", "serial 123456")
	f.refuse(404, "NoSuchBucket", "PUT", "/missing?versioning", versioningOn)
	if sp, _ := f.engine.Space("media"); sp.Versioning != storage.Unversioned {
		t.Error(sp.Versioning)
	}
	f.want(200, "PUT", "/media?versioning", doc("<Status>Enabled</Status><MfaDelete>Disabled</MfaDelete>"))
}

func TestOldVersionsStayAndCanBeRead(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "before")
	f.want(200, "PUT", "/media?versioning", versioningOn)
	one, two := f.putVersion("/media/a", "one"), f.putVersion("/media/a", "second")
	for id, body := range map[string]string{"null": "before", one: "one", two: "second"} {
		a := f.want(200, "GET", "/media/a?versionId="+id, "")
		if a.body != body || a.Header.Get("X-Amz-Version-Id") != id {
			t.Error(id, a.body, a.Header)
		}
		if a := f.want(200, "HEAD", "/media/a?versionId="+id, ""); a.Header.Get("X-Amz-Version-Id") != id {
			t.Error(a.Header)
		}
	}
	if a := f.want(200, "GET", "/media/a", ""); a.body != "second" || a.Header.Get("X-Amz-Version-Id") != two {
		t.Error(a.body, a.Header)
	}
	f.page("", []string{"a"}, nil, false)
	f.wantVersions("", "a 6 true", "a 3 false", "a 6 false")
	f.refuse(409, "BucketNotEmpty", "DELETE", "/media", "")
}

func TestADeleteMakesAMarker(t *testing.T) {
	f := withVersions(t)
	one := f.putVersion("/media/a", "one")
	a := f.want(204, "DELETE", "/media/a", "")
	marker := a.Header.Get("X-Amz-Version-Id")
	if a.Header.Get("X-Amz-Delete-Marker") != "true" || marker == "" || marker == one {
		t.Error(a.Header)
	}
	f.page("", nil, nil, false)
	f.wantVersions("", "a marker true", "a 3 false")
	for _, method := range []string{"GET", "HEAD"} {
		a = f.refuse(404, "NoSuchKey", method, "/media/a", "")
		if a.Header.Get("X-Amz-Delete-Marker") != "true" || a.Header.Get("X-Amz-Version-Id") != marker {
			t.Error(method, a.Header)
		}
		a = f.refuse(405, "MethodNotAllowed", method, "/media/a?versionId="+marker, "")
		if a.Header.Get("Allow") != "DELETE" || a.Header.Get("X-Amz-Delete-Marker") != "true" || a.Header.Get("Last-Modified") == "" || a.Header.Get("X-Amz-Version-Id") != marker {
			t.Error(method, a.Header)
		}
	}
	for _, sub := range []string{"tagging", "acl", "attributes"} {
		f.refuse(405, "MethodNotAllowed", "GET", "/media/a?"+sub+"&versionId="+marker, "", "X-Amz-Object-Attributes", "ETag")
	}
	f.refuse(405, "MethodNotAllowed", "DELETE", "/media/a?tagging&versionId="+marker, "")
	f.refuse(409, "BucketNotEmpty", "DELETE", "/media", "")
	a = f.want(204, "DELETE", "/media/a?versionId="+marker, "")
	if a.Header.Get("X-Amz-Delete-Marker") != "true" || a.Header.Get("X-Amz-Version-Id") != marker {
		t.Error(a.Header)
	}
	if a := f.want(200, "GET", "/media/a", ""); a.body != "one" {
		t.Error(a.body)
	}
	a = f.want(204, "DELETE", "/media/a?versionId="+one, "")
	if a.Header.Get("X-Amz-Delete-Marker") != "" || a.Header.Get("X-Amz-Version-Id") != one {
		t.Error(a.Header)
	}
	f.want(204, "DELETE", "/media/a?versionId="+one, "")
	f.refuse(404, "NoSuchVersion", "GET", "/media/a?versionId="+one, "")
	f.refuse(404, "NoSuchVersion", "PUT", "/media/a?tagging&versionId="+one, documents["PutObjectTagging"])
	f.want(204, "DELETE", "/media", "")
}

func TestSuspendedVersioningReplacesTheNullVersion(t *testing.T) {
	f := withVersions(t)
	kept := f.putVersion("/media/a", "kept")
	f.want(200, "PUT", "/media?versioning", versioningOff)
	for _, body := range []string{"x", "xyz"} {
		if a := f.want(200, "PUT", "/media/a", body); a.Header.Get("X-Amz-Version-Id") != "" {
			t.Error(a.Header) // PutObject, "Examples"
		}
		if a := f.want(200, "HEAD", "/media/a", ""); a.Header.Get("X-Amz-Version-Id") != "null" {
			t.Error(a.Header)
		}
	}
	for source, told := range map[string]string{"/media/a": "", "/media/a?versionId=null": "null", "/media/a?versionId=" + kept: kept} {
		a := f.want(200, "PUT", "/media/copy", "", "X-Amz-Copy-Source", source)
		if a.Header.Get("X-Amz-Version-Id") != "null" || a.Header.Get("X-Amz-Copy-Source-Version-Id") != told {
			t.Error(source, a.Header)
		}
	}
	upload := f.begin("/media/parts")
	if a := f.want(200, "PUT", "/media/parts?partNumber=1&uploadId="+upload, "", "X-Amz-Copy-Source", "/media/a"); a.Header["X-Amz-Copy-Source-Version-Id"] != nil {
		t.Error(a.Header)
	}
	if a := f.want(200, "GET", "/media/copy?versionId=null", ""); a.Header.Get("X-Amz-Version-Id") != "null" {
		t.Error(a.Header)
	}
	f.want(204, "DELETE", "/media/copy?versionId=null", "")
	f.wantVersions("", "a 3 true", "a 4 false")
	if a := f.want(204, "DELETE", "/media/a", ""); a.Header.Get("X-Amz-Version-Id") != "null" || a.Header.Get("X-Amz-Delete-Marker") != "true" {
		t.Error(a.Header)
	}
	f.wantVersions("", "a marker true", "a 4 false")
	f.want(204, "DELETE", "/media/a?versionId=null", "")
	if a := f.want(200, "GET", "/media/a", ""); a.body != "kept" || a.Header.Get("X-Amz-Version-Id") != kept {
		t.Error(a.body, a.Header)
	}
}

func TestAttributesBelongToOneVersion(t *testing.T) {
	f := withVersions(t)
	one, two := f.putVersion("/media/a", "one"), f.putVersion("/media/a", "two")
	if a := f.want(200, "PUT", "/media/a?tagging&versionId="+one, documents["PutObjectTagging"]); a.Header.Get("X-Amz-Version-Id") != one {
		t.Error(a.Header)
	}
	f.want(200, "PUT", "/media/a?acl&versionId="+one, "", "X-Amz-Acl", "public-read")
	for id, tags := range map[string]int{one: 1, two: 0} {
		if a := f.want(200, "GET", "/media/a?tagging&versionId="+id, ""); len(between(a.body, "Tag")) != tags || a.Header.Get("X-Amz-Version-Id") != id {
			t.Error(id, a.body)
		}
		if a := f.want(200, "GET", "/media/a?acl&versionId="+id, ""); strings.Contains(a.body, "AllUsers") != (tags == 1) {
			t.Error(id, a.body)
		}
	}
	f.want(204, "DELETE", "/media/a?tagging&versionId="+one, "")
	if a := f.want(200, "GET", "/media/a?tagging&versionId="+one, ""); len(between(a.body, "Tag")) != 0 {
		t.Error(a.body)
	}
}

func TestCopyTakesTheVersionNamed(t *testing.T) {
	f := withVersions(t)
	one := f.putVersion("/media/a", "one")
	two := f.putVersion("/media/a", "second")
	a := f.want(200, "PUT", "/media/a", "", "X-Amz-Copy-Source", "/media/a?versionId="+one)
	if a.Header.Get("X-Amz-Copy-Source-Version-Id") != one || a.Header.Get("X-Amz-Version-Id") == one || a.Header.Get("X-Amz-Version-Id") == "" {
		t.Error(a.Header)
	}
	f.wantVersions("", "a 3 true", "a 6 false", "a 3 false")
	a = f.want(200, "PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a")
	if a.Header.Get("X-Amz-Copy-Source-Version-Id") == one || a.Header.Get("X-Amz-Copy-Source-Version-Id") == two {
		t.Error(a.Header)
	}
	marker := f.want(204, "DELETE", "/media/a", "").Header.Get("X-Amz-Version-Id")
	f.refuse(404, "NoSuchKey", "PUT", "/media/c", "", "X-Amz-Copy-Source", "/media/a")
	f.refuse(400, "InvalidRequest", "PUT", "/media/c", "", "X-Amz-Copy-Source", "/media/a?versionId="+marker)
	f.refuse(404, "NoSuchVersion", "PUT", "/media/c", "", "X-Amz-Copy-Source", "/media/b?versionId="+one)
	f.refuse(400, "InvalidArgument", "PUT", "/media/c", "", "X-Amz-Copy-Source", "/media/a?versionId=x")
	upload := f.begin("/media/c")
	a = f.want(200, "PUT", "/media/c?partNumber=1&uploadId="+upload, "", "X-Amz-Copy-Source", "/media/a?versionId="+two)
	if a.Header.Get("X-Amz-Copy-Source-Version-Id") != two {
		t.Error(a.Header)
	}
	a = f.want(200, "POST", "/media/c?uploadId="+upload, completeDoc(strings.Trim(first(a.body, "ETag"), `"`)))
	if id := a.Header.Get("X-Amz-Version-Id"); id == "" || f.want(200, "GET", "/media/c?versionId="+id, "").body != "second" {
		t.Error(a.Header)
	}
	a = f.want(200, "PUT", "/media/d?renameObject", "", "X-Amz-Rename-Source", "c")
	if a.Header.Get("X-Amz-Version-Id") == "" || f.want(200, "GET", "/media/d", "").body != "second" {
		t.Error(a.Header)
	}
	f.wantVersions("&prefix=c", "c marker true", "c 6 false")
}

func TestDeleteObjectsTakesVersions(t *testing.T) {
	f := withVersions(t)
	one := f.putVersion("/media/a", "one")
	two := f.putVersion("/media/a", "two")
	f.putVersion("/media/b", "b")
	a := f.want(200, "POST", "/media?delete", `<Delete><Object><Key>b</Key></Object><Object><Key>a</Key><VersionId>`+two+`</VersionId></Object>
		<Object><Key>a</Key><VersionId>`+one+`</VersionId></Object><Object><Key>a</Key><VersionId>0000000000000001</VersionId></Object></Delete>`)
	if strings.Count(a.body, "<Deleted>") != 4 || strings.Count(a.body, "<DeleteMarker>true</DeleteMarker>") != 1 || len(between(a.body, "VersionId")) != 3 {
		t.Error(a.body)
	}
	marker := first(a.body, "DeleteMarkerVersionId")
	f.wantVersions("", "b marker true", "b 1 false")
	a = f.want(200, "POST", "/media?delete", `<Delete><Object><Key>b</Key><VersionId>`+marker+`</VersionId></Object></Delete>`)
	if first(a.body, "DeleteMarker") != "true" || first(a.body, "DeleteMarkerVersionId") != marker || first(a.body, "VersionId") != marker {
		t.Error(a.body)
	}
	f.wantVersions("", "b 1 true")
}
