package sigv4

import (
	"bufio"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/server/inbound"
)

// The credentials and the instant of Amazon's examples.
const (
	exampleKey    = "AKIAIOSFODNN7EXAMPLE"
	exampleSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	region        = "us-east-1"
)

var exampleTime = time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC)

func verifierAt(now time.Time) *Verifier {
	return &Verifier{
		Secret: func(key string) (string, bool) { return exampleSecret, key == exampleKey },
		Now:    func() time.Time { return now },
	}
}

// received parses a request as the server's end of a connection would; lines end in \n here.
func received(t testing.TB, head string, body string) *http.Request {
	t.Helper()
	head = strings.ReplaceAll(strings.TrimSpace(head), "\n", "\r\n") + "\r\n\r\n"
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(head + body)))
	if err != nil {
		t.Fatalf("parse request: %v", err)
	}
	return r
}

// read reads a request as the server does. What cannot be read is never verified there: here it claims what nobody can.
func read(r *http.Request) *inbound.Request {
	q, err := inbound.Read(r)
	if err != nil {
		return &inbound.Request{Header: http.Header{"Authorization": {"unread"}}}
	}
	return &q
}

// sent turns a signed client request into what the server receives.
func sent(t testing.TB, r *http.Request) *http.Request {
	t.Helper()
	var b strings.Builder
	if err := r.Write(&b); err != nil {
		t.Fatalf("write request: %v", err)
	}
	got, err := http.ReadRequest(bufio.NewReader(strings.NewReader(b.String())))
	if err != nil {
		t.Fatalf("parse request: %v", err)
	}
	return got
}

// newRequest makes a client's request for target, a raw path with query.
func newRequest(t testing.TB, method, target string, body io.Reader) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, "http://127.0.0.1:9000"+target, body)
	if err != nil {
		t.Fatalf("new request: %v", err)
	}
	return r
}

// wantError checks that err is an *Error with this code and status.
func wantError(t testing.TB, err error, code string, status int) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got error %v, want %s", err, code)
	}
	if e.Code != code || e.Status != status {
		t.Fatalf("got %d %s (%s), want %d %s", e.Status, e.Code, e.Message, status, code)
	}
}

func mustVerify(t testing.TB, v *Verifier, r *http.Request) *Identity {
	t.Helper()
	id, err := v.Verify(read(r), "")
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	return id
}

func hexOf(mac [32]byte) string { return hex.EncodeToString(mac[:]) }
