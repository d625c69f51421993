package storage

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Writers of every kind at the same few keys of two Spaces: no deadlock, every
// body that is left is whole, referred to and counted, and nothing else is left.
func TestWritersOfEveryKindAtOnceKeepTheBooks(t *testing.T) {
	mem := vfs.NewMem()
	f := setUpAt(t, mem)
	f.o.minPart = -1
	f.must(f.CreateSpace(Space{Name: "r", Versioning: Enabled}))
	rounds := 300
	if raceEnabled || testing.Short() {
		rounds = 80
	}
	var wg sync.WaitGroup
	for w := range 8 {
		rng := rand.New(rand.NewPCG(uint64(w), 5))
		wg.Go(func() {
			for range rounds {
				if err := f.anything(rng); err != nil && !errors.Is(err, ErrNoKey) && !errors.Is(err, ErrNoUpload) && !errors.Is(err, ErrSameKey) && !errors.Is(err, ErrNoVersion) {
					t.Errorf("%v", err)
				}
			}
		})
	}
	wg.Wait()
	f.must(audit(f.Engine, mem))
	for _, name := range []string{"s", "r"} {
		rows, _, err := f.List(f.ctx, name, ListQuery{Max: 1000})
		f.must(err)
		bytes := int64(0)
		for _, row := range rows {
			body := f.read(name, row.Key)
			if int64(len(body)) != row.Size || row.Size > 0 && strings.Trim(body, body[:1]) != "" {
				t.Errorf("%q: %q", row.Key, body)
			}
		}
		versions, _, err := f.ListVersions(f.ctx, name, VersionsQuery{Max: 1 << 20})
		f.must(err)
		for _, v := range versions {
			bytes += v.Size
		}
		sp, err := f.Space(name)
		f.must(err)
		if sp.Objects != int64(len(rows)) || sp.Bytes != bytes {
			t.Errorf("%s counts %d objects of %d bytes, has %d of %d", name, sp.Objects, sp.Bytes, len(rows), bytes)
		}
	}
	before, err := dump(f.ctx, f.Engine)
	f.must(err)
	f.must(f.Close())
	f.Engine = openAt(t, mem, small(mem))
	if again, err := dump(f.ctx, f.Engine); again != before || err != nil {
		t.Errorf("after a restart: %v\n%s, before\n%s", err, again, before)
	}
}

func (f *fixture) anything(rng *rand.Rand) error {
	key := func() string { return string(rune('a' + rng.IntN(6))) }
	space := func() string { return "sr"[rng.IntN(2):][:1] }
	body := strings.Repeat(fmt.Sprint(rng.IntN(10)), rng.IntN(60))
	switch rng.IntN(12) {
	case 0, 1:
		s := f.stage(body)
		defer s.Discard()
		_, err := f.Put(f.ctx, space(), key(), s, Attrs{}, Checksum{}, nil)
		return err
	case 2:
		_, err := f.Delete(f.ctx, space(), key(), nil)
		return err
	case 3:
		_, err := f.DeleteMany(f.ctx, space(), []string{key(), key(), key()})
		return err
	case 4:
		_, err := f.Rename(f.ctx, space(), key(), key(), nil, nil)
		return err
	case 5:
		_, err := f.UpdateAttrs(f.ctx, space(), key(), func(o *Object) error { o.ACL = PublicRead; return nil })
		return err
	case 6:
		return f.wholeUpload(space(), key(), body, rng.IntN(2) == 0)
	case 7:
		_, err := readAll(f.ctx, f.Engine, space(), key())
		return err
	case 8:
		return f.SetVersioning("r", []Versioning{Enabled, Suspended}[rng.IntN(2)])
	case 9, 10:
		return f.anyVersion(rng, space())
	}
	_, err := f.Copy(f.ctx, space(), key(), space(), key(), CopyOptions{})
	return err
}

// anyVersion reads, copies or removes one of all versions.
func (f *fixture) anyVersion(rng *rand.Rand, space string) error {
	rows, _, err := f.ListVersions(f.ctx, space, VersionsQuery{Max: 1000})
	if err != nil || len(rows) == 0 {
		return err
	}
	v := rows[rng.IntN(len(rows))]
	switch {
	case rng.IntN(2) == 0:
		_, err = f.DeleteVersion(f.ctx, space, v.Key, v.Version, false, nil)
	case v.Marker:
		_, err = f.DeleteBatch(f.ctx, space, []Doomed{{Key: v.Key, Version: v.Version}, {Key: v.Key}})
	case rng.IntN(2) == 0:
		_, err = f.Copy(f.ctx, space, v.Key, space, v.Key, CopyOptions{Version: v.Version})
	default:
		_, err = readVersion(f.ctx, f.Engine, space, v.Key, v.Version)
	}
	if errors.Is(err, ErrMarker) { // of the null version, which was replaced by one
		err = nil
	}
	return err
}

// wholeUpload races two Completes, or a Complete and an Abort. The second
// Complete may find that others deleted the object of the first.
func (f *fixture) wholeUpload(space, key, body string, abort bool) error {
	u, err := f.CreateUpload(f.ctx, space, key, Attrs{}, "", "")
	if err != nil {
		return err
	}
	p := []CompletePart{f.part(u, 1, body), f.part(u, 2, "")}
	p[0] = f.part(u, 1, body)
	var wg sync.WaitGroup
	var other error
	wg.Go(func() {
		if abort {
			other = f.Abort(f.ctx, space, key, u.ID)
			return
		}
		_, other = f.Complete(f.ctx, space, key, u.ID, p, nil, nil)
	})
	_, err = f.Complete(f.ctx, space, key, u.ID, p, nil, nil)
	wg.Wait()
	if (err == nil) == (other == nil) && (abort || err != nil) || !abort && !onlyNoUpload(err, other) {
		return fmt.Errorf("complete: %w, the other: %w", errOr(err), errOr(other))
	}
	return nil
}

func onlyNoUpload(errs ...error) bool {
	return !slices.ContainsFunc(errs, func(err error) bool { return err != nil && !errors.Is(err, ErrNoUpload) })
}

func errOr(err error) error {
	if err == nil {
		return errors.New("no error")
	}
	return err
}
