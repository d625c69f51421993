package storage

import (
	"context"
	"errors"
	"fmt"
)

// Doomed names what is to be deleted: a key, or one version of it for good.
type Doomed struct {
	Key, Version string // Version "": the key
	Bypass       bool   // of retentions for governance
	Check        Check  // with the current object, or with the version named
}

// Deleted says what a delete did.
type Deleted struct {
	Existed bool   // there was something that is not there any more
	Marker  bool   // a delete marker was made, or was what went
	Version string // of the marker made, or of what went; "" in an unversioned Space
	Err     error  // of DeleteBatch: why nothing was deleted
}

// Delete takes a key away: for good in an unversioned Space, behind a delete
// marker in others. That there was nothing is no error. A body goes when
// nobody reads it any more.
func (e *Engine) Delete(ctx context.Context, space, key string, check Check) (Deleted, error) {
	return e.deleteOne(ctx, space, Doomed{Key: key, Check: check})
}

// DeleteVersion takes one version or marker away for good: ErrNoVersion when it
// is not there, ErrLocked. When it was the newest, the one below is current
// from the same commit on. bypass is of retentions for governance. check sees
// the version.
func (e *Engine) DeleteVersion(ctx context.Context, space, key, version string, bypass bool, check Check) (Deleted, error) {
	return e.deleteOne(ctx, space, Doomed{Key: key, Version: version, Bypass: bypass, Check: check})
}

func (e *Engine) deleteOne(ctx context.Context, space string, d Doomed) (out Deleted, err error) {
	if err := e.enterWrite(); err != nil {
		return out, err
	}
	defer e.leave()
	s, leave, err := e.inside(space)
	if err != nil {
		return out, err
	}
	defer leave()
	h := e.keys.lock(objectKey(s.id, d.Key))
	defer h.unlock()
	t := e.begin()
	out, gone := t.doom(s, d)
	if gone != nil && !errors.Is(gone, ErrNoVersion) {
		t.abandon()
		return Deleted{}, gone
	}
	if err := t.commit(ctx, &h); err != nil { // a version that is not there may be so since a moment, and not for good yet
		return Deleted{}, fmt.Errorf("delete %q in %q: %w", d.Key, space, err)
	}
	return out, gone
}

// doom deletes. When it gives an error, t is as it was.
func (t *txn) doom(s *spaceState, d Doomed) (Deleted, error) {
	if d.Version != "" {
		return t.doomVersion(s, d)
	}
	cur, err := readObject(t.r, objectKey(s.id, d.Key), s.id, d.Key)
	if err != nil {
		return Deleted{}, err
	}
	if err := run(d.Check, cur); err != nil {
		return Deleted{}, err
	}
	if s.versioning() != Unversioned {
		m, err := t.mark(s, d.Key, cur)
		if err != nil {
			return Deleted{}, err
		}
		return Deleted{Existed: cur != nil, Marker: true, Version: m.VersionID()}, nil
	}
	if cur == nil {
		return Deleted{}, nil
	}
	if err := t.locked(cur, d.Bypass); err != nil {
		return Deleted{}, err
	}
	t.remove(s, cur)
	t.refer(cur.body, -1)
	return Deleted{Existed: true}, nil
}

func (t *txn) doomVersion(s *spaceState, d Doomed) (Deleted, error) {
	o, cur, err := versionOf(t.r, s.id, d.Key, d.Version)
	if err != nil {
		return Deleted{}, err
	}
	if o == nil {
		return Deleted{}, noVersion(s.id, d.Key, d.Version)
	}
	if err := run(d.Check, o); err != nil {
		return Deleted{}, err
	}
	if err := t.expunge(s, cur, o, d.Bypass); err != nil {
		return Deleted{}, err
	}
	return Deleted{Existed: true, Marker: o.Marker, Version: o.VersionID()}, nil
}

// DeleteMany takes many keys away in one commit. The errors are those of the
// keys, in their order: a key that is not there is none, one that cannot be
// read stays. err is set when nothing was deleted.
func (e *Engine) DeleteMany(ctx context.Context, space string, keys []string) ([]error, error) {
	list := make([]Doomed, len(keys))
	for i, key := range keys {
		list[i].Key = key
	}
	done, err := e.DeleteBatch(ctx, space, list)
	if err != nil {
		return nil, err
	}
	errs := make([]error, len(keys))
	for i := range done {
		errs[i] = done[i].Err
	}
	return errs, nil
}

// DeleteBatch deletes keys and versions in one commit, in their order. What it
// answers is aligned with list; err is set when nothing was deleted.
func (e *Engine) DeleteBatch(ctx context.Context, space string, list []Doomed) ([]Deleted, error) {
	if err := e.enterWrite(); err != nil {
		return nil, err
	}
	defer e.leave()
	s, leave, err := e.inside(space)
	if err != nil {
		return nil, err
	}
	defer leave()
	names := make([][]byte, len(list))
	for i := range list {
		names[i] = objectKey(s.id, list[i].Key)
	}
	h := e.keys.lock(names...)
	defer h.unlock()
	t := e.begin()
	var out []Deleted
	if s.versioning() == Unversioned {
		out = t.doomKeys(s, list)
	} else {
		t.abandon()
		t = e.beginIndexed()
		out = t.doomAll(s, list)
	}
	if err := t.commit(ctx, &h); err != nil {
		return nil, fmt.Errorf("delete %d keys in %q: %w", len(list), space, err)
	}
	return out, nil
}

// doomKeys deletes each key once.
func (t *txn) doomKeys(s *spaceState, list []Doomed) []Deleted {
	out := make([]Deleted, len(list))
	seen := make(map[string]struct{}, len(list))
	for i := range list {
		if _, gone := seen[list[i].Key]; gone {
			continue
		}
		if out[i], out[i].Err = t.doom(s, list[i]); out[i].Existed {
			seen[list[i].Key] = struct{}{}
		}
	}
	return out
}

// doomAll deletes in the order of the list: what one finds depends on those
// before it.
func (t *txn) doomAll(s *spaceState, list []Doomed) []Deleted {
	out := make([]Deleted, len(list))
	for i := range list {
		out[i], out[i].Err = t.doom(s, list[i])
	}
	return out
}
