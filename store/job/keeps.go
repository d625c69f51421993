package job

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync/atomic"

	"spaces/store"
)

// Remarks on copies between connections, of what did not come along.
var (
	ErrTagsLost   = errors.New("the endpoint keeps no tags")
	ErrGrantsLeft = errors.New("grants to single accounts mean nothing at another connection: those files are private there")
	ErrClassLost  = errors.New("the endpoint does not have the storage class: those files are in its own")
	ErrUnread     = errors.New("the key that reads them may not read their tags or permissions")
)

// keeps is what was learned of a destination.
type keeps struct {
	noAccess, noTags       atomic.Bool  // it refuses them
	noClass, classSeen     atomic.Bool  // it refuses classes of storage, or was looked at for what became of one
	tagsAtPut, tagsAtParts atomic.Int32 // what became of tags that are sent with an object
}

// What may have become of tags.
const (
	tagsUnknown int32 = iota
	tagsKept
	tagsDropped // they are to be set afterwards, as on Ceph after an upload in parts
)

// keeping writes an object with as much of its properties as the destination takes: what it refuses is left out, and that
// is remarked on.
func (j *job) keeping(key string, p store.Props, write func(store.Props) error) (kept store.Props, err error) {
	less := p
	if j.keeps.noAccess.Load() {
		less.Access = store.Private
	}
	if j.keeps.noTags.Load() {
		less.Tags = nil
	}
	for _, without := range []struct{ access, tags bool }{{false, false}, {true, false}, {false, true}, {true, true}} {
		try := less
		if without.access {
			try.Access = store.Private
		}
		if without.tags {
			try.Tags = nil
		}
		if without.access && less.Access != store.PublicRead || without.tags && len(less.Tags) == 0 {
			continue // that is what was tried already
		}
		if err = write(try); errors.Is(err, store.Unsupported) {
			continue
		}
		if err == nil {
			j.keeps.noAccess.CompareAndSwap(false, without.access)
			j.keeps.noTags.CompareAndSwap(false, without.tags)
			j.tellLost(key, p, try)
		}
		return try, err
	}
	return p, err
}

// tellLost remarks on what was left out.
func (j *job) tellLost(key string, p, kept store.Props) {
	if p.Access == store.PublicRead && kept.Access != store.PublicRead {
		j.remarkOnce(Failure{Name: key, Err: ErrAccessIgnored})
	}
	if len(p.Tags) > 0 && len(kept.Tags) == 0 {
		j.remarkOnce(Failure{Name: key, Err: ErrTagsLost})
	}
}

// lookAtTags makes sure that the tags that were sent with an object are there, once a job and way, and sets them where
// they are not.
func (j *job) lookAtTags(ctx context.Context, to store.Ref, tags map[string]string, state *atomic.Int32) error {
	if len(tags) == 0 || state.Load() == tagsKept {
		return nil
	}
	if state.Load() == tagsUnknown {
		var got map[string]string
		err := j.try(ctx, func(ctx context.Context) (err error) {
			got, err = j.plan.to.Tags(ctx, to)
			return err
		})
		switch {
		case err == nil && maps.Equal(got, tags), errors.Is(err, store.Denied): // who may not look has to believe it
			state.Store(tagsKept)
			return nil
		case err != nil && !errors.Is(err, store.Unsupported):
			return err
		}
		state.Store(tagsDropped)
	}
	err := j.try(ctx, func(ctx context.Context) error { return j.plan.to.SetTags(ctx, to, tags) })
	if cannot(err) {
		j.keeps.noTags.Store(true)
		j.remarkOnce(Failure{Name: to.Key, Err: ErrTagsLost})
		return nil
	}
	return err
}

// remarkOnce is remark of what one example tells of all.
func (j *job) remarkOnce(f Failure) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !slices.ContainsFunc(j.remarks, func(x Failure) bool { return x.Err == f.Err }) {
		j.remarks = append(j.remarks, f)
	}
}
