package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// S3 has no request that changes metadata: the object is copied onto itself, and what is not named there is lost, or is
// not, as the endpoint likes. Ceph drops tags whatever it is told. So all is read before (Keep), all is named in the copy
// (Amend), and what came out is compared with what was meant (PutRight).

// Kept is all that an object has beside its content.
type Kept struct {
	Info                            // with Tags and Access, where they could be read
	tags bool                       // Tags is what it has
	acl  *types.AccessControlPolicy // nil: not known, or nothing that could be lost
	head *s3.HeadObjectOutput
}

// Keep reads all that an object has, for Amend.
func (s *Store) Keep(ctx context.Context, r Ref) (*Kept, error) {
	out, err := s.head(ctx, r, "")
	if err != nil {
		return nil, s.wrap("look at", r, err)
	}
	k := &Kept{Info: infoOfHead(r, out), head: out}
	if k.tags = true; k.TagCount > 0 || !s.isOurs() { // not all others count them
		k.Tags, err = s.Tags(ctx, r)
		switch classify(err) {
		case "":
		case Unsupported, Denied:
			k.tags = false
		default:
			return nil, err
		}
	}
	acl, ok, err := s.carried(ctx, r, "")
	if err != nil {
		return nil, s.wrap("read permissions of", r, err)
	}
	if ok {
		k.Access = accessOf(acl)
	}
	if k.Access == PublicRead || k.Access == Custom {
		k.acl = &acl
	}
	return k, nil
}

// Amend gives an object other headers and metadata; those of p that concern tags and access are not looked at. It fails
// with Precondition when the object is another one than was read, where the endpoint looks. PutRight has to follow.
func (s *Store) Amend(ctx context.Context, k *Kept, p Props) (Info, error) {
	p.Tags, p.Access = nil, k.Access
	if err := p.check(); err != nil {
		return Info{}, s.wrap("change metadata of", k.Ref, err)
	}
	if k.Size > s.multipartCopy() { // CopyObject carries them, or drops them whatever it is told
		if p.Tags = k.Tags; p.Tags == nil {
			p.Tags = map[string]string{}
		}
	}
	c := copying{s: s, from: k.Ref, to: k.Ref, source: k.Info, kept: k, access: Private,
		CopyOptions: CopyOptions{Props: &p, IfMatch: k.ETag, Size: k.Size}}
	if k.Access == PublicRead {
		c.access = PublicRead
	}
	info, err := c.make(ctx)
	info.Ref, info.Props = k.Ref, p
	return info, s.wrap("change metadata of", k.Ref, err)
}

// PutRight compares an object with what Amend was to make of it, gives it back the tags and permissions that it lost, and
// names what it could not give back. It may be called again. An object that was written to since is left alone.
func (s *Store) PutRight(ctx context.Context, k *Kept, made Info) (lost []string, err error) {
	out, err := s.head(ctx, k.Ref, "")
	if err != nil {
		return nil, s.wrap("look at", k.Ref, err)
	}
	now := infoOfHead(k.Ref, out)
	if made.ETag != "" && now.ETag != made.ETag {
		return nil, nil
	}
	lost = differences(made.Props, now.Props)
	for _, x := range []struct{ name, was, is string }{
		{"the storage class " + k.Class, k.Class, now.Class},
		{"its checksum " + k.Checksum.Algorithm, k.Checksum.Algorithm, now.Checksum.Algorithm},
		{"where it redirects to", aws.ToString(k.head.WebsiteRedirectLocation), aws.ToString(out.WebsiteRedirectLocation)},
		{"its encryption", string(k.head.ServerSideEncryption), string(out.ServerSideEncryption)},
		{"its retention", string(k.head.ObjectLockMode), string(out.ObjectLockMode)},
		{"its legal hold", string(k.head.ObjectLockLegalHoldStatus), string(out.ObjectLockLegalHoldStatus)},
	} {
		if x.was != "" && x.was != x.is {
			lost = append(lost, x.name)
		}
	}
	switch {
	case k.tags && len(k.Tags) > 0:
		err = s.giveTags(ctx, k.Ref, k.Tags)
	case !k.tags && k.TagCount > now.TagCount:
		lost = append(lost, "its tags")
	}
	if err == nil {
		err = s.giveAccess(ctx, k)
	}
	return lost, err
}

// giveTags sets tags that an object should have and has not.
func (s *Store) giveTags(ctx context.Context, r Ref, tags map[string]string) error {
	now, err := s.Tags(ctx, r)
	if err == nil && !maps.Equal(now, tags) {
		err = s.SetTags(ctx, r, tags)
	}
	return err
}

func (s *Store) giveAccess(ctx context.Context, k *Kept) error {
	if k.acl == nil {
		return nil
	}
	if k.Access == PublicRead {
		now, err := s.Access(ctx, k.Ref)
		if err == nil && now != PublicRead {
			err = s.SetAccess(ctx, k.Ref, PublicRead)
		}
		return err
	}
	_, err := s.api.PutObjectAcl(ctx, &s3.PutObjectAclInput{Bucket: &k.Space, Key: &k.Key, AccessControlPolicy: k.acl})
	return s.wrap("give back permissions of", k.Ref, err)
}

// differences names the headers that are not as they were meant.
func differences(meant, is Props) (names []string) {
	for _, x := range []struct{ name, meant, is string }{
		{"Content-Type", meant.ContentType, is.ContentType}, {"Cache-Control", meant.CacheControl, is.CacheControl},
		{"Content-Encoding", meant.ContentEncoding, is.ContentEncoding}, {"Content-Disposition", meant.ContentDisposition, is.ContentDisposition},
		{"Content-Language", meant.ContentLanguage, is.ContentLanguage}, {"Expires", meant.Expires, is.Expires},
	} {
		if x.meant != x.is && (x.meant != "" || x.name != "Content-Type") { // without one an endpoint gives its own
			names = append(names, x.name)
		}
	}
	all := maps.Clone(meant.Meta)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, is.Meta)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		was, meantIt := meant.Meta[name]
		now, there := is.Meta[name]
		if meantIt != there || was != now {
			names = append(names, fmt.Sprintf("x-amz-meta-%s", name))
		}
	}
	return names
}

// nameToCopy names in a copy what the object has and CopyObject does not carry by itself.
func (k *Kept) nameToCopy(in *s3.CopyObjectInput) {
	if k == nil {
		return
	}
	in.WebsiteRedirectLocation = k.head.WebsiteRedirectLocation
	if k.Sealed {
		in.ServerSideEncryption, in.SSEKMSKeyId, in.BucketKeyEnabled = k.head.ServerSideEncryption, k.head.SSEKMSKeyId, k.head.BucketKeyEnabled
	}
	in.ObjectLockMode, in.ObjectLockRetainUntilDate = k.head.ObjectLockMode, k.head.ObjectLockRetainUntilDate
	in.ObjectLockLegalHoldStatus = k.head.ObjectLockLegalHoldStatus
}

// nameToUpload names it in an upload.
func (k *Kept) nameToUpload(in *s3.CreateMultipartUploadInput) {
	if k == nil {
		return
	}
	in.WebsiteRedirectLocation = k.head.WebsiteRedirectLocation
	if k.Sealed {
		in.ServerSideEncryption, in.SSEKMSKeyId, in.BucketKeyEnabled = k.head.ServerSideEncryption, k.head.SSEKMSKeyId, k.head.BucketKeyEnabled
	}
	in.ObjectLockMode, in.ObjectLockRetainUntilDate = k.head.ObjectLockMode, k.head.ObjectLockRetainUntilDate
	in.ObjectLockLegalHoldStatus = k.head.ObjectLockLegalHoldStatus
	in.ChecksumAlgorithm, in.ChecksumType = types.ChecksumAlgorithm(k.Checksum.Algorithm), types.ChecksumType(k.Checksum.Type)
}

// sumOfPart is the checksum of a part, where its upload has them.
func sumOfPart(r *types.CopyPartResult) Checksum {
	return checksumOf("", r.ChecksumCRC64NVME, r.ChecksumCRC32C, r.ChecksumCRC32, r.ChecksumSHA256, r.ChecksumSHA1)
}

// intoPart names it where the upload is completed, which needs all of them.
func (c Checksum) intoPart(p *types.CompletedPart) {
	for name, to := range map[string]**string{"CRC64NVME": &p.ChecksumCRC64NVME, "CRC32C": &p.ChecksumCRC32C, "CRC32": &p.ChecksumCRC32,
		"SHA256": &p.ChecksumSHA256, "SHA1": &p.ChecksumSHA1} {
		if c.Algorithm == name {
			*to = aws.String(c.Value)
		}
	}
}
