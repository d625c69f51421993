package store

import "context"

// Client is what other programs need to know of the endpoint; the secret is never part of it.
type Client struct {
	Endpoint  string // base URL
	PathStyle bool   // the Space has to be in the path
	Region    string
	Key       string // id of the access key, "" where the environment has none
}

// Client asks for what other programs need. No request is sent, but the files of AWS may be read.
func (s *Store) Client(ctx context.Context) (Client, error) {
	url, path := s.clientEndpoint()
	c := Client{Endpoint: url, PathStyle: path, Region: s.c.Region, Key: s.c.AccessKey}
	if from := s.api.Options().Credentials; c.Key == "" && from != nil {
		if v, err := from.Retrieve(ctx); err == nil { // what is wrong with them shows elsewhere
			c.Key = v.AccessKeyID
		}
	}
	return c, ctx.Err()
}

// clientEndpoint is the base URL that other programs reach the endpoint at, and whether they have to put the Space into the
// path.
func (s *Store) clientEndpoint() (url string, pathStyle bool) {
	base, path := s.publicBase()
	return base.Scheme + "://" + base.Host, path
}

// Provider is the kind of endpoint where that is known by its name: "DigitalOcean", "AWS", "Ceph"…; "spaces" is the server
// in this process.
func (s *Store) Provider() string { return s.quirks.provider }
