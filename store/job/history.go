package job

import (
	"context"
	"errors"
	"strings"
	"time"

	"spaces/store"
)

// What a step of Restore does stands before the version's ID, in the place of the ETag of its record.
const (
	dropMarker = "marker "  // removes a delete marker
	bringBack  = "version " // copies a version on top
)

// errNoVersion is why a version cannot be restored.
var errNoVersion = errors.New("there is no such version any more")

// walkHistory finds what Restore and Purge do to a source: to one version by its ID, or to everything below a folder, or with
// one name, by its versions.
func (p *Plan) walkHistory(ctx context.Context, i int, after string) error {
	src := &p.sources[i]
	if src.Version != "" {
		return p.addVersion(ctx, i)
	}
	h := history{p: p, source: i, restores: p.spec.Kind == Restore}
	for {
		var page store.VersionPage
		err := p.try(ctx, func(ctx context.Context) (err error) {
			page, err = p.from.Versions(ctx, store.VersionsRequest{Space: src.Ref.Space, Prefix: src.Ref.Key, After: after})
			return err
		})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			p.lose(i, after, src.label(), err)
			return nil
		}
		for _, v := range page.Versions {
			if !src.Folder && v.Key != src.Ref.Key {
				continue
			}
			if err := h.take(ctx, v); err != nil {
				return err
			}
		}
		if !page.More {
			p.totals.folders.Add(map[bool]int64{true: 1}[src.Folder])
			return h.flush(ctx)
		}
		after = page.Next
	}
}

// addVersion adds the step of one version.
func (p *Plan) addVersion(ctx context.Context, i int) error {
	src := &p.sources[i]
	r := record{source: i, size: src.Entry.Size, modified: src.Entry.Modified, etag: src.Version}
	if p.spec.Kind == Restore {
		r.etag = bringBack + src.Version
		if src.Marker {
			r.etag = dropMarker + src.Version
		}
	} else if src.Marker {
		p.totals.markers.Add(1)
	} else {
		p.totals.versions.Add(1)
	}
	p.totals.objects.Add(1)
	p.totals.bytes.Add(r.size)
	return p.add(ctx, r)
}

// history collects the versions of one key, which may be on two pages.
type history struct {
	p        *Plan
	source   int
	restores bool
	key      string
	list     []store.Version
}

func (h *history) take(ctx context.Context, v store.Version) error {
	if v.Key != h.key {
		if err := h.flush(ctx); err != nil {
			return err
		}
		h.key = v.Key
	}
	h.list = append(h.list, v)
	return nil
}

func (h *history) flush(ctx context.Context) error {
	list := h.list
	h.list = h.list[:0]
	for len(list) > 0 && h.p.leaves(h.source, h.key[len(h.p.sources[h.source].Ref.Key):], list[0].Modified) {
		if h.restores { // what was written since is not covered, nor is what was restored restored again
			return nil
		}
		list = list[1:]
	}
	switch {
	case len(list) == 0:
		return nil
	case h.restores:
		return h.restore(ctx, list)
	}
	return h.purge(ctx, list)
}

// add adds the step of a version.
func (h *history) add(ctx context.Context, v store.Version, does string) error {
	p := h.p
	name := v.Key[len(p.sources[h.source].Ref.Key):]
	return p.add(ctx, record{source: h.source, name: name, size: v.Size, etag: does + v.ID, modified: v.Modified})
}

// restore brings a key back as it was at the time of the plan. Without one only what is deleted comes back, as it was before.
// What came to be later stays: nothing is deleted by a restore.
func (h *history) restore(ctx context.Context, list []store.Version) error {
	at := AsOf(list, h.p.spec.At)
	if at < 0 || list[at].Marker || at == 0 {
		return nil
	}
	h.p.totals.objects.Add(1)
	h.p.totals.bytes.Add(list[at].Size)
	markers := 0
	for markers < at && list[markers].Marker {
		markers++
	}
	if markers < at { // there are newer versions that stay
		return h.add(ctx, list[at], bringBack)
	}
	for _, m := range list[:at] {
		h.p.totals.markers.Add(1)
		if err := h.add(ctx, m, dropMarker); err != nil {
			return err
		}
	}
	return nil
}

// AsOf is the index of the version of a key, the newest first, that was its content at a time, -1 when there was none yet. At
// the zero time it is the newest that is no delete marker, but only where one hides it.
func AsOf(list []store.Version, at time.Time) int {
	for i, v := range list {
		switch {
		case at.IsZero() && !v.Marker, !at.IsZero() && !v.Modified.After(at):
			return i
		}
	}
	return -1
}

// purge removes all but the current version, and of a deleted key the markers too.
func (h *history) purge(ctx context.Context, list []store.Version) error {
	if !list[0].Marker {
		list = list[1:]
	}
	for _, v := range list {
		if v.ID == "" { // without one the object itself would be deleted
			continue
		}
		h.p.totals.objects.Add(1)
		h.p.totals.bytes.Add(v.Size)
		if v.Marker {
			h.p.totals.markers.Add(1)
		} else {
			h.p.totals.versions.Add(1)
		}
		if err := h.add(ctx, v, ""); err != nil {
			return err
		}
	}
	return nil
}

// restoreStep does one step of a Restore.
func (j *job) restoreStep(ctx context.Context, _ pos, r record, s Step, _ *tally) error {
	if id, is := strings.CutPrefix(r.etag, dropMarker); is {
		return j.try(ctx, func(ctx context.Context) error {
			failed, err := j.plan.from.DeleteVersions(ctx, s.From.Space, []store.Version{{Key: s.From.Key, ID: id}})
			if err == nil {
				err = failed[0]
			}
			return err
		})
	}
	id := strings.TrimPrefix(r.etag, bringBack)
	err := j.try(ctx, func(ctx context.Context) error {
		_, err := j.plan.from.RestoreVersion(ctx, s.From, id)
		return err
	})
	if errors.Is(err, store.NotFound) {
		return errNoVersion
	}
	return err
}

// tellHistory tells that the folders of all sources are other than they were.
func (j *job) tellHistory(context.Context) {
	for i := range j.plan.sources {
		src := &j.plan.sources[i]
		j.stale(j.plan.from, store.Ref{Space: src.Ref.Space, Key: folderOf(src.Ref.Key, src.Folder)})
	}
}
