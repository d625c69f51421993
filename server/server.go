// Package server speaks S3 over HTTP on top of a storage engine: the table of
// operations, the pipeline that every request goes through, the handlers, and
// what the documents mean that they read and write. What never touches a request
// has packages of its own: signatures in server/sigv4, bytes on disk in
// server/storage, XML in server/s3xml, access keys in server/keyring, what
// expires in server/sweep, logs in server/accesslog.
package server

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"spaces/server/accesslog"
	"spaces/server/keyring"
	"spaces/server/links"
	"spaces/server/pipe"
	"spaces/server/sigv4"
	"spaces/server/storage"
)

// Config is what a Server is made of. Engine and Secret are required.
type Config struct {
	Engine *storage.Engine
	// Secret gives the secret key of an access key that may do everything.
	Secret func(accessKey string) (string, bool)
	// Keys are the keys beside those, each with what it may do; nil: none.
	Keys *keyring.Ring
	// Links are those that let people in without a key; nil: there are none.
	Links *links.Book
	// AdminToken is the bearer token of the API that manages Keys, which is
	// served at /v2/spaces/keys; "": it is not.
	AdminToken string
	// MasterKeys are the keys of the server's own that objects are encrypted
	// with; nil: none can be.
	MasterKeys *MasterKeys
	// Owner is shown as the id and display name of the owner of everything.
	Owner string
	// Region is that of new Spaces whose creator names none; "" is us-east-1,
	// which S3 answers as an empty LocationConstraint.
	Region string
	// Domains are the base domains of host-style addresses (NAME.DOMAIN and
	// NAME.REGION.DOMAIN). "localhost" always is one.
	Domains []string
	// WebsiteDomains are the base domains of websites (NAME.WEBSITE-DOMAIN). Where
	// there is one, a host that is the whole name of a Space with a website is that
	// website, too. One that is a base domain of S3 as well stays S3's.
	WebsiteDomains []string
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Log gets a line for each request, without query strings; nil: none.
	Log *slog.Logger
	// Access is the access log; nil: none. It is the caller's to close, after
	// Shutdown.
	Access *accesslog.Log
	// Logs delivers the logs of Spaces that ask for it; nil: none is delivered.
	// It is the caller's to run.
	Logs *accesslog.Delivery
	// Metrics counts, for Admin; nil: nothing is counted.
	Metrics *Metrics
	// Troubles counts, for Admin, what the log says of the work beside requests;
	// nil: the server makes its own.
	Troubles *Troubles
	// Upkeep tells Admin when the last scrub and the last backup were; nil: none is known of.
	Upkeep func() Upkeep
	// Found is how much damage the last scrub found, which the root key is told
	// with its Spaces; nil: none.
	Found func() int
	// Checkup looks at the box that the server runs on, for the API at
	// /v2/spaces/doctor; nil: there is none.
	Checkup func(context.Context) []Check
	// Limits protect from overload.
	Limits Limits
	// Proxies are the addresses whose X-Forwarded-For and X-Forwarded-Proto
	// are believed.
	Proxies []netip.Prefix
}

// Server is an S3 endpoint. It may be used by many goroutines.
type Server struct {
	engine    *storage.Engine
	verifier  sigv4.Verifier
	root      func(accessKey string) (string, bool)
	keys      *keyring.Ring
	links     *links.Book
	masters   *MasterKeys
	admin     string // bearer token
	owner     string
	region    string
	domains   []string
	sites     []string // base domains of websites
	documents documentCache
	now       func() time.Time
	log       *slog.Logger

	access *accesslog.Log
	logs   *accesslog.Delivery

	logMember func(c *call, operation, key string, d storage.Stored) // handlers cannot know the table, which their lines are named by

	metrics  *Metrics
	troubles *Troubles
	unread   unread
	conns    connWatches
	upkeep   func() Upkeep
	found    func() int
	checkup  func(context.Context) []Check
	gate     *gate
	proxies  []netip.Prefix
	stopping atomic.Bool
	dueTime  time.Duration

	ids    atomic.Uint64 // request ids count from a random number
	hostID string        // x-amz-id-2: names this process, not a request

	http   *http.Server
	memory *pipe.Listener
	start  sync.Once // of serving the in-memory listener
}

// New makes a Server. It owns no goroutine and no file until Serve or Dial.
func New(c Config) *Server {
	s := &Server{
		engine: c.Engine, owner: c.Owner, region: c.Region, now: c.Now, log: c.Log,
		memory: pipe.Listen(), dueTime: dueTime, logMember: (*call).logMember,
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.owner == "" {
		s.owner = "spaces"
	}
	s.domains, s.sites = cleanDomains([]string{"localhost"}, c.Domains), cleanDomains(nil, c.WebsiteDomains)
	s.links = c.Links
	s.root, s.keys, s.admin, s.masters = c.Secret, c.Keys, c.AdminToken, c.MasterKeys
	s.verifier = sigv4.Verifier{Secret: s.secret, Now: s.now}
	var seed [32]byte
	rand.Read(seed[:])
	s.ids.Store(binary.LittleEndian.Uint64(seed[:]))
	s.access, s.logs, s.metrics, s.proxies = c.Access, c.Logs, c.Metrics, c.Proxies
	if s.troubles = c.Troubles; s.troubles == nil {
		s.troubles = &Troubles{}
	}
	s.upkeep, s.found, s.checkup = c.Upkeep, c.Found, c.Checkup
	if s.logs != nil {
		s.logs.Attach(s.regionOf, s.sealedLog)
	}
	s.gate = newGate(c.Limits)
	s.hostID = base64.StdEncoding.EncodeToString(seed[8:])
	s.http = s.httpServer()
	return s
}
