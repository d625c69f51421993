package local

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// redirected sends the very bytes of a request and gives the status and the Location of the answer.
func redirected(t *testing.T, addr, request string) (status int, location, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, request)
	method, _, _ := strings.Cut(request, " ")
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%q: %v", request, err)
	}
	defer res.Body.Close()
	text := make([]byte, 1000)
	n, _ := res.Body.Read(text)
	if len(res.Header["Location"]) > 1 || res.Header.Get("Set-Cookie") != "" {
		t.Errorf("%q: %v", request, res.Header)
	}
	return res.StatusCode, res.Header.Get("Location"), string(text[:n])
}

func TestPlainHTTPIsSentToTLS(t *testing.T) {
	front := httptest.NewServer(Redirect{Domains: []string{"S3.Test."}, Space: func(name string) bool { return name == "media" },
		Website: func(host string) bool { return host == "www.example.org" }, Port: "443"})
	defer front.Close()
	addr := front.Listener.Addr().String()
	for _, k := range []struct {
		method, target, host string
		header               string
		status               int
		location             string
	}{
		{"GET", "/", "s3.test", "", 308, "https://s3.test/"},
		{"GET", "/media/a%20b?list-type=2&prefix=x%2Fy", "s3.test", "", 308, "https://s3.test/media/a%20b?list-type=2&prefix=x%2Fy"},
		{"HEAD", "/k", "media.s3.test", "", 308, "https://media.s3.test/k"},
		{"GET", "/k", "MEDIA.S3.test.:80", "", 308, "https://media.s3.test/k"},
		{"POST", "/media?delete", "s3.test", "Content-Length: 5\r\n", 308, "https://s3.test/media?delete"},
		{"PUT", "/media?policy", "s3.test", "Content-Length: 0\r\n", 308, "https://s3.test/media?policy"},
		{"GET", "//evil.example/x", "s3.test", "", 308, "https://s3.test//evil.example/x"},
		{"GET", "/../..//a/./b", "s3.test", "", 308, "https://s3.test/../..//a/./b"},
		{"GET", "/@evil.example", "s3.test", "", 308, "https://s3.test/@evil.example"},
		{"GET", `/\evil.example`, "s3.test", "", 308, "https://s3.test/%5Cevil.example"},
		{"GET", "/a#b", "s3.test", "", 308, "https://s3.test/a%23b"},
		{"GET", "/\xff\xc3\xa4\"<", "s3.test", "", 308, "https://s3.test/%FF%C3%A4%22%3C"},
		{"GET", "/%0d%0aSet-Cookie:%20a=b", "s3.test", "", 308, "https://s3.test/%0d%0aSet-Cookie:%20a=b"},
		{"GET", "/k?signature=of-an-artist", "s3.test", "", 308, "https://s3.test/k?signature=of-an-artist"},
		{"GET", "/a", "WWW.example.org:80", "", 308, "https://www.example.org/a"},
		// names that are not ours
		{"GET", "/a", "example.org", "", 421, ""},
		{"GET", "/", "evil.example", "", 421, ""},
		{"GET", "/", "other.s3.test", "", 421, ""},
		{"GET", "/", "s3.test.evil.example", "", 421, ""},
		{"GET", "/", "evils3.test", "", 421, ""},
		{"GET", "/", "media.media.s3.test", "", 421, ""},
		{"GET", "/", ".s3.test", "", 421, ""},
		{"GET", "/", "evil.example@s3.test", "", 400, ""},
		{"GET", "/", "s3.test@evil.example", "", 400, ""},
		{"GET", "/", "s3.test/evil.example", "", 400, ""},
		{"GET", "/", "s3.test:evil", "", 308, "https://s3.test/"}, // whose port nobody asks for
		{"GET", "/", "s3.test:80:90", "", 421, ""},
		{"GET", "/", "127.0.0.1", "", 421, ""},
		{"GET", "/", "[::1]:80", "", 421, ""},
		{"GET", "/", "", "", 421, ""},
		{"GET", "http://evil.example/", "s3.test", "", 421, ""},
		{"GET", "http://s3.test/", "evil.example", "", 421, ""},
		{"OPTIONS", "*", "s3.test", "", 200, ""},
		{"CONNECT", "evil.example:443", "s3.test", "", 421, ""},
		{"GET", "/", "s3.test\r\nHost: evil.example", "", 400, ""},
		{"GET", "/", "s3.test", "X-Forwarded-Host: evil.example\r\n", 308, "https://s3.test/"},
		// what is signed
		{"GET", "/media/k", "s3.test", "Authorization: AWS4-HMAC-SHA256 Credential=secret\r\n", 403, ""},
		{"GET", "/media/k", "s3.test", "x-amz-security-token: secret\r\n", 403, ""},
		{"GET", "/media/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=secret&X-Amz-Signature=secret", "s3.test", "", 403, ""},
		{"GET", "/media/k?a=b&x%2Damz%2Dsignature=secret", "s3.test", "", 403, ""},
		{"GET", "/media/k?AWSAccessKeyId=secret&Signature=secret&Expires=1", "s3.test", "", 403, ""},
		{"PUT", "/media/k?X-Amz-Security-Token=secret", "evil.example", "Content-Length: 9\r\n", 403, ""},
	} {
		host := "Host: " + k.host + "\r\n"
		status, location, body := redirected(t, addr, k.method+" "+k.target+" HTTP/1.1\r\n"+host+k.header+"Connection: close\r\n\r\n")
		if status != k.status || location != k.location {
			t.Errorf("%s %q of %q %s: %d %q, want %d %q", k.method, k.target, k.host, k.header, status, location, k.status, k.location)
		}
		if strings.Contains(body+location, "secret") || status == 403 && !strings.Contains(body, "https://") {
			t.Errorf("%s: %s", k.target, body)
		}
	}
}

func TestTheRedirectionNamesAnotherPort(t *testing.T) {
	challenged := func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/.well-known/acme-challenge/t" {
			return false
		}
		w.Write([]byte("t.key"))
		return true
	}
	front := httptest.NewServer(Redirect{Domains: []string{"s3.test"}, Space: func(string) bool { return false }, Port: "9443", Challenge: challenged})
	defer front.Close()
	addr := front.Listener.Addr().String()
	if status, location, _ := redirected(t, addr, "GET /a HTTP/1.1\r\nHost: s3.test:9080\r\n\r\n"); status != 308 || location != "https://s3.test:9443/a" {
		t.Error(status, location)
	}
	if status, _, body := redirected(t, addr, "GET /.well-known/acme-challenge/t HTTP/1.1\r\nHost: s3.test\r\n\r\n"); status != 200 || body != "t.key" {
		t.Error(status, body)
	}
	if status, location, _ := redirected(t, addr, "GET /.well-known/acme-challenge/other HTTP/1.1\r\nHost: s3.test\r\n\r\n"); status != 308 || location == "" {
		t.Error(status, location)
	}
}
