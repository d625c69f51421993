package dialog

import (
	"net/url"
	"strings"

	"spaces/store"
	"spaces/tui/kit"
)

// oceanRegions are the regions of DigitalOcean Spaces.
var oceanRegions = []string{"nyc3", "ams3", "sfo2", "sfo3", "sgp1", "lon1", "fra1", "tor1", "blr1", "syd1", "atl1"}

// oceanDomain ends the host of each of their endpoints: REGION.digitaloceanspaces.com.
const oceanDomain = ".digitaloceanspaces.com"

// hostOf is the host, with its port, that a Store's endpoint names; "" for AWS by region.
func hostOf(c *kit.Context) (scheme, host string) {
	endpoint := c.Store.Endpoint()
	if endpoint != "" && !strings.Contains(endpoint, "://") {
		endpoint = "https://" + endpoint
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		return "https", ""
	}
	return u.Scheme, u.Host
}

// isOcean says whether the endpoint is one of DigitalOcean's.
func isOcean(c *kit.Context) bool {
	_, host := hostOf(c)
	return strings.HasSuffix(host, oceanDomain)
}

// addresses are the URLs that a Space will have. Empty when they cannot be told before it is there.
func addresses(c *kit.Context, space, region string) []string {
	scheme, host := hostOf(c)
	switch {
	case isOcean(c) && region != "":
		host = region + oceanDomain
	case c.Store.Embedded():
		return []string{strings.TrimSuffix(c.Store.PublicURL(store.Ref{Space: space}), "/")}
	case host == "" && region != "":
		scheme, host = "https", "s3."+region+".amazonaws.com"
	case host == "":
		return nil
	}
	return []string{scheme + "://" + space + "." + host, scheme + "://" + host + "/" + space}
}
