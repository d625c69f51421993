package store

import (
	"context"
	"mime"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
)

// MaxShare is the longest life of a presigned link (Signature Version 4: X-Amz-Expires).
const MaxShare = 7 * 24 * time.Hour

// Share signs a link by which anybody can get the object until it expires. No request is sent: whether there is such an
// object is not checked. Expires is the real end: at most MaxShare, and not after temporary credentials end. life ≤ 0
// gives the plain URL, which serves public objects and never expires.
func (s *Store) Share(ctx context.Context, r Ref, life time.Duration) (Link, error) {
	if life <= 0 {
		return Link{URL: s.PublicURL(r)}, nil
	}
	return s.ShareVersion(ctx, r, "", life)
}

// ShareVersion is Share of one version, of whatever is current where version is "", for a life > 0.
func (s *Store) ShareVersion(ctx context.Context, r Ref, version string, life time.Duration) (Link, error) {
	return s.ShareAs(ctx, r, ShareOptions{Version: version}, life)
}

// ShareOptions of a link.
type ShareOptions struct {
	Version    string // "": whatever is current
	Attachment string // the name under which browsers save it, instead of showing it; "": they do as its headers say
}

// ShareAs is Share with options, for a life > 0.
func (s *Store) ShareAs(ctx context.Context, r Ref, o ShareOptions, life time.Duration) (Link, error) {
	life = lifeOf(life)
	in := &s3.GetObjectInput{Bucket: &r.Space, Key: &r.Key, VersionId: optional(o.Version)}
	if o.Attachment != "" {
		in.ResponseContentDisposition = optional(mime.FormatMediaType("attachment", map[string]string{"filename": o.Attachment}))
	}
	signed, err := s.links.PresignGetObject(ctx, in, s3.WithPresignExpires(life))
	if err != nil {
		return Link{}, s.wrap("share", r, err)
	}
	link, err := s.linkOf(ctx, signed.URL, life)
	return link, s.wrap("share", r, err)
}

// ShareUpload signs a link by which anybody can put an object under this key, by one PUT and in the place of what is
// there, until it expires. Expires is as of Share; the object is private.
func (s *Store) ShareUpload(ctx context.Context, r Ref, life time.Duration) (Link, error) {
	life = lifeOf(life)
	signed, err := s.links.PresignPutObject(ctx, &s3.PutObjectInput{Bucket: &r.Space, Key: &r.Key}, s3.WithPresignExpires(life))
	if err != nil {
		return Link{}, s.wrap("share", r, err)
	}
	link, err := s.linkOf(ctx, signed.URL, life)
	return link, s.wrap("share", r, err)
}

// lifeOf is what of a life can be signed: whole seconds, at least one.
func lifeOf(life time.Duration) time.Duration {
	return max(min(life, MaxShare).Truncate(time.Second), time.Second)
}

// linkOf tells when a signed URL really ends.
func (s *Store) linkOf(ctx context.Context, url string, life time.Duration) (Link, error) {
	expires := signedAt(url, s.c.Now()).Add(life)
	if provider := s.api.Options().Credentials; provider != nil {
		keys, err := provider.Retrieve(ctx)
		if err != nil {
			return Link{}, err
		}
		if keys.CanExpire && keys.Expires.Before(expires) {
			expires = keys.Expires
		}
	}
	return Link{URL: url, Expires: expires, Unix: expires.Unix()}, nil
}

// signedAt reads X-Amz-Date: the life of a link begins there.
func signedAt(link string, now time.Time) time.Time {
	if u, err := url.Parse(link); err == nil {
		if at, err := time.Parse("20060102T150405Z", u.Query().Get("X-Amz-Date")); err == nil {
			return at
		}
	}
	return now
}

// dateOf is when the endpoint answered: the modification time of what was just written, to the second.
func dateOf(m middleware.Metadata) time.Time {
	date, err := http.ParseTime(headerOf(m).Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return date
}
