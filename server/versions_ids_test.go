package server_test

import (
	"strings"
	"testing"
)

const noHold = "<LegalHold><Status>OFF</Status></LegalHold>"

// strangers are ids of the form that other servers give.
var strangers = []string{"01K97XE6PJQ1A4X5TJFDHK4EMC", "3HL4kqtJvjVBH40Nrjfkd_.-ABCDEFGH", "0f3c2d19-0be4-3f3f-6cd1-c26ce4c59ae6", "00000000000fffff"}

func TestAnEmptyVersionIdNamesNoVersion(t *testing.T) {
	f := withLocks(t)
	id := f.putVersion("/media/a", "x")
	for _, sub := range []string{"tagging&", "acl&", "legal-hold&", "retention&"} {
		body := map[string]string{"tagging&": documents["PutObjectTagging"], "legal-hold&": noHold, "retention&": "<Retention/>"}[sub]
		headers := []string{"X-Amz-Acl", "private"}
		if body != "" {
			headers = nil
		}
		if a := f.want(200, "PUT", "/media/a?"+sub+"versionId=", body, headers...); a.Header.Get("X-Amz-Version-Id") != id {
			t.Error(sub, a.Header)
		}
	}
	for _, sub := range []string{"", "tagging&", "acl&", "legal-hold&"} {
		f.want(200, "GET", "/media/a?"+sub+"versionId=", "")
	}
	f.want(200, "HEAD", "/media/a?versionId=", "")
	f.want(204, "DELETE", "/media/a?tagging&versionId=", "")
	before := f.dump()
	a := f.refuse(400, "InvalidArgument", "DELETE", "/media/a?versionId=", "")
	if first(a.body, "Message") != "Version id cannot be the empty string" || f.dump() != before {
		t.Error(a.body)
	}
	f.refuse(400, "InvalidArgument", "PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a?versionId=")
}

func TestAnEmptyVersionIdNeedsNoRightToVersions(t *testing.T) {
	f := withVersions(t)
	f.putVersion("/media/a", "x")
	f.want(204, "PUT", "/media?policy", denied("s3:GetObjectVersion"))
	f.want(200, "GET", "/media/a?versionId=", "")
	f.refuse(403, "AccessDenied", "GET", "/media/a?versionId=null", "")
}

func TestIdsThatNameNoVersion(t *testing.T) {
	f := withLocks(t)
	f.putVersion("/media/a", "x")
	for _, id := range strangers {
		for _, sub := range []string{"", "tagging&", "acl&", "legal-hold&", "retention&"} {
			a := f.refuse(404, "NoSuchVersion", "GET", "/media/a?"+sub+"versionId="+id, "")
			if first(a.body, "Key") != "a" || first(a.body, "VersionId") != id {
				t.Error(a.body)
			}
		}
		f.refuse(404, "NoSuchVersion", "PUT", "/media/a?legal-hold&versionId="+id, noHold)
		f.refuse(404, "NoSuchVersion", "PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a?versionId="+id)
		if a := f.want(204, "DELETE", "/media/a?versionId="+id, ""); a.Header.Get("X-Amz-Version-Id") != id {
			t.Error(a.Header) // it is not there, as was asked for
		}
	}
	for _, id := range []string{"x", "invalid_versionId", "00000000000FFFFF", "%20", "../../secret.txt", strings.Repeat("a", 1025), "0f3c2d190be43f3f6cd1c26ce4c59ae%2F"} {
		for _, method := range []string{"GET", "HEAD", "DELETE"} {
			f.refuse(400, "InvalidArgument", method, "/media/a?versionId="+id, "")
		}
		f.refuse(400, "InvalidArgument", "GET", "/media/a?tagging&versionId="+id, "")
	}
	f.wantVersions("", "a 1 true")
}

// TestADeleteMarkerHasNoSubresources asks for those of a key that was deleted.
func TestADeleteMarkerHasNoSubresources(t *testing.T) {
	f := withLocks(t)
	f.putVersion("/media/a", "x")
	marker := f.want(204, "DELETE", "/media/a", "").Header.Get("X-Amz-Version-Id")
	for _, id := range []string{"", "&versionId=" + marker} {
		for method, subs := range map[string]map[string]string{
			"GET":    {"tagging": "", "legal-hold": "", "retention": ""},
			"PUT":    {"tagging": documents["PutObjectTagging"], "legal-hold": noHold, "retention": retentionDoc("GOVERNANCE", inDays(1))},
			"DELETE": {"tagging": ""},
		} {
			for sub, body := range subs {
				a := f.refuse(405, "MethodNotAllowed", method, "/media/a?"+sub+id, body)
				if first(a.body, "Method") != method || first(a.body, "ResourceType") != "DeleteMarker" || a.Header.Get("Allow") != "DELETE" ||
					a.Header.Get("X-Amz-Delete-Marker") != "true" || a.Header.Get("X-Amz-Version-Id") != marker {
					t.Error(method, sub, a.Header, a.body)
				}
			}
		}
	}
	a := f.refuse(404, "NoSuchKey", "GET", "/media/a?attributes", "", "X-Amz-Object-Attributes", "ETag")
	if a.Header.Get("X-Amz-Delete-Marker") != "true" || first(a.body, "Key") != "a" {
		t.Error(a.Header, a.body)
	}
	f.refuse(404, "NoSuchKey", "GET", "/media/a?acl", "")
	f.refuse(405, "MethodNotAllowed", "GET", "/media/a?acl&versionId="+marker, "")
	f.refuse(405, "MethodNotAllowed", "PUT", "/media/a?acl", "", "X-Amz-Acl", "private")
	f.refuse(405, "MethodNotAllowed", "GET", "/media/a?attributes&versionId="+marker, "", "X-Amz-Object-Attributes", "ETag")
}

func TestErrorsNameWhatIsMissing(t *testing.T) {
	f := withSpace(t)
	for at, headers := range map[string][]string{"/media/b%26": {"X-Amz-Copy-Source", "/media/a%26"}, "/media/b?partNumber=1&uploadId=" + f.begin("/media/b"): {"X-Amz-Copy-Source", "/media/a%26"}} {
		if a := f.refuse(404, "NoSuchKey", "PUT", at, "", headers...); first(a.body, "Key") != "a&" {
			t.Error(a.body)
		}
	}
	if a := f.refuse(404, "NoSuchKey", "GET", "/media/a%26", ""); first(a.body, "Key") != "a&" {
		t.Error(a.body)
	}
	if a := f.refuse(405, "MethodNotAllowed", "PATCH", "/media/a", ""); first(a.body, "Method") != "PATCH" || first(a.body, "ResourceType") != "OBJECT" {
		t.Error(a.body)
	}
}
