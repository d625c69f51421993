package storetest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"spaces/store"
)

// CDN is a server that answers for the CDN as DigitalOcean's API does (API reference, "CDN Endpoints"). It has the shapes of
// the reference, and was not compared with the API itself.
type CDN struct {
	URL string

	mu      sync.Mutex
	list    []map[string]any
	asked   []string
	refused string // the body of the next refusal
	status  int
}

// NewCDN is of an account with no CDN yet.
func NewCDN(t testing.TB) *CDN {
	c := &CDN{}
	s := httptest.NewServer(c)
	t.Cleanup(s.Close)
	c.URL = s.URL
	return c
}

// Open opens a connection to Spaces in ams3 with this API. The server of a Fixture answers what is S3.
func (c *CDN) Open(t testing.TB, f *Fixture, change ...func(*store.Config)) *store.Store {
	t.Helper()
	return f.Open(t, func(conf *store.Config) {
		conf.Endpoint, conf.PathStyle, conf.APIToken, conf.APIURL, conf.Dial = "https://ams3.digitaloceanspaces.com", true, AdminToken, c.URL, nil
		here := &http.Transport{DialContext: f.Server.Dial}
		t.Cleanup(here.CloseIdleConnections)
		conf.Wrap = func(next http.RoundTripper) http.RoundTripper { return besides{c.URL, next, f.Faults.Wrap(here)} }
		for _, further := range change {
			further(conf)
		}
	})
}

// besides leads requests to the API there, and all others to the server of a Fixture, whatever host they are for.
type besides struct {
	api        string
	next, here http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (b besides) RoundTrip(r *http.Request) (*http.Response, error) {
	if "http://"+r.URL.Host == b.api {
		return b.next.RoundTrip(r)
	}
	r = r.Clone(r.Context())
	r.URL.Scheme = "http"
	return b.here.RoundTrip(r)
}

// Refuse has the next request refused.
func (c *CDN) Refuse(status int, id, message string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status, c.refused = status, fmt.Sprintf(`{"id":%q,"message":%q,"request_id":"req-1"}`, id, message)
}

// Requests are those that came, "METHOD path body".
func (c *CDN) Requests() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.asked)
}

// Changes are the requests that were no questions.
func (c *CDN) Changes() []string {
	return slices.DeleteFunc(c.Requests(), func(r string) bool { return strings.HasPrefix(r, "GET ") })
}

// ServeHTTP implements http.Handler.
func (c *CDN) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+strings.TrimSpace(string(body))))
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	status, answer := c.answer(r, body)
	if r.Header.Get("Authorization") != "Bearer "+AdminToken {
		status, answer = 401, `{"id":"unauthorized","message":"Unable to authenticate you"}`
	}
	if c.status != 0 {
		status, answer, c.status = c.status, c.refused, 0
	}
	w.WriteHeader(status)
	fmt.Fprint(w, answer)
}

func (c *CDN) answer(r *http.Request, body []byte) (status int, answer string) {
	const path = "/v2/cdn/endpoints"
	id, cache := strings.CutSuffix(strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, path), "/"), "/cache")
	at := slices.IndexFunc(c.list, func(e map[string]any) bool { return e["id"] == id })
	switch {
	case id == "" && r.Method == http.MethodGet:
		return 200, fmt.Sprintf(`{"endpoints":%s,"meta":{"total":%d}}`, text(append([]map[string]any{}, c.list...)), len(c.list))
	case id == "" && r.Method == http.MethodPost:
		e := map[string]any{"id": fmt.Sprintf("19f06b6a-%d", len(c.asked)), "created_at": "2018-07-19T15:04:16Z", "ttl": 3600}
		_ = json.Unmarshal(body, &e)
		origin, _ := e["origin"].(string)
		if slices.ContainsFunc(c.list, func(e map[string]any) bool { return e["origin"] == origin }) {
			return 409, `{"id":"conflict","message":"cdn already enabled"}`
		}
		e["endpoint"] = strings.Replace(origin, ".digitaloceanspaces.com", ".cdn.digitaloceanspaces.com", 1)
		c.list = append(c.list, e)
		return 201, `{"endpoint":` + text(e) + `}`
	case at < 0:
		return 404, `{"id":"not_found","message":"The resource you requested could not be found."}`
	case cache:
		return 204, ""
	case r.Method == http.MethodDelete:
		c.list = slices.Delete(c.list, at, at+1)
		return 204, ""
	case r.Method == http.MethodPut:
		_ = json.Unmarshal(body, &c.list[at])
		return 200, `{"endpoint":` + text(c.list[at]) + `}`
	}
	return 405, `{"id":"method_not_allowed","message":"The method is not allowed."}`
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
