package server

import "spaces/server/storage"

// keyAllows says whether the grants of a key of the ring, as they are now, let
// it do action in a Space. Of the root key and of strangers it knows nothing.
func (s *Server) keyAllows(c *call, action string, sp *storage.Space) bool {
	k := s.keys.Find(c.who.AccessKey)
	if k == nil || c.who.Anonymous {
		return false
	}
	if action == "s3:ListAllMyBuckets" {
		return true // those of its grants are shown
	}
	name := sp.Name
	if name == "" {
		name = c.target.space // about to be created
	}
	return k.Permission(name).Allows(action)
}

// sees says whether a Space is listed to the one who called.
func (c *call) sees(space string) bool {
	if c.root() {
		return true
	}
	k := c.s.keys.Find(c.who.AccessKey)
	return k != nil && k.Permission(space) != ""
}

// secret is what the signatures of an access key are made with.
func (s *Server) secret(id string) (string, bool) {
	if secret, ok := s.root(id); ok {
		return secret, true
	}
	return s.keys.Secret(id)
}
