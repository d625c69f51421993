package server_test

import "testing"

func TestAnEmptyAuthorizationIsNone(t *testing.T) {
	f := withSpace(t)
	f.refused(f.anonymous("PUT", "/media/a", "body", "Authorization", ""), 403, "AccessDenied")
	f.refused(f.anonymous("PUT", "/other", "", "Authorization", ""), 403, "AccessDenied")
	f.want(200, "PUT", "/media/a", "body", "X-Amz-Acl", "public-read")
	if a := f.anonymous("GET", "/media/a", "", "Authorization", ""); a.StatusCode != 200 || a.body != "body" {
		t.Errorf("%d %q", a.StatusCode, a.body)
	}
}

// A body whose own hash is signed may be called aws-chunked. That says how it
// was sent, and is not kept.
func TestASignedBodyMayBeCalledChunked(t *testing.T) {
	f := withSpace(t)
	for encoding, want := range map[string]string{"gzip": "gzip", "gzip, aws-chunked": "gzip", "aws-chunked, gzip": "gzip", "aws-chunked": ""} {
		f.want(200, "PUT", "/media/a", "body", "Content-Encoding", encoding)
		if a := f.want(200, "GET", "/media/a", ""); a.body != "body" || a.Header.Get("Content-Encoding") != want {
			t.Errorf("%s: %q, %q", encoding, a.Header.Get("Content-Encoding"), a.body)
		}
	}
}
