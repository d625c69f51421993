package server

import (
	"slices"
	"strings"
)

// siteOf gives the Space whose website a Host header asks for: NAME of
// NAME.WEBSITE-DOMAIN, or the whole host where a Space of that name has a website
// (user guide, "Website endpoints": a CNAME's Space is named like it). The longest
// domain that a host is below decides, and those of S3 are never taken away; a
// server without a domain for websites has none. The Space "" is the website
// domain itself.
func (s *Server) siteOf(host string) (space string, site bool) {
	if len(s.sites) == 0 {
		return "", false
	}
	host = plainName(host)
	own, domain := longestDomain(s.domains, host), longestDomain(s.sites, host)
	switch {
	case own != "" && len(own) >= len(domain):
		return "", false
	case domain != "" && host != domain:
		return host[:len(host)-len(domain)-1], true
	case strings.Contains(host, ".") && s.hasSite(host): // one label may be what the server itself is called in its network
		return host, true
	}
	return "", domain != ""
}

// ServesWebsite says whether a host is that of a website that there is: for who
// makes certificates on demand. host may have a port.
func (s *Server) ServesWebsite(host string) bool {
	space, site := s.siteOf(host)
	return site && s.hasSite(space)
}

func (s *Server) hasSite(space string) bool {
	sp, err := s.engine.Space(space)
	return err == nil && len(sp.Config[docWebsite]) > 0
}

// siteHost is the host of the website of a Space, "" where none is served.
func (s *Server) siteHost(space string) string {
	if len(s.sites) == 0 {
		return ""
	}
	return space + "." + s.sites[0]
}

// plainName is a host without its port and without the dot that ends an absolute
// name, in lower case.
func plainName(host string) string {
	return strings.ToLower(strings.TrimSuffix(hostname(host), "."))
}

// longestDomain is that of some domains which a host is or is below.
func longestDomain(domains []string, host string) (longest string) {
	for _, d := range domains {
		if n := len(host) - len(d); n >= 0 && len(d) > len(longest) && host[n:] == d && (n == 0 || host[n-1] == '.') {
			longest = d
		}
	}
	return longest
}

// cleanDomains are domains as hosts are compared with them, each once.
func cleanDomains(first, more []string) []string {
	for _, d := range more {
		d = strings.ToLower(strings.Trim(d, "."))
		if d != "" && !slices.Contains(first, d) {
			first = append(first, d)
		}
	}
	return first
}
