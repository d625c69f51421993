package store

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/encoding/httpbinding"
	"golang.org/x/sync/errgroup"
)

const (
	minPart       = 5 << 20 // S3: Multipart upload limits
	maxParts      = 10000
	maxCopyPart   = 512 << 20
	copiesAtOnce  = 8
	cleanupWithin = 30 * time.Second
)

// copySource is how headers name an object: percent-encoded, slashes kept.
func copySource(r Ref) string { return r.Space + "/" + httpbinding.EscapePath(r.Key, false) }

// versionSource is copySource of one version.
func versionSource(r Ref, version string) string {
	if version == "" {
		return copySource(r)
	}
	return copySource(r) + "?versionId=" + url.QueryEscape(version)
}

// RestoreVersion copies an older version of an object on top, with all it has. The versions that there are stay.
func (s *Store) RestoreVersion(ctx context.Context, r Ref, version string) (Info, error) {
	c := copying{s: s, from: r, to: r, CopyOptions: CopyOptions{Version: version}, access: Private}
	info, err := c.run(ctx)
	return info, s.wrap("restore", r, err)
}

// Copy makes a copy on the server, with everything that the source has: headers, metadata, tags, access. A copy of an
// object onto itself with nothing to change is a no-op. The destination is there whole or as it was before.
func (s *Store) Copy(ctx context.Context, from, to Ref, o CopyOptions) (Info, error) {
	if from == to && o.Props == nil && o.Version == "" {
		return s.Head(ctx, from)
	}
	if o.Props != nil {
		if err := o.Props.check(); err != nil {
			return Info{}, s.wrap("copy", from, err)
		}
	}
	c := copying{s: s, from: from, to: to, CopyOptions: o, access: Private}
	info, err := c.run(ctx)
	return info, s.wrap("copy", from, err)
}

// copying is one Copy under way.
type copying struct {
	s        *Store
	from, to Ref
	CopyOptions
	source Info  // of HEAD, when it was needed
	kept   *Kept // of an Amend: what has to be named lest it is forgotten; nil: nothing
	access Access
	grants *types.AccessControlPolicy // for what no canned ACL says
}

func (c *copying) run(ctx context.Context) (Info, error) {
	if err := c.readAccess(ctx); err != nil {
		return Info{}, err
	}
	// AWS forgets the storage class at a copy unless it is named.
	if c.Size == 0 || c.Size > c.s.multipartCopy() || c.s.quirks.provider == "AWS" {
		source, err := c.s.HeadVersion(ctx, c.from, c.Version)
		if err != nil {
			return Info{}, err
		}
		c.source, c.Size = source, source.Size
		if c.IfMatch != "" && source.ETag != c.IfMatch {
			return Info{}, fmt.Errorf("the object has another ETag now: %w", Precondition)
		}
	}
	return c.make(ctx)
}

// make makes the copy, of a source whose size is known.
func (c *copying) make(ctx context.Context) (Info, error) {
	if c.IfNoneMatch && !c.s.guardsCopies() {
		if err := c.s.mustBeFree(ctx, c.to); err != nil {
			return Info{}, err
		}
	}
	copyIt := c.whole
	switch big := c.Size > c.s.multipartCopy(); {
	case big && c.Version != "":
		return Info{}, &cause{text: "the version is larger than one copy takes", err: Unsupported, advice: "Download it and upload it again."}
	case big:
		copyIt = c.inParts
	}
	info, err := copyIt(ctx)
	if err != nil || c.grants == nil {
		return info, err
	}
	_, err = c.s.api.PutObjectAcl(ctx, &s3.PutObjectAclInput{Bucket: &c.to.Space, Key: &c.to.Key, AccessControlPolicy: c.grants})
	return info, c.s.wrap("copy permissions to", c.to, err)
}

// readAccess finds out who may read the copy: CopyObject makes it private whatever the source was.
func (c *copying) readAccess(ctx context.Context) error {
	if c.Access != "" {
		c.access = c.Access
		return nil
	}
	if c.Props != nil && c.Props.Access != "" && c.Props.Access != Custom {
		c.access = c.Props.Access
		return nil
	}
	acl, ok, err := c.s.carried(ctx, c.from, c.Version)
	if err != nil || !ok {
		return err
	}
	c.access = accessOf(acl)
	if c.access == Custom {
		c.access, c.grants = Private, &acl
	}
	return nil
}

// whole copies by one CopyObject.
func (c *copying) whole(ctx context.Context) (Info, error) {
	in := &s3.CopyObjectInput{
		Bucket: &c.to.Space, Key: &c.to.Key, CopySource: aws.String(versionSource(c.from, c.Version)),
		CopySourceIfMatch: quotedETag(c.IfMatch), ACL: c.s.canned(c.access), StorageClass: types.StorageClass(c.source.Class),
	}
	if c.IfNoneMatch {
		in.IfNoneMatch = aws.String("*")
	}
	expires := ""
	if p := c.Props; p != nil {
		in.MetadataDirective = types.MetadataDirectiveReplace
		in.ContentType, in.CacheControl, in.ContentEncoding = optional(p.ContentType), optional(p.CacheControl), optional(p.ContentEncoding)
		in.ContentDisposition, in.ContentLanguage, in.Metadata = optional(p.ContentDisposition), optional(p.ContentLanguage), p.Meta
		expires = p.Expires
		if p.Tags != nil {
			in.TaggingDirective, in.Tagging = types.TaggingDirectiveReplace, tagging(p.Tags)
		}
	}
	c.kept.nameToCopy(in)
	made, err := c.send(ctx, in, expires)
	if err != nil {
		return Info{}, err
	}
	info := Info{Ref: c.to, Size: c.Size, Props: c.source.Props, Class: c.source.Class}
	if c.Props != nil {
		info.Props = *c.Props
	}
	info.Access = c.access
	info.ETag, info.Modified = bareETag(made.ETag), aws.ToTime(made.LastModified)
	return info, c.held(ctx, info)
}

func (c *copying) send(ctx context.Context, in *s3.CopyObjectInput, expires string) (types.CopyObjectResult, error) {
	ctx, f, made, done := c.copyDirectly(ctx, in)
	if done {
		return made, nil
	}
	defer f.drop()
	out, err := c.s.api.CopyObject(ctx, in, withExpires(expires), c.asCeph)
	if err == nil && out.CopyObjectResult != nil {
		made = *out.CopyObjectResult
	}
	return made, err
}

// inParts copies what is too large for CopyObject. An upload carries nothing by itself: all is named anew.
func (c *copying) inParts(ctx context.Context) (Info, error) {
	p := c.source.Props
	if c.Props != nil {
		tags := p.Tags
		p = *c.Props
		if p.Tags == nil {
			p.Tags = tags
		}
	}
	if p.Tags == nil {
		var err error
		if p.Tags, err = c.s.Tags(ctx, c.from); err != nil && classify(err) != Unsupported {
			return Info{}, err
		}
	}
	p.Access = c.access
	u, err := c.s.createUpload(ctx, c.to, p, c.source.Class, c.kept.nameToUpload)
	if err != nil {
		return Info{}, err
	}
	parts, err := c.copyParts(ctx, u)
	var info Info
	if err == nil {
		err = c.stillWhole(ctx)
	}
	if err == nil {
		info, err = c.s.CompleteUpload(ctx, u, parts, PutOptions{IfNoneMatch: c.IfNoneMatch, Tags: p.Tags})
	}
	if err != nil {
		cleanup, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupWithin)
		defer cancel()
		_ = c.s.AbortUpload(cleanup, u) // the first error is the one to tell; endpoints remove old uploads in time
		return Info{}, err
	}
	info.Size, info.Props = c.Size, p
	return info, nil
}

// stillWhole makes sure that all parts are of one object: RGW looks at no condition of a part.
func (c *copying) stillWhole(ctx context.Context) error {
	if c.s.guardsCopies() {
		return nil
	}
	return c.s.mustStillBe(ctx, c.from, c.source.ETag)
}

func (c *copying) copyParts(ctx context.Context, u Upload) ([]Part, error) {
	size := max(minPart, min(maxCopyPart, c.s.multipartCopy()/8), (c.Size+maxParts-1)/maxParts)
	parts := make([]Part, (c.Size+size-1)/size)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(copiesAtOnce)
	for i := range parts {
		g.Go(func() error {
			defer Caught(ctx)
			off := int64(i) * size
			part, err := c.s.UploadPartCopy(ctx, u, i+1, c.from, off, min(size, c.Size-off), c.source.ETag)
			parts[i] = part
			return err
		})
	}
	return parts, g.Wait()
}
