package storage

import (
	"context"
	"errors"
	"fmt"
)

func (s *script) put() step {
	space, k, o := s.space(), s.key(), s.fresh()
	sp, cur, err := s.at(space, k)
	check, refused := s.check(cur)
	if err == nil {
		err = refused
	}
	if err == nil {
		err = sp.push(k, o)
	}
	return step{name: fmt.Sprintf("%s %s %s %q %+v", space, k, brief(o.body), o.keeper, o.lock), want: err, do: func(ctx context.Context, e *Engine) error {
		b, err := stageFor(ctx, e, o.body, o.keeper)
		if err != nil {
			return err
		}
		defer b.Discard()
		_, err = e.Put(ctx, space, k, b, o.attrs(), Checksum{}, check)
		return err
	}}
}

// putMany puts several objects at once, some of them at the same key, small ones and blobs.
func (s *script) putMany() step {
	space := s.space()
	sp, _, err := s.at(space, "")
	keys := []string{s.key(), s.key(), s.key()}
	fresh := []modelObject{s.fresh(), s.fresh(), s.fresh()}
	wants, checks := make([]error, len(keys)), make([]Check, len(keys))
	name := space
	for i, k := range keys {
		name += fmt.Sprintf(" %s %s %q %+v", k, brief(fresh[i].body), fresh[i].keeper, fresh[i].lock)
		if err != nil {
			continue
		}
		if checks[i], wants[i] = s.check(sp.current(k)); wants[i] == nil {
			wants[i] = sp.push(k, fresh[i])
		}
	}
	return step{name: name, want: err, each: true, do: func(ctx context.Context, e *Engine) error {
		list := make([]Putting, len(keys))
		for i, k := range keys {
			b, err := stageFor(ctx, e, fresh[i].body, fresh[i].keeper)
			if err != nil {
				return err
			}
			defer b.Discard()
			list[i] = Putting{Key: k, Body: b, Attrs: fresh[i].attrs(), Check: checks[i]}
		}
		done, err := e.PutBatch(ctx, space, list)
		errs := make([]error, len(done))
		for i, d := range done {
			errs[i] = d.Err
		}
		return errors.Join(append(eachAs(errs, wants), err)...)
	}}
}

func (s *script) remove() step {
	space, k := s.space(), s.key()
	sp, cur, err := s.at(space, k)
	check, refused := s.check(cur)
	if err == nil {
		err = refused
	}
	existed := false
	if err == nil {
		existed, err = sp.remove(k, false)
	}
	marker := sp.state != Unversioned
	return step{name: space + " " + k, want: err, do: func(ctx context.Context, e *Engine) error {
		d, err := e.Delete(ctx, space, k, check)
		if err == nil && (d.Existed != existed || d.Marker != marker) {
			return fmt.Errorf("it says %+v, and there was something: %v", d, existed)
		}
		return err
	}}
}

func (s *script) removeMany() step {
	space, keys := s.space(), []string{s.key(), s.key(), s.key()}
	sp, _, err := s.at(space, "")
	wants := make([]error, len(keys))
	for i, k := range keys {
		if err == nil {
			_, wants[i] = sp.remove(k, false)
		}
	}
	return step{name: fmt.Sprint(space, " ", keys), want: err, each: true, do: func(ctx context.Context, e *Engine) error {
		errs, err := e.DeleteMany(ctx, space, keys)
		return errors.Join(append(eachAs(errs, wants), err)...)
	}}
}

// eachAs compares errors with those that are wanted.
func eachAs(errs, wants []error) (wrong []error) {
	for i, err := range errs {
		if err = as(err, wants[i]); err != nil {
			wrong = append(wrong, fmt.Errorf("element %d: %w", i, err))
		}
	}
	return wrong
}

func (s *script) removeVersion() step {
	space, key, i, ok := s.version()
	if !ok {
		return step{}
	}
	sp, bypass := s.m.spaces[space], s.rng.IntN(2) == 0
	var check Check
	var err error
	if chain := sp.keys[key]; i < len(chain) {
		check, err = s.check(&chain[i])
	}
	if err == nil {
		err = sp.removeVersion(key, i, bypass)
	}
	return step{name: fmt.Sprintf("%s %s, the %dth, bypass %v", space, key, i, bypass), want: err, do: func(ctx context.Context, e *Engine) error {
		id, err := idOf(ctx, e, space, key, i)
		if err == nil {
			_, err = e.DeleteVersion(ctx, space, key, id, bypass, check)
		}
		return err
	}}
}

// removeVersions deletes the two newest versions of a key and some keys at once.
func (s *script) removeVersions() step {
	space, key, _, ok := s.version()
	if !ok {
		return step{}
	}
	sp, other := s.m.spaces[space], s.key()
	list := []Doomed{{Key: key, Bypass: true}, {Key: key, Version: noSuchVersion}, {Key: other}, {Key: other}}
	wants := []error{nil, ErrNoVersion, nil, nil}
	n := min(2, len(sp.keys[key]))
	at := []int{0, -1, -1, -1}
	if n == 2 {
		list[1], at[1] = Doomed{Key: key, Bypass: true}, 1
	}
	// which versions they are is known before the first of them goes
	left := 0
	for i := range n {
		if wants[i] = sp.removeVersion(key, left, true); wants[i] != nil {
			left++
		}
	}
	if sp.state == Unversioned && wants[0] == nil { // of a key that went no more is asked
		wants[1] = nil
	}
	for i := 2; i < 4; i++ {
		_, wants[i] = sp.remove(other, false)
	}
	return step{name: fmt.Sprintf("%s: %d of %s, and %s", space, n, key, other), each: true, do: func(ctx context.Context, e *Engine) error {
		list := append([]Doomed(nil), list...)
		for i := range list {
			if at[i] >= 0 {
				id, err := idOf(ctx, e, space, key, at[i])
				if err != nil {
					return err
				}
				list[i].Version = id
			}
		}
		done, err := e.DeleteBatch(ctx, space, list)
		errs := make([]error, len(done))
		for i, d := range done {
			errs[i] = d.Err
		}
		if len(errs) > 1 && list[1].Version == noSuchVersion && errors.Is(errs[1], ErrNoVersion) {
			errs[1] = wants[1] // it is true whatever became of the key
		}
		return errors.Join(append(eachAs(errs, wants), err)...)
	}}
}

func (s *script) copy() step {
	from, to, src, dst, i := s.space(), s.space(), s.key(), s.key(), -1
	if space, key, n, ok := s.version(); ok {
		from, src = space, key
		if s.rng.IntN(2) == 0 {
			i = n
		}
	}
	o := CopyOptions{}
	mark := ""
	if s.rng.IntN(2) == 0 {
		mark = s.mark()
		o.Attrs = func(Object) (Attrs, error) { return Attrs{Meta: map[string]string{"mark": mark}}, nil }
	}
	err := s.copied(from, src, i, to, dst, mark, &o)
	return step{name: fmt.Sprintf("%s %s, the %dth, to %s %s, mark %q", from, src, i, to, dst, mark), want: err, do: func(ctx context.Context, e *Engine) error {
		id, err := idOf(ctx, e, from, src, i)
		if err == nil {
			o := o
			o.Version = id
			_, err = e.Copy(ctx, from, src, to, dst, o)
		}
		return err
	}}
}

// copied has the model copy, and makes checks that see what it has.
func (s *script) copied(from, src string, i int, to, dst, mark string, o *CopyOptions) error {
	a, _, err := s.at(from, src)
	b, cur, err2 := s.at(to, dst)
	if err = errors.Join(err, err2); err != nil {
		return ErrNoSpace
	}
	found, err := a.version(src, i)
	if err != nil {
		return err
	}
	if o.Source, err = s.check(found); err != nil {
		return err
	}
	if o.Dest, err = s.check(cur); err != nil {
		return err
	}
	next := *found
	if next.lock = (Lock{}); mark != "" {
		next.mark = mark
	}
	return b.push(dst, next)
}

func (s *script) rename() step {
	space, from, to := s.space(), s.key(), s.key()
	sp, src, err := s.at(space, from)
	var check, dest Check
	switch {
	case err != nil:
	case from == to:
		err = ErrSameKey
	case src == nil:
		err = ErrNoKey
	default:
		if check, err = s.check(src); err == nil {
			if dest, err = s.check(sp.current(to)); err == nil {
				err = sp.rename(from, to)
			}
		}
	}
	return step{name: fmt.Sprint(space, " ", from, " to ", to), want: err, do: func(ctx context.Context, e *Engine) error {
		_, err := e.Rename(ctx, space, from, to, check, dest)
		return err
	}}
}

// renameMany renames in a chain, so that what one finds is what another left, with keys that are not there.
func (s *script) renameMany() step {
	space := s.space()
	sp, _, err := s.at(space, "")
	list := []Renaming{{From: s.key(), To: s.key()}, {From: s.key(), To: s.key()}, {From: s.key(), To: s.key()}}
	wants := make([]error, len(list))
	name := space
	for i, r := range list {
		name += " " + r.From + " to " + r.To
		if err == nil {
			wants[i] = sp.rename(r.From, r.To)
		}
	}
	return step{name: name, want: err, each: true, do: func(ctx context.Context, e *Engine) error {
		done, err := e.RenameBatch(ctx, space, list)
		errs := make([]error, len(done))
		for i, d := range done {
			errs[i] = d.Err
		}
		return errors.Join(append(eachAs(errs, wants), err)...)
	}}
}

// changeMany gives objects another mark, some of them twice, where they are or as new versions.
func (s *script) changeMany() step {
	space, mark, anew := s.space(), s.mark(), s.rng.IntN(2) == 0
	sp, _, err := s.at(space, "")
	keys := []string{s.key(), s.key(), s.key()}
	wants := make([]error, len(keys))
	list := make([]Change, len(keys))
	for i, k := range keys {
		list[i] = Change{Key: k, Anew: anew, Attrs: func(o Object) (Attrs, error) {
			a := o.Attrs
			a.Meta = map[string]string{"mark": o.Meta["mark"] + mark}
			return a, nil
		}}
		if err == nil {
			wants[i] = sp.marked(k, mark, anew)
		}
	}
	return step{name: fmt.Sprintf("%s %v, anew %v", space, keys, anew), want: err, each: true, do: func(ctx context.Context, e *Engine) error {
		done, err := e.ChangeBatch(ctx, space, list)
		errs := make([]error, len(done))
		for i, d := range done {
			errs[i] = d.Err
		}
		return errors.Join(append(eachAs(errs, wants), err)...)
	}}
}

func (s *modelSpace) marked(key, mark string, anew bool) error {
	cur := s.current(key)
	if cur == nil {
		return ErrNoKey
	}
	next := *cur
	next.mark += mark
	if anew {
		return s.push(key, next)
	}
	return s.change(key, -1, func(o *modelObject) { *o = next })
}

func (s *script) attrs() step {
	mark := s.mark()
	return s.update("mark "+mark, func(o *modelObject) { o.mark = mark })
}

func (s *script) lock() step {
	l := s.someLock()
	return s.update(fmt.Sprintf("%+v", l), func(o *modelObject) { o.lock = l })
}

func (s *script) unlock() step {
	return s.update("", func(o *modelObject) { o.lock = Lock{} })
}

// update alters a version, or what is current, in its place.
func (s *script) update(name string, change func(*modelObject)) step {
	space, key, i, ok := s.version()
	if !ok {
		return step{}
	}
	if s.rng.IntN(3) == 0 {
		i = -1
	}
	sp := s.m.spaces[space]
	err := sp.change(key, i, change)
	var o modelObject
	if err == nil {
		o = sp.keys[key][max(i, 0)]
	}
	set := func(to *Object) error { to.Attrs = o.attrs(); return nil }
	return step{name: fmt.Sprintf("%s %s, the %dth: %s", space, key, i, name), want: err, do: func(ctx context.Context, e *Engine) error {
		if i < 0 {
			_, err := e.UpdateAttrs(ctx, space, key, set)
			return err
		}
		id, err := idOf(ctx, e, space, key, i)
		if err == nil {
			_, err = e.UpdateVersion(ctx, space, key, id, set)
		}
		return err
	}}
}
