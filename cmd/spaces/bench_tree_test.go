package main

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
)

// BenchmarkTree uploads the source tree of the Go distribution to a server process on a real disk, downloads it again
// and deletes it.
func BenchmarkTree(b *testing.B) {
	h := newHome(b)
	c := h.serve(b, program(b), "127.0.0.1:0").open(b)
	m := job.New(job.Options{Conns: store.ConnsOf(c)})
	defer m.Close(b.Context())
	took := map[job.Kind]time.Duration{}
	objects := 0
	for i := 0; b.Loop(); i++ {
		space := fmt.Sprintf("tree-%d", i)
		if err := c.CreateSpace(b.Context(), space, store.CreateOptions{}); err != nil {
			b.Fatal(err)
		}
		tree := []job.Source{{Ref: store.Ref{Space: space, Key: "src/"}, Folder: true}}
		for _, spec := range []job.Spec{
			{Kind: job.Upload, To: c.Conn(), Sources: []job.Source{{Local: filepath.Join(goTree(b), "src")}}, Dest: store.Ref{Space: space}},
			{Kind: job.Download, From: c.Conn(), Sources: tree, LocalDir: b.TempDir()},
			{Kind: job.Delete, From: c.Conn(), Sources: tree},
		} {
			began := time.Now()
			objects = finish(b, m, m.Start(m.Plan(spec)))
			took[spec.Kind] += time.Since(began)
		}
	}
	for kind, d := range took {
		b.ReportMetric(float64(objects)*float64(b.N)/d.Seconds(), kind.String()+"-objects/s")
	}
}

// finish waits for a job to end well and returns how many objects it did.
func finish(b *testing.B, m *job.Manager, id job.ID) int {
	s := waitFor(m, id, func(s job.Status) bool { return s.Phase.Ended() })
	if s.Phase != job.Done {
		b.Fatalf("%v: %v", s.Phase, s.Failed)
	}
	return s.ObjectsDone
}
