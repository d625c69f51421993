package store_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
)

// drafts opens profiles on the server of f, with its faults.
func drafts(t *testing.T, f *storetest.Fixture, change func(*store.Config)) func(context.Context, store.Profile) (*store.Store, error) {
	return func(ctx context.Context, p store.Profile) (*store.Store, error) {
		c := store.Config{Endpoint: p.Endpoint, Region: p.Region, PathStyle: p.PathStyle, AccessKey: storetest.AccessKey,
			SecretKey: storetest.SecretKey, Spaces: p.Spaces, Wrap: f.Faults.Wrap}
		if p.AccessKey != "" {
			c.AccessKey = p.AccessKey
		}
		if p.Secret != "" {
			c.SecretKey = p.Secret
		}
		if change != nil {
			change(&c)
		}
		return store.Open(ctx, c)
	}
}

func TestADiagnosisSaysWhatIsWrongAndWhatMendsIt(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte("<html>log in</html>"))
	}))
	defer page.Close()
	is := storetest.Is("GET")
	for name, c := range map[string]struct {
		profile store.Profile
		change  func(*store.Config)
		fault   storetest.Fault
		ok      bool
		state   string
		says    string
		fix     store.Profile // what the fix makes of the profile; the zero one: there is no fix
	}{
		"well":        {profile: store.Profile{Endpoint: f.URL}, ok: true, state: "ok, 1 Space", says: "It works"},
		"unknown key": {profile: store.Profile{Endpoint: f.URL, AccessKey: "AKIANOBODY"}, state: "unknown key", says: "AKIANOBODY"},
		"secret":      {profile: store.Profile{Endpoint: f.URL, Secret: "no-canary-either"}, state: "wrong secret", says: "does not belong"},
		"plain HTTP": {profile: store.Profile{Endpoint: strings.Replace(f.URL, "http:", "https:", 1)}, state: "no TLS there", says: "speaks plain HTTP",
			fix: store.Profile{Endpoint: f.URL}},
		"TLS": {profile: store.Profile{Endpoint: strings.Replace(secure.URL, "https:", "http:", 1)}, state: "TLS is wanted", says: "speaks TLS",
			fix: store.Profile{Endpoint: secure.URL}},
		"certificate": {profile: store.Profile{Endpoint: secure.URL}, state: "untrusted certificate", says: "certificate"},
		"clock": {profile: store.Profile{Endpoint: f.URL}, fault: storetest.Answer(http.StatusForbidden, "RequestTimeTooSkewed", "Date", time.Now().Add(3*time.Hour).UTC().Format(http.TimeFormat)),
			state: "wrong clock", says: "wrong by"},
		"region by header": {profile: store.Profile{Endpoint: f.URL, Region: "us-east-1"}, state: "wrong region", says: "eu-west-1",
			fault: storetest.Answer(http.StatusBadRequest, "AuthorizationHeaderMalformed", "X-Amz-Bucket-Region", "eu-west-1"),
			fix:   store.Profile{Endpoint: f.URL, Region: "eu-west-1"}},
		"may not list": {profile: store.Profile{Endpoint: f.URL}, ok: true, state: "may not list Spaces", says: "may not list",
			fault: storetest.Answer(http.StatusForbidden, "AccessDenied")},
		"named": {profile: store.Profile{Endpoint: f.URL, Spaces: []string{"media"}}, ok: true, state: "ok, 1 Space named", says: "It works",
			fault: storetest.Answer(http.StatusForbidden, "AccessDenied")},
		"named, but not there": {profile: store.Profile{Endpoint: f.URL, Spaces: []string{"nowhere"}}, state: "no such Space", says: "nowhere",
			fault: storetest.Answer(http.StatusForbidden, "AccessDenied")},
		"nobody":     {profile: store.Profile{Endpoint: "http://127.0.0.1:1"}, state: "not reachable", says: "refused"},
		"no S3":      {profile: store.Profile{Endpoint: page.URL}, state: "something else answers", says: "login page"},
		"no address": {profile: store.Profile{Endpoint: "ftp://x"}, state: "invalid name", says: "not an http or https URL"},
	} {
		f.Faults.Clear()
		if c.fault != nil {
			f.Faults.Add(storetest.Rule{Match: is, Fault: c.fault})
		}
		d := store.Diagnose(t.Context(), c.profile, drafts(t, f, c.change))
		if d.OK != c.ok || d.State != c.state || !strings.Contains(d.Says, c.says) {
			t.Errorf("%s: %+v", name, d)
		}
		if strings.Contains(d.Says+d.Advice, "canary") {
			t.Errorf("%s: a secret is in %+v", name, d)
		}
		switch {
		case d.Fix == nil && c.fix.Endpoint != "":
			t.Errorf("%s: no fix", name)
		case d.Fix != nil:
			if got := d.Fix.On(c.profile); got.Endpoint != c.fix.Endpoint || got.Region != c.fix.Region {
				t.Errorf("%s: the fix makes %+v", name, got)
			}
		}
	}
}

func TestADiagnosisFindsTheAddressingThatAnEndpointUnderstands(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	const nowhere = "NoSuchBucket"
	host := func(r *http.Request) bool { return strings.HasPrefix(r.URL.Host, "media.") }
	f.Faults.Add(storetest.Rule{Match: host, Fault: storetest.Answer(http.StatusNotFound, nowhere)})
	p := store.Profile{Endpoint: "http://s3.eu-west-1.amazonaws.com"} // of a kind that is addressed by host
	change := func(c *store.Config) {
		wrap := c.Wrap
		c.Wrap = func(http.RoundTripper) http.RoundTripper {
			return wrap(&http.Transport{DialContext: f.Server.Dial})
		}
	}
	d := store.Diagnose(t.Context(), p, drafts(t, f, change))
	if d.OK || d.State != "wrong addressing" || d.Fix == nil || !d.Fix.On(p).PathStyle {
		t.Errorf("%+v", d)
	}
	if d = store.Diagnose(t.Context(), d.Fix.On(p), drafts(t, f, change)); !d.OK {
		t.Errorf("mended: %+v", d)
	}
}

func TestADiagnosisKnowsTheAddressOfASpace(t *testing.T) {
	f := storetest.New(t)
	p := store.Profile{Endpoint: "https://media.nyc3.digitaloceanspaces.com"}
	list := func(*http.Request) bool { return true }
	f.Faults.Add(storetest.Rule{Match: list, Fault: storetest.Page("application/xml", "<ListBucketResult></ListBucketResult>")})
	d := store.Diagnose(t.Context(), p, drafts(t, f, nil))
	if d.OK || d.Fix == nil || d.Fix.On(p).Endpoint != "https://nyc3.digitaloceanspaces.com" {
		t.Errorf("%+v", d)
	}
}
