package store

import (
	"net/url"
	"strings"
)

// quirks is what is known of a kind of endpoint before it has answered anything. What it answers later is in
// Store.learned.
type quirks struct {
	provider   string
	region     string     // that the endpoint's name tells
	pathStyle  bool       // host style needs DNS that such endpoints rarely have
	urlEncode  bool       // listings come back percent-encoded, exactly
	startAfter bool       // start-after is honoured, so any key can be where a listing goes on
	deletes    deleteMode // what DeleteObjects is sent with at first
	rename     bool       // has RenameObject; who has not may take the request for a PUT of an empty object
	checksums  bool       // HEAD tells checksums when asked
	grants     bool       // has ACLs worth reading at a copy
	rates      rates      // that it is known to take
	parts      int        // of one object, written at once at most; 0: not known

	regions  []string                   // to choose from for a new Space, nil where they are not known
	endpoint func(region string) string // the host of another region, nil where one endpoint serves all
	cdn      func(region string) string // the host of the cache before the endpoint
}

// oceanRegions are those of DigitalOcean Spaces (Spaces availability).
var oceanRegions = []string{"nyc3", "ams3", "sfo2", "sfo3", "sgp1", "lon1", "fra1", "tor1", "blr1", "syd1", "atl1"}

// oceanRates are those of DigitalOcean (Spaces limits): 800 operations a second to a Space, 1,500 from an address. Older
// Spaces take less, which their answers tell. Of one object there may be 10 PUTs at once.
var oceanRates = rates{usual: 800, most: 1500}

func oceanEndpoint(region string) string { return region + ".digitaloceanspaces.com" }
func oceanCDN(region string) string      { return region + ".cdn.digitaloceanspaces.com" }
func awsEndpoint(region string) string   { return "s3." + region + ".amazonaws.com" }
func chinaEndpoint(region string) string { return awsEndpoint(region) + ".cn" }

// table of providers by the end of the host name. Sources: the providers' S3 compatibility pages, and for DigitalOcean
// and Ceph: minio/mc#3067 (truncated pages without token, with encoding-type=url), terraform-provider-digitalocean#423
// (start-after ignored), rclone's provider quirks (list_url_encode false), owncast#5159 (DeleteObjects wants Content-MD5).
var providers = []struct {
	suffix string
	quirks
}{
	{".digitaloceanspaces.com", quirks{provider: ocean, deletes: deleteMD5, grants: true, rates: oceanRates, parts: 10,
		regions: oceanRegions, endpoint: oceanEndpoint, cdn: oceanCDN}},
	{".linodeobjects.com", quirks{provider: "Ceph", deletes: deleteMD5, grants: true}},
	{".your-objectstorage.com", quirks{provider: "Ceph", deletes: deleteMD5, grants: true}},
	{".dream.io", quirks{provider: "Ceph", deletes: deleteMD5, grants: true}},
	{".amazonaws.com", quirks{provider: "AWS", urlEncode: true, startAfter: true, checksums: true, grants: true, endpoint: awsEndpoint}},
	{".amazonaws.com.cn", quirks{provider: "AWS", urlEncode: true, startAfter: true, checksums: true, grants: true, endpoint: chinaEndpoint}},
	{".r2.cloudflarestorage.com", quirks{provider: "Cloudflare", region: "auto", pathStyle: true, urlEncode: true, startAfter: true}},
	{".backblazeb2.com", quirks{provider: "Backblaze", urlEncode: true, startAfter: true, grants: true}},
	{".wasabisys.com", quirks{provider: "Wasabi", urlEncode: true, startAfter: true, grants: true}},
	{"storage.googleapis.com", quirks{provider: "Google", region: "auto", deletes: deleteSingle, grants: true}},
}

// quirksOf a configuration. endpoint is nil for AWS by region.
func quirksOf(c Config, endpoint *url.URL) quirks {
	if c.Dial != nil {
		return quirks{provider: "spaces", pathStyle: true, urlEncode: true, startAfter: true, rename: true,
			checksums: true, grants: true}
	}
	host := ".amazonaws.com"
	if endpoint != nil {
		host = strings.ToLower(endpoint.Hostname())
	}
	for _, p := range providers {
		if strings.HasSuffix(host, p.suffix) {
			q := p.quirks
			q.region = firstOf(q.region, regionIn(strings.TrimSuffix(host, p.suffix)))
			return q
		}
	}
	// MinIO, Garage, Ceph, spaces serve… on somebody's own machines: nothing is taken for granted.
	return quirks{pathStyle: true, startAfter: true, grants: true}
}

// regionIn finds the region in what is left of a host name: "nyc3", "s3.eu-west-1", "s3.dualstack.us-west-2".
func regionIn(host string) string {
	labels := strings.Split(host, ".")
	region := strings.TrimPrefix(labels[len(labels)-1], "s3-")
	if region == "s3" || region == "accelerate" || region == "" {
		return ""
	}
	return region
}

// regionBase is the URL of the endpoint of a region, "" for the one that requests go to.
func (s *Store) regionBase(region string) *url.URL {
	if s.base != nil && (s.quirks.endpoint == nil || region == "" || region == s.quirks.region) {
		return s.base
	}
	return &url.URL{Scheme: "https", Host: s.quirks.endpoint(firstOf(region, s.c.Region))}
}

// PartsAtOnce is how many parts of one object may be written at once; 0: as many as one likes.
func (s *Store) PartsAtOnce() int { return s.quirks.parts }

// Regions are those that a new Space can be in, nil where they are not known.
func (s *Store) Regions() []string { return s.quirks.regions }
