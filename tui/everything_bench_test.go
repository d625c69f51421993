package tui_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui"
)

// BenchmarkKeyWhileEverythingIsDeleted is the way of a key, as BenchmarkKeyToFrame has it, while all that the Space "million"
// of the data directory SPACES_BENCH_DATA holds is deleted by the server in this process, and another Space is looked at:
// there each key changes the screen, and none is answered by the next picture of the progress. The directory is used up.
func BenchmarkKeyWhileEverythingIsDeleted(b *testing.B) {
	dir := os.Getenv("SPACES_BENCH_DATA")
	if dir == "" {
		b.Skip("SPACES_BENCH_DATA names no data directory")
	}
	f := storetest.New(b, storetest.Disk(dir))
	f.Space(b, "another")
	for i := range 500 {
		storetest.Put(b, f.Store, "another", fmt.Sprintf("file-%03d", i), "x")
	}
	jobs := job.New(job.Options{Conns: store.ConnsOf(f.Store)})
	defer jobs.Close(context.Background())
	out := newTerminal()
	model := tui.New(tui.Config{Store: f.Store, Jobs: jobs, Start: store.Place{Space: "million", Prefix: os.Getenv("SPACES_BENCH_PREFIX")}})
	p := tea.NewProgram(probe{model, out}, tea.WithFPS(120), tea.WithInput(nil), tea.WithOutput(out), tea.WithoutSignalHandler(), tea.WithWindowSize(100, 40), tea.WithColorProfile(colorprofile.TrueColor))
	ended := make(chan struct{})
	go func() { defer close(ended); p.Run() }()
	press := func(k rune) { p.Send(tea.KeyPressMsg{Code: k, Text: string(k)}) }
	out.until("entries")
	press('*')
	out.until("everything")
	began := time.Now()
	press('d')
	out.until("complete")
	counted := time.Since(began)
	press('y')
	for !jobs.Busy() {
		time.Sleep(time.Millisecond)
	}
	press('~')
	out.saw("another")
	press('g')
	press('g')
	press('l')
	out.saw("file-000")
	moves := []rune{tea.KeyDown, tea.KeyDown, tea.KeyUp, tea.KeyPgDown, tea.KeyPgUp, tea.KeyDown}
	var took []time.Duration
	began = time.Now()
	for i := 0; jobs.Busy() && i < 700; i++ {
		select {
		case <-out.drawn:
		default:
		}
		start := time.Now()
		p.Send(tea.KeyPressMsg{Code: moves[i%len(moves)]})
		select {
		case <-out.drawn:
			took = append(took, time.Since(start))
		case <-time.After(2 * time.Second):
		}
		time.Sleep(10 * time.Millisecond)
	}
	for b.Loop() {
	}
	s := jobs.Snapshot()[0]
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(float64(s.ObjectsDone)/time.Since(began).Seconds(), "objects/s")
	b.ReportMetric(counted.Seconds(), "s-count")
	jobs.Cancel(s.ID)
	p.Quit()
	<-ended
}
