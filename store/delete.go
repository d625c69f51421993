package store

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"
)

const deletesAtOnce = 16

// Delete removes one object. That it was not there is no error.
func (s *Store) Delete(ctx context.Context, r Ref) error {
	_, err := s.api.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &r.Space, Key: &r.Key})
	if err == nil && isFragile(r.Key) {
		return s.isGone(ctx, r)
	}
	return s.wrap("delete", r, err)
}

// deleteOne is Delete of one version, or of an object.
func (s *Store) deleteOne(ctx context.Context, space string, v Version) error {
	r := Ref{Space: space, Key: v.Key}
	if v.ID == "" {
		return s.Delete(ctx, r)
	}
	_, err := s.api.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &space, Key: &v.Key, VersionId: &v.ID})
	if classify(err) == NotFound {
		return nil
	}
	return s.wrap("delete", r, err)
}

// each does something with each of many, some at once.
func each(ctx context.Context, which []int, do func(i int)) {
	var g errgroup.Group
	g.SetLimit(deletesAtOnce)
	for _, i := range which {
		g.Go(func() error {
			defer Caught(ctx)
			do(i)
			return nil
		})
	}
	_ = g.Wait() // none fails
}

// isFragile says whether a key has characters that endpoints are known to change on its way: they then say that they
// deleted it, and it is there.
func isFragile(key string) bool {
	return !inXML(key) || strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffd })
}

// Odd says whether an endpoint may keep a key under another name: what isFragile, and what it might clean as a path.
func Odd(key string) bool {
	for segment := range strings.SplitSeq(strings.TrimSuffix(key, "/"), "/") {
		if segment == "" || segment == "." || segment == ".." {
			return true
		}
	}
	return isFragile(key)
}

// isGone fails when an object that was deleted is there still. One whose name the endpoint lists with U+FFFD, in the place
// of what it cannot say, is there under another: only a listing tells.
func (s *Store) isGone(ctx context.Context, r Ref) error {
	there := false
	if before, _, garbled := strings.Cut(r.Key, "\ufffd"); garbled {
		page, err := s.List(ctx, ListRequest{Space: r.Space, Prefix: before})
		there = err == nil && slices.ContainsFunc(page.Entries, func(e Entry) bool { return e.Key == r.Key })
	} else {
		_, err := s.Head(ctx, r)
		there = err == nil
	}
	if !there {
		return nil
	}
	return &Error{Op: "delete", Ref: r, Kind: Other, Err: &cause{text: "the endpoint answered that it is deleted, and it is still there", err: Other,
		advice: "The endpoint changes characters of this name; only whoever runs it can delete it."}}
}
