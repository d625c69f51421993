package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/server"
	"spaces/server/keyring"
	"spaces/server/sigv4"
)

const adminToken = "a-token-of-the-tests"

// withRing gives a server a key ring and its API.
func withRing(c *server.Config) {
	ring, err := keyring.Open(c.Engine, nil)
	if err != nil {
		panic(err)
	}
	c.Keys, c.AdminToken = ring, adminToken
}

// api sends what godo sends: a JSON body, a bearer token.
func (f *fixture) api(method, path, body string, headers ...string) answer {
	f.Helper()
	headers = append([]string{"Authorization", "Bearer " + adminToken, "Accept", "application/json", "Content-Type", "application/json",
		"User-Agent", "godo/1.165.1"}, headers...)
	return f.send(f.request(method, path, body, headers...))
}

// newKey makes a key with grants by the API.
func (f *fixture) newKey(name string, grants ...keyring.Grant) keyring.Key {
	f.Helper()
	list, _ := json.Marshal(grants)
	a := f.api("POST", "/v2/spaces/keys", fmt.Sprintf(`{"name":%q,"grants":%s}`+"\n", name, list))
	if a.StatusCode != 201 {
		f.Fatalf("%d %s", a.StatusCode, a.body)
	}
	return f.keyOf(a)
}

func (f *fixture) keyOf(a answer) keyring.Key {
	f.Helper()
	var root struct{ Key keyring.Key }
	if err := json.Unmarshal([]byte(a.body), &root); err != nil {
		f.Fatal(err, a.body)
	}
	return root.Key
}

// signWith signs a request with an access key.
func signWith(req *http.Request, id, secret string) *http.Request {
	sigv4.Sign(req, id, secret, region, payloadHash(req), time.Now())
	return req
}

// as sends a request signed with an access key.
func (f *fixture) as(k keyring.Key, method, target, body string, headers ...string) answer {
	f.Helper()
	return f.send(signWith(f.request(method, target, body, headers...), k.ID, k.Secret))
}

func readOnly(bucket string) keyring.Grant { return keyring.Grant{Bucket: bucket, Permission: "read"} }
func readWrite(bucket string) keyring.Grant {
	return keyring.Grant{Bucket: bucket, Permission: "readwrite"}
}
func fullAccess(bucket string) keyring.Grant {
	return keyring.Grant{Bucket: bucket, Permission: "fullaccess"}
}

func TestAKeyIsMadeListedRenamedAndDeleted(t *testing.T) {
	f := newFixture(t, withRing)
	made := f.newKey("backup", readOnly("my-bucket"), readWrite("my-bucket2"))
	if !strings.HasPrefix(made.ID, "DO") || len(made.ID) != 20 || len(made.Secret) < 40 || made.Name != "backup" || time.Since(made.Created) > time.Minute {
		t.Errorf("%+v", made)
	}
	if !slices.Equal(made.Grants, []keyring.Grant{readOnly("my-bucket"), readWrite("my-bucket2")}) {
		t.Error(made.Grants)
	}
	got := f.api("GET", "/v2/spaces/keys/"+made.ID, "")
	if strings.Contains(got.body, made.Secret) || strings.Contains(got.body, "secret_key") {
		t.Error("the secret was shown again: " + got.body)
	}
	made.Secret = ""
	if k := f.keyOf(got); got.StatusCode != 200 || !reflect.DeepEqual(k, made) {
		t.Errorf("%+v, want %+v", k, made)
	}
	a := f.api("PUT", "/v2/spaces/keys/"+made.ID, `{"name":"other","grants":[{"bucket":"","permission":"fullaccess"}]}`)
	if k := f.keyOf(a); a.StatusCode != 200 || k.Name != "other" || !slices.Equal(k.Grants, []keyring.Grant{fullAccess("")}) || k.ID != made.ID {
		t.Error(a.body)
	}
	a = f.api("PATCH", "/v2/spaces/keys/"+made.ID, `{"grants":[]}`)
	if k := f.keyOf(a); a.StatusCode != 200 || k.Name != "other" || len(k.Grants) != 0 || !strings.Contains(a.body, `"grants":[]`) {
		t.Error(a.body)
	}
	if a := f.api("DELETE", "/v2/spaces/keys/"+made.ID, ""); a.StatusCode != 204 || a.body != "" {
		t.Error(a.StatusCode, a.body)
	}
	for _, method := range []string{"GET", "DELETE", "PUT"} {
		if a := f.api(method, "/v2/spaces/keys/"+made.ID, `{"name":"x"}`); a.StatusCode != 404 {
			t.Error(method, a.StatusCode)
		}
	}
}

func TestKeysAreListedInPagesSortedAndFiltered(t *testing.T) {
	f := newFixture(t, withRing)
	for i := range 25 {
		f.newKey(fmt.Sprintf("key-%02d", i), []keyring.Grant{readOnly("a-space"), readWrite("b-space"), fullAccess("")}[i%3])
	}
	type answered struct {
		Keys  []keyring.Key
		Links struct{ Pages map[string]string }
		Meta  struct{ Total int }
	}
	list := func(query string) (got answered) {
		t.Helper()
		a := f.api("GET", "/v2/spaces/keys"+query, "")
		if err := json.Unmarshal([]byte(a.body), &got); a.StatusCode != 200 || err != nil || strings.Contains(a.body, "secret") {
			t.Fatal(a.StatusCode, a.body)
		}
		return got
	}
	one := list("?sort=name&sort_direction=asc")
	if len(one.Keys) != 20 || one.Meta.Total != 25 || one.Keys[0].Name != "key-00" || one.Links.Pages["next"] == "" || one.Links.Pages["prev"] != "" {
		t.Errorf("%+v", one)
	}
	next, err := url.Parse(one.Links.Pages["next"])
	if err != nil || next.Host != host {
		t.Fatal(one.Links.Pages)
	}
	two := list("?" + next.RawQuery)
	if len(two.Keys) != 5 || two.Keys[0].Name != "key-20" || two.Links.Pages["next"] != "" || two.Links.Pages["first"] == "" {
		t.Errorf("%+v", two)
	}
	if got := list("?sort=name&sort_direction=desc&per_page=1"); got.Keys[0].Name != "key-24" {
		t.Error(got.Keys)
	}
	if got := list("?name=key-07"); len(got.Keys) != 1 || got.Meta.Total != 1 || got.Links.Pages != nil {
		t.Error(got)
	}
	if got := list("?bucket=b-space&per_page=200"); len(got.Keys) != 8 {
		t.Error(len(got.Keys))
	}
	if got := list("?permission=fullaccess&per_page=200"); len(got.Keys) != 8 {
		t.Error(len(got.Keys))
	}
	if got := list("?bucket=b-space&permission=read"); len(got.Keys) != 0 || got.Keys == nil {
		t.Error(got.Keys)
	}
	for _, bad := range []string{"?page=0", "?page=x", "?per_page=201", "?sort=secret_key", "?sort_direction=up", "?permission=all"} {
		if a := f.api("GET", "/v2/spaces/keys"+bad, ""); a.StatusCode != 400 {
			t.Error(bad, a.StatusCode)
		}
	}
}

func TestTheAPIRefusesBadRequestsInItsOwnTerms(t *testing.T) {
	f := newFixture(t, withRing)
	k := f.newKey("kept", readOnly("my-bucket"))
	for _, c := range []struct {
		status             int
		method, path, body string
	}{
		{400, "POST", "", ``},
		{400, "POST", "", `[]`},
		{400, "POST", "", `{"grants":[]}`},
		{400, "POST", "", `{"name":""}`},
		{400, "POST", "", `{"name":"a\u0001b"}`},
		{400, "POST", "", `{"name":"` + strings.Repeat("n", 256) + `"}`},
		{400, "POST", "", `{"name":"a","grants":[{"bucket":"my-bucket","permission":"write"}]}`},
		{400, "POST", "", `{"name":"a","grants":[{"bucket":"my-bucket","permission":""}]}`},
		{400, "POST", "", `{"name":"a","grants":[{"bucket":"No_Bucket","permission":"read"}]}`},
		{400, "POST", "", `{"name":"` + strings.Repeat("n", 300<<10) + `"}`},
		{400, "PUT", "/" + k.ID, `{"grants":[]}`},
		{400, "PATCH", "/" + k.ID, `{}`},
		{400, "POST", "/" + k.ID + "/actions", `{"type":"destroy"}`},
		{404, "POST", "/DONOSUCHKEY/actions", `{"type":"regenerate"}`},
		{404, "GET", "/" + k.ID + "/secret", ``},
		{405, "DELETE", "", ``},
		{405, "POST", "/" + k.ID, `{"name":"a"}`},
	} {
		a := f.api(c.method, "/v2/spaces/keys"+c.path, c.body)
		var e struct {
			ID, Message string
			RequestID   string `json:"request_id"`
		}
		if err := json.Unmarshal([]byte(a.body), &e); err != nil || a.StatusCode != c.status || e.ID == "" || e.Message == "" || e.RequestID != a.Header.Get("X-Amz-Request-Id") {
			t.Errorf("%s %s %.60s: %d %s", c.method, c.path, c.body, a.StatusCode, a.body)
		}
	}
	k.Secret = ""
	if got := f.keyOf(f.api("GET", "/v2/spaces/keys/"+k.ID, "")); !reflect.DeepEqual(got, k) {
		t.Errorf("%+v", got)
	}
	if a := f.api("GET", "/v2/spaces/keys", ""); !strings.Contains(a.body, `"total":1`) {
		t.Error(a.body)
	}
}

func TestTheAPINeedsItsTokenAndAnswersNothingOfS3(t *testing.T) {
	f := newFixture(t, withRing)
	for _, token := range []string{"", "x", adminToken + "x", adminToken[:len(adminToken)-1]} {
		a := f.send(f.request("GET", "/v2/spaces/keys", "", "Authorization", "Bearer "+token))
		if a.StatusCode != 401 || !strings.Contains(a.body, `"id":"unauthorized"`) || a.Header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("%q: %d %s", token, a.StatusCode, a.body)
		}
	}
	// The same path without any authorization is one of S3.
	f.refuse(404, "NoSuchBucket", "GET", "/v2x/spaces/keys", "")
	if a := f.anonymous("GET", "/v2/spaces/keys", ""); !strings.Contains(a.body, "<Error>") || a.StatusCode < 400 {
		t.Error(a.StatusCode, a.body)
	}
	// And a bearer token is none of S3's.
	for _, path := range []string{"/", "/media", "/v2/spaces/keysx", "/v2/spaces"} {
		if a := f.api("GET", path, ""); a.StatusCode != 400 || a.code() != "InvalidArgument" {
			t.Error(path, a.StatusCode, a.body)
		}
	}
	off := newFixture(t)
	if a := off.api("GET", "/v2/spaces/keys", ""); a.StatusCode != 400 || a.code() != "InvalidArgument" {
		t.Error(a.StatusCode, a.body)
	}
}

func TestARotatedSecretReplacesTheOldOneAtOnce(t *testing.T) {
	f := newFixture(t, withRing)
	f.want(200, "PUT", "/media", "")
	old := f.newKey("rotated", readOnly("media"))
	if a := f.as(old, "GET", "/media", ""); a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body)
	}
	a := f.api("POST", "/v2/spaces/keys/"+old.ID+"/actions", `{"type":"regenerate"}`)
	k := f.keyOf(a)
	if a.StatusCode != 200 || k.Secret == "" || k.Secret == old.Secret || k.Name != old.Name || k.ID != old.ID || !slices.Equal(k.Grants, old.Grants) {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	f.refused(f.as(old, "GET", "/media", ""), 403, "SignatureDoesNotMatch")
	if a := f.as(k, "GET", "/media", ""); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
	f.api("DELETE", "/v2/spaces/keys/"+k.ID, "")
	f.refused(f.as(k, "GET", "/media", ""), 403, "InvalidAccessKeyId")
}

func TestGrantsAreKeptOneForEachSpace(t *testing.T) {
	f := newFixture(t, withRing)
	if k := f.newKey("widest", readOnly("b-space"), fullAccess("a-space"), readWrite("b-space"), readOnly("a-space")); !slices.Equal(k.Grants, []keyring.Grant{fullAccess("a-space"), readWrite("b-space")}) {
		t.Error(k.Grants)
	}
	if k := f.newKey("all", readOnly("b-space"), fullAccess(""), readWrite("c-space")); !slices.Equal(k.Grants, []keyring.Grant{fullAccess("")}) {
		t.Error("full access to everything is not prioritised:", k.Grants)
	}
}
