package storage

import (
	"context"
	"errors"
)

// destroy destroys the Space s, and then gives it back or makes another of its
// name; or removes for good what was destroyed.
func (s *script) destroy() step {
	there, gone := s.m.spaces["s"], s.m.gone != nil
	ids := s.ids
	switch {
	case there && gone:
		return step{"end the destroyed Space", func(_ context.Context, e *Engine) error {
			list := e.DestroyedSpaces()
			if len(list) != 1 {
				return errors.New("no Space is destroyed")
			}
			return e.EndSpace(list[0].Gone.ID)
		}, func(m *model) { m.gone = nil }}
	case there:
		return step{"destroy s", func(ctx context.Context, e *Engine) error {
			_, err := e.DestroySpace(ctx, "s", s.rng.IntN(2) == 0)
			return err
		}, func(m *model) { m.destroy(); s.lost, s.ids = ids, nil }}
	case s.rng.IntN(2) == 0:
		return step{"make s anew", func(_ context.Context, e *Engine) error { return e.CreateSpace(Space{Name: "s"}) },
			func(m *model) { m.spaces["s"] = true }}
	}
	return step{"give s back", func(_ context.Context, e *Engine) error {
		_, err := e.RestoreSpace(e.DestroyedSpaces()[0].Gone.ID, "")
		return err
	}, func(m *model) { m.restore(); s.ids = s.lost }}
}
