package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"spaces/store"
	"spaces/store/storetest"
)

// The answers here have the shapes of DigitalOcean's API reference ("CDN Endpoints", "Spaces Keys", "HTTP Statuses", "Rate
// Limit") and of what people reported of it. They were not tried against the API itself.

// cloud answers as DigitalOcean's API does.
type cloud struct {
	url string

	mu     sync.Mutex
	asked  []string // "METHOD path?query body"
	tokens []string
	answer func(n int, r *http.Request) (status int, header http.Header, body string)
}

func newCloud(t *testing.T, answer func(n int, r *http.Request) (int, http.Header, string)) *cloud {
	c := &cloud{answer: answer}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	n := len(c.asked)
	c.asked = append(c.asked, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+strings.TrimSpace(string(body))))
	c.tokens = append(c.tokens, r.Header.Get("Authorization"))
	c.mu.Unlock()
	status, header, text := c.answer(n, r)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	for name, values := range header {
		w.Header()[name] = values
	}
	w.WriteHeader(status)
	fmt.Fprint(w, text)
}

func (c *cloud) requests() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.asked)
}

// open is a connection to Spaces in ams3 with that API.
func (c *cloud) open(t *testing.T, change ...func(*store.Config)) *store.Store {
	t.Helper()
	conf := store.Config{Endpoint: "https://ams3.digitaloceanspaces.com", AccessKey: "DO00", SecretKey: storetest.SecretKey, APIToken: storetest.AdminToken, APIURL: c.url}
	for _, f := range change {
		f(&conf)
	}
	s, err := store.Open(t.Context(), conf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

const endpointOfMedia = `{"id":"19f06b6a-3ace-4315-b086-499a0e521b76","origin":"media.ams3.digitaloceanspaces.com",` +
	`"endpoint":"media.ams3.cdn.digitaloceanspaces.com","created_at":"2018-07-19T15:04:16Z","certificate_id":"892071a0-bb95-49bc-8021-3afd67a210bf",` +
	`"custom_domain":"static.example.com","ttl":3600}`

func saying(bodies ...string) func(int, *http.Request) (int, http.Header, string) {
	return func(n int, _ *http.Request) (int, http.Header, string) {
		return 200, nil, bodies[min(n, len(bodies)-1)]
	}
}

func TestTheCDNOfASpaceIsFoundAmongAllOfTheAccount(t *testing.T) {
	c := newCloud(t, saying(
		`{"endpoints":[{"id":"1","origin":"media.nyc3.digitaloceanspaces.com","endpoint":"media.nyc3.cdn.digitaloceanspaces.com","created_at":"2018-07-19T15:04:16Z","ttl":60}],`+
			`"links":{"pages":{"next":"https://api.digitalocean.com/v2/cdn/endpoints?page=2&per_page=200","last":"https://api.digitalocean.com/v2/cdn/endpoints?page=2&per_page=200"}},"meta":{"total":2}}`,
		`{"endpoints":[`+endpointOfMedia+`],"links":{"pages":{"first":"https://api.digitalocean.com/v2/cdn/endpoints?page=1&per_page=200","prev":"https://api.digitalocean.com/v2/cdn/endpoints?page=1&per_page=200"}},"meta":{"total":2}}`))
	s := c.open(t)
	got, err := s.CDN(t.Context(), "media")
	if err != nil || got.ID != "19f06b6a-3ace-4315-b086-499a0e521b76" || got.Host != "media.ams3.cdn.digitaloceanspaces.com" || got.TTL != time.Hour ||
		got.Domain != "static.example.com" || got.Certificate != "892071a0-bb95-49bc-8021-3afd67a210bf" || got.Created.Year() != 2018 {
		t.Errorf("%+v, %v", got, err)
	}
	want := []string{"GET /v2/cdn/endpoints?page=1&per_page=200", "GET /v2/cdn/endpoints?page=2&per_page=200"}
	if got := c.requests(); !slices.Equal(got, want) {
		t.Errorf("it asked %q", got)
	}
	if c.tokens[0] != "Bearer "+storetest.AdminToken {
		t.Error("without the token")
	}
	if other, err := s.KnownCDN(t.Context(), "backup"); err != nil || other.On() {
		t.Errorf("%+v, %v", other, err)
	}
	if got := c.requests(); len(got) != 2 {
		t.Errorf("what was just read was asked again: %q", got)
	}
}

func TestTheCDNIsEnabledChangedPurgedAndDisabled(t *testing.T) {
	on := false
	state := map[string]any{"id": "19f06b6a", "origin": "media.ams3.digitaloceanspaces.com", "endpoint": "media.ams3.cdn.digitaloceanspaces.com", "created_at": "2018-07-19T15:04:16Z"}
	c := newCloud(t, func(_ int, r *http.Request) (int, http.Header, string) {
		switch {
		case r.Method == "DELETE":
			on = on && strings.HasSuffix(r.URL.Path, "/cache")
			return 204, nil, ""
		case r.Method == "GET" && !on:
			return 200, nil, `{"endpoints":[],"links":{},"meta":{"total":0}}`
		case r.Method == "GET":
			text, _ := json.Marshal(state)
			return 200, nil, `{"endpoints":[` + string(text) + `],"links":{},"meta":{"total":1}}`
		}
		return 0, nil, ""
	})
	inner := c.answer
	c.answer = func(n int, r *http.Request) (int, http.Header, string) {
		if r.Method != "POST" && r.Method != "PUT" {
			return inner(n, r)
		}
		on = true
		body := c.requests()[n]
		if err := json.Unmarshal([]byte(body[strings.IndexByte(body, '{'):]), &state); err != nil {
			t.Error(err)
		}
		text, _ := json.Marshal(state)
		return map[string]int{"POST": 201, "PUT": 200}[r.Method], nil, `{"endpoint":` + string(text) + `}`
	}
	s, ctx := c.open(t), t.Context()
	was, err := s.CDN(ctx, "media")
	if err != nil || was.On() {
		t.Fatal(was, err)
	}
	if err := s.PurgeCDN(ctx, "media", []string{"*"}); !errors.Is(err, store.NotFound) {
		t.Error(err)
	}
	if err := s.SetCDN(ctx, "media", was, store.CDN{TTL: store.DefaultCDNLife}); err != nil {
		t.Fatal(err)
	}
	if was, err = s.KnownCDN(ctx, "media"); err != nil || !was.On() || was.TTL != time.Hour {
		t.Fatal(was, err)
	}
	if err := s.SetCDN(ctx, "media", was, store.CDN{TTL: time.Minute, Domain: "static.example.com", Certificate: "892071a0"}); err != nil {
		t.Fatal(err)
	}
	if was, err = s.CDN(ctx, "media"); err != nil || was.TTL != time.Minute || was.Domain != "static.example.com" {
		t.Fatal(was, err)
	}
	if err := s.SetCDN(ctx, "media", was, was); err != nil {
		t.Error("nothing to change:", err)
	}
	if err := s.PurgeCDN(ctx, "media", []string{"a b.png", "images/*"}); err != nil {
		t.Error(err)
	}
	if err := s.PurgeCDN(ctx, "media", make([]string, store.MostPurged+1)); err == nil {
		t.Error("more than the API takes")
	}
	if err := s.DisableCDN(ctx, "media", was); err != nil {
		t.Error(err)
	}
	if was, err = s.KnownCDN(ctx, "media"); err != nil || was.On() {
		t.Error(was, err)
	}
	got := slices.DeleteFunc(c.requests(), func(r string) bool { return strings.HasPrefix(r, "GET") })
	want := []string{
		`POST /v2/cdn/endpoints {"origin":"media.ams3.digitaloceanspaces.com","ttl":3600}`,
		`PUT /v2/cdn/endpoints/19f06b6a {"custom_domain":"static.example.com","certificate_id":"892071a0"}`,
		`PUT /v2/cdn/endpoints/19f06b6a {"ttl":60}`,
		`DELETE /v2/cdn/endpoints/19f06b6a/cache {"files":["a b.png","images/*"]}`,
		`DELETE /v2/cdn/endpoints/19f06b6a`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("it sent\n%s", strings.Join(got, "\n"))
	}
}

func TestAnAnswerThatIsNotWhatWasAskedForIsAnError(t *testing.T) {
	c := newCloud(t, saying(`{"endpoint":`+endpointOfMedia+`}`))
	err := c.open(t).SetCDN(t.Context(), "media", store.CDN{}, store.CDN{TTL: time.Minute})
	if err == nil || !strings.Contains(err.Error(), "other settings") {
		t.Error(err)
	}
}

func TestRefusalsOfDigitalOceansAPIAreTold(t *testing.T) {
	ago := http.Header{"Retry-After": {"3600"}}
	for name, x := range map[string]struct {
		status       int
		header       http.Header
		body         string
		kind         store.Kind
		text, advice string
	}{
		"401":              {401, nil, `{"id":"unauthorized","message":"Unable to authenticate you","request_id":"r-1"}`, store.BadCredentials, "Unable to authenticate you", "cdn:read"},
		"403":              {403, nil, `{"id":"forbidden","message":"You do not have access for the attempted action."}`, store.Denied, "You do not have access", "scope"},
		"404":              {404, nil, `{"id":"not_found","message":"The resource you requested could not be found."}`, store.NotFound, "could not be found", ""},
		"409":              {409, nil, `{"id":"conflict","message":"cdn already enabled"}`, store.Exists, "cdn already enabled", "read it again"},
		"422":              {422, http.Header{"X-Request-Id": {"r-2"}}, `{"id":"unprocessable_entity","message":"invalid origin"}`, store.Other, "invalid origin", "change what it names"},
		"429":              {429, ago, `{"id":"too_many_requests","message":"API rate limit exceeded."}`, store.Throttled, "rate limit", "takes more requests at 11:00:00"},
		"500":              {500, nil, `{"id":"server_error","message":"Unexpected server-side error"}`, store.Other, "Unexpected", ""},
		"without a reason": {502, nil, ``, store.Other, "502", ""},
		"a page":           {200, http.Header{"Content-Type": {"text/html"}}, `<html>log in</html>`, store.Unreachable, "", ""},
		"a redirect":       {302, http.Header{"Location": {"https://elsewhere.example/"}, "Content-Type": {"text/html"}}, ``, store.Unreachable, "", ""},
		"other JSON":       {200, nil, `{"endpoints":7}`, store.Other, "not what DigitalOcean's API gives", ""},
		"cut off":          {200, nil, `{"endpoints":[`, store.Unreachable, "", ""},
		"a wrong date":     {200, nil, `{"endpoints":[{"created_at":"yesterday"}]}`, store.Other, "not what DigitalOcean's API gives", ""},
		"the token echoed": {400, nil, `{"id":"bad_request","message":"bad token ` + storetest.AdminToken + `"}`, store.Other, "bad token …", ""},
	} {
		c := newCloud(t, func(int, *http.Request) (int, http.Header, string) { return x.status, x.header, x.body })
		s := c.open(t, func(conf *store.Config) {
			conf.Now = func() time.Time { return time.Date(2026, 11, 3, 10, 0, 0, 0, time.UTC) }
		})
		_, err := s.CDN(t.Context(), "media")
		var e *store.Error
		if !errors.As(err, &e) || e.Kind != x.kind || !strings.Contains(e.Error(), x.text) || !strings.Contains(e.Advice(), x.advice) || e.Ref.Space != "media" {
			t.Errorf("%s: %v (%v)", name, err, store.KindOf(err))
		}
		if text := fmt.Sprintf("%v %+v %#v", err, err, e); strings.Contains(text, storetest.AdminToken) || strings.Contains(text, storetest.SecretKey) {
			t.Errorf("%s: a secret is in the error", name)
		}
		if len(c.requests()) != 1 {
			t.Errorf("%s: it was sent %d times", name, len(c.requests()))
		}
	}
}

func TestWhereThereIsNoCDNNothingIsSent(t *testing.T) {
	c := newCloud(t, saying(`{}`))
	for name, x := range map[string]struct {
		change func(*store.Config)
		kind   store.Kind
		why    string
	}{
		"another endpoint": {func(conf *store.Config) { conf.Endpoint = "https://s3.example.com" }, store.Unsupported, "Only DigitalOcean"},
		"without a token":  {func(conf *store.Config) { conf.APIToken = "" }, store.BadCredentials, "DIGITALOCEAN_ACCESS_TOKEN"},
	} {
		s := c.open(t, x.change)
		ctx := t.Context()
		_, err := s.CDN(ctx, "media")
		for _, err := range []error{err, s.SetCDN(ctx, "media", store.CDN{}, store.CDN{TTL: time.Hour}), s.DisableCDN(ctx, "media", store.CDN{ID: "1"})} {
			if !errors.Is(err, x.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if known, err := s.KnownCDN(ctx, "media"); err != nil || known.On() {
			t.Errorf("%s: %+v, %v", name, known, err)
		}
		if !strings.Contains(s.NoCDN(), x.why) {
			t.Errorf("%s: %q", name, s.NoCDN())
		}
	}
	if len(c.requests()) > 0 {
		t.Errorf("it sent %q", c.requests())
	}
}

func TestAReadOnlyConnectionLooksAtTheCDNAndChangesNothing(t *testing.T) {
	c := newCloud(t, saying(`{"endpoints":[`+endpointOfMedia+`],"meta":{"total":1}}`))
	s := c.open(t, func(conf *store.Config) { conf.ReadOnly = "It is read-only." })
	was, err := s.CDN(t.Context(), "media")
	if err != nil || !was.On() {
		t.Fatal(err)
	}
	for _, err := range []error{s.PurgeCDN(t.Context(), "media", []string{"*"}), s.DisableCDN(t.Context(), "media", was)} {
		if !errors.Is(err, store.Denied) {
			t.Error(err)
		}
	}
	if n := len(c.requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// throttling refuses the first requests with a header, then answers with body. It is no server, so that a test has the clock.
func throttling(refuse int, name, value, body string, sent *[]string) func(http.RoundTripper) http.RoundTripper {
	return func(http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			text := ""
			if r.Body != nil {
				b, _ := io.ReadAll(r.Body)
				text = strings.TrimSpace(string(b))
			}
			*sent = append(*sent, r.Method+" "+text)
			h := http.Header{"Content-Type": {"application/json"}}
			if len(*sent) <= refuse {
				h.Set(name, value)
				return &http.Response{StatusCode: 429, Status: "429 Too Many Requests", Header: h, Request: r,
					Body: io.NopCloser(strings.NewReader(`{"id":"too_many_requests","message":"API rate limit exceeded."}`))}, nil
			}
			return &http.Response{StatusCode: 200, Header: h, Request: r, Body: io.NopCloser(strings.NewReader(body))}, nil
		})
	}
}

func TestOneRequestTooManyIsSentAgainWhenTheWaitIsShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reset := fmt.Sprint(time.Now().Add(9 * time.Second).Unix())
		for _, x := range []struct {
			refuse      int
			name, value string
			sent        int
			waited      time.Duration
			fails       bool
		}{
			{2, "Retry-After", "8", 3, 16 * time.Second, false},
			{3, "Retry-After", "1", 3, 2 * time.Second, true},
			{1, "RateLimit-Reset", reset, 2, 0, false},
			{1, "Retry-After", "3600", 1, 0, true},
			{1, "Server", "says nothing of it", 1, 0, true},
		} {
			var sent []string
			s, err := store.Open(t.Context(), store.Config{Endpoint: "https://ams3.digitaloceanspaces.com", AccessKey: "DO00", SecretKey: "s",
				APIToken: "token", Wrap: throttling(x.refuse, x.name, x.value, `{"key":{"access_key":"DO1"}}`, &sent)})
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			_, err = s.CreateKey(t.Context(), "backup", []store.Grant{{Permission: store.KeyFullAccess}})
			if (err != nil) != x.fails || len(sent) != x.sent || x.waited > 0 && time.Since(began) != x.waited {
				t.Errorf("%s %s: %v after %v, sent %d", x.name, x.value, err, time.Since(began), len(sent))
			}
			for _, r := range sent {
				if r != `POST {"name":"backup","grants":[{"bucket":"","permission":"fullaccess"}]}` {
					t.Errorf("it sent %q", r)
				}
			}
			s.Close()
		}
	})
}

func TestTheWaitForTheAPIEndsWhenItIsCanceled(t *testing.T) {
	c := newCloud(t, func(int, *http.Request) (int, http.Header, string) {
		return 429, http.Header{"Retry-After": {"20"}}, `{"id":"too_many_requests","message":"API rate limit exceeded."}`
	})
	s := c.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	answer := c.answer
	c.answer = func(n int, r *http.Request) (int, http.Header, string) { defer cancel(); return answer(n, r) }
	if _, err := s.CDN(ctx, "media"); !errors.Is(err, store.Canceled) {
		t.Error(err)
	}
}

func TestTheTokenIsNotInTheRequestLog(t *testing.T) {
	c := newCloud(t, saying(`{"endpoints":[`+endpointOfMedia+`],"meta":{"total":1}}`))
	conns := store.NewConns(func(conn store.Conn) (store.Config, error) {
		return store.Config{Conn: conn, Endpoint: "https://ams3.digitaloceanspaces.com", AccessKey: "DO00", SecretKey: storetest.SecretKey,
			TokenOf: func() (string, error) { return storetest.AdminToken, nil }, APIURL: c.url}, nil
	})
	defer conns.Close()
	s, err := conns.Get("do")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.CDN(t.Context(), "media"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Keys(t.Context()); err != nil {
		t.Fatal(err)
	}
	calls := conns.Calls().All()
	if len(calls) != 2 || calls[1].Op != "ListCDNEndpoints" || calls[0].Op != "ListAccessKeys" {
		t.Fatalf("%+v", calls)
	}
	for _, call := range calls {
		if text := fmt.Sprintf("%+v %s", call, call.Curl()); strings.Contains(text, storetest.AdminToken) || strings.Contains(text, "sigv4") {
			t.Error(text)
		}
		if !strings.Contains(call.Curl(), `"Authorization: Bearer $DIGITALOCEAN_ACCESS_TOKEN"`) {
			t.Error(call.Curl())
		}
	}
}

func TestATokenThatIsNotToBeHadIsTold(t *testing.T) {
	c := newCloud(t, saying(`{}`))
	tries := 0
	s := c.open(t, func(conf *store.Config) {
		conf.APIToken = ""
		conf.TokenOf = func() (string, error) { tries++; return "", errors.New("the keyring is locked") }
	})
	for _, ask := range []func() error{
		func() error { _, err := s.CDN(t.Context(), "media"); return err },
		func() error { _, err := s.Keys(t.Context()); return err },
	} {
		if err := ask(); !errors.Is(err, store.BadCredentials) || !strings.Contains(err.Error(), "the keyring is locked") {
			t.Error(err)
		}
	}
	if tries != 2 || len(c.requests()) > 0 {
		t.Error(tries, c.requests())
	}
}

func TestKeysOfDigitalOceanAreReadPageByPage(t *testing.T) {
	const first = `{"keys":[{"name":"all","access_key":"DO1","created_at":"2024-10-02T15:00:01Z","grants":[{"bucket":"","permission":"fullaccess"}]}],` +
		`"links":{"pages":{"next":"https://api.digitalocean.com/v2/spaces/keys?page=2","last":"https://api.digitalocean.com/v2/spaces/keys?page=2"}},"meta":%s}`
	const second = `{"keys":[{"name":"some","access_key":"DO2","created_at":"2024-10-03T15:00:01Z","grants":[{"bucket":"media","permission":"read"},{"bucket":"backup","permission":"readwrite"}]}],` +
		`"links":{"pages":{"first":"https://api.digitalocean.com/v2/spaces/keys?page=1","prev":"https://api.digitalocean.com/v2/spaces/keys?page=1"}},"meta":%s}`
	for _, meta := range []string{`{"total":2}`, `{}`, `{"total":1}`} {
		c := newCloud(t, saying(fmt.Sprintf(first, meta), fmt.Sprintf(second, meta), `{"keys":[],"meta":{}}`))
		list, err := c.open(t).Keys(t.Context())
		if err != nil || len(list) != 2 || list[0].Grants[0].Permission != store.KeyFullAccess || len(list[1].Grants) != 2 || list[1].Grants[1] != (store.Grant{Bucket: "backup", Permission: store.KeyReadWrite}) {
			t.Errorf("%s: %+v, %v", meta, list, err)
		}
		if n := len(c.requests()); n != 2 {
			t.Errorf("%s: %d requests", meta, n)
		}
	}
}
