package store

import (
	"cmp"
	"net"
	"net/url"
	"strings"
)

// Same says whether two Stores are known to be of one endpoint: what is written by one is there for the other. Two names
// of one host that nothing tells of are not known.
func (s *Store) Same(o *Store) bool {
	if s == o {
		return true
	}
	own, other := s.host(), o.host()
	return own != "" && own == other
}

// host is where an endpoint listens, in one spelling; "" for the embedded server before it does.
func (s *Store) host() string {
	base, _ := s.publicBase()
	if s.Embedded() && (s.c.ShareURL == nil || s.c.ShareURL() == "") {
		return ""
	}
	name, port := strings.ToLower(base.Hostname()), cmp.Or(base.Port(), defaultPort(base))
	if ip := net.ParseIP(name); name == "localhost" || ip != nil && ip.IsLoopback() {
		name = "localhost"
	}
	return net.JoinHostPort(name, port)
}

func defaultPort(u *url.URL) string {
	if u.Scheme == "http" {
		return "80"
	}
	return "443"
}
