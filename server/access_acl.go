package server

import "spaces/server/storage"

// granted asks the ACL of the Space or object (user guide, "Mapping of ACL
// permissions and access policy permissions").
func (s *Server) granted(c *call, q *question) bool {
	var acl storage.ACL
	need, onObject := aclPermission(q.action)
	switch {
	case need == 0:
		return false
	case len(q.space.Config) > 0 && (s.ownership(q.space) == ownerEnforced || s.accessBlock(q.space).ignoreACLs):
		return false
	case !onObject:
		acl = q.space.ACL
	default:
		o := s.lookAt(q)
		if o == nil {
			return false
		}
		acl = o.ACL
	}
	return allow(acl, need, c.who.Anonymous)
}

// aclPermission gives the permission that allows an action, 0 where no ACL does,
// and whether it is that of the object or of the Space.
func aclPermission(action string) (need permission, onObject bool) {
	switch action {
	case "s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads":
		return mayRead, false
	case "s3:PutObject":
		return mayWrite, false
	case "s3:GetBucketAcl":
		return mayReadACP, false
	case "s3:PutBucketAcl":
		return mayWriteACP, false
	case "s3:GetObject", "s3:GetObjectVersion":
		return mayRead, true
	case "s3:GetObjectAcl", "s3:GetObjectVersionAcl":
		return mayReadACP, true
	case "s3:PutObjectAcl", "s3:PutObjectVersionAcl":
		return mayWriteACP, true
	}
	return 0, false
}
