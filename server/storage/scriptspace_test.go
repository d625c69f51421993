package storage

import (
	"context"
	"fmt"
	"strings"
)

func (s *script) createSpace() step {
	name, v := s.space(), []Versioning{Unversioned, Unversioned, Enabled, Suspended}[s.rng.IntN(4)]
	err := s.m.create(name, v)
	return step{name: name + " " + string(v), want: err, do: func(_ context.Context, e *Engine) error {
		return e.CreateSpace(Space{Name: name, Versioning: v})
	}}
}

func (s *script) deleteSpace() step {
	name := s.pick("s", "t", "t")
	err := s.m.delete(name)
	return step{name: name, want: err, do: func(_ context.Context, e *Engine) error { return e.DeleteSpace(name) }}
}

func (s *script) setVersioning() step {
	name, v := s.space(), []Versioning{Enabled, Enabled, Suspended, Unversioned}[s.rng.IntN(4)]
	sp, _, err := s.at(name, "")
	if err == nil {
		err = sp.setVersioning(v)
	}
	return step{name: name + " " + string(v), want: err, do: func(_ context.Context, e *Engine) error { return e.SetVersioning(name, v) }}
}

// document is what all documents of a Space do: policy, lifecycle, CORS, website, logging, keys of a Space.
func (s *script) document() step {
	name, doc := s.space(), strings.Repeat("document "+s.mark(), 1+s.rng.IntN(3))
	sp, _, err := s.at(name, "")
	if s.rng.IntN(4) == 0 {
		doc = ""
	}
	sp.doc = doc
	return step{name: fmt.Sprintf("%s %.20q", name, doc), want: err, do: func(_ context.Context, e *Engine) error {
		return e.UpdateSpace(name, func(s *Space) error {
			if s.Config = map[string][]byte{}; doc != "" {
				s.Config["document"] = []byte(doc)
			}
			return nil
		})
	}}
}

func (s *script) destroySpace() step {
	name := s.space()
	if len(s.m.gone) > 2 {
		return step{}
	}
	err := s.m.destroy(name)
	return step{name: name, want: err, do: func(ctx context.Context, e *Engine) error {
		_, err := e.DestroySpace(ctx, name, true)
		return err
	}}
}

// destroyed is the id of the ith destroyed Space, the first one first.
func destroyed(e *Engine, i int) (string, error) {
	list := e.DestroyedSpaces()
	if i >= len(list) {
		return "", fmt.Errorf("%d Spaces are destroyed", len(list))
	}
	return list[len(list)-1-i].Gone.ID, nil
}

func (s *script) restoreSpace() step {
	if len(s.m.gone) == 0 {
		return step{}
	}
	i, name := s.rng.IntN(len(s.m.gone)), s.pick("", "s", "t")
	err := s.m.restore(i, name)
	return step{name: fmt.Sprintf("the %dth as %q", i, name), want: err, do: func(_ context.Context, e *Engine) error {
		id, err := destroyed(e, i)
		if err == nil {
			_, err = e.RestoreSpace(id, name)
		}
		return err
	}}
}

func (s *script) endSpace() step {
	if len(s.m.gone) == 0 {
		return step{}
	}
	i := s.rng.IntN(len(s.m.gone))
	s.m.end(i)
	return step{name: fmt.Sprintf("the %dth", i), do: func(_ context.Context, e *Engine) error {
		id, err := destroyed(e, i)
		if err == nil {
			err = e.EndSpace(id)
		}
		return err
	}}
}

// records are what access keys, links and logins are kept in; a new secret takes
// the place of an old one in one write.
func (s *script) records() step {
	values := map[string][]byte{}
	for range 1 + s.rng.IntN(3) {
		id := s.pick("1", "2", "3", "4")
		if values[id] = []byte("secret " + s.mark()); s.rng.IntN(3) == 0 {
			values[id] = nil
		}
	}
	s.m.note(noteKind, values)
	return step{name: fmt.Sprintf("%q", values), do: func(_ context.Context, e *Engine) error { return e.PutRecords(noteKind, values) }}
}

func (s *script) backup() step {
	s.n++
	dir := fmt.Sprint("copy", s.n)
	return step{name: dir, backup: dir, do: func(ctx context.Context, e *Engine) error {
		_, err := e.Backup(ctx, dir)
		return err
	}}
}

func (s *script) owner() step {
	text := s.mark()
	return step{name: text, do: func(_ context.Context, e *Engine) error { return e.SetOwner(text) }}
}

// What follows is the engine's own work.

func (s *script) flush() step {
	return step{do: func(_ context.Context, e *Engine) error { return e.flush() }}
}

func (s *script) compact() step {
	return step{do: func(ctx context.Context, e *Engine) error {
		return e.db.Compact(ctx, []byte{0}, []byte{0xff}, false)
	}}
}

func (s *script) collect() step {
	return step{do: func(_ context.Context, e *Engine) error {
		for _, work := range []func() error{e.gc.sweepNow, e.gc.collect, e.gc.purge} {
			if err := work(); err != nil {
				return err
			}
		}
		return nil
	}}
}
