package lifecycle

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

const modelCases = 40_000

// The reference asks of each version whether any rule wants it gone, counting
// time in whole days since 1970: what is due d days after a moment of day n is
// due from the beginning of day n+d+1 on.
func reference(all []Rule, key string, versions []Version, state Versioning, now time.Time) (Action, []uint64) {
	today := now.Unix() / 86400
	wants := func(v Version, rule func(Rule) bool) bool {
		return slices.ContainsFunc(all, func(r Rule) bool {
			return !r.Disabled && concerns(r.Filter, key, v) && rule(r)
		})
	}
	current := Keep
	head := versions[0]
	aged := func(r Rule) bool {
		e := r.Expiration
		if e == nil || e.DeleteMarker {
			return false
		}
		if e.Days > 0 {
			return today > head.Modified.Unix()/86400+int64(e.Days)
		}
		return today >= e.Date.Unix()/86400
	}
	alone := len(versions) == 1
	if head.Marker {
		remove := func(r Rule) bool { return aged(r) || r.Expiration != nil && r.Expiration.RemoveMarker }
		if alone && wants(head, remove) {
			current = DeleteMarker
		}
	} else if wants(head, aged) {
		current = AddMarker
		if state == Unversioned && alone {
			current = DeleteCurrent
			if head.Locked {
				current = Keep
			}
		}
	}
	var gone []uint64
	for i, v := range versions {
		if i == 0 || v.Locked && !v.Marker || v.Noncurrent.IsZero() {
			continue
		}
		if wants(v, func(r Rule) bool {
			if r.Noncurrent == nil || today <= v.Noncurrent.Unix()/86400+int64(r.Noncurrent.Days) {
				return false
			}
			kept := 0
			for _, newer := range versions[1:i] {
				if !newer.Marker && concerns(r.Filter, key, newer) {
					kept++
				}
			}
			return kept >= r.Noncurrent.Newer
		}) {
			gone = append(gone, v.Seq)
		}
	}
	return current, gone
}

func concerns(f Filter, key string, v Version) bool {
	ok := len(key) >= len(f.Prefix) && key[:len(f.Prefix)] == f.Prefix
	bySize := f.GreaterThan != nil || f.LessThan != nil
	if v.Marker {
		return ok && len(f.Tags) == 0 && !bySize
	}
	for _, t := range f.Tags {
		value, has := v.Tags[t.Key]
		ok = ok && has && value == t.Value
	}
	if f.GreaterThan != nil {
		ok = ok && *f.GreaterThan < v.Size
	}
	if f.LessThan != nil {
		ok = ok && *f.LessThan > v.Size
	}
	return ok
}

func TestEvaluateAgreesWithTheReference(t *testing.T) {
	r := rand.New(rand.NewPCG(22, 11))
	seen := map[Action]int{}
	deletions := 0
	for n := range modelCases {
		c := &Configuration{}
		for i := range 1 + r.IntN(4) {
			c.Rules = append(c.Rules, randomRule(r, i))
		}
		if n%20 == 0 {
			read, err := Parse(c.XML())
			if err != nil || !reflect.DeepEqual(read, c) {
				t.Fatalf("case %d: %v: %s\nread as %+v", n, err, c.XML(), read)
			}
		}
		key := []string{"a", "a/b", "b", "a/b/c", ""}[r.IntN(5)]
		now := moment(r, 40).Add(40 * 24 * time.Hour)
		versions := randomVersions(r)
		state := Versioning(r.IntN(3))
		got := c.Evaluate(key, versions, state, now)
		action, gone := reference(c.Rules, key, versions, state, now)
		var deleted []uint64
		for _, d := range got.Delete {
			deleted = append(deleted, d.Seq)
		}
		if got.Current != action || !slices.Equal(deleted, gone) {
			t.Fatalf("case %d: %s\nkey %q at %v: %+v\ngot %v %v, want %v %v", n, c.XML(), key, now, versions, got.Current, deleted, action, gone)
		}
		seen[action]++
		deletions += len(gone)
	}
	for _, a := range []Action{Keep, AddMarker, DeleteCurrent, DeleteMarker} {
		if seen[a] < modelCases/200 {
			t.Errorf("only %d cases of action %d", seen[a], a)
		}
	}
	if deletions < modelCases/10 {
		t.Errorf("only %d deletions of noncurrent versions", deletions)
	}
}

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// moment is often exactly midnight, or next to it.
func moment(r *rand.Rand, days int) time.Time {
	t := epoch.AddDate(0, 0, r.IntN(days))
	switch r.IntN(4) {
	case 0:
		return t
	case 1:
		return t.Add(-time.Second)
	}
	return t.Add(time.Duration(r.IntN(86400)) * time.Second)
}

func randomVersions(r *rand.Rand) []Version {
	all := make([]Version, 1+r.IntN(2)*r.IntN(7))
	for i := range all {
		v := &all[i]
		v.Seq = uint64(1000 - i)
		v.Marker = r.IntN(3) == 0
		v.Modified = moment(r, 60)
		if i > 0 && r.IntN(10) > 0 {
			v.Noncurrent = moment(r, 60)
		}
		v.Locked = r.IntN(10) == 0
		if !v.Marker {
			v.Size = int64(r.IntN(5))
			v.Tags = map[string]string{"k": []string{"v", "w", ""}[r.IntN(3)]}
		}
	}
	return all
}

func randomRule(r *rand.Rand, i int) Rule {
	rule := Rule{ID: fmt.Sprint("rule ", i), Disabled: r.IntN(8) == 0}
	plain := r.IntN(2) == 0
	if plain {
		rule.OldPrefix = r.IntN(2) == 0
		rule.Filter = Filter{HasPrefix: true, Prefix: []string{"", "a", "a/", "b"}[r.IntN(4)]}
	} else {
		rule.Filter = randomFilter(r)
	}
	for rule.Expiration == nil && rule.Noncurrent == nil {
		switch r.IntN(4) {
		case 0:
			rule.Expiration = &Expiration{Days: 1 + r.IntN(50)}
		case 1:
			rule.Expiration = &Expiration{Date: epoch.AddDate(0, 0, r.IntN(90))}
		case 2:
			if plain {
				rule.Expiration = &Expiration{DeleteMarker: true, RemoveMarker: r.IntN(2) == 0}
			}
		}
		if r.IntN(2) == 0 {
			rule.Noncurrent = &NoncurrentExpiration{Days: 1 + r.IntN(50)}
			if !rule.OldPrefix {
				rule.Noncurrent.Newer = r.IntN(4)
			}
		}
	}
	return rule
}

func randomFilter(r *rand.Rand) Filter {
	f := Filter{And: true, HasPrefix: true, Prefix: strings.Repeat("a", r.IntN(2))}
	if r.IntN(2) == 0 {
		f.Tags = []Tag{{"k", []string{"v", ""}[r.IntN(2)]}}
	}
	low := int64(r.IntN(3))
	high := low + 1 + int64(r.IntN(3))
	if r.IntN(2) == 0 {
		f.GreaterThan = &low
	}
	if r.IntN(2) == 0 {
		f.LessThan = &high
	}
	return f
}
