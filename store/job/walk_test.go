package job_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// The pages of a big folder are asked for ahead: one that does not come must cost none of those before it, nor any after.
func TestAWalkOfManyPagesGoesOnWhereOneDidNotCome(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	var keys []string
	for i := range 6500 {
		keys = append(keys, fmt.Sprintf("d/%05d", i))
	}
	fill(t, f.Store, "media", keys...)
	for skip := range 6 {
		m := job.New(job.Options{Conns: store.ConnsOf(f.Store)})
		f.Faults.Clear()
		lists := func(r *http.Request) bool { return r.Method == http.MethodGet && r.URL.Query().Get("list-type") == "2" }
		f.Faults.Add(storetest.Rule{Match: lists, Skip: skip, Times: 1, Fault: storetest.Reset})
		p := m.Plan(job.Spec{Kind: job.Delete, From: f.Store.Conn(), Sources: []job.Source{folder("media", "d/")}})
		check(t, p.Count(t.Context()))
		if n := p.Totals().Objects; n != 6500 {
			t.Errorf("without page %d it found %d objects", skip+1, n)
		}
		check(t, m.Close(context.Background()))
	}
}
