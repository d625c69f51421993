package job

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"

	"spaces/store"
)

// packHistory writes versions down for a record, and whether the destination has none of the key.
func packHistory(versions []store.Version, fresh bool) string {
	b := []byte{0}
	if fresh {
		b[0] = 1
	}
	for _, v := range versions {
		marker := uint64(0)
		if v.Marker {
			marker = 1
		}
		b = binary.AppendUvarint(b, uint64(len(v.ID))<<1|marker)
		b = append(b, v.ID...)
		b = binary.AppendUvarint(b, uint64(v.Size))
		b = binary.AppendUvarint(b, uint64(len(v.ETag)))
		b = append(b, v.ETag...)
	}
	return string(b)
}

func unpackHistory(packed string) (versions []store.Version, fresh bool) {
	b := []byte(packed[1:])
	number := func() int {
		v, n := binary.Uvarint(b)
		b = b[n:]
		return int(v)
	}
	text := func(n int) string {
		v := string(b[:n])
		b = b[n:]
		return v
	}
	for len(b) > 0 {
		var v store.Version
		n := number()
		v.Marker, v.ID = n&1 == 1, text(n>>1)
		v.Size = int64(number())
		v.ETag = text(number())
		versions = append(versions, v)
	}
	return versions, packed[0] == 1
}

// mirrorHistory makes the versions of one key that the destination lacks, the oldest first, a delete for a delete marker. It
// looks what is there again when an earlier attempt, or somebody else, may have made some.
func (j *job) mirrorHistory(ctx context.Context, at pos, r record, s Step, t *tally) (err error) {
	versions, fresh := unpackHistory(r.history)
	again := j.wasTried(at)
	for range sourceTries {
		if again {
			if versions, err = j.missingNow(ctx, s); err != nil {
				return err
			}
			fresh = false
		}
		if err = j.makeVersions(ctx, s, versions, fresh, t); err == nil {
			return nil
		}
		if again = true; !errors.Is(err, errChanged) && !errors.Is(err, store.NotFound) {
			break
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.tried == nil {
		j.tried = map[pos]bool{}
	}
	j.tried[at] = true
	return err
}

// wasTried says whether a step failed before.
func (j *job) wasTried(at pos) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.tried[at]
}

func (j *job) makeVersions(ctx context.Context, s Step, versions []store.Version, fresh bool, t *tally) error {
	var last store.Info
	for i, v := range versions {
		own := t.part()
		made, err := j.makeVersion(ctx, s, v, len(versions)-i, fresh && i == 0, own)
		if err != nil {
			own.settle(0)
			return err
		}
		own.settle(v.Size)
		last = made
	}
	switch {
	case len(versions) == 0:
	case versions[len(versions)-1].Marker:
		j.rowGone(j.plan.to, s.To)
	default:
		j.made(s.To, last)
	}
	return nil
}

// makeVersion makes one version of which so many are left to be made.
func (j *job) makeVersion(ctx context.Context, s Step, v store.Version, left int, guard bool, t *tally) (made store.Info, err error) {
	c := carriage{from: s.From, to: s.To, version: v.ID, size: v.Size, etag: v.ETag, guard: guard}
	c.landed = func(ctx context.Context) (bool, error) {
		now, err := j.missingNow(ctx, s)
		return err == nil && len(now) < left, err
	}
	if !v.Marker {
		return j.carry(ctx, c, t)
	}
	return made, j.write(ctx, c, &made, func(ctx context.Context) error { return j.plan.to.Delete(ctx, s.To) })
}

// missingNow compares the versions of one key again.
func (j *job) missingNow(ctx context.Context, s Step) (missing []store.Version, err error) {
	var sides [2][]store.Version
	for k, side := range []struct {
		s *store.Store
		r store.Ref
	}{{j.plan.from, s.From}, {j.plan.to, s.To}} {
		err = j.try(ctx, func(ctx context.Context) (err error) {
			sides[k], _, err = side.s.VersionsOf(ctx, side.r, int(^uint(0)>>1))
			return err
		})
		if err != nil {
			return nil, err
		}
		slices.Reverse(sides[k])
	}
	missing, _ = j.plan.missingVersions(ctx, sides[0], sides[1])
	return missing, nil
}
