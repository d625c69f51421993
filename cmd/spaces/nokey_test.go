package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

func TestWithoutAnyKeyNobodyElseIsAskedForOne(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("asked for %s %s", r.Method, r.URL)
	}))
	defer proxy.Close()
	h := newHome(t)
	cmd := h.command(program(t), "--endpoint", "http://"+l.Addr().String())
	cmd.Env = h.environ("HTTP_PROXY="+proxy.URL, "AWS_CONFIG_FILE="+filepath.Join(h.dir, "none"), "AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(h.dir, "none"))
	out, err := cmd.CombinedOutput()
	if lines := strings.Split(strings.TrimSpace(string(out)), "\n"); err == nil || len(lines) != 2 ||
		!strings.Contains(lines[0], "No access key for this endpoint") || strings.Contains(string(out), "SDK") {
		t.Errorf("it says %q", out)
	}
}
