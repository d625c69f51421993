package sigv4

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// hostileTargets are raw request targets whose keys other servers clean, fold or decode twice.
var hostileTargets = []string{"/space/a", "/space/a/", "/space/a//b", "/space//a", "/space//", "//space/a", "/space/a/../b",
	"/space/a/./b", "/space/%2e%2e/b", "/space/..%2Fb", "/space/a%2Fb", "/space/a%5Cb", "/space/a+b", "/space/a%2Bb", "/space/a%20b",
	"/space/%25", "/space/%2525", "/space/a%23b", "/space/a%3FversionId=x", "/space/%00", "/space/%FF%FE", "/space/caf%C3%A9",
	"/space/cafe%CC%81", "/space/*'()!", "/space/~tilde", "/space/a:b@c;d=e,f&g$h", "/space/%1b%5b2J", "/",
	"/space?prefix=a%2Fb&delimiter=%2F", "/space?prefix=a+b", "/space?prefix=a%20b%2Bc", "/space?acl", "/space?acl=", "/space?b=2&a=1&a=0&B=3&a-b=4&=x",
	"/space/k?response-content-disposition=attachment%3B%20filename%3D%22x%26y.txt%22"}

func TestHostileTargetsVerifyInEveryMechanism(t *testing.T) {
	v := verifierAt(exampleTime)
	for _, target := range hostileTargets {
		r := newRequest(t, "GET", target, nil)
		Sign(r, exampleKey, exampleSecret, region, EmptySHA256, exampleTime)
		if _, err := v.Verify(read(sent(t, r)), ""); err != nil {
			t.Errorf("%s: header: %v", target, err)
		}
		link := Presign(newRequest(t, "GET", target, nil), exampleKey, exampleSecret, region, exampleTime, time.Hour)
		if _, err := v.Verify(read(httptest.NewRequest("GET", link, nil)), ""); err != nil {
			t.Errorf("%s: presigned: %v", target, err)
		}
		if strings.Contains(target, "prefix") || strings.Contains(target, "a-b") {
			continue
		}
		r = newRequest(t, "GET", target, nil)
		SignV2(r, "", exampleKey, exampleSecret, exampleTime)
		if _, err := v.Verify(read(sent(t, r)), ""); err != nil {
			t.Errorf("%s: V2 header: %v", target, err)
		}
		link = PresignV2(newRequest(t, "GET", target, nil), "", exampleKey, exampleSecret, exampleTime.Add(time.Hour))
		if _, err := v.Verify(read(httptest.NewRequest("GET", link, nil)), ""); err != nil {
			t.Errorf("%s: V2 presigned: %v", target, err)
		}
	}
}

func TestASignatureForOneKeyIsNeverGoodForAnother(t *testing.T) {
	var requests []*http.Request
	for _, target := range hostileTargets {
		r := newRequest(t, "GET", target, nil)
		Sign(r, exampleKey, exampleSecret, region, EmptySHA256, exampleTime)
		requests = append(requests, sent(t, r))
	}
	v := verifierAt(exampleTime)
	for _, a := range requests {
		for _, b := range requests {
			same := a.URL.Path == b.URL.Path && a.URL.Query().Encode() == b.URL.Query().Encode()
			c := b.Clone(t.Context())
			c.Header = a.Header
			if _, err := v.Verify(read(c), ""); (err == nil) != same {
				t.Errorf("%s with the signature of %s: %v", b.RequestURI, a.RequestURI, err)
			}
		}
	}
}
