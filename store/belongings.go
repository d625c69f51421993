package store

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Belongings adds to what HEAD or GET told of an object what those do not tell: tags and permissions, of a version or with
// "" of the current one. What the endpoint does not have stays empty, and private. unread says that there is something
// that this key may not read.
func (s *Store) Belongings(ctx context.Context, i *Info, version string) (unread bool, err error) {
	i.Tags, i.Access = nil, Private
	if s.HasTags() && (i.TagCount > 0 || !s.isOurs()) { // not all others count them
		i.Tags, err = s.TagsOf(ctx, i.Ref, version)
		switch {
		case errors.Is(err, Denied):
			unread = i.TagCount > 0
		case err != nil && !errors.Is(err, Unsupported):
			return false, err
		}
	}
	if !s.quirks.grants || s.learned.noACL.Load() || s.enforced(ctx, i.Space) {
		return unread, nil
	}
	acl, err := s.acl(ctx, i.Ref, version)
	switch classify(err) {
	case "":
		i.Access = accessOf(acl)
	case Unsupported:
		s.learned.noACL.Store(true)
	case Denied:
		unread = true
	default:
		return false, s.wrap("read permissions of", i.Ref, err)
	}
	return unread, nil
}

// FirstPart is the size of the first part that an object was uploaded in, all of it where it was not. Endpoints that do
// not know the question answer with all of it as well, or with an error.
func (s *Store) FirstPart(ctx context.Context, r Ref, version, ifMatch string) (int64, error) {
	out, err := s.api.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &r.Space, Key: &r.Key, VersionId: optional(version),
		IfMatch: quotedETag(ifMatch), PartNumber: aws.Int32(1)})
	if err != nil {
		return 0, s.wrap("look at the parts of", r, err)
	}
	return aws.ToInt64(out.ContentLength), nil
}

// noteClock learns what time it is at the endpoint, from the Date of an answer (RFC 9110, 6.6.1).
func (s *Store) noteClock(date string) {
	if at, err := http.ParseTime(date); err == nil {
		s.learned.heard.Store(true)
		s.learned.ahead.Store(int64(at.Sub(s.c.Now().Truncate(time.Second))))
	}
}

// Now is the time by the clock here, which requests are signed by.
func (s *Store) Now() time.Time { return s.c.Now() }

// Heard says whether the endpoint has told its clock.
func (s *Store) Heard() bool { return s.learned.heard.Load() }

// Ahead is how far the clock of the endpoint was ahead of the one here at its last answer, to a second or two.
func (s *Store) Ahead() time.Duration { return time.Duration(s.learned.ahead.Load()) }
