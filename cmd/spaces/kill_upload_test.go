package main

import (
	"os"
	"path/filepath"
	"testing"

	"spaces/store"
	"spaces/store/job"
)

// TestKilledInTheMiddleOfAnUpload kills the server while a job uploads Go's source tree. Every object that the job was
// told is stored is there and whole afterwards; besides them there may only be what was under way, and that is whole.
func TestKilledInTheMiddleOfAnUpload(t *testing.T) {
	const (
		workers  = 16
		together = 250 // small files in one request, whose answer the kill may have kept from the job
	)
	h := newHome(t)
	s := h.serve(t, program(t), "127.0.0.1:0")
	c := s.open(t)
	if err := c.CreateSpace(t.Context(), "killed", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	m := job.New(job.Options{Workers: workers, Conns: store.ConnsOf(c)})
	defer m.Close(t.Context())
	id := m.Start(m.Plan(job.Spec{
		Kind: job.Upload, To: c.Conn(), Sources: []job.Source{{Local: filepath.Join(goTree(t), "src")}}, Dest: store.Ref{Space: "killed"},
	}))
	waitFor(m, id, func(s job.Status) bool { return s.ObjectsDone >= 2000 })
	s.kill()
	m.Cancel(id)
	waitFor(m, id, func(s job.Status) bool { return s.Phase.Ended() })
	acked := map[string]bool{}
	for _, e := range m.Effects() {
		if e.Kind == job.RowThere {
			acked[e.Ref.Key] = true
		}
	}
	found := compareWithTree(t, h.serve(t, program(t), "127.0.0.1:0").open(t))
	for key := range acked {
		if !found[key] {
			t.Errorf("%s was acknowledged and is gone", key)
		}
	}
	if extra := len(found) - len(acked); len(acked) < 2000 || extra > workers*together {
		t.Errorf("%d were acknowledged, %d are visible", len(acked), len(found))
	}
	t.Logf("%d acknowledged, %d found", len(acked), len(found))
}

// waitFor returns the job's status as soon as it satisfies ok.
func waitFor(m *job.Manager, id job.ID, ok func(job.Status) bool) job.Status {
	for {
		for _, s := range m.Snapshot() {
			if s.ID == id && ok(s) {
				return s
			}
		}
		<-m.Changed()
	}
}

// compareWithTree reads everything in the Space and compares it with the files of the same names.
func compareWithTree(t *testing.T, c *store.Store) map[string]bool {
	return compareAll(t, c, func(key string) ([]byte, error) {
		return os.ReadFile(filepath.Join(goTree(t), filepath.FromSlash(key)))
	})
}
