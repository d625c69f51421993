package store

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// ReplaceOptions of a Replace.
type ReplaceOptions struct {
	As    Ref  // another key, at which there must be nothing yet: else Exists; zero: the object's own
	Force bool // whatever the object is by now
}

// Replace puts another body in the place of the object that was tells of, if it still is that object: else Precondition,
// or NotFound. Everything else stays as it is: headers, metadata, tags, access, class. Where an endpoint is not known to
// guard writes it is looked at right before.
func (s *Store) Replace(ctx context.Context, was Info, body io.ReaderAt, size int64, o ReplaceOptions) (Info, error) {
	r := replacing{s: s, was: was, to: was.Ref, body: body, size: size, ReplaceOptions: o, access: Private}
	if o.As != (Ref{}) {
		r.to = o.As
	}
	info, err := r.run(ctx)
	return info, s.wrap("save", r.to, err)
}

// replacing is one Replace under way.
type replacing struct {
	s    *Store
	was  Info
	to   Ref
	body io.ReaderAt
	size int64
	ReplaceOptions
	access Access
	grants *types.AccessControlPolicy // for what no canned ACL says
	tags   map[string]string
}

func (r *replacing) run(ctx context.Context) (Info, error) {
	if err := r.carry(ctx); err != nil {
		return Info{}, err
	}
	info, err := r.put(ctx)
	if errors.Is(err, Precondition) && r.isThere(ctx) { // the answer to an attempt before got lost
		info, err = r.s.Head(ctx, r.to)
	}
	if err != nil {
		return Info{}, err
	}
	return info, r.complete(ctx)
}

// carry reads what no PUT leaves as it is.
func (r *replacing) carry(ctx context.Context) error {
	acl, ok, err := r.s.carried(ctx, r.was.Ref, "")
	if classify(err) == NotFound && (r.Force || r.As != (Ref{})) {
		return nil // it was deleted meanwhile: what it had is not known any more
	}
	if err != nil {
		return err
	}
	if ok {
		if r.access = accessOf(acl); r.access == Custom {
			r.access, r.grants = Private, &acl
		}
	}
	r.tags, err = r.s.Tags(ctx, r.was.Ref)
	switch kind := KindOf(err); {
	case err == nil, kind == Unsupported, kind == NotFound, kind == Denied && r.was.TagCount == 0:
		return nil
	}
	return err
}

func (r *replacing) put(ctx context.Context) (Info, error) {
	p := r.was.Props
	p.Tags, p.Access = r.tags, r.access
	o := PutOptions{Class: r.was.Class}
	switch {
	case r.As != (Ref{}):
		o.IfNoneMatch = true
		if _, err := r.s.Head(ctx, r.to); err == nil {
			return Info{}, Exists
		} else if !errors.Is(err, NotFound) {
			return Info{}, err
		}
	case !r.Force:
		o.IfMatch = r.was.ETag
		if !r.s.GuardsWrites() {
			if err := r.s.mustStillBe(ctx, r.was.Ref, r.was.ETag); err != nil {
				return Info{}, err
			}
		}
	}
	info, err := r.s.Put(ctx, r.to, r.body, r.size, p, o)
	if errors.Is(err, Unsupported) && (o.IfMatch != "" || o.IfNoneMatch) {
		if o.IfMatch != "" {
			if err := r.s.mustStillBe(ctx, r.was.Ref, r.was.ETag); err != nil {
				return Info{}, err
			}
		}
		info, err = r.s.Put(ctx, r.to, r.body, r.size, p, PutOptions{Class: r.was.Class})
	}
	if errors.Is(err, Precondition) && o.IfNoneMatch {
		err = Exists
	}
	return info, err
}

// isThere says whether the object has this very content, as far as its ETag is an MD5.
func (r *replacing) isThere(ctx context.Context) bool {
	now, err := r.s.Head(ctx, r.to)
	if err != nil || now.Size != r.size {
		return false
	}
	sum := md5.New()
	_, err = io.Copy(sum, io.NewSectionReader(r.body, 0, r.size))
	return err == nil && now.ETag == hex.EncodeToString(sum.Sum(nil))
}

// complete sets what the PUT could not say, or was not listened to about.
func (r *replacing) complete(ctx context.Context) error {
	if r.grants != nil {
		if _, err := r.s.api.PutObjectAcl(ctx, &s3.PutObjectAclInput{Bucket: &r.to.Space, Key: &r.to.Key, AccessControlPolicy: r.grants}); err != nil {
			return fmt.Errorf("it was saved, but not with the permissions that it had: %w", err)
		}
	}
	if len(r.tags) == 0 {
		return nil
	}
	if now, err := r.s.Tags(ctx, r.to); err == nil && maps.Equal(now, r.tags) {
		return nil
	}
	if err := r.s.SetTags(ctx, r.to, r.tags); err != nil {
		return fmt.Errorf("it was saved, but not with the tags that it had: %w", err)
	}
	return nil
}
