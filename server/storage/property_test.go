package storage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"spaces/server/chance"
)

// The engine and the model do the same at random, answer the same at every step,
// and show the same in listings of every form.
func TestTheEngineDoesWhatTheModelDoes(t *testing.T) {
	runs, steps := 6, 250
	switch {
	case chance.Long():
		runs, steps = 40, 300
	case raceEnabled || testing.Short():
		runs, steps = 1, 150
	}
	first := chance.Seed(t)
	done := 0
	for i := range runs {
		p := property{t: t, s: newScript(first+uint64(i), 7), ask: rand.New(rand.NewPCG(first+uint64(i), 8))}
		done += p.run(steps)
		if t.Failed() {
			t.Logf("%s=%d, after\n\t%s", chance.Variable, first+uint64(i), strings.Join(p.told, "\n\t"))
			break
		}
	}
	chance.Figure(t, done, "steps of the engine and the model", chance.Count(t.Failed()))
}

type property struct {
	t    *testing.T
	s    *script
	ask  *rand.Rand // what listings are asked for
	told []string   // the steps so far
}

func (p *property) run(steps int) (done int) {
	mem := vfs.NewMem()
	e, err := Open("data", smallParts(mem))
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { e.Close() }()
	for i := range steps {
		next := p.s.next
		if i == 0 {
			next = p.s.first
		}
		st := next()
		p.told = append(p.told, st.name)
		err := st.run(p.t.Context(), e)
		if st.backup != "" {
			_ = mem.RemoveAll(st.backup)
		}
		if err == nil {
			err = p.compare(p.t.Context(), e)
		}
		if err == nil && i%60 == 59 {
			if err = e.Close(); err == nil {
				e, err = Open("data", smallParts(mem))
			}
		}
		if err != nil {
			p.t.Errorf("step %d: %v", i, err)
			return i
		}
	}
	if err := audit(e, mem); err != nil {
		p.t.Error(err)
	}
	return steps
}

func (p *property) compare(ctx context.Context, e *Engine) error {
	got, err := dump(ctx, e)
	if want := p.s.m.String(); err != nil || got != want {
		return fmt.Errorf("%w: found\n%swant\n%s", err, got, want)
	}
	for _, s := range p.s.m.spaces {
		for _, look := range []func(context.Context, *Engine, *modelSpace) error{p.objects, p.versions, p.uploads} {
			if err := look(ctx, e, s); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
	}
	return nil
}

func (p *property) pick(of ...string) string { return of[p.ask.IntN(len(of))] }

func (p *property) prefix() string { return p.pick("", "", "", "a", "a/", "a/b", "a/b/1", "c") }

func (p *property) delimiter() string { return p.pick("", "/", "/", "a", "b/", "0") }

func (p *property) place() string {
	return p.pick("", "", "a", "a/", "a/0", "a/1", "a/2", "a/b/", "a/b/1", "a0", "b", "b/", "b/1", "c")
}

func (p *property) most() int { return []int{0, 1, 1, 2, 3, 1000}[p.ask.IntN(6)] }

func (p *property) hide() string { return p.pick("", "", "", "", "a/", "a/1", "b") }

func (p *property) objects(ctx context.Context, e *Engine, s *modelSpace) error {
	q := ListQuery{Prefix: p.prefix(), Delimiter: p.delimiter(), After: p.place(), Max: p.most(), Hide: p.hide()}
	want, more := s.list(q)
	rows, truncated, err := e.List(ctx, s.name, q)
	var got []string
	for _, r := range rows {
		if r.Prefix {
			got = append(got, r.Key)
			continue
		}
		got = append(got, "key "+r.Key)
		if o := s.current(r.Key); o == nil || int64(len(o.body)) != r.Size {
			return fmt.Errorf("%q is listed with %d bytes", r.Key, r.Size)
		}
	}
	if err != nil || truncated != more || !slices.Equal(got, want) {
		return fmt.Errorf("list %+v: %q, more %v, %w; want %q, more %v", q, got, truncated, err, want, more)
	}
	return nil
}

func (p *property) versions(ctx context.Context, e *Engine, s *modelSpace) error {
	q := VersionsQuery{Prefix: p.prefix(), Delimiter: p.delimiter(), AfterKey: p.place(), Max: p.most(), Hide: p.hide()}
	after := -1
	if all := s.places(); len(all) > 0 && p.ask.IntN(2) == 0 {
		at := all[p.ask.IntN(len(all))]
		id, err := idOf(ctx, e, s.name, at.key, at.i)
		if err != nil {
			return err
		}
		q.AfterKey, q.AfterVersion, after = at.key, id, at.i
	}
	want, common, more := s.listVersions(q, after)
	rows, truncated, err := e.ListVersions(ctx, s.name, q)
	same := err == nil && truncated == more && len(rows) == len(want)
	for i := range rows {
		if !same {
			break
		}
		r := rows[i]
		if r.Prefix {
			same = r.Key == common[i]
			continue
		}
		o := s.keys[want[i].key]
		same = common[i] == "" && r.Key == want[i].key && r.Latest == (want[i].i == 0) && r.Marker == o[want[i].i].marker && r.Size == int64(len(o[want[i].i].body))
	}
	if !same {
		return fmt.Errorf("list versions %+v: %+v, more %v, %w; want %+v, %q, more %v", q, rows, truncated, err, want, common, more)
	}
	return nil
}

func (p *property) uploads(ctx context.Context, e *Engine, s *modelSpace) error {
	q := UploadsQuery{Prefix: p.prefix(), Delimiter: p.delimiter(), AfterKey: p.place(), Max: p.most(), Hide: p.hide()}
	var after *modelUpload
	if n := len(s.uploads); n > 0 && p.ask.IntN(2) == 0 {
		after = s.uploads[p.ask.IntN(n)]
		q.AfterKey, q.AfterID = after.key, after.id
	}
	want, common, more := s.listUploads(q, after)
	rows, prefixes, truncated, err := e.Uploads(s.name, q)
	var got, wanted []string
	for _, u := range rows {
		got = append(got, u.ID)
	}
	for _, u := range want {
		wanted = append(wanted, u.id)
	}
	if err != nil || truncated != more || !slices.Equal(got, wanted) || !slices.Equal(prefixes, common) {
		return fmt.Errorf("list uploads %+v: %q %q, more %v, %w; want %q %q, more %v", q, got, prefixes, truncated, err, wanted, common, more)
	}
	for _, u := range want {
		if err := p.parts(e, s, u); err != nil {
			return err
		}
	}
	return nil
}

func (p *property) parts(e *Engine, s *modelSpace, u *modelUpload) error {
	after, most := p.ask.IntN(6)-1, p.ask.IntN(5)
	var want []int
	more := false
	for n := max(after, 0) + 1; n <= MaxParts && n < 20; n++ {
		if _, there := u.parts[n]; there && most > 0 {
			if more = len(want) == most; more {
				break
			}
			want = append(want, n)
		}
	}
	rows, truncated, err := e.Parts(s.name, u.key, u.id, after, most)
	var got []int
	for _, r := range rows {
		got = append(got, r.Number)
	}
	if err != nil || truncated != more || !slices.Equal(got, want) {
		return fmt.Errorf("parts of %q after %d, at most %d: %d, more %v, %w; want %d, more %v", u.key, after, most, got, truncated, err, want, more)
	}
	return nil
}
