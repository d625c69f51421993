package job

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

// HeldUpload is an upload in parts at an endpoint that was neither completed nor aborted.
type HeldUpload struct {
	store.BegunUpload
	Job string // title of the job that knows it, also of another program here; "": none does
}

// UploadsHeld lists those below a prefix, the oldest first.
func (m *Manager) UploadsHeld(ctx context.Context, s *store.Store, space, prefix string) ([]HeldUpload, error) {
	all, err := s.UploadsBegun(ctx, space, prefix)
	if err != nil {
		return nil, err
	}
	known := m.knownUploads()
	list := make([]HeldUpload, len(all))
	for i, u := range all {
		list[i] = HeldUpload{u, known[u.Upload]}
	}
	slices.SortStableFunc(list, func(a, b HeldUpload) int { return a.Begun.Compare(b.Begun) })
	return list, nil
}

// knownUploads are those of all jobs, as their programs have noted them by now.
func (m *Manager) knownUploads() map[store.Upload]string {
	_ = m.Look() // what cannot be read any more is known from before
	return m.o.Ledger.uploads()
}

// UploadWeight is what the parts of an upload take of its Space.
type UploadWeight struct {
	Parts int
	Bytes int64
}

// WeighUpload asks for the parts of an upload. One that has ended meanwhile has none.
func WeighUpload(ctx context.Context, s *store.Store, u store.Upload) (w UploadWeight, err error) {
	parts, err := s.UploadedParts(ctx, u)
	if isNothing(err) {
		return w, nil
	}
	for _, p := range parts {
		w.Parts++
		w.Bytes += p.Size
	}
	return w, err
}

// errUploadKnown is why an upload is not ended.
var errUploadKnown = errors.New("a job goes on with it: cancel that, or give it up")

// EndUpload aborts an upload that no job knows: its parts are deleted. It is no error when it has ended meanwhile.
func (m *Manager) EndUpload(ctx context.Context, s *store.Store, u store.Upload) error {
	if title := m.knownUploads()[u]; title != "" {
		return fmt.Errorf("%s: %w", title, errUploadKnown)
	}
	if err := s.AbortUpload(ctx, u); err != nil && !isNothing(err) {
		return err
	}
	return nil
}

// StrayUpload is an upload in parts at an endpoint that no job here knows: of a program that is gone, or of another machine,
// where it may still be under way.
type StrayUpload struct {
	store.BegunUpload
	UploadWeight
}

// StrayUploads lists those below a prefix that were begun before a time (zero: all), the oldest first.
func (m *Manager) StrayUploads(ctx context.Context, s *store.Store, space, prefix string, before time.Time) ([]StrayUpload, error) {
	all, err := m.UploadsHeld(ctx, s, space, prefix)
	if err != nil {
		return nil, err
	}
	var list []StrayUpload
	for _, u := range all {
		if u.Job == "" && (before.IsZero() || u.Begun.Before(before)) {
			list = append(list, StrayUpload{BegunUpload: u.BegunUpload})
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(headsAtOnce)
	for i := range list {
		g.Go(func() (err error) {
			defer store.Caught(ctx)
			list[i].UploadWeight, err = WeighUpload(ctx, s, list[i].Upload)
			return err
		})
	}
	return list, g.Wait()
}

// uploads are those that all jobs know, also of other programs when they were last looked at, with the titles of the jobs.
func (l *Ledger) uploads() map[store.Upload]string {
	known := map[store.Upload]string{}
	if l == nil {
		return known
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range l.all {
		for _, u := range t.Uploads {
			known[u.Upload] = t.Title
		}
	}
	return known
}
