package server_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spaces/server"
	"spaces/server/accesslog"
)

// logged is a fixture with an access log; lines ends the log and gives what it says.
func logged(t *testing.T, o accesslog.Options, change ...func(*server.Config)) (f *fixture, lines func() []map[string]any) {
	t.Helper()
	if o.Path == "" {
		o.Path = filepath.Join(t.TempDir(), "access.log")
	}
	log, err := accesslog.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	f = newFixture(t, append(change, func(c *server.Config) { c.Access = log })...)
	return f, func() (all []map[string]any) {
		t.Helper()
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
		return readLog(t, o.Path)
	}
}

func readLog(t *testing.T, path string) (all []map[string]any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil || !strings.HasSuffix(line, "\n") {
			t.Fatalf("%q: %v", line, err)
		}
		all = append(all, m)
	}
	return all
}

func TestTheAccessLogHasALineForEveryRequest(t *testing.T) {
	f, lines := logged(t, accesslog.Options{})
	f.want(200, "PUT", "/media", "")
	f.want(200, "PUT", "/media/dir/a%20b%0A%1B%5B31m", "hello", "User-Agent", "tester/1.0 \"quoted\"")
	f.want(200, "GET", "/media/dir/a%20b%0A%1B%5B31m?response-content-type=text/plain", "")
	f.refuse(404, "NoSuchKey", "GET", "/media/none", "")
	f.anonymous("GET", "/media?X-Amz-Signature=topsecret&X-Amz-Credential=x", "")
	bad := sign(f.request("GET", "/media", ""))
	bad.Header.Set("Authorization", strings.Replace(bad.Header.Get("Authorization"), "Signature=", "Signature=0", 1))
	f.send(bad)
	f.want(204, "DELETE", "/media/dir/a%20b%0A%1B%5B31m", "")
	f.want(204, "DELETE", "/media", "")
	all := lines()
	want := []string{
		"PUT CreateBucket media  200 AKIDEXAMPLE 0 0", "PUT PutObject media dir/a b\n\x1b[31m 200 AKIDEXAMPLE 5 0", "GET GetObject media dir/a b\n\x1b[31m 200 AKIDEXAMPLE 0 5",
		"GET GetObject media none 404 AKIDEXAMPLE 0 ?", "GET ListObjects media  400  0 ?", "GET ListObjects media  403  0 ?",
		"DELETE DeleteObject media dir/a b\n\x1b[31m 204 AKIDEXAMPLE 0 0", "DELETE DeleteBucket media  204 AKIDEXAMPLE 0 0",
	}
	if len(all) != len(want) {
		t.Fatalf("%d lines: %v", len(all), all)
	}
	text := func(v any) string {
		if v == nil {
			return ""
		}
		return fmt.Sprint(v)
	}
	for i, m := range all {
		got := fmt.Sprintf("%s %s %s %s %v %s %v ", m["method"], text(m["operation"]), m["space"], text(m["key"]), m["status"], text(m["access_key"]), m["in"])
		if strings.HasSuffix(want[i], "?") {
			got += "?"
		} else {
			got += text(m["out"])
		}
		if got != want[i] {
			t.Errorf("line %d: %q, want %q", i, got, want[i])
		}
		if m["remote"] != "local" || len(text(m["id"])) != 16 || m["time"] == nil || m["ms"] == nil {
			t.Errorf("line %d: %v", i, m)
		}
	}
	if all[1]["agent"] != `tester/1.0 "quoted"` {
		t.Error(all[1])
	}
}

func TestTheAccessLogHasNoSecretsAndNothingATerminalActsOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "access.log")
	f, lines := logged(t, accesslog.Options{Path: path})
	f.want(200, "PUT", "/media", "")
	req := sign(f.request("PUT", "/media/%E2%80%AE%1B%5D0;x%07%C2%9B?tagging", "<x/>", "X-Amz-Security-Token", "topsecret"))
	signature := req.Header.Get("Authorization")
	f.send(req)
	f.anonymous("GET", "/media/a?X-Amz-Signature=topsecret&AWSAccessKeyId=topsecret&Signature=topsecret", "", "Cookie", "topsecret")
	lines()
	text, _ := os.ReadFile(path)
	for _, never := range []string{"topsecret", signature[len(signature)-64:], secretKey, "\x1b", "\u202e", "\u009b", "\a"} {
		if strings.Contains(string(text), never) {
			t.Errorf("%q is in the log", never)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
}

func TestOnlyATrustedProxySaysWhoTheClientIs(t *testing.T) {
	trust := func(c *server.Config) {
		c.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	}
	for _, k := range []struct {
		peer, forwarded, want string
		change                func(*server.Config)
	}{
		{"192.0.2.1:9", "", "192.0.2.1", trust},
		{"192.0.2.1:9", "203.0.113.7", "192.0.2.1", trust}, // a liar
		{"10.1.1.1:9", "203.0.113.7", "203.0.113.7", trust},
		{"10.1.1.1:9", "1.2.3.4, 203.0.113.7", "203.0.113.7", trust}, // what the client itself wrote is before
		{"10.1.1.1:9", "203.0.113.7, 10.2.2.2", "203.0.113.7", trust},
		{"10.1.1.1:9", "10.3.3.3, 10.2.2.2", "10.3.3.3", trust},
		{"10.1.1.1:9", "203.0.113.7, nonsense", "10.1.1.1", trust},
		{"10.1.1.1:9", "", "10.1.1.1", trust},
		{"[fd00::1]:9", "2001:db8::5", "2001:db8::5", trust},
		{"[::ffff:10.1.1.1]:9", "::ffff:203.0.113.7", "203.0.113.7", trust},
		{"10.1.1.1:9", "203.0.113.7", "10.1.1.1", func(*server.Config) {}},
	} {
		f := newFixture(t, k.change)
		req := f.request("GET", "/", "")
		req.RemoteAddr = k.peer
		if k.forwarded != "" {
			req.Header.Set("X-Forwarded-For", k.forwarded)
		}
		if got := f.server.Client(req); got != k.want {
			t.Errorf("%+v: %s", k, got)
		}
	}
}
