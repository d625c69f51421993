package tui_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui"
	"spaces/tui/kit/kittest"
)

func TestTheFirstScreenTellsWhatDidNotFinish(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	state, file := t.TempDir(), filepath.Join(t.TempDir(), "big")
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(os.WriteFile(file, []byte(strings.Repeat("x", 12<<20)), 0o644))
	l, err := job.OpenLedger(state)
	check(err)
	earlier := job.New(job.Options{Ledger: l, PartSize: 5 << 20, Conns: store.ConnsOf(f.Store)})
	entered := make(chan struct{}, 8)
	f.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool { return r.Method == http.MethodPut }, Fault: storetest.Hang(entered)})
	earlier.Start(earlier.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: file}}, Dest: store.Ref{Space: "media"}}))
	<-entered
	check(earlier.Close(t.Context()))
	check(l.Close())
	f.Faults.Clear()

	l, err = job.OpenLedger(state)
	check(err)
	defer l.Close()
	jobs := job.New(job.Options{Ledger: l, Conns: store.ConnsOf(f.Store)})
	t.Cleanup(func() { jobs.Close(context.Background()) })
	s := kittest.Run(t, func(now func() time.Time) tea.Model {
		return tui.New(tui.Config{Store: f.Store, Jobs: jobs, Now: now, Local: t.TempDir()})
	}, kittest.Jobs(jobs))
	s.Want("1 transfer did not finish; w shows it")
	s.Press("j")
	s.Want("1 transfer did not finish")
	s.Press("w")
	s.Want("did not finish", "to be gone on with", "go on")
	s.Press("esc")
	s.WantNot("did not finish")
}
