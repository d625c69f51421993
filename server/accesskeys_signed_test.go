package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/server"
	"spaces/server/sigv4"
)

func TestTheRootKeyManagesKeysByItsSignature(t *testing.T) {
	f := newFixture(t, withRing, func(c *server.Config) { c.AdminToken = "" }) // no token is needed for that
	a := f.do("POST", "/v2/spaces/keys", `{"name":"backup","grants":[{"bucket":"media","permission":"read"}]}`)
	made := f.keyOf(a)
	if a.StatusCode != 201 || made.Name != "backup" || made.Secret == "" || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatal(a.StatusCode, a.body)
	}
	for _, c := range []struct {
		status             int
		method, path, body string
	}{
		{200, "PUT", "/" + made.ID, `{"name":"other"}`},
		{200, "GET", "", ""},
		{200, "POST", "/" + made.ID + "/actions", `{"type":"regenerate"}`},
		{204, "DELETE", "/" + made.ID, ""},
	} {
		if a := f.do(c.method, "/v2/spaces/keys"+c.path, c.body); a.StatusCode != c.status {
			t.Error(c, a.StatusCode, a.body)
		}
	}
}

func TestNoOtherSignatureManagesKeys(t *testing.T) {
	f := newFixture(t, withRing)
	f.want(200, "PUT", "/media", "")
	made := f.newKey("widest", fullAccess(""))
	const path, body = "/v2/spaces/keys", `{"name":"more","grants":[{"bucket":"","permission":"fullaccess"}]}`
	signed := func(hash string, body string) *http.Request {
		req := f.request("POST", path, body)
		sigv4.Sign(req, accessKey, secretKey, region, hash, time.Now())
		return req
	}
	tampered := signed(sigv4.HashPayload([]byte(body)), body[:len(body)-2]+"] ")
	late := f.request("GET", path, "")
	sigv4.Sign(late, accessKey, secretKey, region, sigv4.HashPayload(nil), time.Now().Add(-time.Hour))
	for name, c := range map[string]struct {
		req    *http.Request
		status int
		id     string
	}{
		"a key with full access":   {signWith(f.request("GET", path, ""), made.ID, made.Secret), 403, "forbidden"},
		"an unknown key":           {signWith(f.request("GET", path, ""), "DOWHO", made.Secret), 403, "InvalidAccessKeyId"},
		"a wrong secret":           {signWith(f.request("GET", path, ""), accessKey, made.Secret), 403, "SignatureDoesNotMatch"},
		"an old request":           {late, 403, "RequestTimeTooSkewed"},
		"a body beside the hash":   {signed("UNSIGNED-PAYLOAD", body), 400, "bad_request"},
		"another body than signed": {tampered, 400, "bad_request"},
	} {
		a := f.send(c.req)
		var e struct{ ID, Message string }
		if err := json.Unmarshal([]byte(a.body), &e); err != nil || a.StatusCode != c.status || e.ID != c.id || e.Message == "" {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.body)
		}
	}
	if a := f.api("GET", path, ""); !strings.Contains(a.body, `"total":1`) {
		t.Error("one of them was obeyed:", a.body)
	}
}

func TestAKeyOfThatNameIsAnObjectWhereTheHostNamesItsSpace(t *testing.T) {
	f := newFixture(t, withRing)
	f.want(200, "PUT", "/media", "")
	if a := f.do("PUT", "/v2/spaces/keys", "an object", "Host", "media.localhost"); a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body)
	}
	if a := f.do("GET", "/v2/spaces/keys", "", "Host", "media.localhost"); a.body != "an object" {
		t.Error(a.body)
	}
}
