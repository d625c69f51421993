package job

import (
	"context"

	"spaces/store"
)

// probeVersions finds out whether what is taken out of Spaces stays in them as older versions. Not being told is no
// failure: the work is the same.
func (p *Plan) probeVersions(ctx context.Context) {
	if !p.spec.takes() {
		return
	}
	asked := map[string]bool{}
	for i := range p.sources {
		space := p.sources[i].Ref.Space
		if !asked[space] {
			asked[space] = true
			_, _ = p.versioned(ctx, space)
		}
	}
}

func (p *Plan) versioned(ctx context.Context, space string) (versioned bool, err error) {
	err = p.try(ctx, func(ctx context.Context) (err error) {
		versioned, err = p.from.Versioned(ctx, space)
		return err
	})
	if versioned {
		p.totals.versioned.Store(true)
	}
	return versioned, err
}

// walkSpace finds all that a Space holds: objects, and where it has versioning each version and delete marker. In the
// records of those the ID of the version is in the place of the ETag.
func (p *Plan) walkSpace(ctx context.Context, i int, after string) error {
	src := &p.sources[i]
	versioned, err := p.versioned(ctx, src.Ref.Space)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if p.spec.Again && store.KindOf(err) == store.NoSpace {
		return nil // it was done
	}
	if err != nil {
		p.lose(i, after, src.label(), err)
		return nil
	}
	switch {
	case p.from.KeepsDestroyed():
		return p.weighSpace(ctx, i)
	case !versioned:
		return p.walkFolder(ctx, i, after)
	}
	for {
		var page store.VersionPage
		err := p.try(ctx, func(ctx context.Context) (err error) {
			page, err = p.from.Versions(ctx, store.VersionsRequest{Space: src.Ref.Space, After: after})
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
			if p.leaves(i, v.Key, v.Modified) {
				continue
			}
			switch {
			case v.Marker:
				p.totals.markers.Add(1)
			case !v.Latest:
				p.totals.versions.Add(1)
			}
			p.totals.objects.Add(1)
			p.totals.bytes.Add(v.Size)
			if err := p.add(ctx, record{source: i, name: v.Key, size: v.Size, etag: v.ID, modified: v.Modified}); err != nil {
				return err
			}
		}
		if !page.More {
			return nil
		}
		after = page.Next
	}
}

// deleteVersions deletes what some records of a Space are: objects, or their versions. failed is in the order of keys.
func (j *job) deleteVersions(ctx context.Context, space string, records []record, members []int, keys []string) (failed []error, err error) {
	if records[members[0]].etag == "" {
		byKey, err := j.deleteKeys(ctx, space, keys)
		failed = make([]error, len(keys))
		for n, key := range keys {
			failed[n] = byKey[key]
		}
		return failed, err
	}
	versions := make([]store.Version, len(keys))
	for n, i := range members {
		versions[n] = store.Version{Key: keys[n], ID: records[i].etag}
	}
	err = j.try(ctx, func(ctx context.Context) (err error) {
		failed, err = j.plan.from.DeleteVersions(ctx, space, versions)
		return err
	})
	return failed, err
}
