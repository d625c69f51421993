package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
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
func (s *Store) Versions(ctx context.Context, space, prefix, after string) (VersionPage, error) {
	in := &s3.ListObjectVersionsInput{Bucket: &space, Prefix: optional(prefix)}
	if key, id, ok := cutVersion(after); ok {
		in.KeyMarker, in.VersionIdMarker = &key, optional(id)
	}
	if s.encodes() {
		in.EncodingType = types.EncodingTypeUrl
	}
	out, err := s.api.ListObjectVersions(ctx, in)
	if err != nil && isUnparsable(err) && !s.encodes() {
		in.EncodingType = types.EncodingTypeUrl
		out, err = s.api.ListObjectVersions(ctx, in)
	}
	var page VersionPage
	if err == nil {
		page, err = versionPage(out)
	}
	return page, s.wrap("list versions of", Ref{Space: space, Key: prefix}, err)
}

func versionPage(out *s3.ListObjectVersionsOutput) (p VersionPage, err error) {
	plain := func(text *string) string {
		key := aws.ToString(text)
		if out.EncodingType == types.EncodingTypeUrl {
			var broken error
			if key, broken = url.QueryUnescape(key); broken != nil {
				err = errors.New("the endpoint sent a key with broken percent-encoding")
			}
		}
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

// DeleteVersions removes up to 1000 versions and markers for good, and gives an error for each that is still there. The
// error it returns itself means that nothing is known of any. It ends as DeleteMany does when ctx ends.
func (s *Store) DeleteVersions(ctx context.Context, space string, versions []Version) (failed []error, err error) {
	if len(versions) > 1000 {
		return nil, &Error{Op: "delete", Ref: Ref{Space: space}, Kind: Other, Err: fmt.Errorf("%d versions at once, 1000 are the most", len(versions))}
	}
	failed = make([]error, len(versions))
	var batch, single []int
	for i, v := range versions {
		if inXML(v.Key) {
			batch = append(batch, i)
		} else {
			single = append(single, i)
		}
	}
	for len(batch) > 0 {
		mode := deleteMode(s.learned.deletes.Load())
		if mode == deleteSingle {
			single, batch = append(single, batch...), nil
			break
		}
		err := s.deleteVersions(ctx, space, versions, batch, failed, mode)
		if err != nil && dislikesMode(err) {
			s.learned.deletes.CompareAndSwap(int32(mode), int32(mode+1))
			continue
		}
		if err != nil {
			return nil, s.wrap("delete versions in", Ref{Space: space}, err)
		}
		break
	}
	for _, i := range single {
		v := &versions[i]
		_, err := s.api.DeleteObject(finishing(ctx), &s3.DeleteObjectInput{Bucket: &space, Key: &v.Key, VersionId: optional(v.ID)})
		if failed[i] = s.wrap("delete", Ref{Space: space, Key: v.Key}, err); errors.Is(failed[i], NotFound) {
			failed[i] = nil
		}
	}
	return failed, nil
}

func (s *Store) deleteVersions(ctx context.Context, space string, versions []Version, which []int, failed []error, mode deleteMode) error {
	in := &s3.DeleteObjectsInput{Bucket: &space, Delete: &types.Delete{Quiet: aws.Bool(true)}}
	at := make(map[string]int, len(which))
	for _, i := range which {
		v := &versions[i]
		at[joinVersion(v.Key, v.ID)] = i
		in.Delete.Objects = append(in.Delete.Objects, types.ObjectIdentifier{Key: &v.Key, VersionId: optional(v.ID)})
	}
	out, err := s.api.DeleteObjects(finishing(ctx), in, func(o *s3.Options) {
		if mode == deleteMD5 {
			o.APIOptions = append(o.APIOptions, md5Instead)
		}
	})
	if err != nil {
		return err
	}
	for _, e := range out.Errors {
		key := aws.ToString(e.Key)
		if i, ok := at[joinVersion(key, aws.ToString(e.VersionId))]; ok {
			failed[i] = s.wrap("delete", Ref{Space: space, Key: key},
				&smithy.GenericAPIError{Code: aws.ToString(e.Code), Message: aws.ToString(e.Message)})
		}
	}
	return nil
}
