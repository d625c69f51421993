package server_test

import (
	"io"
	"strings"
	"testing"
)

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

// What follows a body whose end two readers can see in two places is no
// request: the connection ends.
func TestNothingFollowsABodyOfTwoLengths(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "body")
	for name, head := range map[string]string{
		"both lengths":  "PUT /media/a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"chunked":       "PUT /media/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"HTTP/1.0":      "PUT /media/a HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n",
		"HTTP/1.0, GET": "GET /media/a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
	} {
		conn, err := f.server.Dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		go io.WriteString(conn, head+"GET /media/smuggled HTTP/1.1\r\nHost: h\r\n\r\n")
		text, err := io.ReadAll(conn)
		if n := strings.Count(string(text), "HTTP/1."); err != nil || n != 1 || !strings.Contains(string(text), "Connection: close") {
			t.Errorf("%s: %d answers, %v\n%s", name, n, err, text)
		}
		conn.Close()
	}
}
