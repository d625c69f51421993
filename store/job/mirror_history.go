package job

import (
	"context"
	"slices"
	"strings"
	"time"

	"spaces/store"
	"spaces/store/compare"
)

// histories reads all versions below a folder, key by key.
type histories struct {
	sides  [2]historySide
	asked  int  // versions that were asked whether they are sealed
	sealed bool // one was
}

// historySide is how far the listing of one side is: buffer begins with the group that comes next.
type historySide struct {
	s             *store.Store
	space, prefix string
	after         string
	buffer        []store.Version
	ended         bool
}

// group is what comes next: the versions of one key, the oldest first. It is nil at the end.
func (h *historySide) group(ctx context.Context, try func(context.Context, func(context.Context) error) error) ([]store.Version, error) {
	for {
		if n := h.whole(); n > 0 || h.ended {
			group := slices.Clone(h.buffer[:n])
			slices.Reverse(group)
			return group, nil
		}
		var page store.VersionPage
		err := try(ctx, func(ctx context.Context) (err error) {
			page, err = h.s.Versions(ctx, store.VersionsRequest{Space: h.space, Prefix: h.prefix, After: h.after})
			return err
		})
		if err != nil {
			return nil, err
		}
		h.buffer, h.after, h.ended = append(h.buffer, page.Versions...), page.Next, !page.More
	}
}

// whole is how many versions of the first key are here, 0 while there may be more of them.
func (h *historySide) whole() int {
	n := 0
	for n < len(h.buffer) && h.buffer[n].Key == h.buffer[0].Key {
		n++
	}
	if n == len(h.buffer) && !h.ended {
		return 0
	}
	return n
}

func (h *historySide) skip(group []store.Version) { h.buffer = h.buffer[len(group):] }

// mergeHistories is mergeMirror of all versions.
func (p *Plan) mergeHistories(ctx context.Context, i int) error {
	src := &p.sources[i]
	if p.mirror.versions == nil {
		p.mirror.versions = &histories{sides: [2]historySide{
			{s: p.from, space: src.Ref.Space, prefix: src.Ref.Key}, {s: p.to, space: p.spec.Dest.Space, prefix: p.spec.Dest.Key}}}
	}
	h := p.mirror.versions
	left, right := &h.sides[0], &h.sides[1]
	for {
		ours, err := left.group(ctx, p.try)
		if err != nil {
			return err
		}
		theirs, err := right.group(ctx, p.try)
		switch {
		case err != nil:
			return err
		case len(ours)+len(theirs) == 0:
			return nil
		}
		name, other := nameOf(ours, left.prefix), nameOf(theirs, right.prefix)
		if len(theirs) == 0 || len(ours) > 0 && name < other {
			theirs = nil
		} else if len(ours) == 0 || other < name {
			ours, name = nil, other
		}
		if err := p.judgeHistory(ctx, i, name, ours, theirs); err != nil {
			return err
		}
		left.skip(ours)
		right.skip(theirs)
	}
}

func nameOf(group []store.Version, prefix string) string {
	if len(group) == 0 {
		return ""
	}
	return strings.TrimPrefix(group[0].Key, prefix)
}

func (p *Plan) judgeHistory(ctx context.Context, i int, name string, ours, theirs []store.Version) error {
	if p.isMarkerOfItself(i, name) {
		return nil
	}
	if len(ours) == 0 {
		if last := theirs[len(theirs)-1]; !last.Marker {
			return p.foundOnly(ctx, i, name, last.Size)
		}
		return nil
	}
	p.sawSource()
	missing, by := p.missingVersions(ctx, ours, theirs)
	if len(missing) == 0 {
		p.foundSame(by)
		return nil
	}
	d := Difference{Change: Add, Name: name, Versions: len(missing)}
	if len(theirs) > 0 {
		d.Change, d.Reason = Replace, by
	}
	for _, v := range missing {
		d.Size += v.Size
		if v.Marker {
			p.totals.markers.Add(1)
		} else {
			p.totals.versions.Add(1)
		}
	}
	last := missing[len(missing)-1]
	return p.foundDifference(ctx, d, record{source: i, name: name, size: d.Size, etag: last.ETag, modified: last.Modified, history: packHistory(missing, len(theirs) == 0)})
}

// missingVersions are those of ours that have to be put on top of theirs, both the oldest first. What the end of theirs has
// of the beginning of ours is there: what came before may have been deleted on one side since. Only what has content is
// matched: where delete markers stand among versions of the same second not every endpoint tells (versitygw), but the last
// of all it does.
func (p *Plan) missingVersions(ctx context.Context, ours, theirs []store.Version) ([]store.Version, compare.Reason) {
	ahead := compare.Ahead(p.from, p.to)
	left, right := contents(ours), contents(theirs)
	by, k := compare.Checksum, min(len(left), len(right))
	for ; k > 0; k-- {
		by = compare.Checksum
		if slices.EqualFunc(left[:k], right[len(right)-k:], func(a, b store.Version) bool {
			same, why := p.sameVersion(ctx, a, b, ahead)
			if why == compare.Date {
				by = why
			}
			return same
		}) {
			break
		}
	}
	missing := ours
	for n := 0; n < k; missing = missing[1:] {
		if !missing[0].Marker {
			n++
		}
	}
	for i := len(theirs) - 1; i >= 0 && theirs[i].Marker && len(missing) > 0 && missing[0].Marker; i-- {
		missing = missing[1:]
	}
	if k == 0 && len(left) > 0 && len(right) > 0 {
		_, by = p.sameVersion(ctx, left[len(left)-1], right[len(right)-1], ahead)
	}
	return missing, by
}

// contents are the versions that are no delete markers.
func contents(versions []store.Version) []store.Version {
	return slices.DeleteFunc(slices.Clone(versions), func(v store.Version) bool { return v.Marker })
}

func (p *Plan) sameVersion(ctx context.Context, a, b store.Version, ahead time.Duration) (bool, compare.Reason) {
	if a.Size == b.Size && a.ETag != "" && a.ETag == b.ETag {
		return true, compare.Checksum // a version never changes
	}
	file := func(v store.Version) compare.File {
		return compare.FileOf(store.Entry{Size: v.Size, Modified: v.Modified, ETag: v.ETag})
	}
	same, by := compare.Copied(file(a), file(b), ahead, false)
	if !same && by == compare.Checksum && p.areSealed(ctx, a, b) {
		return compare.Copied(file(a), file(b), ahead, true)
	}
	return same, by
}

// areSealed is as in compare: where none of a few is sealed, none is taken to be.
func (p *Plan) areSealed(ctx context.Context, a, b store.Version) bool {
	const seals = 16
	h := p.mirror.versions
	if h.sealed || h.asked >= seals {
		return h.sealed
	}
	h.asked++
	for k, v := range []store.Version{a, b} {
		info, err := h.sides[k].s.HeadVersion(ctx, store.Ref{Space: h.sides[k].space, Key: v.Key}, v.ID)
		h.sealed = h.sealed || err == nil && info.Sealed
	}
	return h.sealed
}
