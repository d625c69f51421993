package job_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// each are the steps that a plan would do, in words.
func each(t *testing.T, p *job.Plan) (list []string, err error) {
	t.Helper()
	err = p.Each(t.Context(), func(s job.PlannedStep) error {
		line := strings.TrimSpace(s.From.String() + " " + s.Local)
		if s.To != (store.Ref{}) {
			line += " → " + s.To.String()
		}
		if s.Exists {
			line += " (there)"
		}
		list = append(list, fmt.Sprint(line, " ", s.Size))
		return nil
	})
	return list, err
}

func TestAPlanTellsEachOfItsStepsAndDoesNone(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	f.Space(t, "other")
	fill(t, f.Store, "media", "a/1", "a/b/2", "c")
	fill(t, f.Store, "other", "to/a/b/2")
	m := manager(t, job.Options{}, f.Store)
	two := []job.Source{folder("media", "a/"), object("media", "c")}
	dir := tree(t, map[string]string{"x": "12345"})
	f.Faults.Clear()

	for _, x := range []struct {
		spec job.Spec
		want []string
	}{
		{job.Spec{Kind: job.Move, Sources: two, Dest: store.Ref{Space: "other", Key: "to/"}},
			[]string{"media/c → other/to/c 12", "media/a/1 → other/to/a/1 14", "media/a/b/2 → other/to/a/b/2 (there) 16"}},
		{job.Spec{Kind: job.Delete, Sources: two}, []string{"media/c 12", "media/a/1 14", "media/a/b/2 16"}},
		{job.Spec{Kind: job.Download, Sources: two, LocalDir: t.TempDir()}, []string{"media/c c 12", "media/a/1 a/1 14", "media/a/b/2 a/b/2 16"}},
		{job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: dir + "/x"}}, Dest: store.Ref{Space: "media", Key: "up/"}},
			[]string{dir + "/x → media/up/x 5"}},
	} {
		x.spec.From, x.spec.To = f.Store.Conn(), f.Store.Conn()
		if got, err := each(t, m.Plan(x.spec)); err != nil || !slices.Equal(got, x.want) {
			t.Errorf("%v would do %q: %v, want %q", x.spec.Kind, got, err, x.want)
		}
	}
	for _, r := range f.Faults.Requests() {
		if !strings.HasPrefix(r, "GET ") && !strings.HasPrefix(r, "HEAD ") {
			t.Errorf("a plan sent %s", r)
		}
	}
	wantKeys(t, f.Store, "media", "", "a/1", "a/b/2", "c")
	wantKeys(t, f.Store, "other", "", "to/a/b/2")
}

func TestAPlanTellsItsStepsAlsoWhereAPartCannotBeListed(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a")
	m := manager(t, job.Options{}, f.Store)
	spec := job.Spec{Kind: job.Copy, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{object("media", "a"), object("media", "gone")}, Dest: store.Ref{Space: "media", Key: "to/"}}
	if got, err := each(t, m.Plan(spec)); !errors.Is(err, store.NotFound) || !slices.Equal(got, []string{"media/a → media/to/a 12"}) {
		t.Errorf("told %q: %v", got, err)
	}
	stop := errors.New("enough")
	if err := m.Plan(spec).Each(t.Context(), func(job.PlannedStep) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the error of the visitor became %v", err)
	}
}
