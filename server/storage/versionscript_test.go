package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// versionsOf lists the versions of one key of s, the newest first.
func versionsOf(ctx context.Context, e *Engine, key string) ([]ListedVersion, error) {
	rows, _, err := e.ListVersions(ctx, "s", VersionsQuery{Prefix: key, Max: 1000})
	return slices.DeleteFunc(rows, func(v ListedVersion) bool { return v.Key != key }), err
}

func (s *script) setVersioning() step {
	v := []Versioning{Enabled, Enabled, Suspended}[s.rng.IntN(3)]
	return step{"versioning " + string(v), func(_ context.Context, e *Engine) error { return e.SetVersioning("s", v) },
		func(m *model) { m.state["s"] = v }}
}

// version picks one of all versions and markers.
func (s *script) version() (name, key string, i int, ok bool) {
	if len(s.m.chains) == 0 {
		return "", "", 0, false
	}
	names := slices.Sorted(maps.Keys(s.m.chains))
	name = names[s.rng.IntN(len(names))]
	return name, strings.TrimPrefix(name, "s "), s.rng.IntN(len(s.m.chains[name])), true
}

func (s *script) removeVersion() step {
	name, key, i, ok := s.version()
	if !ok {
		return step{}
	}
	return step{fmt.Sprintf("delete version %d of %s", i, key), func(ctx context.Context, e *Engine) error {
		rows, err := versionsOf(ctx, e, key)
		if err != nil {
			return err
		}
		_, err = e.DeleteVersion(ctx, "s", key, rows[i].Version, false, nil)
		return err
	}, func(m *model) { m.removeVersion(name, i) }}
}

// removeVersions deletes the two newest versions of a key and some keys at once.
func (s *script) removeVersions() step {
	name, key, _, ok := s.version()
	if !ok {
		return step{}
	}
	n := min(2, len(s.m.chains[name]))
	other := s.key()
	return step{fmt.Sprintf("delete %d versions of %s, and %s", n, key, other), func(ctx context.Context, e *Engine) error {
		rows, err := versionsOf(ctx, e, key)
		if err != nil {
			return err
		}
		var list []Doomed
		for _, v := range rows[:n] {
			list = append(list, Doomed{Key: key, Version: v.Version})
		}
		done, err := e.DeleteBatch(ctx, "s", append(list, Doomed{Key: other}))
		for _, d := range done {
			err = errors.Join(err, d.Err)
		}
		return err
	}, func(m *model) {
		for range n {
			m.removeVersion(name, 0)
		}
		if m.state["s"] != Unversioned || len(m.chains["s "+other]) > 0 {
			m.remove("s " + other)
		}
	}}
}

// restore makes an older version the current one again, and marks it.
func (s *script) restore() step {
	name, key, i, ok := s.version()
	if !ok || s.m.chains[name][i].marker {
		return step{}
	}
	s.n++
	mark := fmt.Sprint(s.n)
	if s.rng.IntN(2) == 0 {
		return step{fmt.Sprintf("attributes of version %d of %s", i, key), func(ctx context.Context, e *Engine) error {
			rows, err := versionsOf(ctx, e, key)
			if err != nil {
				return err
			}
			_, err = e.UpdateVersion(ctx, "s", key, rows[i].Version, func(o *Object) error { o.Meta = map[string]string{"mark": mark}; return nil })
			return err
		}, func(m *model) {
			m.chains[name] = slices.Clone(m.chains[name])
			m.chains[name][i].mark = mark
		}}
	}
	return step{fmt.Sprintf("copy version %d of %s onto it", i, key), func(ctx context.Context, e *Engine) error {
		rows, err := versionsOf(ctx, e, key)
		if err != nil {
			return err
		}
		_, err = e.Copy(ctx, "s", key, "s", key, CopyOptions{Version: rows[i].Version})
		return err
	}, func(m *model) { m.put(name, m.chains[name][i]) }}
}
