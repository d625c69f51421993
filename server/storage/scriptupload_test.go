package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// upload picks one under way.
func (s *script) upload() (space string, u *modelUpload) {
	space = s.space()
	sp := s.m.spaces[space]
	if sp == nil || len(sp.uploads) == 0 {
		return space, nil
	}
	return space, sp.uploads[s.rng.IntN(len(sp.uploads))]
}

func (s *script) beginUpload() step {
	space, u := s.space(), &modelUpload{key: s.key(), parts: map[int]string{}}
	sp, _, err := s.at(space, "")
	if len(sp.uploads) > 2 {
		return step{}
	}
	u.a = s.fresh()
	u.a.body, u.a.mark = "", s.mark()
	if err == nil {
		sp.uploads = append(slices.Clip(sp.uploads), u)
	}
	return step{name: space + " " + u.key, want: err, do: func(ctx context.Context, e *Engine) error {
		begun, err := e.CreateUpload(ctx, space, u.key, u.a.attrs(), "", "")
		u.id = begun.ID
		return err
	}}
}

func (s *script) part() step {
	space, u := s.upload()
	if u == nil {
		return step{}
	}
	n, body := 1+s.rng.IntN(4), s.body()
	parts := maps.Clone(u.parts)
	parts[n] = body
	u.parts = parts
	return step{name: fmt.Sprintf("%d of %s %s %s", n, space, u.key, brief(body)), do: func(ctx context.Context, e *Engine) error {
		b, err := stageFor(ctx, e, body, u.a.keeper)
		if err != nil {
			return err
		}
		defer b.Discard()
		_, err = e.PutPart(ctx, space, u.key, u.id, n, b, Checksum{})
		return err
	}}
}

func (s *script) complete() step {
	space, u := s.upload()
	if u == nil {
		return step{}
	}
	sp := s.m.spaces[space]
	numbers := slices.Sorted(maps.Keys(u.parts))
	switch {
	case len(numbers) > 1 && s.rng.IntN(3) == 0:
		numbers = numbers[1:]
	case s.rng.IntN(8) == 0:
		numbers = append(numbers, 9)
	}
	check, err := Check(nil), error(nil)
	if _, there := u.parts[9]; len(numbers) > 0 && !slices.Contains(numbers, 9) && !there {
		check, err = s.check(sp.current(u.key))
	}
	if err == nil {
		err = sp.complete(u, numbers)
	}
	if err == nil {
		s.done, s.in, s.as = u, sp, nil
	}
	return step{name: fmt.Sprintf("%s %s of %v", space, u.key, numbers), want: err, do: func(ctx context.Context, e *Engine) error {
		have, _, err := e.Parts(space, u.key, u.id, 0, 100)
		if err != nil {
			return err
		}
		named := make([]CompletePart, len(numbers))
		for i, n := range numbers {
			named[i] = CompletePart{Number: n, ETag: "none"}
			for _, p := range have {
				if p.Number == n {
					named[i].ETag = p.ETag
				}
			}
		}
		_, err = e.Complete(ctx, space, u.key, u.id, named, nil, check)
		if err == nil {
			s.as = named
		}
		return err
	}}
}

// completeAgain sends what completed the last upload once more.
func (s *script) completeAgain() step {
	if s.done == nil || s.m.spaces[s.in.name] != s.in { // it is destroyed
		return step{}
	}
	u, space, err := s.done, s.in.name, error(nil)
	if s.in.current(u.key) == nil { // a delete has the last word
		err = ErrNoUpload
	}
	return step{name: space + " " + u.key, want: err, do: func(ctx context.Context, e *Engine) error {
		_, err := e.Complete(ctx, space, u.key, u.id, s.as, nil, nil)
		return err
	}}
}

func (s *script) abort() step {
	space, u := s.upload()
	if u == nil {
		return step{}
	}
	s.m.spaces[space].end(u)
	return step{name: space + " " + u.key, do: func(ctx context.Context, e *Engine) error { return e.Abort(ctx, space, u.key, u.id) }}
}
