package main

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/server/chance"
	"spaces/store"
	"spaces/store/snapshot"
	"spaces/store/storetest"
)

// snaps is a place with three snapshots of a directory, the files of which are known.
type snaps struct {
	*storetest.Fixture
	v     *snapshot.Vault
	key   *snapshot.Key
	names []string
	was   map[string]map[string]string // of a snapshot: its files
	kept  map[string]string            // by key, all that is at the endpoint
}

func newSnaps(t *testing.T, key *snapshot.Key) *snaps {
	t.Helper()
	s := &snaps{Fixture: storetest.New(t), key: key, was: map[string]map[string]string{}, kept: map[string]string{}}
	var err error
	if err = s.Store.CreateSpace(t.Context(), "backups", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if s.v, err = snapshot.Create(t.Context(), s.Store, store.Ref{Space: "backups", Key: "box"}, "0123456789abcdef", key); err != nil {
		t.Fatal(err)
	}
	dir, at := t.TempDir(), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for day := range 3 {
		for i := range 6 {
			name := filepath.Join(dir, fmt.Sprint(i%2), fmt.Sprint("f", i))
			err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(matter(fmt.Sprint(i, day*(i%3)), 200+700*i)), 0o600), os.Chtimes(name, at, at))
			if err != nil {
				t.Fatal(err)
			}
		}
		at = at.Add(24 * time.Hour)
		did, err := s.v.Save(t.Context(), dir, snapshot.SaveOptions{At: at})
		if err != nil {
			t.Fatal(err)
		}
		s.names = append(s.names, did.Snapshot)
		s.was[did.Snapshot] = contents(t, dir)
	}
	for _, key := range storetest.Keys(t, s.Store, "backups", "") {
		s.kept[key] = storetest.Read(t, s.Store, "backups", key)
	}
	return s
}

func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range inside(t, dir) {
		all[name] = string(readAt(dir, name))
	}
	return all
}

// harm damages one object, and says which and how.
func (s *snaps) harm(t testing.TB, r *rand.Rand) (key, how string) {
	keys := slices.Sorted(maps.Keys(s.kept))
	manifests := slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return !strings.Contains(k, "/snapshots/") })
	if key = keys[r.IntN(len(keys))]; r.IntN(3) == 0 {
		key = manifests[r.IntN(len(manifests))]
	}
	text := []byte(s.kept[key])
	switch r.IntN(6) {
	case 0:
		if err := s.Store.Delete(t.Context(), store.Ref{Space: "backups", Key: key}); err != nil {
			t.Fatal(err)
		}
		return key, "gone"
	case 1:
		other := keys[r.IntN(len(keys))]
		text, how = []byte(s.kept[other]), "as "+other
	case 2:
		at := r.IntN(len(text))
		text, how = text[:at], fmt.Sprint("cut at ", at)
	case 3:
		text, how = append(text, text[:r.IntN(len(text))+1]...), "longer"
	default:
		at, bit := r.IntN(len(text)), r.IntN(8)
		text[at] ^= 1 << bit
		how = fmt.Sprintf("bit %d at %d of %d", bit, at, len(text))
	}
	storetest.Put(t, s.Store, "backups", key, string(text))
	return key, how
}

// wrong fetches every snapshot by what is at the endpoint now. Each is as it was, or an error says why not.
func (s *snaps) wrong(t *testing.T, key string) (wrong []string) {
	v, err := snapshot.Open(t.Context(), s.Store, s.v.At(), s.key)
	if err != nil {
		return nil // nothing is handed out
	}
	c, err := v.Check(t.Context(), snapshot.CheckOptions{Read: true})
	said := err != nil || len(c.Faults) > 0
	for _, name := range s.names {
		dir := t.TempDir()
		m, err := v.Manifest(t.Context(), name)
		if err == nil {
			_, err = v.Fetch(t.Context(), m, dir, snapshot.FetchOptions{})
		}
		same := maps.Equal(contents(t, dir), s.was[name])
		switch {
		case err == nil && !same:
			wrong = append(wrong, fmt.Sprintf("the snapshot %s became another", name))
		case err != nil && !said && !strings.Contains(key, "/snapshots/"+name): // one that is gone is not there
			wrong = append(wrong, fmt.Sprintf("the check found nothing, and %v", err))
		}
	}
	return append(wrong, s.prunes(t, v)...)
}

// prunes removes the oldest snapshot and what only that needs: what the others need stays, damage or not.
func (s *snaps) prunes(t *testing.T, v *snapshot.Vault) (wrong []string) {
	list, err := v.Snapshots(t.Context())
	if err != nil || len(list) < 2 {
		return nil
	}
	read := map[string]*snapshot.Manifest{}
	before, _ := v.Check(t.Context(), snapshot.CheckOptions{})
	for _, x := range list[1:] {
		read[x.Name], _ = v.Manifest(t.Context(), x.Name)
	}
	_, err = v.Prune(t.Context(), snapshot.Keep{Last: len(list) - 1})
	after, _ := v.Check(t.Context(), snapshot.CheckOptions{})
	if before != nil && after != nil && len(after.Faults) > len(before.Faults) {
		wrong = append(wrong, fmt.Sprintf("a removal made new faults: %q", after.Faults))
	}
	for name, m := range read {
		if m == nil && err == nil {
			wrong = append(wrong, fmt.Sprintf("data were removed while %s cannot be read", name))
		}
	}
	return wrong
}

// TestNoDamageOfSnapshotsIsPassedOver damages what is kept of snapshots at an endpoint, encrypted and not.
func TestNoDamageOfSnapshotsIsPassedOver(t *testing.T) {
	r, rounds, bad := chance.Rand(t), chance.Rounds(12, 300), 0
	key, err := snapshot.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []*snapshot.Key{nil, key} {
		s := newSnaps(t, key)
		if wrong := s.wrong(t, ""); len(wrong) > 0 {
			t.Fatal("of what is whole it is said:", wrong)
		}
		for range rounds / 2 {
			for k, text := range s.kept {
				storetest.Put(t, s.Store, "backups", k, text)
			}
			name, how := s.harm(t, r)
			for _, w := range s.wrong(t, name) {
				bad++
				t.Errorf("%s %s: %s", name, how, w)
			}
		}
	}
	chance.Figure(t, rounds, "damaged objects of snapshots at an endpoint", bad)
}
