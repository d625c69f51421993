package store

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// everybody is the group that makes a grant public (S3: Access control list overview).
const everybody = "http://acs.amazonaws.com/groups/global/AllUsers"

// Access tells who may read an object, or with Key "" list a Space.
func (s *Store) Access(ctx context.Context, r Ref) (Access, error) {
	acl, err := s.acl(ctx, r, "")
	if err != nil {
		if r.Key != "" && classify(err) == Unsupported {
			s.learned.noACL.Store(true)
		}
		return "", s.wrap("read permissions of", r, err)
	}
	return accessOf(acl), nil
}

// HasAccess says whether single objects can be private or public here, as far as is known: the endpoint may have said that
// it has no such thing.
func (s *Store) HasAccess() bool { return !s.learned.noACL.Load() }

func (s *Store) acl(ctx context.Context, r Ref, version string, o ...func(*s3.Options)) (types.AccessControlPolicy, error) {
	if r.Key == "" {
		out, err := s.api.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: &r.Space}, o...)
		if err != nil {
			return types.AccessControlPolicy{}, err
		}
		return types.AccessControlPolicy{Owner: out.Owner, Grants: out.Grants}, nil
	}
	if version == "" && len(o) == 0 {
		var f *first
		var acl types.AccessControlPolicy
		var done bool
		if ctx, f, acl, done = s.ownedDirectly(ctx, r); done {
			return acl, nil
		}
		defer f.drop()
	}
	out, err := s.api.GetObjectAcl(ctx, &s3.GetObjectAclInput{Bucket: &r.Space, Key: &r.Key, VersionId: optional(version)}, o...)
	if err != nil {
		return types.AccessControlPolicy{}, err
	}
	return types.AccessControlPolicy{Owner: out.Owner, Grants: out.Grants}, nil
}

// accessOf names a list of grants: the owner's own does not count.
func accessOf(acl types.AccessControlPolicy) Access {
	access := Private
	for _, g := range acl.Grants {
		switch {
		case g.Grantee == nil:
			return Custom
		case aws.ToString(g.Grantee.URI) == everybody && g.Permission == types.PermissionRead:
			access = PublicRead
		case aws.ToString(g.Grantee.URI) != "":
			return Custom
		case acl.Owner != nil && aws.ToString(g.Grantee.ID) != aws.ToString(acl.Owner.ID):
			return Custom
		}
	}
	return access
}

// SetAccess makes an object, or with Key "" the listing of a Space, private or public.
func (s *Store) SetAccess(ctx context.Context, r Ref, a Access) error {
	var err error
	switch {
	case a != Private && a != PublicRead:
		err = errors.New("only private and public-read can be set")
	case r.Key == "":
		_, err = s.api.PutBucketAcl(ctx, &s3.PutBucketAclInput{Bucket: &r.Space, ACL: types.BucketCannedACL(a)})
	default:
		_, err = s.api.PutObjectAcl(ctx, &s3.PutObjectAclInput{Bucket: &r.Space, Key: &r.Key, ACL: types.ObjectCannedACL(a)})
	}
	return s.wrap("change permissions of", r, err)
}

// carried reads the permissions that a copy has to take along. ok is false where the endpoint has none to speak of, or
// does not let this key read them: the copy is private then, which shows nobody what was hidden.
func (s *Store) carried(ctx context.Context, from Ref, version string) (acl types.AccessControlPolicy, ok bool, err error) {
	if !s.quirks.grants || s.learned.noACL.Load() {
		return acl, false, nil
	}
	if s.enforced(ctx, from.Space) {
		return acl, false, nil
	}
	acl, err = s.acl(ctx, from, version)
	switch classify(err) {
	case "":
		return acl, true, nil
	case Unsupported:
		s.learned.noACL.Store(true)
		return acl, false, nil
	case Denied:
		return acl, false, nil
	}
	return acl, false, err
}
