package store

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Version is one version of an object, or with Marker a delete marker, which hides those before it, or with Folder a common
// prefix, which has nothing but its Key.
type Version struct {
	Key, ID        string
	Size           int64
	ETag           string // without quotes
	Modified       time.Time
	Latest, Marker bool
	Folder         bool
}

// VersionsRequest asks for one page. After is the Next of the page before.
type VersionsRequest struct {
	Space, Prefix, Delimiter, After string
	Max                             int // 0: as many as the endpoint gives (1000)
}

// VersionPage is part of a listing of versions, by key, the newest of each first; those of one key may go on on the next
// page. More says whether Next leads on.
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

// Versions reads one page of all versions and delete markers below a prefix. Keys are as exact as those of List. It is not
// cheap where objects have many versions: nobody is asked for them unless people want to see them.
func (s *Store) Versions(ctx context.Context, r VersionsRequest) (VersionPage, error) {
	page, err := exactly(s, func(encode bool) (VersionPage, error) { return s.versions(ctx, r, encode) }, VersionPage.keys)
	return page, s.wrap("list versions of", Ref{Space: r.Space, Key: r.Prefix}, err)
}

// VersionsOf reads the versions of one object, at most so many of the newest.
func (s *Store) VersionsOf(ctx context.Context, r Ref, most int) (list []Version, more bool, err error) {
	q := VersionsRequest{Space: r.Space, Prefix: r.Key, Max: most}
	for {
		page, err := s.Versions(ctx, q)
		if err != nil {
			return nil, false, err
		}
		for _, v := range page.Versions {
			if v.Key == r.Key {
				list = append(list, v)
			}
		}
		last := len(page.Versions) - 1
		switch {
		case !page.More, last < 0, page.Versions[last].Key > r.Key: // keys that only begin with it come after it
			return list, false, nil
		case len(list) >= most:
			return list, true, nil
		}
		q.After = page.Next
	}
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

func (s *Store) versions(ctx context.Context, r VersionsRequest, encode bool) (VersionPage, error) {
	in := &s3.ListObjectVersionsInput{Bucket: &r.Space, Prefix: optional(r.Prefix), Delimiter: optional(r.Delimiter), MaxKeys: atMost(r.Max)}
	if key, id, ok := cutVersion(r.After); ok {
		in.KeyMarker, in.VersionIdMarker = &key, optional(id)
	}
	if encode {
		in.EncodingType = types.EncodingTypeUrl
	}
	var order []bool
	out, err := s.api.ListObjectVersions(ctx, in, documentOrder(&order))
	if err != nil {
		return VersionPage{}, err
	}
	return versionPage(out, order)
}

func versionPage(out *s3.ListObjectVersionsOutput, order []bool) (p VersionPage, err error) {
	plain := func(text *string) string {
		key, broken := plainKey(aws.ToString(text), out.EncodingType == types.EncodingTypeUrl)
		err = cmp.Or(err, broken)
		return key
	}
	var versions, markers []Version
	for i := range out.Versions {
		v := &out.Versions[i]
		versions = append(versions, Version{Key: plain(v.Key), ID: aws.ToString(v.VersionId), Size: aws.ToInt64(v.Size),
			Modified: aws.ToTime(v.LastModified), Latest: aws.ToBool(v.IsLatest), ETag: bareETag(v.ETag)})
	}
	for i := range out.DeleteMarkers {
		m := &out.DeleteMarkers[i]
		markers = append(markers, Version{Key: plain(m.Key), ID: aws.ToString(m.VersionId), Modified: aws.ToTime(m.LastModified),
			Latest: aws.ToBool(m.IsLatest), Marker: true})
	}
	p.Versions = inDocumentOrder(versions, markers, order)
	for i := range out.CommonPrefixes {
		p.Versions = append(p.Versions, Version{Key: plain(out.CommonPrefixes[i].Prefix), Folder: true})
	}
	slices.SortStableFunc(p.Versions, newestFirst) // some endpoints list the markers last
	if aws.ToBool(out.IsTruncated) {
		p.More, p.Next = true, joinVersion(plain(out.NextKeyMarker), aws.ToString(out.NextVersionIdMarker))
		if out.NextKeyMarker == nil && err == nil {
			err = errors.New("the endpoint says that there is more but not where")
		}
	}
	return p, err
}

// newestFirst is the order of a listing of versions.
func newestFirst(a, b Version) int {
	switch {
	case a.Key != b.Key:
		return strings.Compare(a.Key, b.Key)
	case a.Latest != b.Latest && a.Latest:
		return -1
	case a.Latest != b.Latest:
		return 1
	}
	return b.Modified.Compare(a.Modified)
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
