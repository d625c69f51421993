package store

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/smithy-go/middleware"
)

// callsMost is how many requests are remembered.
const callsMost = 500

// Call is one request as it was sent: a retry is one of its own. There is no secret in it.
type Call struct {
	At      time.Time
	Took    time.Duration // until the answer's header was there
	Conn    Conn
	Op      string // of S3: "GetObject"
	Attempt string // "2 of 5", "" for the first
	Method  string
	URL     string      // without a signature
	Header  http.Header // what curl needs to do the same
	Region  string
	Token   bool  // it is not signed: DigitalOcean's API takes a token
	Body    int64 // bytes sent, -1: not known
	Status  int   // 0: there was no answer
	ID      string
	Err     string
}

// Calls remembers the last requests of all connections. It is safe for concurrent use; the zero Calls is empty.
type Calls struct {
	mu   sync.Mutex
	ring []Call
	next int
}

func (c *Calls) add(call Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.ring) < callsMost {
		c.ring = append(c.ring, call)
		return
	}
	c.ring[c.next] = call
	c.next = (c.next + 1) % callsMost
}

// All returns what is remembered, the newest first: at most 500.
func (c *Calls) All() []Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := append(slices.Clone(c.ring[c.next:]), c.ring[:c.next]...)
	slices.Reverse(all)
	return all
}

// noting remembers each request that goes out. It is the last before the wire: what it sees is what is sent.
func (s *Store) noting(do func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	if s.c.calls == nil {
		return do
	}
	return func(r *http.Request) (*http.Response, error) {
		call := s.callOf(r)
		began := time.Now()
		resp, err := do(r)
		call.Took = time.Since(began)
		switch {
		case err != nil:
			call.Err = err.Error()
		default:
			call.Status, call.ID = resp.StatusCode, cmp.Or(resp.Header.Get("X-Amz-Request-Id"), resp.Header.Get("X-Request-Id"))
		}
		s.c.calls.add(call)
		return resp, err
	}
}

func (s *Store) callOf(r *http.Request) Call {
	u, op := *r.URL, middleware.GetOperationName(r.Context())
	if s.c.ShareURL != nil { // the server in this process, whose address is another outside of it
		if base, err := url.Parse(s.c.ShareURL()); err == nil && base.Host != "" {
			u.Scheme, u.Host = base.Scheme, base.Host
		}
	}
	u.RawQuery = strings.TrimSuffix(strings.TrimSuffix(u.RawQuery, "x-id="+op), "&") // the SDK's note to itself
	return Call{
		At: s.c.Now(), Conn: s.c.Conn, Op: op, Attempt: attemptOf(r), Method: r.Method,
		URL: u.String(), Header: telling(r.Header), Region: s.c.Region, Body: r.ContentLength,
		Token: strings.HasPrefix(r.Header.Get("Authorization"), "Bearer "),
	}
}

// attemptOf reads the SDK's count of attempts ("attempt=2; max=5").
func attemptOf(r *http.Request) string {
	text, ok := strings.CutPrefix(r.Header.Get("Amz-Sdk-Request"), "attempt=")
	n, most, _ := strings.Cut(text, "; max=")
	if !ok || n == "1" {
		return ""
	}
	return n + " of " + most
}

// telling keeps the headers of a request that say what is asked for, and no other: those that sign it, keys of encryption and
// session tokens are left out by not being named.
func telling(h http.Header) http.Header {
	kept := http.Header{}
	for name, values := range h {
		low := strings.ToLower(name)
		if tellingNames[low] || strings.HasPrefix(low, "x-amz-meta-") || strings.HasPrefix(low, "x-amz-copy-source-if-") ||
			strings.HasPrefix(low, "x-amz-grant-") {
			kept[name] = values
		}
	}
	return kept
}

var tellingNames = map[string]bool{
	"range": true, "if-match": true, "if-none-match": true, "if-modified-since": true, "if-unmodified-since": true,
	"content-type": true, "cache-control": true, "content-disposition": true, "content-encoding": true, "content-language": true,
	"content-md5": true, "expires": true, "x-amz-acl": true, "x-amz-copy-source": true, "x-amz-copy-source-range": true,
	"x-amz-metadata-directive": true, "x-amz-tagging": true, "x-amz-tagging-directive": true, "x-amz-storage-class": true,
	"x-amz-rename-source": true, "x-amz-bypass-governance-retention": true,
}

// Curl is a command for a shell that does the same. It takes the keys from the environment variables of AWS, or the token from
// that of DigitalOcean's tools, and a body, where there is one, from a file that is called BODY. curl signs since 7.86
// (--aws-sigv4).
func (c Call) Curl() string {
	parts := []string{"curl", "--include", "--aws-sigv4", Word("aws:amz:" + c.Region + ":s3"),
		"--user", `"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"`, "--path-as-is",
		"--header", "'x-amz-content-sha256: UNSIGNED-PAYLOAD'"}
	if c.Token {
		parts = []string{"curl", "--include", "--header", `"Authorization: Bearer $DIGITALOCEAN_ACCESS_TOKEN"`}
	}
	switch {
	case c.Method == http.MethodHead:
		parts = append(parts, "--head")
	case c.Method != http.MethodGet:
		parts = append(parts, "--request", c.Method)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Header)) {
		for _, value := range c.Header[name] {
			parts = append(parts, "--header", Word(strings.ToLower(name)+": "+value))
		}
	}
	if c.Body != 0 && c.Method != http.MethodGet && c.Method != http.MethodHead {
		parts = append(parts, "--data-binary", "@BODY")
	}
	return strings.Join(append(parts, Word(c.URL)), " ")
}

// Word is a text as one word of a POSIX shell.
func Word(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
