package server

import "spaces/server/storage"

// readActions and writeActions are what read and readwrite grants allow beyond
// what the one before allows. Every action that is in neither needs
// fullaccess, so that a new one is closed until somebody opens it.
var (
	readActions = setOf(
		"s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts",
		"s3:GetBucketLocation", "s3:GetBucketVersioning",
		"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAttributes", "s3:GetObjectVersionAttributes",
		"s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:GetObjectRetention", "s3:GetObjectLegalHold",
	)
	writeActions = setOf(
		"s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload",
		"s3:PutObjectTagging", "s3:PutObjectVersionTagging", "s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging",
	)
)

func setOf(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}

// neededFor is the least permission that allows an action.
func neededFor(action string) Permission {
	switch {
	case readActions[action]:
		return PermissionRead
	case writeActions[action]:
		return PermissionReadWrite
	}
	return PermissionFullAccess
}

// keyAllows says whether the grants of a key of the ring, as they are now, let
// it do action in a Space. Of the root key and of strangers it knows nothing.
func (s *Server) keyAllows(c *call, action string, sp *storage.Space) bool {
	k := s.keys.find(c.who.AccessKey)
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
	return k.permission(name).rank() >= neededFor(action).rank()
}

// sees says whether a Space is listed to the one who called.
func (c *call) sees(space string) bool {
	if c.root() {
		return true
	}
	k := c.s.keys.find(c.who.AccessKey)
	return k != nil && k.permission(space) != ""
}

// secret is what the signatures of an access key are made with.
func (s *Server) secret(id string) (string, bool) {
	if secret, ok := s.root(id); ok {
		return secret, true
	}
	return s.keys.secret(id)
}
