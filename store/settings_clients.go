package store

// ClientEndpoint is the base URL that other programs reach the endpoint at, and whether they have to put the Space into the
// path.
func (s *Store) ClientEndpoint() (url string, pathStyle bool) {
	base, path := s.publicBase()
	return base.Scheme + "://" + base.Host, path
}

// Provider is the kind of endpoint where that is known by its name: "DigitalOcean", "AWS", "Ceph"…; "spaces" is the server
// in this process.
func (s *Store) Provider() string { return s.quirks.provider }

// CDN is the URL of a Space at the cache of the provider, "" where there is none. Whether it is enabled only the provider's
// own API tells.
func (s *Store) CDN(space string) string {
	if s.quirks.cdn == nil {
		return ""
	}
	return "https://" + space + "." + s.quirks.cdn(s.c.Region)
}
