package job

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"spaces/store"
)

// retag changes some of an object's tags and leaves the others. Tags have no ETag: what somebody else changes in the same
// moment may be lost. An object that is already as it should be is not written.
func (j *job) retag(ctx context.Context, _ pos, r record, s Step, _ *tally) error {
	from := j.plan.from
	is, must := j.plan.alteration(r)
	var was plainAlter
	var wrote map[string]string
	err := j.try(ctx, func(ctx context.Context) error {
		tags, err := from.Tags(ctx, s.From)
		if err != nil {
			return err
		}
		if was = is.amongTags(tags); must != nil && !must.stands(was) {
			return errSkipped
		}
		changed := is.edit().ApplyTags(tags)
		if maps.Equal(tags, changed) {
			return nil
		}
		if err := store.CheckTags(changed); err != nil {
			return &store.Error{Op: "set tags of", Ref: s.From, Kind: store.InvalidName, Err: err}
		}
		if err = from.SetTags(ctx, s.From, changed); err == nil {
			wrote = changed
		}
		return err
	})
	if err != nil || wrote == nil {
		return err
	}
	j.did.changed(s.From, s.Size, s.ETag, value{was, is})
	j.rowThere(from, s.From, store.Entry{Size: s.Size, Modified: s.Modified, ETag: s.ETag})
	return j.readTagsBack(ctx, s.From, wrote)
}

// ApplyTags makes the change to tags, which are left as they are.
func (e Edit) ApplyTags(tags map[string]string) map[string]string {
	changed := make(map[string]string, len(tags)+len(e.Set))
	maps.Copy(changed, tags)
	maps.Copy(changed, e.Set)
	maps.DeleteFunc(changed, func(name, _ string) bool { return slices.Contains(e.Unset, name) })
	return changed
}

// readTagsBack looks once a job whether the endpoint did what it said.
func (j *job) readTagsBack(ctx context.Context, r store.Ref, wrote map[string]string) error {
	if !j.looked.CompareAndSwap(false, true) {
		return nil
	}
	var now map[string]string
	err := j.try(ctx, func(ctx context.Context) (err error) {
		now, err = j.plan.from.Tags(ctx, r)
		return err
	})
	switch {
	case errors.Is(err, store.Denied): // who may only write
		return nil
	case err != nil:
		return fmt.Errorf("looking at the tags that were set: %w", err)
	case !maps.Equal(now, wrote):
		return fmt.Errorf("the endpoint took the tags and did not keep them: %w", store.Unsupported)
	}
	return nil
}
