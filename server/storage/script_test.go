package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// step is one write: what it does to an engine, and to a model.
type step struct {
	name string
	do   func(ctx context.Context, e *Engine) error
	then func(m *model)
}

// script makes writes of every kind in a random order that makes sense.
type script struct {
	rng *rand.Rand
	m   *model // as it will be when all steps so far are done
	n   int
	ids []string // "space key id" of uploads, in the order of their beginning

	lost []string // those of the destroyed Space
}

func (s *script) body() string {
	s.n++
	sizes := []int{0, 3, 16, 17, 40, 120}
	return strings.Repeat(fmt.Sprintf("%03d.", s.n), 40)[:sizes[s.rng.IntN(len(sizes))]]
}

func (s *script) key() string { return string(rune('a' + s.rng.IntN(5))) }

func (s *script) existing() (string, bool) {
	var keys []string
	for k := range s.m.chains {
		if _, ok := s.m.get(k); ok {
			keys = append(keys, strings.TrimPrefix(k, "s "))
		}
	}
	if len(keys) == 0 {
		return "", false
	}
	slices.Sort(keys)
	return keys[s.rng.IntN(len(keys))], true
}

func (s *script) next() step {
	for {
		var st step
		what := s.rng.IntN(21)
		if !s.m.spaces["s"] {
			what = 20
		}
		switch what {
		case 0, 1, 2, 3:
			st = s.put()
		case 4:
			st = s.remove()
		case 5:
			st = s.copy()
		case 6:
			st = s.rename()
		case 7:
			st = s.removeMany()
		case 8:
			st = s.attrs()
		case 9:
			st = s.beginUpload()
		case 10, 11:
			st = s.part()
		case 12:
			st = s.endUpload()
		case 13:
			st = s.other()
		case 14:
			st = s.setVersioning()
		case 15:
			st = s.removeVersion()
		case 16:
			st = s.removeVersions()
		case 17:
			st = s.restore()
		case 18:
			st = s.renameMany()
		case 19:
			st = s.changeMany()
		case 20:
			st = s.destroy()
		}
		if st.do != nil {
			if st.then == nil {
				st.then = func(*model) {}
			}
			st.then(s.m)
			return st
		}
	}
}

func (s *script) put() step {
	k, body := s.key(), s.body()
	return step{"put " + k + " " + brief(body), func(ctx context.Context, e *Engine) error {
		b, err := e.Stage(ctx, strings.NewReader(body), StageOptions{Size: int64(len(body))})
		if err != nil {
			return err
		}
		defer b.Discard()
		_, err = e.Put(ctx, "s", k, b, Attrs{}, Checksum{}, nil)
		return err
	}, func(m *model) { m.put("s "+k, modelObject{body: body}) }}
}

func (s *script) remove() step {
	k := s.key()
	return step{"delete " + k, func(ctx context.Context, e *Engine) error {
		_, err := e.Delete(ctx, "s", k, nil)
		return err
	}, func(m *model) { m.remove("s " + k) }}
}

func (s *script) copy() step {
	from, ok := s.existing()
	to := s.key()
	if !ok {
		return step{}
	}
	return step{"copy " + from + " to " + to, func(ctx context.Context, e *Engine) error {
		_, err := e.Copy(ctx, "s", from, "s", to, CopyOptions{})
		return err
	}, func(m *model) { o, _ := m.get("s " + from); m.put("s "+to, o) }}
}

func (s *script) rename() step {
	from, ok := s.existing()
	to := s.key()
	if !ok || from == to {
		return step{}
	}
	return step{"rename " + from + " to " + to, func(ctx context.Context, e *Engine) error {
		_, err := e.Rename(ctx, "s", from, to, nil, nil)
		return err
	}, func(m *model) {
		o, _ := m.get("s " + from)
		m.put("s "+to, o)
		m.remove("s " + from)
	}}
}

// renameMany renames in a chain, so that what one finds is what another left, with keys that are not there.
func (s *script) renameMany() step {
	list := []Renaming{{From: s.key(), To: s.key()}, {From: s.key(), To: s.key()}, {From: s.key(), To: s.key()}}
	name := "rename many"
	for _, r := range list {
		name += " " + r.From + " to " + r.To
	}
	return step{name, func(ctx context.Context, e *Engine) error {
		done, err := e.RenameBatch(ctx, "s", list)
		for _, d := range done {
			if d.Err != nil && !errors.Is(d.Err, ErrNoKey) && !errors.Is(d.Err, ErrSameKey) {
				err = errors.Join(err, d.Err)
			}
		}
		return err
	}, func(m *model) {
		for _, r := range list {
			if o, ok := m.get("s " + r.From); ok && r.From != r.To {
				m.put("s "+r.To, o)
				m.remove("s " + r.From)
			}
		}
	}}
}

// changeMany gives objects another mark, some of them twice, where they are or as new versions.
func (s *script) changeMany() step {
	s.n++
	mark, anew := fmt.Sprint(s.n), s.rng.IntN(2) == 0
	keys := []string{s.key(), s.key(), s.key()}
	list := make([]Change, len(keys))
	for i, k := range keys {
		list[i] = Change{Key: k, Anew: anew, Attrs: func(o Object) (Attrs, error) {
			a := o.Attrs
			a.Meta = map[string]string{"mark": o.Meta["mark"] + mark}
			return a, nil
		}}
	}
	return step{fmt.Sprintf("change many %v, anew %v", keys, anew), func(ctx context.Context, e *Engine) error {
		done, err := e.ChangeBatch(ctx, "s", list)
		for _, d := range done {
			if d.Err != nil && !errors.Is(d.Err, ErrNoKey) {
				err = errors.Join(err, d.Err)
			}
		}
		return err
	}, func(m *model) {
		for _, k := range keys {
			o, ok := m.get("s " + k)
			if !ok {
				continue
			}
			o.mark += mark
			if anew {
				m.put("s "+k, o)
			} else {
				m.chains["s "+k] = append([]modelObject{o}, m.chains["s "+k][1:]...)
			}
		}
	}}
}

func (s *script) removeMany() step {
	keys := []string{s.key(), s.key(), s.key()}
	return step{"delete many " + fmt.Sprint(keys), func(ctx context.Context, e *Engine) error {
		errs, err := e.DeleteMany(ctx, "s", keys)
		return errors.Join(append(errs, err)...)
	}, func(m *model) {
		for _, k := range keys {
			m.remove("s " + k)
		}
	}}
}

func (s *script) attrs() step {
	k, ok := s.existing()
	if !ok {
		return step{}
	}
	s.n++
	mark := fmt.Sprint(s.n)
	return step{"attributes of " + k, func(ctx context.Context, e *Engine) error {
		_, err := e.UpdateAttrs(ctx, "s", k, func(o *Object) error { o.Meta = map[string]string{"mark": mark}; return nil })
		return err
	}, func(m *model) {
		m.chains["s "+k] = slices.Clone(m.chains["s "+k])
		m.chains["s "+k][0].mark = mark
	}}
}

// other are steps that change nothing that is seen, and Spaces.
func (s *script) other() step {
	switch s.rng.IntN(4) {
	case 0:
		return step{name: "flush", do: func(_ context.Context, e *Engine) error { return e.db.Flush() }}
	case 1:
		return step{name: "compact", do: func(ctx context.Context, e *Engine) error { return e.db.Compact(ctx, []byte{0}, []byte{0xff}, false) }}
	case 2:
		return step{name: "collect", do: func(_ context.Context, e *Engine) error { return e.gc.collect() }}
	}
	if s.m.spaces["t"] {
		return step{"delete Space", func(_ context.Context, e *Engine) error { return e.DeleteSpace("t") },
			func(m *model) { delete(m.spaces, "t") }}
	}
	return step{"create Space", func(_ context.Context, e *Engine) error { return e.CreateSpace(Space{Name: "t"}) },
		func(m *model) { m.spaces["t"] = true }}
}

func (s *script) beginUpload() step {
	if len(s.ids) > 2 {
		return step{}
	}
	// The id is known beforehand: its number is set by hand, its rest is zeros.
	k := s.key()
	s.n++
	seq := uint64(1)<<40 + uint64(s.n)
	id := fmt.Sprintf("%016x%016x", seq, 0)
	name := "s " + k + " " + id
	s.ids = append(s.ids, name)
	return step{"begin upload " + name, func(ctx context.Context, e *Engine) error {
		u := Upload{ID: id, Space: "s", Key: k, Initiated: start, seq: seq}
		space, err := e.find("s")
		if err != nil {
			return err
		}
		t := e.begin()
		t.set(uploadKey(space.id, k, id), u.encode())
		return t.commit(ctx, &held{})
	}, func(m *model) { m.uploads[name] = map[int]string{} }}
}

func (s *script) part() step {
	if len(s.ids) == 0 {
		return step{}
	}
	name, n, body := s.ids[s.rng.IntN(len(s.ids))], 1+s.rng.IntN(4), s.body()
	f := strings.Fields(name)
	return step{fmt.Sprintf("part %d of %s %s", n, name, brief(body)), func(ctx context.Context, e *Engine) error {
		b, err := e.Stage(ctx, strings.NewReader(body), StageOptions{Size: -1})
		if err != nil {
			return err
		}
		defer b.Discard()
		_, err = e.PutPart(ctx, f[0], f[1], f[2], n, b, Checksum{})
		return err
	}, func(m *model) { m.uploads[name][n] = body }}
}

func (s *script) endUpload() step {
	if len(s.ids) == 0 {
		return step{}
	}
	i := s.rng.IntN(len(s.ids))
	name := s.ids[i]
	f := strings.Fields(name)
	parts := s.m.uploads[name]
	s.ids = slices.Delete(s.ids, i, i+1)
	if len(parts) == 0 || s.rng.IntN(4) == 0 {
		return step{"abort " + name, func(ctx context.Context, e *Engine) error { return e.Abort(ctx, f[0], f[1], f[2]) },
			func(m *model) { delete(m.uploads, name) }}
	}
	numbers := slices.Sorted(maps.Keys(parts))
	if len(numbers) > 1 && s.rng.IntN(3) == 0 {
		numbers = numbers[1:]
	}
	body := ""
	for _, n := range numbers {
		body += parts[n]
	}
	return step{"complete " + name, func(ctx context.Context, e *Engine) error {
		have, _, err := e.Parts(f[0], f[1], f[2], 0, 100)
		if err != nil {
			return err
		}
		var named []CompletePart
		for _, p := range have {
			if slices.Contains(numbers, p.Number) {
				named = append(named, CompletePart{Number: p.Number, ETag: p.ETag})
			}
		}
		_, err = e.Complete(ctx, f[0], f[1], f[2], named, nil, nil)
		return err
	}, func(m *model) {
		delete(m.uploads, name)
		m.put("s "+f[1], modelObject{body: body, parts: len(numbers)})
	}}
}
