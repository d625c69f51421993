package server_test

import (
	"strings"
	"testing"

	"spaces/server/sigv4"
)

func TestRequestsThatAreNoOperationSayWhy(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "hello")
	before := f.dump()
	for _, x := range []struct {
		status             int
		code, method, path string
		fields             []string // of the document, in pairs
	}{
		{405, "MethodNotAllowed", "POST", "/", []string{"Method", "POST", "ResourceType", "SERVICE"}},
		{405, "MethodNotAllowed", "POST", "/media/a", []string{"Method", "POST", "ResourceType", "OBJECT"}},
		{405, "MethodNotAllowed", "PUT", "/media/a?uploadId=x", []string{"Method", "PUT", "ResourceType", "UPLOAD"}},
		{400, "InvalidArgument", "PUT", "/media/a?partNumber=1", []string{"ArgumentName", "partNumber", "Message", "This operation does not accept partNumber without uploadId"}},
		{400, "InvalidRequest", "GET", "/media/a?uploads", []string{"Message", "Key is not expected for the GET method ?uploads subresource"}},
		{400, "InvalidRequest", "GET", "/media/a?versions", []string{"Message", "There is no such thing as the ?versions sub-resource for a key"}},
	} {
		a := f.refuse(x.status, x.code, x.method, x.path, "")
		for i := 0; i < len(x.fields); i += 2 {
			if got := first(a.body, x.fields[i]); got != x.fields[i+1] {
				t.Errorf("%s %s: %s is %q", x.method, x.path, x.fields[i], got)
			}
		}
	}
	if a := f.refuse(405, "MethodNotAllowed", "PUT", "/media/a?uploadId=x", ""); a.Header.Get("Allow") != "DELETE, GET, POST" {
		t.Error(a.Header)
	}
	for _, at := range []string{"GET /media", "GET /media/a", "HEAD /media", "HEAD /media/a", "DELETE /media", "DELETE /media/a", "POST /media?uploadId=x", "POST /media/a?uploadId=x"} {
		method, path, _ := strings.Cut(at, " ")
		a := f.do(method, path, "", "X-Amz-Copy-Source", "/media/a")
		if a.StatusCode != 400 || method != "HEAD" && (first(a.body, "Code") != "InvalidArgument" || first(a.body, "ArgumentName") != "x-amz-copy-source" || first(a.body, "ArgumentValue") != "/media/a") {
			t.Error(at, a.StatusCode, a.body)
		}
	}
	if f.dump() != before {
		t.Error("something changed")
	}
}

func TestHeadersHaveALimit(t *testing.T) {
	f := withSpace(t)
	fits := strings.Repeat("x", 7<<10)
	f.want(200, "PUT", "/media/a", "hello", "X-Note", fits)
	a := f.refuse(400, "RequestHeaderSectionTooLarge", "PUT", "/media/b", "hello", "X-Note", fits, "X-Other", fits)
	if first(a.body, "MaxSizeAllowed") != "8192" {
		t.Error(a.body)
	}
	f.refused(f.anonymous("GET", "//odd", "", "X-Note", fits, "X-Other", fits), 400, "RequestHeaderSectionTooLarge")
	f.refuse(404, "NoSuchKey", "GET", "/media/b", "")
}

func TestDocumentsDoNotComeInChunks(t *testing.T) {
	f := withSpace(t)
	before := f.dump()
	for _, at := range []string{"PUT /media?tagging", "PUT /media?policy", "PUT /media?versioning", "POST /media?delete", "PUT /media/a?acl", "DELETE /media", "POST /media/a?uploads"} {
		method, path, _ := strings.Cut(at, " ")
		req := f.request(method, path, "5\r\nhello\r\n0\r\n\r\n", "X-Amz-Decoded-Content-Length", "5")
		sigv4.Sign(req, accessKey, secretKey, region, sigv4.StreamUnsignedPayloadTrailer, now())
		a := f.refused(f.send(req), 400, "InvalidRequest")
		if first(a.body, "Message") != "The value of x-amz-content-sha256 header is invalid." {
			t.Error(at, a.body)
		}
	}
	if f.dump() != before {
		t.Error("something changed")
	}
}

func TestStrangersMayStreamWhatNobodySigns(t *testing.T) {
	f := newFixture(t)
	f.want(200, "PUT", "/media", "", "X-Amz-Acl", "public-read-write")
	send := func(payload string) answer {
		return f.anonymous("PUT", "/media/a", "5\r\nhello\r\n0\r\n\r\n", "X-Amz-Decoded-Content-Length", "5", "X-Amz-Content-Sha256", payload)
	}
	for _, payload := range []string{sigv4.StreamSignedPayload, sigv4.StreamSignedPayloadTrailer} {
		f.refused(send(payload), 400, "InvalidRequest")
	}
	f.refuse(404, "NoSuchKey", "GET", "/media/a", "")
	if a := send(sigv4.StreamUnsignedPayloadTrailer); a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body)
	}
	if a := f.want(200, "GET", "/media/a", ""); a.body != "hello" {
		t.Error(a.body)
	}
}

// What a client sent comes back in an answer that every reader of XML takes.
func TestRefusalsQuoteAnythingSafely(t *testing.T) {
	f := withSpace(t)
	for _, query := range []string{
		"X-Amz-Credential=a%00%01%3C/20130524/us%0Aeast/s3/aws4_request", "X-Amz-Credential=a/2013%02/x/s3/aws4_request",
		"X-Amz-Credential=%FF%FE/20130524/%EF%BF%BE/s3/aws4_request", "X-Amz-Credential=" + accessKey + "/20130524/a%00b/s3/aws4_request",
	} {
		a := f.anonymous("GET", "/media?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20130524T000000Z&X-Amz-SignedHeaders=host&X-Amz-Expires=604800&X-Amz-Signature=0&"+query, "")
		if a.StatusCode/100 != 4 {
			t.Error(query, a.StatusCode)
		}
		wellFormed(t, a.body)
	}
	for _, header := range []string{"AWS \xff\xfe<&>", "AWS4-HMAC-SHA256 \x80,\x81,\x82", "\xc0"} {
		a := f.anonymous("GET", "/media", "", "Authorization", header)
		if a.StatusCode/100 != 4 {
			t.Error(header, a.StatusCode)
		}
		wellFormed(t, a.body)
	}
}
