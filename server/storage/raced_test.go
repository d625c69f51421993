package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// raced is a call that two make at once. One of them may hear that it is done
// already, which is as good, or that it cannot be done any more.
type raced struct {
	kind          string
	done, refused []error
	begin         func(f *fixture, name string) (do func() error, holds func(g *fixture) error)
}

// raceBody is a body of its own for each name, small or large.
func raceBody(name string) string { return strings.Repeat(name+" ", 1+len(name)%2*20) }

// gone wants an error.
func gone(err, want error) error {
	if !errors.Is(err, want) {
		return fmt.Errorf("it is there: %w", err)
	}
	return nil
}

func (f *fixture) has(space, key, want string) error {
	got, err := readAll(f.ctx, f.Engine, space, key)
	if err == nil && got != want {
		err = fmt.Errorf("%.20q", got)
	}
	return err
}

func (f *fixture) putIn(space, name string) Object {
	o, err := f.Put(f.ctx, space, name, f.stage(raceBody(name)), Attrs{}, Checksum{}, nil)
	f.must(err)
	return o
}

func (f *fixture) isSpace(name string) bool { _, err := f.Space(name); return err == nil }

func (f *fixture) isDestroyed(name string) bool {
	return slices.ContainsFunc(f.DestroyedSpaces(), func(s Space) bool { return s.Name == name })
}

func should(is, want bool) error {
	if is != want {
		return fmt.Errorf("it is %v", is)
	}
	return nil
}

var races = slices.Concat(racedObjects, racedUploads, racedSpaces)

var racedObjects = []raced{
	{"put", nil, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		return func() error {
			s := f.stage(raceBody(name))
			defer s.Discard()
			_, err := f.Put(f.ctx, "s", name, s, Attrs{}, Checksum{}, nil)
			return err
		}, func(g *fixture) error { return g.has("s", name, raceBody(name)) }
	}},
	{"put many", nil, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		return func() error {
				a, b := f.stage(raceBody(name)), f.stage(raceBody(name+"x"))
				defer a.Discard()
				defer b.Discard()
				done, err := f.PutBatch(f.ctx, "v", []Putting{{Key: name, Body: a}, {Key: name, Body: b}})
				for _, d := range done {
					err = errors.Join(err, d.Err)
				}
				return err
			}, func(g *fixture) error {
				return g.has("v", name, raceBody(name+"x"))
			}
	}},
	{"put where nothing is", nil, []error{errCheck}, func(f *fixture, name string) (func() error, func(*fixture) error) {
		return func() error {
			s := f.stage(raceBody(name))
			defer s.Discard()
			_, err := f.Put(f.ctx, "v", name, s, Attrs{}, Checksum{}, func(cur *Object) error {
				if cur != nil {
					return errCheck
				}
				return nil
			})
			return err
		}, func(g *fixture) error { return g.has("v", name, raceBody(name)) }
	}},
	{"delete", nil, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		f.putIn("s", name)
		return func() error { _, err := f.Delete(f.ctx, "s", name, nil); return err },
			func(g *fixture) error { _, err := g.Head("s", name); return gone(err, ErrNoKey) }
	}},
	{"delete a version", []error{ErrNoVersion}, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		id := f.putIn("v", name)
		return func() error { _, err := f.DeleteVersion(f.ctx, "v", name, id.VersionID(), false, nil); return err },
			func(g *fixture) error {
				_, err := g.HeadVersion("v", name, id.VersionID())
				return gone(err, ErrNoVersion)
			}
	}},
	{"delete many", nil, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		f.putIn("s", name)
		return func() error {
				errs, err := f.DeleteMany(f.ctx, "s", []string{name, name + " too"})
				return errors.Join(append(errs, err)...)
			},
			func(g *fixture) error { _, err := g.Head("s", name); return gone(err, ErrNoKey) }
	}},
	{"rename", nil, []error{ErrNoKey}, func(f *fixture, name string) (func() error, func(*fixture) error) {
		f.putIn("s", name)
		return func() error { _, err := f.Rename(f.ctx, "s", name, name+" new", nil, nil); return err },
			func(g *fixture) error {
				_, err := g.Head("s", name)
				return errors.Join(gone(err, ErrNoKey), g.has("s", name+" new", raceBody(name)))
			}
	}},
	{"copy", nil, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		f.putIn("s", name)
		return func() error { _, err := f.Copy(f.ctx, "s", name, "v", name+" copy", CopyOptions{}); return err },
			func(g *fixture) error { return g.has("v", name+" copy", raceBody(name)) }
	}},
	{"change many", nil, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		f.putIn("v", name)
		change := Change{Key: name, Anew: true, Attrs: func(Object) (Attrs, error) { return Attrs{Meta: map[string]string{"mark": name}}, nil }}
		return func() error { _, err := f.ChangeBatch(f.ctx, "v", []Change{change}); return err },
			func(g *fixture) error {
				o, err := g.Head("v", name)
				return errors.Join(err, should(o.Meta["mark"] == name, true))
			}
	}},
	{"lock", nil, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		o := f.putIn("v", name)
		id := o.VersionID()
		return func() error {
				_, err := f.UpdateVersion(f.ctx, "v", name, id, func(o *Object) error { o.Lock.Hold = true; return nil })
				return err
			},
			func(g *fixture) error {
				o, err := g.HeadVersion("v", name, id)
				return errors.Join(err, should(o.Lock.Hold, true))
			}
	}},
}

var racedUploads = []raced{
	{"part", nil, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		u := f.beginUpload(name)
		return func() error {
				s := f.stage(raceBody(name))
				defer s.Discard()
				_, err := f.PutPart(f.ctx, "s", name, u.ID, 1, s, Checksum{})
				return err
			},
			func(g *fixture) error {
				parts, _, err := g.Parts("s", name, u.ID, 0, 1)
				return errors.Join(err, should(len(parts) == 1 && parts[0].Size == int64(len(raceBody(name))), true))
			}
	}},
	{"complete", nil, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		u := f.beginUpload(name)
		p := []CompletePart{f.part(u, 1, raceBody(name))}
		return func() error { _, err := f.Complete(f.ctx, "s", name, u.ID, p, nil, nil); return err },
			func(g *fixture) error { return g.has("s", name, raceBody(name)) }
	}},
	{"abort", []error{ErrNoUpload}, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		u := f.beginUpload(name)
		f.part(u, 1, raceBody(name))
		return func() error { return f.Abort(f.ctx, "s", name, u.ID) },
			func(g *fixture) error { _, err := g.Upload("s", name, u.ID); return gone(err, ErrNoUpload) }
	}},
}

var racedSpaces = []raced{
	{"create Space", []error{ErrSpaceExists}, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		return func() error { return f.CreateSpace(Space{Name: name}) },
			func(g *fixture) error { return should(g.isSpace(name), true) }
	}},
	{"delete Space", []error{ErrNoSpace}, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		f.must(f.CreateSpace(Space{Name: name}))
		u, err := f.CreateUpload(f.ctx, name, "u", Attrs{}, "", "")
		f.must(err)
		_, err = f.PutPart(f.ctx, name, "u", u.ID, 1, f.stage(raceBody(name)), Checksum{})
		f.must(err)
		return func() error { return f.DeleteSpace(name) },
			func(g *fixture) error { return should(g.isSpace(name), false) }
	}},
	{"document", nil, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		f.must(f.CreateSpace(Space{Name: name}))
		return func() error {
				return f.UpdateSpace(name, func(s *Space) error { s.Owner = name; return nil })
			},
			func(g *fixture) error {
				s, err := g.Space(name)
				return errors.Join(err, should(s.Owner == name, true))
			}
	}},
	{"versioning", nil, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		f.must(f.CreateSpace(Space{Name: name}))
		return func() error { return f.SetVersioning(name, Enabled) },
			func(g *fixture) error {
				s, err := g.Space(name)
				return errors.Join(err, should(s.Versioning == Enabled, true))
			}
	}},
	{"destroy Space", []error{ErrNoSpace}, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		f.must(f.CreateSpace(Space{Name: name}))
		f.putIn(name, name)
		return func() error { _, err := f.DestroySpace(f.ctx, name, true); return err },
			func(g *fixture) error {
				return errors.Join(should(g.isSpace(name), false), should(g.isDestroyed(name), true))
			}
	}},
	{"restore Space", []error{ErrNotDestroyed}, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		f.must(f.CreateSpace(Space{Name: name}))
		f.putIn(name, name)
		s, err := f.DestroySpace(context.Background(), name, false)
		f.must(err)
		return func() error { _, err := f.RestoreSpace(s.Gone.ID, ""); return err },
			func(g *fixture) error { return g.has(name, name, raceBody(name)) }
	}},
	{"end Space", []error{ErrNotDestroyed}, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		f.must(f.CreateSpace(Space{Name: name}))
		f.putIn(name, name)
		s, err := f.DestroySpace(context.Background(), name, false)
		f.must(err)
		return func() error { return f.EndSpace(s.Gone.ID) },
			func(g *fixture) error {
				return errors.Join(should(g.isSpace(name), false), should(g.isDestroyed(name), false))
			}
	}},
	{"records", nil, nil, func(f *fixture, name string) (func() error, func(*fixture) error) {
		return func() error { return f.PutRecords(noteKind, map[string][]byte{name: []byte(name), name + " old": nil}) },
			func(g *fixture) error {
				all, err := g.Records(noteKind)
				return errors.Join(err, should(string(all[name]) == name, true))
			}
	}},
}
