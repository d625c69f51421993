package store

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// CreateSpace makes an empty Space. Exists when the name is taken, by whomever: some endpoints (Ceph's kind, AWS in
// us-east-1) answer 200 to who owns it already, so it is looked for before, and where this key may not look, its age tells.
// NotPublic when the Space was created but its listing could not be made public: the error says why.
func (s *Store) CreateSpace(ctx context.Context, name string, o CreateOptions) error {
	r := Ref{Space: name}
	in := func(opt *s3.Options) { s.inRegion(opt, o.Region) }
	_, err := s.api.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name}, in)
	switch classify(err) {
	case "":
		return taken(r)
	case Unreachable, Canceled:
		return s.wrap("create", r, err)
	case Denied:
		return s.createUnseen(ctx, name, o, in)
	}
	_, err = s.createBucket(ctx, name, o, in)
	if o.PublicListing && classify(err) == Unsupported {
		refused := s.wrap("allow listing of", r, err)
		o.PublicListing = false
		if _, err = s.createBucket(ctx, name, o, in); err == nil {
			return notPublic("allow listing of", r, refused, "this endpoint has access control lists switched off")
		}
	}
	if err == nil && o.PublicListing {
		return s.confirmPublic(ctx, r, in)
	}
	return s.wrap("create", r, err)
}

func taken(r Ref) error {
	return &Error{Op: "create", Ref: r, Kind: Exists, Err: &cause{text: "you have a Space of this name", err: Exists}}
}

// createUnseen makes a Space of which this key may not see whether it is there. Who may read it is changed only when it is
// known to be new.
func (s *Store) createUnseen(ctx context.Context, name string, o CreateOptions, in func(*s3.Options)) error {
	r := Ref{Space: name}
	made, err := s.createBucket(ctx, name, CreateOptions{Region: o.Region}, in)
	if err != nil {
		return s.wrap("create", r, err)
	}
	spaces, err := s.ListSpaces(ctx)
	i := slices.IndexFunc(spaces, func(x Space) bool { return x.Name == name })
	switch {
	case err == nil && i >= 0 && !made.IsZero() && spaces[i].Created.Before(made.Add(-justNow)):
		return taken(r)
	case !o.PublicListing:
		return nil
	case i < 0 || made.IsZero():
		return notPublic("allow listing of", r, NotPublic, "this key may not see whether the Space is a new one")
	}
	if err := s.SetAccess(ctx, r, PublicRead); err != nil {
		return notPublic("allow listing of", r, err, "it is created, and its listing could not be made public")
	}
	return s.confirmPublic(ctx, r, in)
}

// justNow is how old a Space may be that was made by the request before, by the clock of the endpoint: another of its
// machines may have answered.
const justNow = time.Minute

// createBucket says when the endpoint answered.
func (s *Store) createBucket(ctx context.Context, name string, o CreateOptions, in func(*s3.Options)) (at time.Time, err error) {
	ask := &s3.CreateBucketInput{Bucket: &name}
	if o.PublicListing {
		ask.ACL = types.BucketCannedACLPublicRead
	}
	region := firstOf(o.Region, s.c.Region)
	if region != "us-east-1" && region != "auto" && s.quirks.provider != "DigitalOcean" {
		ask.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(region)}
	}
	out, err := s.api.CreateBucket(ctx, ask, in)
	if err != nil {
		return at, err
	}
	return dateOf(out.ResultMetadata), nil
}

// inRegion sends a request to the endpoint of a region, "" for the one that all go to.
func (s *Store) inRegion(o *s3.Options, region string) {
	if region == "" || region == s.c.Region {
		return
	}
	o.Region = region
	if s.quirks.provider == "AWS" {
		o.BaseEndpoint = nil // the SDK knows the endpoint of each region
	} else if s.quirks.endpoint != nil {
		base := s.regionBase(region).String()
		o.BaseEndpoint = &base
	}
}

// ConfirmPublic reads back whether what was just written as public is so: an object, or with Key "" the listing of a
// Space. Some endpoints take the wish without a word (MinIO, versitygw), or have no access control lists: NotPublic. nil
// also where this key may not read them.
func (s *Store) ConfirmPublic(ctx context.Context, r Ref) error { return s.confirmPublic(ctx, r) }

func (s *Store) confirmPublic(ctx context.Context, r Ref, o ...func(*s3.Options)) error {
	acl, err := s.acl(ctx, r, "", o...)
	switch kind := classify(err); {
	case kind == Unsupported:
		return notPublic("make public", r, err, "this endpoint has no access control lists")
	case kind == Denied, err == nil && accessOf(acl) != Private:
		return nil
	case err != nil:
		return s.wrap("read permissions of", r, err)
	case r.Key == "":
		return notPublic("make public", r, NotPublic, "this endpoint ignored public listing")
	}
	return notPublic("make public", r, NotPublic, "this endpoint ignored public access")
}

func notPublic(op string, r Ref, err error, why string) error {
	return &Error{Op: op, Ref: r, Kind: NotPublic, Err: &cause{text: why, err: err, advice: NotPublic.advice()}}
}
