package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/smithy-go/encoding/httpbinding"
	"github.com/digitalocean/godo"
)

// CDN is the cache that DigitalOcean has before a Space. The zero CDN is off.
type CDN struct {
	ID          string
	Host        string        // that the files are served from: NAME.REGION.cdn.digitaloceanspaces.com
	TTL         time.Duration // one of CDNLives
	Domain      string        // of one's own that leads there, "" for none
	Certificate string        // of that domain: its id at DigitalOcean
	Created     time.Time

	origin string
}

// On says whether it is enabled.
func (c CDN) On() bool { return c.ID != "" }

// URL is the address of an object in it, which works where the object is public. Signed links stay with the Space: the cache
// keeps nothing of them (DigitalOcean: "How to Manage the Spaces CDN Cache").
func (c CDN) URL(key string) string {
	return "https://" + firstOf(c.Domain, c.Host) + "/" + httpbinding.EscapePath(key, false)
}

// CDNLives are how long files can stay in the cache, and DefaultCDNLife is what DigitalOcean takes by itself (DigitalOcean
// API, "Create a New CDN Endpoint": ttl).
var CDNLives = []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}

const DefaultCDNLife = time.Hour

// MostPurged is how many files are purged at once (DigitalOcean API, "Purge the Cache for an Existing CDN Endpoint": 50 in 20
// seconds). Everything in a folder, or in the Space, counts as one.
const MostPurged = 50

// cdnFresh is how long is believed what was listed: the API takes few requests.
const cdnFresh = 5 * time.Minute

// edgeWait is how long people wait for the address in the cache.
const edgeWait = 3 * time.Second

// cdnPages bounds the pages of a list, of 200 each: an account has 100 Spaces.
const cdnPages = 20

var (
	listCDN   = oceanCall{"read the CDN", "ListCDNEndpoints", "cdn:read"}
	createCDN = oceanCall{"enable the CDN", "CreateCDNEndpoint", "cdn:create"}
	changeCDN = oceanCall{"change the CDN", "UpdateCDNEndpoint", "cdn:update"}
	deleteCDN = oceanCall{"disable the CDN", "DeleteCDNEndpoint", "cdn:delete"}
	purgeCDN  = oceanCall{"purge the CDN's cache", "PurgeCDNCache", "cdn:delete"}
)

// oceanAccount is what is known of the account at DigitalOcean.
type oceanAccount struct {
	mu    sync.Mutex
	token string
	cdns  []CDN
	read  time.Time // zero: they are not known
}

// NoCDN says why the CDN of Spaces is not managed here, one sentence; "": it is. No request is sent.
func (s *Store) NoCDN() string {
	switch {
	case s.quirks.provider != ocean:
		return "Only DigitalOcean's Spaces have a CDN to be set here."
	case !s.HasToken():
		return "The CDN is managed with an API token of DigitalOcean: write it into the connection, or set DIGITALOCEAN_ACCESS_TOKEN."
	}
	return ""
}

// noCDN is NoCDN as an error.
func (s *Store) noCDN(call oceanCall) error {
	switch {
	case s.quirks.provider != ocean:
		return &Error{Op: call.does, Kind: Unsupported, Err: &cause{text: "this endpoint has no CDN", err: Unsupported}}
	case !s.HasToken():
		return noToken(call.does, "the CDN is", call.scope)
	}
	return nil
}

// EdgeURL is the URL of a Space at the cache of the provider, "" where there is none. Whether it is enabled CDN tells.
func (s *Store) EdgeURL(space string) string {
	if s.quirks.cdn == nil {
		return ""
	}
	return "https://" + space + "." + s.quirks.cdn(s.oceanRegion())
}

// oceanRegion is that of the endpoint's name: the region to sign for may be written as another one.
func (s *Store) oceanRegion() string { return firstOf(s.quirks.region, s.c.Region) }

// origin is the host of a Space that a CDN is before.
func (s *Store) origin(space string) string { return space + "." + oceanEndpoint(s.oceanRegion()) }

// CDN reads what is set for a Space: Unsupported where there is no CDN, BadCredentials without a token.
func (s *Store) CDN(ctx context.Context, space string) (CDN, error) {
	list, err := s.cdns(ctx, space)
	return s.cdnOf(list, space), err
}

// KnownCDN is CDN that believes what was read some minutes ago. Where it cannot be managed it is off.
func (s *Store) KnownCDN(ctx context.Context, space string) (CDN, error) {
	if s.NoCDN() != "" {
		return CDN{}, nil
	}
	s.account.mu.Lock()
	list, read := s.account.cdns, s.account.read
	s.account.mu.Unlock()
	if !read.IsZero() && s.c.Now().Sub(read) < cdnFresh {
		return s.cdnOf(list, space), nil
	}
	return s.CDN(ctx, space)
}

// EdgeOf is KnownCDN for addresses that are to be shown at once: what is not told in a moment is taken for off.
func (s *Store) EdgeOf(ctx context.Context, space string) CDN {
	ctx, cancel := context.WithTimeout(ctx, edgeWait)
	defer cancel()
	c, err := s.KnownCDN(ctx, space)
	if err != nil {
		return CDN{}
	}
	return c
}

func (s *Store) cdnOf(list []CDN, space string) CDN {
	i := slices.IndexFunc(list, func(c CDN) bool { return strings.EqualFold(c.origin, s.origin(space)) })
	if i < 0 {
		return CDN{}
	}
	return list[i]
}

// cdns lists the CDN of all Spaces of the account: there is no way to ask for that of one.
func (s *Store) cdns(ctx context.Context, space string) ([]CDN, error) {
	if err := s.noCDN(listCDN); err != nil {
		return nil, err
	}
	client, err := s.ocean(listCDN)
	if err != nil {
		return nil, s.ofOcean(listCDN, Ref{Space: space}, err)
	}
	var all []CDN
	for page := 1; page <= cdnPages; page++ {
		list, resp, err := client.CDNs.List(ctx, &godo.ListOptions{Page: page, PerPage: 200})
		if err != nil {
			return nil, s.ofOcean(listCDN, Ref{Space: space}, err)
		}
		for _, c := range list {
			all = append(all, cdnFrom(c))
		}
		last := resp.Links == nil || resp.Links.IsLastPage() // a list of one page has no links
		if len(list) == 0 || last && (resp.Meta == nil || len(all) >= resp.Meta.Total) {
			break
		}
	}
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	s.account.cdns, s.account.read = all, s.c.Now()
	return all, nil
}

func cdnFrom(c godo.CDN) CDN {
	return CDN{ID: c.ID, Host: c.Endpoint, TTL: time.Duration(c.TTL) * time.Second, Domain: c.CustomDomain, Certificate: c.CertificateID,
		Created: c.CreatedAt, origin: c.Origin}
}

// forgetCDN has them read anew.
func (s *Store) forgetCDN() {
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	s.account.read = time.Time{}
}

// SetCDN enables the CDN of a Space, or changes it, to the TTL, Domain and Certificate of set. was is what CDN gave. Two
// requests may be needed for a change; what the API says then is compared with what was asked for.
func (s *Store) SetCDN(ctx context.Context, space string, was, set CDN) error {
	call, r := createCDN, Ref{Space: space}
	if was.On() {
		call = changeCDN
	}
	if err := s.noCDN(call); err != nil {
		return err
	}
	client, err := s.ocean(call)
	if err != nil {
		return s.ofOcean(call, r, err)
	}
	defer s.forgetCDN()
	set.origin = s.origin(space)
	got, err := put(ctx, client, was, set)
	if err != nil {
		return s.ofOcean(call, r, err)
	}
	if got.ID == "" || got.TTL != set.TTL || got.Domain != set.Domain {
		return &Error{Op: call.does, Ref: r, Kind: Other, Err: &cause{text: "DigitalOcean answered with other settings than were asked for", err: Other,
			advice: "Read the settings again: they may not be as you wanted."}}
	}
	return nil
}

// put makes a CDN as set has it of what was, and returns what the API says of it.
func put(ctx context.Context, client *godo.Client, was, set CDN) (CDN, error) {
	ttl := uint32(set.TTL / time.Second)
	if !was.On() {
		return answered(client.CDNs.Create(ctx, &godo.CDNCreateRequest{Origin: set.origin, TTL: ttl, CustomDomain: set.Domain, CertificateID: set.Certificate}))
	}
	got, err := was, error(nil)
	if was.Domain != set.Domain || was.Certificate != set.Certificate {
		got, err = answered(client.CDNs.UpdateCustomDomain(ctx, was.ID, &godo.CDNUpdateCustomDomainRequest{CustomDomain: set.Domain, CertificateID: set.Certificate}))
	}
	if err == nil && was.TTL != set.TTL {
		got, err = answered(client.CDNs.UpdateTTL(ctx, was.ID, &godo.CDNUpdateTTLRequest{TTL: ttl}))
	}
	return got, err
}

func answered(c *godo.CDN, _ *godo.Response, err error) (CDN, error) {
	if err != nil || c == nil {
		return CDN{}, err
	}
	return cdnFrom(*c), nil
}

// DisableCDN ends the CDN of a Space: nothing is served any more at its address and at a domain that leads there.
func (s *Store) DisableCDN(ctx context.Context, space string, was CDN) error {
	return s.onCDN(ctx, deleteCDN, space, was, func(c *godo.Client) error {
		_, err := c.CDNs.Delete(ctx, was.ID)
		return err
	})
}

// PurgeCDN has the cache forget files: keys, folders as "images/*", everything as "*". There are at most MostPurged of them.
func (s *Store) PurgeCDN(ctx context.Context, space string, paths []string) error {
	was, err := s.KnownCDN(ctx, space)
	if err != nil {
		return err
	}
	if len(paths) == 0 || len(paths) > MostPurged {
		return &Error{Op: purgeCDN.does, Ref: Ref{Space: space}, Kind: Other, Err: &cause{text: fmt.Sprintf("%d files cannot be purged at once", len(paths)), err: Other,
			advice: fmt.Sprintf("DigitalOcean takes 1 to %d at a time: purge a folder, or everything.", MostPurged)}}
	}
	return s.onCDN(ctx, purgeCDN, space, was, func(c *godo.Client) error {
		_, err := c.CDNs.FlushCache(ctx, was.ID, &godo.CDNFlushCacheRequest{Files: paths})
		return err
	})
}

// onCDN does something to a CDN that is on.
func (s *Store) onCDN(ctx context.Context, call oceanCall, space string, was CDN, do func(*godo.Client) error) error {
	if err := s.noCDN(call); err != nil {
		return err
	}
	r := Ref{Space: space}
	if !was.On() {
		return &Error{Op: call.does, Ref: r, Kind: NotFound, Err: &cause{text: "its CDN is off", err: NotFound, advice: "The Settings tab enables it."}}
	}
	client, err := s.ocean(call)
	if err == nil {
		err = do(client)
	}
	if KindOf(s.ofOcean(call, r, err)) != "" || call == deleteCDN {
		s.forgetCDN()
	}
	return s.ofOcean(call, r, err)
}
