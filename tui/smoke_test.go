package tui_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/teatest/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui"
)

// The whole model in a real tea.Program, on the clock of the wall: what kittest, which stands in for the program, cannot
// show.
func TestTheProgramBrowsesDeletesAndQuits(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	for _, key := range []string{"a.txt", "images/1.png"} {
		storetest.Put(t, f.Store, "media", key, "x")
	}
	jobs := job.New(job.Options{Conns: store.ConnsOf(f.Store)})
	t.Cleanup(func() { jobs.Close(context.Background()) })
	p := teatest.NewTestModel(t, tui.New(tui.Config{Store: f.Store, Jobs: jobs}), teatest.WithInitialTermSize(80, 24))
	see := func(text string) {
		t.Helper()
		teatest.WaitFor(t, p.Output(), func(out []byte) bool { return bytes.Contains(out, []byte(text)) }, teatest.WithDuration(time.Minute))
	}
	see("media")
	p.Type("l")
	see("a.txt")
	p.Type("jd")
	see("complete")
	p.Type("y")
	see("Deleted a.txt")
	p.Type("qq")
	p.WaitFinished(t, teatest.WithFinalTimeout(time.Minute))
	if page, err := f.Store.List(t.Context(), store.ListRequest{Space: "media"}); err != nil || len(page.Entries) != 1 {
		t.Errorf("%+v, %v", page.Entries, err)
	}
}
