package store

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
	"golang.org/x/sync/singleflight"
)

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
	send   func(*http.Request) (*http.Response, error) // what is not S3: redirects are not followed
	limit  *limiter
	direct *direct

	account oceanAccount

	learned struct { // what the endpoint has taught by its answers
		deletes   atomic.Int32 // deleteMode
		markers   atomic.Bool  // V2 listings cannot be continued
		encode    atomic.Bool  // plain listings cannot be parsed
		noACL     atomic.Bool
		guards    atomic.Bool // it refused a PUT whose condition did not hold
		noRename  atomic.Bool
		noRenames atomic.Bool // many at once
		noChanges atomic.Bool // of many at once
		packs     atomic.Bool // it takes small objects together, by its last answer to a PUT
		noPacks   atomic.Bool
		noGets    atomic.Bool // likewise
		noDestroy atomic.Bool // it keeps no destroyed Spaces
		noTags    atomic.Bool
		links     atomic.Int32       // linksKept
		near      atomic.Bool        // a connection led to this machine
		digests   sync.Map           // Spaces that take no body without one
		owners    sync.Map           // ownership by Space
		asking    singleflight.Group // for it
		ours      atomic.Bool        // this program's server answered last
		findings  atomic.Int64       // damage that its last scrub found
		heard     atomic.Bool        // its clock was told
		ahead     atomic.Int64       // of the clock here, the endpoint's, in nanoseconds
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
	s := &Store{c: c}
	s.know(endpoint)
	client, conf, err := s.transport(ctx)
	if err != nil {
		return nil, err
	}
	if endpoint == nil && conf.BaseEndpoint != nil {
		if endpoint, err = parseEndpoint(*conf.BaseEndpoint); err != nil {
			return nil, err
		}
		s.know(endpoint)
	}
	s.c.Region = firstOf(c.Region, conf.Region, s.quirks.region, "us-east-1")
	s.base = endpoint
	s.c.Conn = s.connOf(c)
	s.limit = s.limiter()
	s.direct = newDirect(endpoint, conf, client, s.c.Region)
	s.api = s3.New(s.options(endpoint, conf, givingFirst(client)))
	s.openLinks()
	return s, nil
}

// know takes for granted what is known of an endpoint by its name.
func (s *Store) know(endpoint *url.URL) {
	s.quirks = quirksOf(s.c, endpoint)
	s.learned.deletes.Store(int32(s.quirks.deletes))
	s.learned.encode.Store(s.quirks.urlEncode)
	s.path = s.c.PathStyle || s.quirks.pathStyle
}

// limiter is that of the host. The server in this process has one of its own.
func (s *Store) limiter() *limiter {
	if s.Embedded() {
		return newInnerLimiter()
	}
	l := s.c.limits.at(strings.ToLower(s.regionBase("").Host), s.quirks.rates)
	if s.c.Bandwidth > 0 {
		l.bandwidth.set(s.c.Bandwidth)
	}
	return l
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
		APIOptions:                 []func(*middleware.Stack) error{s.limit.addTo, withSlots, withStandIns, withListDecoder},

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

// ReadOnly says why nothing may be changed here, "" when it may. Whatever tries it all the same is refused before it is sent.
func (s *Store) ReadOnly() string { return s.c.ReadOnly }

// NoDisk says why no job may read from or write to the disk of this machine for this connection, "" when it may: whoever uses
// it may sit elsewhere.
func (s *Store) NoDisk() string { return s.c.NoDisk }

// UploadAccess is who may read what is uploaded unless told otherwise.
func (s *Store) UploadAccess() Access { return firstAccess(s.c.UploadAccess, Private) }

// Pinned says whether the Spaces are named by the configuration: the endpoint is not asked for them.
func (s *Store) Pinned() bool { return len(s.c.Spaces) > 0 }

// Embedded says whether the endpoint is the server in this process.
func (s *Store) Embedded() bool { return s.c.Dial != nil }

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
	if err != nil {
		return nil, wrongEndpoint("the endpoint is not a URL", "Write http://HOST or https://HOST, with :PORT where it has one of its own.")
	}
	base := u.Scheme + "://" + u.Host
	switch {
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, wrongEndpoint(fmt.Sprintf("the endpoint %q is not an http or https URL", u.Redacted()),
			"Write http://HOST or https://HOST, with :PORT where it has one of its own.")
	case u.User != nil:
		return nil, wrongEndpoint(fmt.Sprintf("the endpoint %q has credentials in it", u.Redacted()),
			"Write "+base+"; keys belong in the environment, ~/.aws or a profile of the configuration.")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, wrongEndpoint(fmt.Sprintf("the endpoint %q is more than scheme and host", u.Redacted()), "Write "+base+".")
	case strings.Trim(u.Path, "/") != "":
		return nil, wrongEndpoint(fmt.Sprintf("the endpoint %q has a path, which S3 has no place for", u),
			"Write "+base+"; a Space is named after it: spaces --endpoint "+base+" SPACE.")
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

func wrongEndpoint(what, advice string) error {
	return &Error{Op: "open", Kind: InvalidName, Err: &cause{text: what, err: InvalidName, advice: advice}}
}

func firstAccess(a, b Access) Access {
	if a != "" {
		return a
	}
	return b
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
