package store

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Version is one version of an object, or with Marker a delete marker, which hides those before it.
type Version struct {
	Key, ID        string
	Size           int64
	Modified       time.Time
	Latest, Marker bool
}

// VersionPage is part of a listing of versions, by key, the newest of each first. More says whether Next leads on.
type VersionPage struct {
	Versions []Version
	Next     string
	More     bool
}

// Versioned says whether a Space keeps older versions of its objects, or did until that was suspended. Where the endpoint
// has no such thing, or does not tell this key, it is false.
func (s *Store) Versioned(ctx context.Context, space string) (bool, error) {
	out, err := s.api.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &space})
	err = s.wrap("look at the versioning of", Ref{Space: space}, err)
	switch {
	case err == nil:
		return out.Status != "", nil
	case errors.Is(err, NoSpace), errors.Is(err, Canceled), errors.Is(err, BadCredentials), Transient(err):
		return false, err
	}
	return false, nil
}

// Versions reads one page of all versions and delete markers below a prefix. after is "" or the Next of the page before.
// Keys are as exact as those of List.
func (s *Store) Versions(ctx context.Context, space, prefix, after string) (VersionPage, error) {
	page, err := exactly(s, func(encode bool) (VersionPage, error) { return s.versions(ctx, space, prefix, after, encode) }, VersionPage.keys)
	return page, s.wrap("list versions of", Ref{Space: space, Key: prefix}, err)
}

func (p VersionPage) keys() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range p.Versions {
			if !yield(p.Versions[i].Key) {
				return
			}
		}
	}
}

func (s *Store) versions(ctx context.Context, space, prefix, after string, encode bool) (VersionPage, error) {
	in := &s3.ListObjectVersionsInput{Bucket: &space, Prefix: optional(prefix)}
	if key, id, ok := cutVersion(after); ok {
		in.KeyMarker, in.VersionIdMarker = &key, optional(id)
	}
	if encode {
		in.EncodingType = types.EncodingTypeUrl
	}
	out, err := s.api.ListObjectVersions(ctx, in)
	if err != nil {
		return VersionPage{}, err
	}
	return versionPage(out)
}

func versionPage(out *s3.ListObjectVersionsOutput) (p VersionPage, err error) {
	plain := func(text *string) string {
		key, broken := plainKey(aws.ToString(text), out.EncodingType == types.EncodingTypeUrl)
		err = cmp.Or(err, broken)
		return key
	}
	for i := range out.Versions {
		v := &out.Versions[i]
		p.Versions = append(p.Versions, Version{Key: plain(v.Key), ID: aws.ToString(v.VersionId), Size: aws.ToInt64(v.Size),
			Modified: aws.ToTime(v.LastModified), Latest: aws.ToBool(v.IsLatest)})
	}
	for i := range out.DeleteMarkers {
		m := &out.DeleteMarkers[i]
		p.Versions = append(p.Versions, Version{Key: plain(m.Key), ID: aws.ToString(m.VersionId), Modified: aws.ToTime(m.LastModified),
			Latest: aws.ToBool(m.IsLatest), Marker: true})
	}
	if aws.ToBool(out.IsTruncated) {
		p.More, p.Next = true, joinVersion(plain(out.NextKeyMarker), aws.ToString(out.NextVersionIdMarker))
		if out.NextKeyMarker == nil && err == nil {
			err = errors.New("the endpoint says that there is more but not where")
		}
	}
	return p, err
}

// joinVersion makes one text of where a listing goes on. Keys may have any byte in them, so the length says where one ends.
func joinVersion(key, id string) string { return strconv.Itoa(len(key)) + ":" + key + id }

func cutVersion(text string) (key, id string, ok bool) {
	length, rest, ok := strings.Cut(text, ":")
	n, err := strconv.Atoi(length)
	if !ok || err != nil || n > len(rest) {
		return "", "", false
	}
	return rest[:n], rest[n:], true
}
