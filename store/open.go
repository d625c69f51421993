package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// dialTimeout bounds the wait for an endpoint that does not answer at all.
const dialTimeout = 5 * time.Second

// readTimeout is how long a connection may stay silent before its request is given up.
const readTimeout = 2 * time.Minute

// maxCopy is the most that one CopyObject moves (S3: Copying objects).
const maxCopy = 5 << 30

// Store is one endpoint with one set of credentials. It is safe for concurrent use and needs no closing; Close only
// gives idle connections back early.
type Store struct {
	c      Config
	api    *s3.Client
	links  *s3.PresignClient
	base   *url.URL // of links
	path   bool     // path style
	quirks quirks
	idle   func()

	learned struct { // what the endpoint has taught by its answers
		deletes   atomic.Int32 // deleteMode
		markers   atomic.Bool  // V2 listings cannot be continued
		encode    atomic.Bool  // plain listings cannot be parsed
		noACL     atomic.Bool
		noRename  atomic.Bool
		noTags    atomic.Bool
		digests   sync.Map    // Spaces that take no body without one
		ours      atomic.Bool // this program's server answered last
		throttled atomic.Int64
	}
}

// Open prepares a Store. No request is sent. With keys in c neither files nor environment are read.
func Open(ctx context.Context, c Config) (*Store, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	endpoint, err := parseEndpoint(c.Endpoint)
	if err != nil {
		return nil, err
	}
	s := &Store{c: c, quirks: quirksOf(c, endpoint)}
	s.learned.deletes.Store(int32(s.quirks.deletes))
	s.learned.encode.Store(s.quirks.urlEncode)
	s.path = c.PathStyle || s.quirks.pathStyle
	client, conf, err := s.transport(ctx)
	if err != nil {
		return nil, &Error{Op: "open", Kind: BadCredentials, Err: fmt.Errorf("reading the AWS configuration: %w", err)}
	}
	if endpoint == nil && conf.BaseEndpoint != nil {
		if endpoint, err = parseEndpoint(*conf.BaseEndpoint); err != nil {
			return nil, err
		}
	}
	s.c.Region = firstOf(c.Region, conf.Region, s.quirks.region, "us-east-1")
	s.base = endpoint
	s.c.Conn = s.connOf(c)
	s.api = s3.New(s.options(endpoint, conf, client))
	s.openLinks()
	return s, nil
}

// options of the SDK's client. Checksums that nobody asked for break endpoints that do not know them.
func (s *Store) options(endpoint *url.URL, conf aws.Config, client s3.HTTPClient) s3.Options {
	o := s3.Options{
		Region:                     s.c.Region,
		Credentials:                conf.Credentials,
		HTTPClient:                 client,
		UsePathStyle:               s.path,
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
		Retryer:                    s.retryer(),
		AppID:                      "spaces",

		DisableLogOutputChecksumValidationSkipped: true,
	}
	if endpoint != nil {
		o.BaseEndpoint = aws.String(endpoint.String())
	}
	if s.Embedded() {
		o.ContinueHeaderThresholdBytes = -1
	}
	return o
}

// openLinks sets up signing for the host that links are opened on.
func (s *Store) openLinks() {
	if s.c.ShareURL == nil {
		s.links = s3.NewPresignClient(s.api)
		return
	}
	s.links = s3.NewPresignClient(s.api, s3.WithPresignClientFromClientOptions(func(o *s3.Options) {
		o.BaseEndpoint = aws.String(s.c.ShareURL())
		o.UsePathStyle = true
	}))
}

// transport builds the HTTP client on the SDK's own, which is the one that a custom certificate bundle works with.
// Redirects are not followed: a signature is for one host.
func (s *Store) transport(ctx context.Context) (s3.HTTPClient, aws.Config, error) {
	client := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.MaxIdleConnsPerHost = 64
		t.MaxIdleConns = 128
		t.DialContext = dialNetwork
		if s.c.Dial != nil {
			t.DialContext, t.Proxy, t.WriteBufferSize, t.ReadBufferSize = s.c.Dial, nil, 64<<10, 64<<10
		}
		if s.c.CABundle != nil {
			t.TLSClientConfig.RootCAs = s.c.CABundle
		}
	})
	conf := aws.Config{HTTPClient: client}
	if s.c.AccessKey != "" {
		conf.Credentials = credentials.NewStaticCredentialsProvider(s.c.AccessKey, s.c.SecretKey, s.c.SessionToken)
	} else {
		var err error
		conf, err = config.LoadDefaultConfig(ctx, config.WithHTTPClient(client), config.WithSharedConfigProfile(s.c.Profile))
		if err != nil {
			return nil, conf, err
		}
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
	return doer(metered(s.learning(genuine(do)))), conf, nil
}

// dialNetwork gives up what stays silent.
func dialNetwork(ctx context.Context, network, addr string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}
	conn, err := dialer.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return &patientConn{conn}, nil
}

// patientConn waits readTimeout for each read, however long a body takes as a whole.
type patientConn struct{ net.Conn }

func (c *patientConn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(readTimeout)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

type doer func(*http.Request) (*http.Response, error)

func (f doer) Do(r *http.Request) (*http.Response, error) { return f(r) }

// Name is what the endpoint is called.
func (s *Store) Name() string { return s.c.Name }

// Endpoint is the base URL, "" for AWS by region.
func (s *Store) Endpoint() string { return s.c.Endpoint }

// Conn names the connection for good, "" for this machine. There is no secret in it.
func (s *Store) Conn() Conn { return s.c.Conn }

// Region is the one that requests are signed for.
func (s *Store) Region() string { return s.c.Region }

// AccessKey returns the id of the key that requests are signed with, "" when the AWS environment gives it.
func (s *Store) AccessKey() string { return s.c.AccessKey }

// Embedded says whether the endpoint is the server in this process.
func (s *Store) Embedded() bool { return s.c.Dial != nil }

// Throttled counts the answers by which the endpoint asked to slow down. They are retried here; a caller with many
// requests under way watches the count to send fewer.
func (s *Store) Throttled() int64 { return s.learned.throttled.Load() }

// Close closes idle connections.
func (s *Store) Close() { s.idle() }

// parseEndpoint returns nil for "".
func parseEndpoint(endpoint string) (*url.URL, error) {
	if endpoint == "" {
		return nil, nil
	}
	if !strings.Contains(endpoint, "://") {
		endpoint = "https://" + endpoint
	}
	u, err := url.Parse(endpoint)
	switch {
	case err != nil:
		err = errors.New("the endpoint is not a URL")
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		err = fmt.Errorf("the endpoint %q is not an http or https URL", u.Redacted())
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		err = fmt.Errorf("the endpoint %q may only be scheme, host and path", u.Redacted())
	}
	if err != nil {
		return nil, &Error{Op: "open", Kind: InvalidName, Err: err}
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
