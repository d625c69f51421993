package tui_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
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
// of the data directory SPACES_BENCH_DATA holds is deleted by the server in this process: first in the folder that is being
// deleted, then in another Space. The directory is used up.
func BenchmarkKeyWhileEverythingIsDeleted(b *testing.B) {
	dir := os.Getenv("SPACES_BENCH_DATA")
	if dir == "" {
		b.Skip("SPACES_BENCH_DATA names no data directory")
	}
	asThePanel(b)
	f := storetest.New(b, storetest.Disk(dir), storetest.Memory(16<<20)) // as the panel has it
	f.Space(b, "another")
	for i := range 500 {
		storetest.Put(b, f.Store, "another", fmt.Sprintf("file-%03d", i), "x")
	}
	ledger, err := job.OpenLedger(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer ledger.Close()
	jobs := job.New(job.Options{Conns: store.ConnsOf(f.Store), Ledger: ledger})
	defer jobs.Close(context.Background())
	out := newTerminal()
	model := tui.New(tui.Config{Store: f.Store, Jobs: jobs, Start: store.Place{Space: "million", Prefix: os.Getenv("SPACES_BENCH_PREFIX")}})
	p := tui.NewProgram(probe{model, out}, tea.WithInput(nil), tea.WithOutput(out), tea.WithoutSignalHandler(), tea.WithWindowSize(100, 40), tea.WithColorProfile(colorprofile.TrueColor))
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
	began = time.Now()
	moves := []rune{tea.KeyDown, tea.KeyDown, tea.KeyUp, tea.KeyPgDown, tea.KeyPgUp, tea.KeyDown}
	here := measure(p, out, moves, 400, jobs.Busy)
	press('~')
	out.saw("another")
	press('g')
	press('g')
	press('l')
	out.saw("file-000")
	there := measure(p, out, moves, 400, jobs.Busy)
	took, s := time.Since(began), jobs.Snapshot()[0]
	for b.Loop() {
	}
	report(b, here, "-here")
	report(b, there, "-there")
	b.ReportMetric(float64(s.ObjectsDone)/took.Seconds(), "objects/s")
	b.ReportMetric(counted.Seconds(), "s-count")
	b.ReportMetric(peakMiB(b), "peak-MiB")
	jobs.Cancel(s.ID)
	p.Quit()
	<-ended
}

// peakMiB is the most memory that this process had so far, as Linux tells it.
func peakMiB(b *testing.B) float64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kib, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.ParseFloat(kib, 64)
	if err != nil {
		b.Log("peak memory: ", err)
	}
	return n / 1024
}
