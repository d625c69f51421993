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
	copyAny    bool       // CopyObject has no limit of 5 GiB
	checksums  bool       // HEAD tells checksums when asked
	grants     bool       // has ACLs worth reading at a copy
}

// table of providers by the end of the host name. Sources: the providers' S3 compatibility pages, and for DigitalOcean
// and Ceph: minio/mc#3067 (truncated pages without token, with encoding-type=url), terraform-provider-digitalocean#423
// (start-after ignored), rclone's provider quirks (list_url_encode false), owncast#5159 (DeleteObjects wants Content-MD5).
var providers = []struct {
	suffix string
	quirks
}{
	{".digitaloceanspaces.com", quirks{provider: "DigitalOcean", deletes: deleteMD5, grants: true}},
	{".linodeobjects.com", quirks{provider: "Ceph", deletes: deleteMD5, grants: true}},
	{".your-objectstorage.com", quirks{provider: "Ceph", deletes: deleteMD5, grants: true}},
	{".dream.io", quirks{provider: "Ceph", deletes: deleteMD5, grants: true}},
	{".amazonaws.com", quirks{provider: "AWS", urlEncode: true, startAfter: true, checksums: true, grants: true}},
	{".amazonaws.com.cn", quirks{provider: "AWS", urlEncode: true, startAfter: true, checksums: true, grants: true}},
	{".r2.cloudflarestorage.com", quirks{provider: "Cloudflare", region: "auto", pathStyle: true, urlEncode: true, startAfter: true}},
	{".backblazeb2.com", quirks{provider: "Backblaze", urlEncode: true, startAfter: true, grants: true}},
	{".wasabisys.com", quirks{provider: "Wasabi", urlEncode: true, startAfter: true, grants: true}},
	{"storage.googleapis.com", quirks{provider: "Google", region: "auto", deletes: deleteSingle, grants: true}},
}

// quirksOf a configuration. endpoint is nil for AWS by region.
func quirksOf(c Config, endpoint *url.URL) quirks {
	if c.Dial != nil {
		return quirks{provider: "spaces", pathStyle: true, urlEncode: true, startAfter: true, rename: true, copyAny: true,
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

// regionEndpoint is where a Space of another region is created, "" when the endpoint serves all its regions.
func (s *Store) regionEndpoint(region string) string {
	if s.quirks.provider != "DigitalOcean" || region == "" || region == s.quirks.region {
		return ""
	}
	return "https://" + region + ".digitaloceanspaces.com"
}
