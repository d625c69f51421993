package server_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"spaces/server"
)

// watch asks the listener of those who watch.
func watch(f *fixture, path, host string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", path, nil)
	r.Host = host
	f.server.Admin().ServeHTTP(w, r)
	return w
}

func metrics(f *fixture) string { return watch(f, "/metrics", "127.0.0.1:9078").Body.String() }

var sampleLine = regexp.MustCompile(`^[a-z_]+(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? [0-9.+e-]+$`)

func TestMetricsCountWhatHappened(t *testing.T) {
	synctest.Test(t, metricsCountWhatHappened)
}

func metricsCountWhatHappened(t *testing.T) {
	f := newFixture(t, func(c *server.Config) { c.Metrics = server.NewMetrics() })
	f.want(200, "PUT", "/media", "")
	f.want(200, "PUT", "/media/a", "hello")
	f.want(200, "GET", "/media/a", "")
	f.refuse(404, "NoSuchKey", "GET", "/media/b", "")
	f.do("BREW", "/media", "")
	synctest.Wait() // the client has its answer before a request has ended
	text := metrics(f)
	for _, want := range []string{
		`spaces_requests_total{operation="CreateBucket",status="2xx"} 1`, `spaces_requests_total{operation="PutObject",status="2xx"} 1`,
		`spaces_requests_total{operation="GetObject",status="2xx"} 1`, `spaces_requests_total{operation="GetObject",status="4xx"} 1`,
		`spaces_requests_total{operation="Unknown",status="4xx"} 1`, `spaces_request_duration_seconds_count{operation="GetObject"} 2`,
		`spaces_request_duration_seconds_bucket{operation="GetObject",le="+Inf"} 2`, `spaces_requests_in_flight 0`,
		`spaces_received_bytes_total 5`, `spaces_engine_writable 1`, `spaces_spaces 1`, `spaces_objects 1`, `spaces_object_bytes 5`, `spaces_panics_total 0`,
	} {
		if !strings.Contains(text, "\n"+want+"\n") {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
	if strings.Contains(text, "media") || strings.Contains(text, accessKey) {
		t.Error("names are in the metrics")
	}
	last, typed := 0.0, map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if rest, is := strings.CutPrefix(line, "# TYPE "); is {
			name, _, _ := strings.Cut(rest, " ")
			if typed[name] {
				t.Errorf("%s has two types", name)
			}
			typed[name] = true
			continue
		}
		if strings.HasPrefix(line, "# HELP ") {
			continue
		}
		if !sampleLine.MatchString(line) {
			t.Errorf("%q is no sample", line)
		}
		if strings.HasPrefix(line, "spaces_request_duration_seconds_bucket") { // cumulative
			n, _ := strconv.ParseFloat(line[strings.LastIndex(line, " ")+1:], 64)
			if n < last && !strings.Contains(line, `le="0.001"`) {
				t.Errorf("%q after %v", line, last)
			}
			last = n
		}
	}
}

func TestHealthSaysWhyWritesAreRefused(t *testing.T) {
	var broken atomic.Bool
	f := newFixtureOn(t, errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		if broken.Load() && strings.Contains(op.Path, "blobs") && op.Kind == errorfs.OpFileSync {
			return errorfs.ErrInjected
		}
		return nil
	})))
	f.want(200, "PUT", "/media", "")
	if w := watch(f, "/health", "localhost"); w.Code != 200 || !strings.Contains(w.Body.String(), `"ready"`) {
		t.Error(w.Code, w.Body)
	}
	broken.Store(true)
	f.do("PUT", "/media/a", pattern(200_000))
	if w := watch(f, "/health", "[::1]:80"); w.Code != 503 || !strings.Contains(w.Body.String(), `"read-only"`) || !strings.Contains(w.Body.String(), "injected") {
		t.Error(w.Code, w.Body)
	}
	if text := metrics(f); !strings.Contains(text, "\nspaces_engine_writable 0\n") {
		t.Error(text)
	}
	f.want(200, "HEAD", "/media", "")
}

func TestWatchersAreOnlyAnsweredUnderLocalNames(t *testing.T) {
	f := newFixture(t)
	for host, want := range map[string]int{
		"127.0.0.1:1": 200, "localhost": 200, "[::1]": 200, "::1": 200, "[::1]:5": 200, "evil.example": 421, "evil.example:80": 421, "": 421,
	} {
		if w := watch(f, "/health", host); w.Code != want {
			t.Errorf("%q: %d", host, w.Code)
		}
	}
	w := httptest.NewRecorder()
	f.server.Admin().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "http://127.0.0.1/metrics", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Error(w.Code)
	}
}
