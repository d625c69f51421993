package store

import (
	"context"
	"slices"
	"strings"
	"sync"

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

func (s *Store) deleteEach(ctx context.Context, space string, keys []string, failed map[string]error) {
	s.each(keys, failed, func(key string) error { return s.Delete(finishing(ctx), Ref{Space: space, Key: key}) })
}

// checkGone looks after those keys of a batch that may not have been understood.
func (s *Store) checkGone(ctx context.Context, space string, keys []string, failed map[string]error) {
	fragile := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return failed[key] != nil || !isFragile(key) })
	s.each(fragile, failed, func(key string) error { return s.isGone(ctx, Ref{Space: space, Key: key}) })
}

// each does something with many keys and notes what failed.
func (s *Store) each(keys []string, failed map[string]error, do func(key string) error) {
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(deletesAtOnce)
	for _, key := range keys {
		g.Go(func() error {
			if err := do(key); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed[key] = err
			}
			return nil
		})
	}
	_ = g.Wait() // each failure is in failed
}

// isFragile says whether a key has characters that endpoints are known to change on its way: they then say that they
// deleted it, and it is there.
func isFragile(key string) bool {
	return !inXML(key) || strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffd })
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
