package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// step is one call: what it does to an engine, and what it answers by the model,
// which has done it already.
type step struct {
	kind, name string
	do         func(ctx context.Context, e *Engine) error
	want       error // of do: that, or what wraps it
	each       bool  // parts of it may fail and others not
	backup     string
}

// run is an error when the engine does not answer as the model did.
func (st step) run(ctx context.Context, e *Engine) error {
	if err := as(st.do(ctx, e), st.want); err != nil {
		return fmt.Errorf("%s: %w", st.name, err)
	}
	return nil
}

// as is an error when err is not what is wanted.
func as(err, want error) error {
	switch {
	case want == nil:
		return err
	case err == nil:
		return fmt.Errorf("it was done, want the error %q", want)
	case errors.Is(err, want):
		return nil
	}
	return fmt.Errorf("%w, want the error %q", err, want)
}

// script makes calls of every kind in a random order that makes sense.
type script struct {
	rng *rand.Rand
	m   *model // as it will be when all steps so far are done
	n   int

	done *modelUpload // completed last, and by which parts
	as   []CompletePart
	in   *modelSpace
}

func newScript(seed, stream uint64) *script {
	return &script{rng: rand.New(rand.NewPCG(seed, stream)), m: newModel()}
}

// kinds are all that scripts do. Whoever gives the engine a method that changes
// something adds the kind of it here.
var kinds = []struct {
	name   string
	weight int
	make   func(*script) step
}{
	{"put", 14, (*script).put},
	{"put many", 5, (*script).putMany},
	{"delete", 3, (*script).remove},
	{"delete many", 2, (*script).removeMany},
	{"delete a version", 3, (*script).removeVersion},
	{"delete versions", 3, (*script).removeVersions},
	{"copy", 4, (*script).copy},
	{"rename", 3, (*script).rename},
	{"rename many", 3, (*script).renameMany},
	{"change many", 3, (*script).changeMany},
	{"attributes", 3, (*script).attrs},
	{"lock", 2, (*script).lock},
	{"unlock", 3, (*script).unlock},
	{"begin upload", 4, (*script).beginUpload},
	{"part", 8, (*script).part},
	{"complete", 4, (*script).complete},
	{"complete again", 3, (*script).completeAgain},
	{"abort", 1, (*script).abort},
	{"create Space", 3, (*script).createSpace},
	{"delete Space", 1, (*script).deleteSpace},
	{"versioning", 3, (*script).setVersioning},
	{"document", 2, (*script).document},
	{"destroy Space", 1, (*script).destroySpace},
	{"restore Space", 2, (*script).restoreSpace},
	{"end Space", 1, (*script).endSpace},
	{"records", 3, (*script).records},
	{"backup", 1, (*script).backup},
	{"owner", 1, (*script).owner},
	{"flush", 1, (*script).flush},
	{"compact", 1, (*script).compact},
	{"collect", 1, (*script).collect},
}

var allWeights = func() (n int) {
	for _, k := range kinds {
		n += k.weight
	}
	return n
}()

// next makes a step and has the model do it.
func (s *script) next() step {
	for {
		i, at := -1, s.rng.IntN(allWeights)
		for ; at >= 0; at -= kinds[i].weight {
			i++
		}
		if st := kinds[i].make(s); st.do != nil {
			st.kind = kinds[i].name
			st.name = strings.TrimSpace(st.kind + " " + st.name)
			return st
		}
	}
}

// first makes the Space that most steps are in.
func (s *script) first() step {
	_ = s.m.create("s", Unversioned)
	return step{kind: "create Space", name: "create Space s", do: func(_ context.Context, e *Engine) error { return e.CreateSpace(Space{Name: "s"}) }}
}

func (s *script) pick(of ...string) string { return of[s.rng.IntN(len(of))] }

func (s *script) key() string { return s.pick("a", "a/1", "a/2", "a/b/1", "a0", "b/1") }

// space is mostly s.
func (s *script) space() string { return s.pick("s", "s", "s", "s", "t") }

func (s *script) body() string {
	s.n++
	sizes := []int{0, 3, 16, 17, 40, 120}
	return strings.Repeat(fmt.Sprintf("%03d.", s.n), 40)[:sizes[s.rng.IntN(len(sizes))]]
}

func (s *script) mark() string { s.n++; return fmt.Sprint(s.n) }

// version picks a version of a key that has some, and rarely one that is not there.
func (s *script) version() (space, key string, i int, ok bool) {
	space = s.space()
	sp := s.m.spaces[space]
	if sp == nil || len(sp.keys) == 0 {
		return "", "", 0, false
	}
	keys := slices.Sorted(maps.Keys(sp.keys))
	key = keys[s.rng.IntN(len(keys))]
	n := len(sp.keys[key])
	if s.rng.IntN(10) == 0 {
		return space, key, n, true
	}
	return space, key, s.rng.IntN(n), true
}

// versionsOf lists the versions of one key, the newest first.
func versionsOf(ctx context.Context, e *Engine, space, key string) ([]ListedVersion, error) {
	rows, _, err := e.ListVersions(ctx, space, VersionsQuery{Prefix: key, Max: 1000})
	return slices.DeleteFunc(rows, func(v ListedVersion) bool { return v.Key != key }), err
}

const noSuchVersion = "ffffffffffffff00"

// idOf is what the engine calls the ith version of a key.
func idOf(ctx context.Context, e *Engine, space, key string, i int) (string, error) {
	if i < 0 {
		return "", nil
	}
	rows, err := versionsOf(ctx, e, space, key)
	if err != nil || i >= len(rows) {
		return noSuchVersion, err
	}
	return rows[i].Version, nil
}

// check makes one that mostly lets pass what the model has there.
func (s *script) check(want *modelObject) (Check, error) {
	if s.rng.IntN(12) == 0 {
		return func(*Object) error { return errCheck }, errCheck
	}
	saw := "nothing"
	if want != nil {
		saw = fmt.Sprint(len(want.body), want.mark, want.marker)
	}
	return func(o *Object) error {
		found := "nothing"
		if o != nil {
			found = fmt.Sprint(o.Size, o.Meta["mark"], o.Marker)
		}
		if found != saw {
			return fmt.Errorf("the check saw %s, there is %s", found, saw)
		}
		return nil
	}, nil
}

// at is the Space of a step and what is current at a key; an empty one when it is not there.
func (s *script) at(space, key string) (sp *modelSpace, cur *modelObject, err error) {
	if sp, err = s.m.space(space); err != nil {
		return &modelSpace{}, nil, err
	}
	return sp, sp.current(key), nil
}

// attrs are those of an object of the model.
func (o *modelObject) attrs() Attrs {
	a := Attrs{Lock: o.lock, Encryption: Encryption{Keeper: o.keeper}}
	if o.mark != "" {
		a.Meta = map[string]string{"mark": o.mark}
	}
	return a
}

func stageFor(ctx context.Context, e *Engine, body string, k Keeper) (*Staged, error) {
	o := StageOptions{Size: int64(len(body))}
	if len(body)%2 == 1 { // a stream, and not held whole
		o.Size = -1
	}
	if k != NotEncrypted {
		o.Key, o.Encryption = &secretKey, Encryption{Keeper: k}
	}
	if len(body)%3 == 0 {
		return e.StageBytes(ctx, []byte(body), o)
	}
	return e.Stage(ctx, strings.NewReader(body), o)
}

// fresh is an object that a client puts.
func (s *script) fresh() modelObject {
	o := modelObject{body: s.body()}
	if s.rng.IntN(4) == 0 {
		o.keeper = []Keeper{ByServer, ByCustomer}[s.rng.IntN(2)]
	}
	if s.rng.IntN(12) == 0 {
		o.lock = s.someLock()
	}
	return o
}

func (s *script) someLock() Lock {
	until := start.Add(time.Hour)
	return []Lock{{Mode: Governance, Until: until}, {Mode: Governance, Until: until}, {Mode: Compliance, Until: until}, {Hold: true}, {Mode: Compliance, Until: start}}[s.rng.IntN(5)]
}
