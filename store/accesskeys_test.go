package store_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/digitalocean/godo"

	"spaces/store"
	"spaces/store/storetest"
)

// ofGodo is DigitalOcean's own client on the same server.
func ofGodo(t *testing.T, f *storetest.Fixture) godo.SpacesKeysService {
	t.Helper()
	c, err := godo.New(http.DefaultClient, godo.SetBaseURL(f.URL+"/"), godo.SetRequestHeaders(map[string]string{"Authorization": "Bearer " + storetest.AdminToken}))
	if err != nil {
		t.Fatal(err)
	}
	return c.SpacesKeys
}

// asOcean is a connection to DigitalOcean whose API is that of the server.
func asOcean(t *testing.T, f *storetest.Fixture, token string) *store.Store {
	t.Helper()
	return f.Open(t, func(c *store.Config) {
		c.Endpoint, c.APIToken, c.APIURL = "https://nyc3.digitaloceanspaces.com", token, f.URL
	})
}

func TestKeysAreManagedByTheKeyOfTheConnectionAndByTheTokenOfDigitalOcean(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	for name, s := range map[string]*store.Store{"this program's server": f.Store, "DigitalOcean": asOcean(t, f, storetest.AdminToken)} {
		t.Run(name, func(t *testing.T) {
			ctx, other := t.Context(), ofGodo(t, f)
			made, err := s.CreateKey(ctx, "backup", []store.Grant{{Bucket: "media", Permission: store.KeyRead}})
			if err != nil || made.ID == "" || made.Secret.Reveal() == "" || made.Created.IsZero() {
				t.Fatalf("%+v, %v", made, err)
			}
			seen, _, err := other.Get(ctx, made.ID)
			if err != nil || seen.Name != "backup" || len(seen.Grants) != 1 || *seen.Grants[0] != (godo.Grant{Bucket: "media", Permission: godo.SpacesKeyRead}) {
				t.Fatalf("%+v, %v", seen, err)
			}
			mine := f.Open(t, func(c *store.Config) { c.AccessKey, c.SecretKey = made.ID, made.Secret.Reveal() })
			if _, err := mine.List(ctx, store.ListRequest{Space: "media"}); err != nil {
				t.Error("the new key is good for nothing:", err)
			}
			if _, err := s.UpdateKey(ctx, made.ID, "other", nil); err != nil {
				t.Fatal(err)
			}
			if seen, _, err = other.Get(ctx, made.ID); err != nil || seen.Name != "other" || len(seen.Grants) != 0 {
				t.Errorf("%+v, %v", seen, err)
			}
			list, err := s.Keys(ctx)
			if err != nil || !slices.ContainsFunc(list, func(k store.Key) bool { return k.ID == made.ID && k.Secret == "" && k.Name == "other" }) {
				t.Errorf("%v, %v", list, err)
			}
			again, err := s.RegenerateKey(ctx, made)
			if err != nil || again.Secret == made.Secret || (again.ID == made.ID) != s.CanRegenerate() {
				t.Errorf("%+v, %v", again, err)
			}
			if err := s.DeleteKey(ctx, made.ID); err != nil {
				t.Error(err)
			}
			if _, res, _ := other.Get(ctx, made.ID); res.StatusCode != http.StatusNotFound {
				t.Error(res.Status)
			}
			if err := s.DeleteKey(ctx, made.ID); !errors.Is(err, store.NotFound) {
				t.Error(err)
			}
		})
	}
}

func TestAllKeysAreListedHoweverManyPagesThereAre(t *testing.T) {
	f := storetest.New(t)
	for i := range 201 {
		if _, err := f.Store.CreateKey(t.Context(), fmt.Sprint("key ", i), nil); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := f.Store.Keys(t.Context()); err != nil || len(list) != 201 {
		t.Errorf("%d, %v", len(list), err)
	}
}

func TestWhoMayNotManageKeysLearnsWhy(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	k, err := f.Store.CreateKey(t.Context(), "limited", []store.Grant{{Permission: store.KeyFullAccess}})
	if err != nil {
		t.Fatal(err)
	}
	other := func(change func(*store.Config)) *store.Store { return f.Open(t, change) }
	for name, c := range map[string]struct {
		s      *store.Store
		kind   store.Kind
		advice string
	}{
		"a limited key":   {other(func(c *store.Config) { c.AccessKey, c.SecretKey = k.ID, k.Secret.Reveal() }), store.Denied, "root key"},
		"a wrong secret":  {other(func(c *store.Config) { c.SecretKey = "another" }), store.BadCredentials, "secret key is wrong"},
		"no token":        {asOcean(t, f, ""), store.BadCredentials, "DIGITALOCEAN_ACCESS_TOKEN"},
		"a wrong token":   {asOcean(t, f, "another"), store.BadCredentials, "API token"},
		"AWS":             {other(func(c *store.Config) { c.Endpoint = "https://s3.eu-west-1.amazonaws.com" }), store.Unsupported, "IAM"},
		"nobody is there": {other(func(c *store.Config) { c.Endpoint = "http://127.0.0.1:1" }), store.Unreachable, "address"},
	} {
		_, err := c.s.Keys(t.Context())
		var e *store.Error
		if !errors.As(err, &e) || e.Kind != c.kind || !strings.Contains(e.Advice(), c.advice) {
			t.Errorf("%s: %v: %v", name, err, e)
		}
		for _, secret := range []string{storetest.SecretKey, storetest.AdminToken, k.Secret.Reveal()} {
			if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, e), secret) {
				t.Errorf("%s: a secret is in the error", name)
			}
		}
	}
}

// inJSON is an error as Ceph answers it to who accepts JSON.
func inJSON(status int, body string) storetest.Fault {
	page := storetest.Page("application/json", body)
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := page(next, r)
		if err == nil {
			resp.StatusCode = status
		}
		return resp, err
	}
}

func TestOtherServersManageTheirKeysElsewhere(t *testing.T) {
	for name, c := range map[string]struct {
		fault  storetest.Fault
		want   store.Kind
		advice string
	}{
		"Ceph":         {storetest.Answer(404, "NoSuchBucket"), store.Unsupported, "radosgw-admin"},
		"Ceph in JSON": {inJSON(404, `{"Code":"NoSuchBucket","RequestId":"tx0"}`), store.Unsupported, "radosgw-admin"},
		"Ceph, wrong":  {inJSON(403, `{"Code":"SignatureDoesNotMatch","RequestId":"tx0"}`), store.BadCredentials, "secret key is wrong"},
		"versitygw":    {storetest.Answer(403, "AccessDenied"), store.Unsupported, "versitygw"},
		"a wrong key":  {storetest.Answer(403, "InvalidAccessKeyId"), store.BadCredentials, "does not know this access key"},
		"in trouble":   {storetest.SlowDown(), store.Throttled, "wait"},
		"a login page": {storetest.Page("text/html; charset=utf-8", "<html>"), store.Unreachable, ""},
		"other JSON":   {storetest.Page("application/json", "[1]"), store.Other, ""},
	} {
		f := storetest.New(t, storetest.Config(func(c *store.Config) { c.Endpoint, c.Dial = "http://store.example", nil }))
		f.Faults.Add(storetest.Rule{Fault: c.fault})
		_, err := f.Store.Keys(t.Context())
		var e *store.Error
		if !errors.As(err, &e) || e.Kind != c.want || !strings.Contains(e.Advice(), c.advice) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheTokenOfDigitalOceanGoesNowhereElse(t *testing.T) {
	seen := map[string]string{}
	note := func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			seen[r.URL.Host] += r.Header.Get("Authorization")
			return nil, &url.Error{Op: "Get", Err: errors.New("no network")}
		})
	}
	for _, endpoint := range []string{"https://nyc3.digitaloceanspaces.com", "https://store.example", "https://s3.us-east-1.amazonaws.com"} {
		s, err := store.Open(context.Background(), store.Config{Endpoint: endpoint, AccessKey: "AK", SecretKey: "SK", APIToken: "token", Wrap: note})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if _, err := s.Keys(t.Context()); err == nil {
			t.Error("listed")
		}
	}
	if len(seen) != 2 || seen["api.digitalocean.com"] != "Bearer token" || !strings.HasPrefix(seen["store.example"], "AWS4-HMAC-SHA256 ") {
		t.Errorf("%v", seen)
	}
}

func TestASecretIsNotPrinted(t *testing.T) {
	k := store.Key{ID: "DO1", Secret: "canary"}
	if text := fmt.Sprintf("%v %+v %#v %s %q", k, k, k, k.Secret, k.Secret); strings.Contains(text, "canary") {
		t.Error(text)
	}
}
