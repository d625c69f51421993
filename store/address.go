package store

import (
	"net/url"
	"strings"

	"github.com/aws/smithy-go/encoding/httpbinding"
)

// PublicURL is the plain address of an object, or with Key "" of a Space, for who may read without a signature. A host
// with the Space's name before it is used only where there is one: never for an IP address or localhost.
func (s *Store) PublicURL(r Ref) string {
	base, path := s.publicBase()
	return address(base, path, r)
}

// publicBase is where clients find the endpoint, and whether in path style alone.
func (s *Store) publicBase() (base *url.URL, path bool) {
	if s.c.ShareURL != nil {
		if u, err := url.Parse(s.c.ShareURL()); err == nil && u.Host != "" {
			return u, true
		}
	}
	return s.regionBase(""), s.path
}

func address(base *url.URL, path bool, r Ref) string {
	key := "/" + httpbinding.EscapePath(r.Key, false)
	if path {
		return base.Scheme + "://" + base.Host + "/" + r.Space + key
	}
	return base.Scheme + "://" + r.Space + "." + base.Host + key
}

// Addresses are the URLs that a Space of a region ("": the endpoint's own) has or will have, the usual one first.
func (s *Store) Addresses(space, region string) []string {
	base, path := s.publicBase()
	if s.c.ShareURL == nil {
		base = s.regionBase(region)
	}
	list := []string{strings.TrimSuffix(address(base, true, Ref{Space: space}), "/")}
	if !path {
		list = append([]string{strings.TrimSuffix(address(base, false, Ref{Space: space}), "/")}, list...)
	}
	return list
}

// PlaceOf reads a URL of this endpoint back: one that PublicURL, Addresses or Share gave, whatever is signed in its query,
// and those of the provider's cache before it. ok is false for any other URL.
func (s *Store) PlaceOf(text string) (p Place, ok bool) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return Place{}, false
	}
	path, err := url.PathUnescape(strings.TrimPrefix(u.EscapedPath(), "/"))
	if err != nil {
		return Place{}, false
	}
	host := plainHost(u)
	for _, base := range s.bases() {
		if host == base {
			space, key, _ := strings.Cut(path, "/")
			return within(Place{Conn: s.Conn(), Space: space}, key), space != "" || key == ""
		}
		if space, ok := strings.CutSuffix(host, "."+base); ok && !s.path {
			return within(Place{Conn: s.Conn(), Space: space}, path), true
		}
	}
	return Place{}, false
}

// bases are the hosts, with port where it is not the scheme's own, that URLs of this endpoint have; host style puts the
// Space before them.
func (s *Store) bases() []string {
	public, _ := s.publicBase()
	list := []string{plainHost(public), plainHost(s.regionBase(""))}
	if s.base != nil {
		list = append(list, plainHost(s.base))
	}
	if s.quirks.cdn != nil {
		list = append(list, s.quirks.cdn(s.oceanRegion()))
	}
	return list
}

// plainHost is a host as it is compared.
func plainHost(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}
