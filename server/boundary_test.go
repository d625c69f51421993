package server_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"spaces/server"
	"spaces/server/accesslog"
	"spaces/server/links"
	"spaces/server/sigv4"
)

// watchedServer has all that a refusal can come from: links, a website, a disk that is full, a key that panics, one place.
type watchedServer struct {
	*fixture
	full atomic.Bool
	gate chan struct{}
	log  bytes.Buffer
	path string
	end  func() []map[string]any

	lines []map[string]any // of the access log, at the end
}

const canary = "canary-5f0c"

func newWatchedServer(t *testing.T) *watchedServer {
	w := &watchedServer{gate: make(chan struct{}), path: filepath.Join(t.TempDir(), "access.log")}
	access, err := accesslog.Open(accesslog.Options{Path: w.path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { access.Close() })
	full := errorfs.InjectorFunc(func(op errorfs.Op) error {
		if w.full.Load() && op.Kind == errorfs.OpFileWrite && strings.Contains(op.Path, "blobs") {
			return &os.PathError{Op: "write", Path: op.Path, Err: syscall.ENOSPC}
		}
		return nil
	})
	w.fixture = newFixtureOn(t, errorfs.Wrap(vfs.NewMem(), full), withRing, func(c *server.Config) {
		c.Access, c.Metrics, c.Limits, c.WebsiteDomains = access, server.NewMetrics(), server.Limits{Requests: 1}, []string{"sites.localhost"}
		c.Log = slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelWarn}))
		c.Secret = func(key string) (string, bool) {
			switch key {
			case "PANIC":
				panic("a mistake")
			case "SLOW":
				<-w.gate
			}
			return secret(key)
		}
		if c.Links, err = links.Open(c.Engine, time.Now); err != nil {
			t.Fatal(err)
		}
	})
	w.end = func() []map[string]any {
		if err := access.Close(); err != nil {
			t.Fatal(err)
		}
		return readLog(t, w.path)
	}
	return w
}

// as signs with the right secret under another key.
func (w *watchedServer) as(key, method, target string) *http.Request {
	req := w.request(method, target, "")
	sigv4.Sign(req, key, secretKey, region, sigv4.EmptySHA256, time.Now())
	return req
}

// raw sends bytes on a connection of their own.
func (w *watchedServer) raw(text string) answer {
	w.Helper()
	c := w.dial()
	defer c.Close()
	go io.WriteString(c, text)
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		w.Fatalf("%.60q: %v", text, err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return answer{res, string(body)}
}

var idInXML = regexp.MustCompile(`<RequestId>([0-9A-F]{16})</RequestId>|"request_id":"([0-9A-F]{16})"`)

// Whatever is refused, by whom and how early, the client has an id by which the line is found that says why. Nothing that
// the lines say, or that is said on standard error, is a secret.
func TestEveryRefusalIsInTheLogUnderItsID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWatchedServer(t)
		w.want(200, "PUT", "/media", "")
		w.want(200, "PUT", "/media/a", "hello")
		w.want(200, "PUT", "/www", "")
		w.want(200, "PUT", "/www?website", `<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>`)
		receive := w.link(`{"bucket":"media","key":"in/","receive":{"max_size":3}}`)
		plain := w.link(`{"bucket":"media","key":"a"}`)
		locked := w.link(`{"bucket":"media","key":"a","password":"` + canary + `"}`)
		tokens := []string{receive.Link.Token, plain.Link.Token, locked.Link.Token}
		w.want(204, "DELETE", "/media/a", "")
		bad := sign(w.request("GET", "/media", ""))
		bad.Header.Set("Authorization", strings.Replace(bad.Header.Get("Authorization"), "Signature=", "Signature=0", 1))
		get := func(method, target string, headers ...string) func() answer {
			return func() answer { return w.anonymous(method, target, "", headers...) }
		}
		var checks []func()
		raw := func(text string) func() answer { return func() answer { return w.raw(text) } }
		for _, c := range []struct {
			name   string
			status int
			code   string // in the log
			send   func() answer
		}{
			{"no HTTP", 400, "Unread", raw("HELLO\r\n\r\n")},
			{"TLS", 400, "Unread", raw("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 \r\n\r\n")},
			{"a header that is none", 400, "Unread", raw("GET / HTTP/1.1\r\nHost: a\r\nA B: c\r\n\r\n")},
			{"no host", 400, "Unread", raw("GET / HTTP/1.1\r\n\r\n")},
			{"a coding that there is not", 501, "Unread", raw("PUT /media/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: rot13\r\n\r\n")},
			{"headers without end", 431, "Unread", raw("GET / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", 80<<10) + "\r\n\r\n")},
			{"long headers", 400, "RequestHeaderSectionTooLarge", get("GET", "/", "X-Long", strings.Repeat("x", 9000))},
			{"a target that is none", 400, "Unread", raw("GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")},
			{"nobody", 403, "AccessDenied", get("GET", "/media/a?x-id="+canary)},
			{"a wrong signature", 403, "SignatureDoesNotMatch", func() answer { return w.send(bad) }},
			{"a presigned URL of before", 403, "RequestTimeTooSkewed", get("GET", "/media/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20100101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20100101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature="+canary)},
			{"no such key", 404, "NoSuchKey", func() answer { return w.do("GET", "/media/none", "") }},
			{"no such Space", 404, "NoSuchBucket", func() answer { return w.do("GET", "/none/x", "") }},
			{"no method of S3", 405, "MethodNotAllowed", func() answer { return w.do("BREW", "/media", "") }},
			{"no length", 411, "MissingContentLength", raw(strings.Replace(w.head("PUT", "/media/x", 0), "Content-Length: 0\r\n", "", 1))},
			{"too large", 400, "EntityTooLarge", raw(w.head("PUT", "/media/x", 6<<30))},
			{"a body that stops", 400, "RequestTimeout", raw(w.head("PUT", "/media/x", 10) + "12345")},
			{"what there is not", 501, "NotImplemented", func() answer { return w.do("GET", "/media?torrent", "") }},
			{"the disk is full", 507, "InsufficientStorage", func() answer {
				w.full.Store(true)
				defer w.full.Store(false)
				return w.do("PUT", "/media/big", pattern(100_000))
			}},
			{"too much at once", 503, "SlowDown", func() answer {
				go func() {
					if res, err := w.client.Do(w.as("SLOW", "GET", "/media")); err == nil {
						res.Body.Close()
					}
				}()
				synctest.Wait()
				defer close(w.gate)
				return w.do("GET", "/media", "")
			}},
			{"a mistake of the program", 500, "InternalError", func() answer { return w.send(w.as("PANIC", "GET", "/media")) }},
			{"a page that nobody may see", 403, "AccessDenied", get("GET", "/none.html", "Host", "www.sites.localhost")},
			{"no website", 404, "NoSuchWebsiteConfiguration", get("GET", "/", "Host", "media.sites.localhost")},
			{"a link to what is gone", 404, "NoSuchKey", get("GET", plain.Link.Path)},
			{"no link", 404, "LinkRefused", get("GET", "/.link/"+canary)},
			{"a wrong password", 403, "LinkRefused", func() answer {
				return w.anonymous("POST", locked.Link.Path, "password="+canary+"x", "Content-Type", urlencoded)
			}},
			{"a file too large to be received", 413, "EntityTooLarge", func() answer { return w.anonymous("PUT", receive.Link.Path+"/x.txt", "12345") }},
			{"the API without a token", 401, "unauthorized", get("GET", "/v2/spaces/keys", "Authorization", "Bearer "+canary)},
			{"the API, of what there is not", 404, "not_found", func() answer { return w.do("GET", "/v2/spaces/keys/none", "") }},
		} {
			a := c.send()
			id := a.Header.Get("X-Amz-Request-Id")
			if a.StatusCode != c.status || len(id) != 16 {
				t.Errorf("%s: %d, id %q\n%s", c.name, a.StatusCode, id, a.body)
				continue
			}
			if m := idInXML.FindStringSubmatch(a.body); m != nil && m[1]+m[2] != id {
				t.Errorf("%s: the document has another id than %s:\n%s", c.name, id, a.body)
			} else if m == nil && strings.Contains(a.body, "<Code>") {
				t.Errorf("%s: the document has no id:\n%s", c.name, a.body)
			}
			synctest.Wait()
			checks = append(checks, func() { // when the log is written
				line := ""
				for _, m := range w.lines {
					if m["id"] == id {
						line += fmt.Sprint(m["status"], " ", m["code"], " ")
					}
				}
				if line != fmt.Sprint(c.status, " ", c.code, " ") {
					t.Errorf("%s: the log has %q under %s, want %d %s", c.name, line, id, c.status, c.code)
				}
			})
		}
		c := w.dial()
		io.WriteString(c, "GET / HTT")
		c.Close()
		synctest.Wait()
		text := metrics(w.fixture)
		w.lines = w.end()
		for _, check := range checks {
			check()
		}
		unread := 0
		for _, m := range w.lines {
			if m["code"] == "Unread" {
				unread++
			}
		}
		if want := fmt.Sprintf("\nspaces_unread_requests_total{end=\"refused\"} %d\n", unread); unread < 7 || !strings.Contains(text, want) {
			t.Errorf("%d requests that could not be read are in the log, and not in\n%s", unread, text)
		}
		said, err := os.ReadFile(w.path)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range append(tokens, canary, secretKey, "Signature=") {
			if bytes.Contains(said, []byte(secret)) || strings.Contains(w.log.String(), secret) {
				t.Errorf("%q is in a log", secret)
			}
		}
		for _, quiet := range []string{"NotImplemented", "SlowDown"} {
			if strings.Contains(w.log.String(), quiet) {
				t.Errorf("strangers fill the log of trouble with %s:\n%s", quiet, w.log.String())
			}
		}
		for _, loud := range []string{"InsufficientStorage", "a mistake"} {
			if !strings.Contains(w.log.String(), loud) {
				t.Errorf("the log of trouble has no %s", loud)
			}
		}
	})
}
