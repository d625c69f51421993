package store

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// dialTimeout bounds the wait for an endpoint that does not answer at all.
const dialTimeout = 5 * time.Second

// readTimeout is how long a connection may stay silent before its request is given up.
const readTimeout = 2 * time.Minute

// transport builds the HTTP client on the SDK's own, which is the one that a custom certificate bundle works with.
// Redirects are not followed: a signature is for one host.
func (s *Store) transport(ctx context.Context) (doer, aws.Config, error) {
	client := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.MaxIdleConnsPerHost = 64
		t.MaxIdleConns = 128
		t.DialContext = s.dialNetwork
		if s.c.Dial != nil {
			t.DialContext, t.Proxy, t.WriteBufferSize, t.ReadBufferSize = s.c.Dial, nil, 64<<10, 64<<10
		}
		if s.c.CABundle != nil {
			t.TLSClientConfig.RootCAs = s.c.CABundle
		}
	})
	conf, err := awsConfig(ctx, s.c, client)
	if err != nil {
		return nil, conf, err
	}
	if configured, ok := conf.HTTPClient.(*awshttp.BuildableClient); ok {
		client = configured
	}
	transport := client.GetTransport()
	s.idle = transport.CloseIdleConnections
	do := transport.RoundTrip
	if s.c.Wrap != nil {
		do = s.c.Wrap(transport).RoundTrip
	}
	do = s.readOnly(s.noting(sendable(counting(do))))
	s.send = s.speaking(do)
	return patient(metered(handing(s.slowing(s.learning(genuine(bounded(standingIn(s.speaking(do))))))))), conf, nil
}

// dialNetwork gives up what stays silent.
func (s *Store) dialNetwork(ctx context.Context, network, addr string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}
	conn, err := dialer.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	if at, is := conn.RemoteAddr().(*net.TCPAddr); is && at.IP.IsLoopback() {
		s.learned.near.Store(true)
	}
	return &patientConn{conn}, nil
}

// IsNear says whether the endpoint is on this machine, as far as its connections have told: one connection carries then what
// there is to carry, and several only compete for the processors.
func (s *Store) IsNear() bool { return s.Embedded() || s.learned.near.Load() }

// patientConn waits readTimeout for each read, however long a body takes as a whole.
type patientConn struct{ net.Conn }

func (c *patientConn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(readTimeout)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// sendable refuses what no header can carry (RFC 9110, section 5.5): a listing can tell of such an ETag. Otherwise it would
// look like trouble on the way, and be tried again.
func sendable(do func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		for name, values := range r.Header {
			if slices.ContainsFunc(values, hasControl) {
				return nil, &cause{text: "the header " + name + " cannot carry control characters", err: InvalidName}
			}
		}
		return do(r)
	}
}

func hasControl(value string) bool {
	return strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f })
}

type doer func(*http.Request) (*http.Response, error)

func (f doer) Do(r *http.Request) (*http.Response, error) { return f(r) }

// speaking tells an endpoint that speaks TLS from one that does not, when it was addressed as the other.
func (s *Store) speaking(do func(*http.Request) (*http.Response, error)) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		resp, err := do(r)
		var record tls.RecordHeaderError
		switch {
		case errors.As(err, &record) && string(record.RecordHeader[:]) == "HTTP/":
			return nil, wrongScheme("it speaks plain HTTP", "http", r)
		case errors.As(err, &record):
			return nil, &cause{text: "it does not speak TLS", err: Unreachable}
		case r.URL.Scheme == "http" && answersInTLS(resp, err):
			return nil, wrongScheme("it speaks TLS", "https", r)
		}
		return resp, err
	}
}

func wrongScheme(why, scheme string, r *http.Request) error {
	return &cause{text: why + ": write " + scheme + "://" + r.URL.Host, err: Unreachable, speaks: scheme,
		advice: "Change the address of the endpoint to " + scheme + "://" + r.URL.Host + "."}
}

// answersInTLS knows what servers say to plain HTTP on a port for TLS: a TLS alert, or a sentence (Go, nginx, Apache). The
// beginning of the body is read for it and stays to be read.
func answersInTLS(resp *http.Response, err error) bool {
	if err != nil {
		return strings.Contains(err.Error(), `malformed HTTP response "\x15\x03`)
	}
	if resp.StatusCode != http.StatusBadRequest || resp.Header.Get("X-Amz-Request-Id") != "" {
		return false
	}
	start, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	resp.Body = &rest{io.MultiReader(bytes.NewReader(start), resp.Body), resp.Body}
	for _, sentence := range []string{"HTTP request to an HTTPS server", "HTTP request was sent to HTTPS port", "plain HTTP to an SSL-enabled"} {
		if bytes.Contains(start, []byte(sentence)) {
			resp.Body.Close()
			return true
		}
	}
	return false
}
