package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"spaces/server/chance"
)

// TestNoDamageOfABackupBecomesAStore damages what `spaces backup DIR` writes: a restore has all as it was, or refuses
// and says what is wrong, or what is damaged is refused afterwards.
func TestNoDamageOfABackupBecomesAStore(t *testing.T) {
	r, s := chance.Rand(t), setScene(t)
	from, _ := dirAt(s.ended["stopped"])
	whole, older := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "older")
	if _, err := from.Backup(t.Context(), whole); err != nil {
		t.Fatal(err)
	}
	from, _ = dirAt(s.stale)
	if _, err := from.Backup(t.Context(), older); err != nil {
		t.Fatal(err)
	}
	s.stale = older
	rounds, bad, refused := chance.Rounds(8, 150), 0, 0
	if testing.Short() {
		rounds = 4
	}
	kinds := kindsIn(t, whole)
	for n := 0; n < rounds; {
		harm := "bit"
		if n%3 == 2 {
			all := slices.Sorted(maps.Keys(harms))
			harm = all[r.IntN(len(all))]
		}
		v, no := s.tryBackup(t, r, whole, kinds[r.IntN(len(kinds))], harm)
		if v.what == "" {
			continue
		}
		if n++; no {
			refused++
		}
		for _, w := range v.wrong {
			bad++
			t.Errorf("%s: %s; said: %q", v.what, w, v.told)
		}
	}
	chance.Say(t, fmt.Sprintf("%d restores of a damaged backup, %d refused, %d violations", rounds, refused, bad))
}

// tryBackup damages a copy of a backup, restores it, and asks what it has.
func (s *scene) tryBackup(t *testing.T, r *rand.Rand, backup, kind, harm string) (v trial, refused bool) {
	root, err := os.MkdirTemp(filepath.Dir(s.stale), "trial")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(root)
	from, to := filepath.Join(root, "backup"), filepath.Join(root, "data")
	clone(t, backup, from)
	names := ofKind(from, kind)
	name := names[r.IntN(len(names))]
	how := harms[harm](r, from, name, s.stale)
	if how == "not" {
		return trial{}, false
	}
	v.what = fmt.Sprintf("backup, %s of %s %s", harm, name, how)
	v.told = checks(t, from)
	d, said := dirAt(to)
	found, _, err := d.Restore(t.Context(), from, false)
	if err != nil {
		if _, is := os.Stat(filepath.Join(to, "format")); is == nil {
			v.wrong = append(v.wrong, "it was refused, and there is a store: "+err.Error())
		}
		return v, true
	}
	if found != nil && len(found.Findings) > 0 {
		v.wrong = append(v.wrong, "there were findings, and it was restored")
	}
	h, err := openHouse(to)
	if err != nil {
		return v, true
	}
	if text := said.String() + h.said.String(); text != "" {
		v.told = append(v.told, "log: "+text)
	}
	is := hear(h, s.asked)
	v.wrong, _ = judge(s.was, is, len(v.told) > 0)
	restock(t, h)
	return v, false
}
