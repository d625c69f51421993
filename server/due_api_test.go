package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"spaces/server"
	"spaces/server/sigv4"
	"spaces/server/sweep"
)

const duePath = "/v2/spaces/due"

type dueCounts struct {
	Objects, Versions, Markers, Uploads int
	Bytes                               int64
}

type dueThing struct {
	Key, Action, Version, Upload, Rule string
	Size                               int64
}

type dueAnswer struct {
	dueCounts
	Complete bool
	Rules    []struct {
		Rule string
		dueCounts
	}
	First []dueThing
}

// later is a fixture whose server is 40 days ahead of what it has, so that all of it is old.
type later struct{ *fixture }

func (f later) now() time.Time { return time.Now().AddDate(0, 0, 40) }

// agedSpace has a Space media, rules for what is below a/ and b/, and what put puts.
func agedSpace(t *testing.T, put func(f *fixture)) later {
	t.Helper()
	f := withSpace(t)
	f.want(200, "PUT", "/media?lifecycle", `<LifecycleConfiguration>`+
		`<Rule><ID>short</ID><Filter><Prefix>a/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>1</Days></Expiration>`+
		`<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration></Rule>`+
		`<Rule><ID>long</ID><Filter><Prefix>b/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>30</Days></Expiration></Rule>`+
		`</LifecycleConfiguration>`)
	put(f)
	c := server.Config{Engine: f.engine, Secret: secret, Owner: "owner", Now: later{}.now}
	withRing(&c)
	s := server.New(c)
	transport := &http.Transport{DialContext: s.Dial}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := s.Shutdown(context.Background()); err != nil {
			t.Error("shutdown:", err)
		}
	})
	return later{&fixture{TB: t, engine: f.engine, server: s, client: &http.Client{Transport: transport}}}
}

// signed is a request by the clock of the server.
func (f later) signed(id, secret, method, target string) *http.Request {
	req := f.request(method, target, "")
	sigv4.Sign(req, id, secret, region, sigv4.HashPayload(nil), f.now())
	return req
}

func (f later) due() (a dueAnswer) {
	f.Helper()
	got := f.send(f.signed(accessKey, secretKey, "GET", duePath+"?space=media"))
	if err := json.Unmarshal([]byte(got.body), &a); err != nil || got.StatusCode != 200 {
		f.Fatal(err, got.StatusCode, got.body)
	}
	if h := got.Header; h.Get("Content-Type") != "application/json; charset=utf-8" || h.Get("Cache-Control") != "no-store" {
		f.Error(h)
	}
	return a
}

func TestTheRootKeyIsToldWhatIsDueAndNothingIsDeleted(t *testing.T) {
	f := agedSpace(t, func(f *fixture) {
		f.want(200, "PUT", "/media?versioning", `<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>`)
		f.want(200, "PUT", "/media/a/twice", "older")
		f.want(200, "PUT", "/media/a/twice", "newest")
		f.want(200, "PUT", "/media/b/once", "abc")
		f.want(200, "PUT", "/media/c/kept", "kept")
		f.want(204, "DELETE", "/media/a/gone", "")
		f.begin("/media/parts")
	})
	for range 2 { // the second finds the same
		a := f.due()
		if want := (dueCounts{Objects: 2, Versions: 1, Markers: 1, Uploads: 1, Bytes: 14}); a.dueCounts != want || !a.Complete {
			t.Errorf("%+v, want %+v", a, want)
		}
		var said []string
		for _, d := range a.First {
			if (d.Version == "") == (d.Action == sweep.Version || d.Action == sweep.Marker) || (d.Upload == "") == (d.Action == sweep.Abort) {
				t.Errorf("%+v", d)
			}
			said = append(said, fmt.Sprint(d.Rule, " ", d.Action, " ", d.Key, " ", d.Size))
		}
		want := "short delete-marker a/gone 0\nshort delete-version a/twice 5\nshort hide a/twice 6\nlong hide b/once 3\n abort-upload parts 0"
		if got := strings.Join(said, "\n"); got != want {
			t.Errorf("said:\n%s\nwant:\n%s", got, want)
		}
		if got := fmt.Sprint(a.Rules); got != "[{short {1 1 1 0 11}} {long {1 0 0 0 3}} { {0 0 0 1 0}}]" {
			t.Error(got)
		}
	}
}

func TestOnlyTheRootKeyAndTheTokenAreToldWhatIsDue(t *testing.T) {
	f := agedSpace(t, func(*fixture) {})
	made := f.newKey("widest", fullAccess(""))
	const at = duePath + "?space=media"
	late := f.request("GET", at, "")
	sigv4.Sign(late, accessKey, secretKey, region, sigv4.HashPayload(nil), f.now().Add(-time.Hour))
	bearer := func(token string) *http.Request { return f.request("GET", at, "", "Authorization", "Bearer "+token) }
	root := func(method, target string) *http.Request { return f.signed(accessKey, secretKey, method, target) }
	for name, c := range map[string]struct {
		req    *http.Request
		status int
		id     string
	}{
		"the root key":           {root("GET", at), 200, ""},
		"the token":              {bearer(adminToken), 200, ""},
		"a slash at the end":     {root("GET", duePath+"/?space=media"), 200, ""},
		"another token":          {bearer("guessed"), 401, "unauthorized"},
		"a key with full access": {f.signed(made.ID, made.Secret, "GET", at), 403, "forbidden"},
		"that and no Space":      {f.signed(made.ID, made.Secret, "GET", duePath+"?space=missing"), 403, "forbidden"},
		"an unknown key":         {f.signed("DOWHO", made.Secret, "GET", at), 403, "InvalidAccessKeyId"},
		"a wrong secret":         {f.signed(accessKey, made.Secret, "GET", at), 403, "SignatureDoesNotMatch"},
		"an old request":         {late, 403, "RequestTimeTooSkewed"},
		"no Space":               {root("GET", duePath), 400, "bad_request"},
		"a Space that is not":    {root("GET", duePath+"?space=missing"), 404, "NoSuchBucket"},
		"no name of a Space":     {root("GET", duePath+"?space=A%1B"), 404, "NoSuchBucket"},
		"a path below":           {root("GET", duePath+"/media"), 404, "not_found"},
		"another method":         {root("POST", at), 405, "method_not_allowed"},
	} {
		a := f.send(c.req)
		var e struct{ ID, Message string }
		if err := json.Unmarshal([]byte(a.body), &e); err != nil || a.StatusCode != c.status || e.ID != c.id || (e.Message == "") != (c.id == "") {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.body)
		}
	}
	if a := f.anonymous("GET", at, ""); a.StatusCode == 200 || strings.Contains(a.body, "complete") {
		t.Error("a visitor is told:", a.StatusCode, a.body)
	}
}

func TestAnAnswerOfWhatIsDueIsBounded(t *testing.T) {
	f := agedSpace(t, func(f *fixture) {
		for i := range 130 {
			f.want(200, "PUT", fmt.Sprintf("/media/a/%03d", i), "x")
		}
		f.want(200, "PUT", "/media/b/after", "x")
	})
	a := f.due()
	if n := len(a.First); a.Objects != 131 || n != 101 || a.First[99].Key != "a/099" || a.First[100].Key != "b/after" {
		t.Errorf("%d objects, %d shown", a.Objects, n)
	}
}

func TestCountingWhatIsDueEndsWhenItsTimeOrTheRequestDoes(t *testing.T) {
	f := agedSpace(t, func(f *fixture) { f.want(200, "PUT", "/media/a/x", "x") })
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	f.server.ServeHTTP(w, f.signed(accessKey, secretKey, "GET", duePath+"?space=media").WithContext(ended))
	if w.Code < 300 || strings.Contains(w.Body.String(), "complete") {
		t.Error("it was counted for nobody:", w.Code, w.Body)
	}
	server.Hasty(f.server)
	if a := f.due(); a.Complete || a.Objects != 0 || a.First == nil || a.Rules == nil {
		t.Errorf("%+v", a)
	}
}

func TestAKeyOfTheNameOfWhatIsDueIsAnObjectWhereTheHostNamesItsSpace(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", duePath, "an object", "Host", "media.localhost")
	if a := f.want(200, "GET", duePath, "", "Host", "media.localhost"); a.body != "an object" {
		t.Error(a.body)
	}
}
