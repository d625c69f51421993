package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"spaces/server/chance"
	"spaces/server/storage"
)

// scene is a household as it was left, in two ways, and what was known of it.
type scene struct {
	ended  map[string]string // how its server ended: the directory
	stale  string            // the directory as it was some time before
	asked  []string
	was    facts
	things map[string]string
}

func setScene(t *testing.T) *scene {
	t.Helper()
	root := t.TempDir()
	live := filepath.Join(root, "live")
	s := &scene{ended: map[string]string{"killed": filepath.Join(root, "killed"), "stopped": live}, stale: filepath.Join(root, "stale")}
	h := furnish(t, live, s.stale)
	s.asked = questions(t, h)
	s.was = hear(h, s.asked)
	s.things = belongings(h)
	clone(t, live, s.ended["killed"])
	restock(t, h)
	return s
}

// trial is what one damage came to.
type trial struct {
	what  string
	told  []string // who said something
	wrong []string
}

// try damages a copy and looks what becomes of it.
func (s *scene) try(t *testing.T, r *rand.Rand, ended, kind, harm string) (v trial) {
	root, err := os.MkdirTemp(filepath.Dir(s.stale), "trial")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(root)
	dirs := [2]string{filepath.Join(root, "a", "data"), filepath.Join(root, "b", "data")}
	clone(t, s.ended[ended], dirs[0])
	names := ofKind(dirs[0], kind)
	name := names[r.IntN(len(names))]
	how := harms[harm](r, dirs[0], name, s.stale)
	if how == "not" {
		return trial{}
	}
	v.what = fmt.Sprintf("%s, %s of %s %s", ended, harm, name, how)
	clone(t, dirs[0], dirs[1])
	v.told = checks(t, dirs[1])
	if kind == "body" && harm == "bit" && !slices.ContainsFunc(v.told, namesPlace.MatchString) {
		v.wrong = append(v.wrong, "scrub names nobody whose it is")
	}
	h, err := openHouse(dirs[0])
	if err != nil {
		v.told = append(v.told, "start: "+err.Error())
		return v
	}
	if said := h.said.String(); said != "" {
		v.told = append(v.told, "log: "+said)
	}
	is := hear(h, s.asked)
	var refused int
	if v.wrong, refused = judge(s.was, is, len(v.told) > 0); refused > 0 {
		v.told = append(v.told, fmt.Sprintf("%d refused", refused))
	}
	for thing, now := range belongings(h) {
		if was := s.things[thing]; was != now && len(v.told) == 0 {
			v.wrong = append(v.wrong, fmt.Sprintf("the %s is another, and nobody said a word", thing))
		}
	}
	restock(t, h)
	for _, b := range ofKind(s.ended[ended], "body") {
		if _, err := os.Stat(filepath.Join(dirs[0], b)); err != nil && !(harm == "gone" && b == name) {
			v.wrong = append(v.wrong, b+" was removed")
		}
	}
	return v
}

// namesPlace is what scrub says of a body: Space, key, and where in it.
var namesPlace = regexp.MustCompile(`^scrub: damaged [a-z]+/\S+ at \d+: `)

// checks are what fsck and scrub say.
func checks(t *testing.T, path string) (told []string) {
	d, _ := dirAt(path)
	say := func(who string, findings []storage.Finding, err error) {
		if err != nil {
			told = append(told, who+": "+err.Error())
		}
		for _, f := range findings {
			told = append(told, fmt.Sprintf("%s: %s %s/%s at %d: %s", who, f.Fault, f.Space, f.Key, f.Offset, f.Text))
		}
	}
	rep, err := d.Fsck(t.Context())
	if rep == nil {
		rep = &storage.FsckReport{}
	}
	say("fsck", rep.Findings, err)
	scrub, err := d.Scrub(t.Context(), 0, nil)
	if scrub == nil {
		scrub = &storage.ScrubReport{}
	}
	say("scrub", scrub.Findings, err)
	return told
}

func TestNoDamageAnywhereIsServedOrPassedOver(t *testing.T) {
	r := chance.Rand(t)
	s := setScene(t)
	for ended, dir := range s.ended {
		whole := filepath.Join(t.TempDir(), "data")
		clone(t, dir, whole)
		if told := checks(t, whole); len(told) > 0 {
			t.Errorf("%s: of what is whole it is said: %s", ended, told)
		}
	}
	rounds := 60
	if chance.Long() {
		rounds = 1334
	} else if testing.Short() {
		rounds = 20
	}
	bad, count := 0, map[string]int{}
	for n := 0; n < rounds; {
		ended := []string{"killed", "stopped"}[n%2]
		kinds := kindsIn(t, s.ended[ended])
		kind := kinds[r.IntN(len(kinds))]
		harm := "bit"
		if n%4 == 3 {
			all := slices.Sorted(maps.Keys(harms))
			harm = all[r.IntN(len(all))]
		}
		v := s.try(t, r, ended, kind, harm)
		if v.what == "" {
			continue
		}
		n++
		count[harm]++
		for _, w := range v.wrong {
			bad++
			t.Errorf("%s: %s; said: %q", v.what, w, v.told)
		}
	}
	chance.Say(t, fmt.Sprintf("%d flipped bits and %d cut, zeroed, lost, swapped or older files anywhere in a data directory, %d violations", count["bit"], rounds-count["bit"], bad))
}
