package storetest

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"syscall"
)

// Fault happens to a request in place of, or around, its way to the server.
type Fault func(next http.RoundTripper, r *http.Request) (*http.Response, error)

// Rule says which requests meet a Fault.
type Rule struct {
	Match func(*http.Request) bool // nil: all
	Rate  float64                  // share of those, 0: all. Chosen by a seeded generator
	Skip  int                      // so many of those pass first
	Times int                      // then so many meet it; 0: no end
	Fault Fault
}

// Faults sit between a Store and its server. They count and log what passes.
type Faults struct {
	mu       sync.Mutex
	rules    []*Rule
	rand     *rand.Rand
	requests []string
}

// Add puts a rule in force. The first that applies wins.
func (f *Faults) Add(r Rule) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = append(f.rules, &r)
}

// Clear takes all rules out of force and empties the log.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules, f.requests = nil, nil
}

// Requests are those sent since the last Clear: "PUT /space/key?uploads", without values of the query.
func (f *Faults) Requests() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.requests...)
}

// Wrap is for store.Config.
func (f *Faults) Wrap(next http.RoundTripper) http.RoundTripper { return faulty{f, next} }

type faulty struct {
	*Faults
	next http.RoundTripper
}

func (f faulty) RoundTrip(r *http.Request) (*http.Response, error) {
	if fault := f.choose(r); fault != nil {
		return fault(f.next, r)
	}
	return f.next.RoundTrip(r)
}

func (f *Faults) choose(r *http.Request) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, describe(r))
	if f.rand == nil {
		f.rand = rand.New(rand.NewPCG(1, 2))
	}
	for _, rule := range f.rules {
		if rule.Match != nil && !rule.Match(r) || rule.Rate > 0 && f.rand.Float64() >= rule.Rate {
			continue
		}
		if rule.Skip > 0 {
			rule.Skip--
			continue
		}
		if rule.Times < 0 {
			continue
		}
		if rule.Times > 0 {
			if rule.Times--; rule.Times == 0 {
				rule.Times = -1
			}
		}
		return rule.Fault
	}
	return nil
}

func describe(r *http.Request) string {
	text := r.Method + " " + r.URL.EscapedPath()
	names := []string{}
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if name, _, _ := strings.Cut(pair, "="); name != "" && name != "x-id" {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		text += "?" + strings.Join(names, "&")
	}
	return text
}

// Is matches requests whose description begins with a method and contains all of some texts.
func Is(method string, contains ...string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		text := describe(r)
		for _, part := range contains {
			if !strings.Contains(text, part) {
				return false
			}
		}
		return r.Method == method
	}
}

// Answer is an error answer of S3. The server never sees the request.
func Answer(status int, code string, header ...string) Fault {
	return func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		drain(r)
		return answer(r, status, code, header...), nil
	}
}

// SlowDown is the answer of an endpoint that throttles.
func SlowDown(header ...string) Fault {
	return Answer(http.StatusServiceUnavailable, "SlowDown", header...)
}

// Reset breaks the connection before the server sees the request.
func Reset(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
	drain(r)
	return nil, fmt.Errorf("write tcp: %w", syscall.ECONNRESET)
}

// DropAnswer lets the server do it and loses its answer.
func DropAnswer(next http.RoundTripper, r *http.Request) (*http.Response, error) {
	resp, err := next.RoundTrip(r)
	if err == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	return nil, fmt.Errorf("read tcp: %w", syscall.ECONNRESET)
}

// ErrorIn200 lets the server do nothing and answers 200 with an <Error> document.
func ErrorIn200(code string) Fault {
	return func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		drain(r)
		return answer(r, http.StatusOK, code), nil
	}
}

// Page answers 200 with a body of its own, as login pages of networks do. The server never sees the request.
func Page(contentType, body string) Fault {
	return func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		drain(r)
		resp := answer(r, http.StatusOK, "")
		resp.Header = http.Header{"Content-Type": {contentType}}
		resp.Body, resp.ContentLength = http.NoBody, int64(len(body))
		if r.Method != http.MethodHead {
			resp.Body = io.NopCloser(strings.NewReader(body))
		}
		return resp, nil
	}
}

// Header lets the request pass and sets headers of the answer; an empty value removes.
func Header(pairs ...string) Fault {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		for i := 0; err == nil && i+1 < len(pairs); i += 2 {
			resp.Header.Del(pairs[i])
			if pairs[i+1] != "" {
				resp.Header.Set(pairs[i], pairs[i+1])
			}
		}
		return resp, err
	}
}

// CutBody ends the answer's body after n bytes as a broken connection does.
func CutBody(n int64) Fault {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err == nil {
			resp.Body = &cut{ReadCloser: resp.Body, left: n}
		}
		return resp, err
	}
}

type cut struct {
	io.ReadCloser
	left int64
}

func (c *cut) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := c.ReadCloser.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}

// Hang answers only when the request is given up; entered gets a token for each that hangs.
func Hang(entered chan<- struct{}) Fault {
	return func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		entered <- struct{}{}
		<-r.Context().Done()
		drain(r)
		return nil, r.Context().Err()
	}
}

// Hold keeps requests until release is closed, or they are given up, and then does with them what then does; entered gets
// a token for each that is kept.
func Hold(entered chan<- struct{}, release <-chan struct{}, then Fault) Fault {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		entered <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
		}
		return then(next, r)
	}
}

// Before runs do, then lets the request pass.
func Before(do func()) Fault {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		do()
		return next.RoundTrip(r)
	}
}

// drain does what a RoundTripper owes to a request it does not send.
func drain(r *http.Request) {
	if r.Body != nil {
		r.Body.Close()
	}
}

func answer(r *http.Request, status int, code string, header ...string) *http.Response {
	body := fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>made up</Message>`+
		`<RequestId>FAULT</RequestId></Error>`, code)
	if r.Method == http.MethodHead {
		body = ""
	}
	h := http.Header{"Content-Type": {"application/xml"}, "X-Amz-Request-Id": {"FAULT"}}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(bytes.NewReader([]byte(body))), ContentLength: int64(len(body)), Request: r}
}

// Document is a 200 with a body of XML.
func Document(r *http.Request, body string) *http.Response {
	resp := answer(r, http.StatusOK, "")
	resp.Body, resp.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	return resp
}
