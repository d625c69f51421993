package job

import (
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

// StrayUpload is an upload in parts at an endpoint that no job here knows: of a program that is gone, or of another machine,
// where it may still be under way.
type StrayUpload struct {
	store.BegunUpload
	Parts int
	Bytes int64 // of the parts, that its Space holds
}

// StrayUploads lists those below a prefix that were begun before a time (zero: all), the oldest first.
func (m *Manager) StrayUploads(ctx context.Context, s *store.Store, space, prefix string, before time.Time) ([]StrayUpload, error) {
	all, err := s.UploadsBegun(ctx, space, prefix)
	if err != nil {
		return nil, err
	}
	known := m.o.Ledger.uploads()
	var list []StrayUpload
	for _, u := range all {
		if !known[u.Upload] && (before.IsZero() || u.Begun.Before(before)) {
			list = append(list, StrayUpload{BegunUpload: u})
		}
	}
	slices.SortStableFunc(list, func(a, b StrayUpload) int { return a.Begun.Compare(b.Begun) })
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(headsAtOnce)
	for i := range list {
		g.Go(func() error {
			defer store.Caught(ctx)
			parts, err := s.UploadedParts(ctx, list[i].Upload)
			if isNothing(err) {
				return nil // it ended meanwhile
			}
			for _, p := range parts {
				list[i].Parts++
				list[i].Bytes += p.Size
			}
			return err
		})
	}
	return list, g.Wait()
}

// uploads are those that all jobs know, also of other programs when they were last looked at.
func (l *Ledger) uploads() map[store.Upload]bool {
	known := map[store.Upload]bool{}
	if l == nil {
		return known
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range l.all {
		for _, u := range t.Uploads {
			known[u.Upload] = true
		}
	}
	return known
}
