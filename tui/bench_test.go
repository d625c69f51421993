package tui_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui"
)

// endless answers every listing with the next page of n keys of the folder "f/", and anything else as if it were not there.
func endless(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("list-type") != "2" {
			http.Error(w, "", http.StatusNotFound)
			return
		}
		from, _ := strconv.Atoi(q.Get("continuation-token"))
		to := min(from+1000, n)
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprintf(w, "<ListBucketResult><Name>media</Name><Prefix>f/</Prefix><KeyCount>%d</KeyCount><IsTruncated>%t</IsTruncated>", to-from, to < n)
		if to < n {
			fmt.Fprintf(w, "<NextContinuationToken>%d</NextContinuationToken>", to)
		}
		for i := from; i < to; i++ {
			fmt.Fprintf(w, "<Contents><Key>f/object-%08d.dat</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><Size>%d</Size></Contents>", i, i*7)
		}
		fmt.Fprint(w, "</ListBucketResult>")
	}
}

// probe is a model that notes when a key changed what is on the screen, for a terminal that notes when that was drawn: jobs
// draw, too, and a key that changes nothing has no frame.
type probe struct {
	tea.Model
	*terminal
}

func (p probe) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m, cmd := p.Model.Update(msg)
	if _, is := msg.(tea.KeyPressMsg); is {
		p.pressed = true
	}
	return probe{m, p.terminal}, cmd
}

func (p probe) View() tea.View {
	v := p.Model.View()
	if p.pressed {
		p.pressed = false
		if v.Content == p.last {
			signal(p.same)
		} else {
			p.answered.Store(true)
		}
	}
	p.last = v.Content
	return v
}

// measure presses keys as fast as somebody types who is very fast, up to n while busy says so, and tells how long each took
// that changed the screen.
func measure(p *tea.Program, t *terminal, moves []rune, n int, busy func() bool) (took []time.Duration) {
	for i := 0; i < n && busy(); i++ {
		select { // of what came before
		case <-t.drawn:
		default:
		}
		began := time.Now()
		p.Send(tea.KeyPressMsg{Code: moves[i%len(moves)]})
		select {
		case <-t.drawn:
			took = append(took, time.Since(began))
		case <-t.same:
		}
		time.Sleep(10 * time.Millisecond)
	}
	slices.Sort(took)
	return took
}

// report tells of sorted times.
func report(b *testing.B, took []time.Duration, of string) {
	if len(took) == 0 {
		b.Fatal("no key changed anything", of)
	}
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs"+of)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs"+of)
	b.ReportMetric(float64(took[len(took)-1].Microseconds()), "max-µs"+of)
	b.ReportMetric(float64(len(took)), "keys"+of)
}

// terminal takes what a program writes.
type terminal struct {
	mu       sync.Mutex
	all      bytes.Buffer
	answered atomic.Bool
	written  chan struct{}
	drawn    chan struct{} // the answer to a key
	same     chan struct{} // a key that changed nothing

	// Of the program's loop.
	pressed bool
	last    string
}

func newTerminal() *terminal {
	return &terminal{written: make(chan struct{}, 1), drawn: make(chan struct{}, 1), same: make(chan struct{}, 1)}
}

// Write implements io.Writer.
func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	t.all.Write(p)
	t.mu.Unlock()
	signal(t.written)
	if t.answered.Swap(false) {
		signal(t.drawn)
	}
	return len(p), nil
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// until reads what is written up to a text, and on until nothing comes any more.
func (t *terminal) until(text string) {
	for seen := false; ; {
		t.mu.Lock()
		seen = seen || strings.Contains(t.all.String(), text)
		t.all.Reset()
		t.mu.Unlock()
		select {
		case <-t.written:
		case <-time.After(500 * time.Millisecond):
			if seen {
				return
			}
		}
	}
}

// saw waits for a text, whatever goes on.
func (t *terminal) saw(text string) {
	for {
		t.mu.Lock()
		seen := strings.Contains(t.all.String(), text)
		if seen {
			t.all.Reset()
		}
		t.mu.Unlock()
		if seen {
			return
		}
		<-t.written
	}
}

// asThePanel has the process collect garbage as often, and run as many threads, as cmd/spaces does for the panel.
func asThePanel(b *testing.B) {
	garbage := debug.SetGCPercent(25)
	threads := runtime.GOMAXPROCS(runtime.NumCPU() + 2)
	b.Cleanup(func() { debug.SetGCPercent(garbage); runtime.GOMAXPROCS(threads) })
}

// BenchmarkKeyToFrame is the way of a key through the real program, from the message to the bytes of the frame: with a
// folder of 1,000 rows, with 1,000,000 loaded, and with eight jobs besides whose server is in this process as well.
func BenchmarkKeyToFrame(b *testing.B) {
	b.Run("rows=1000", func(b *testing.B) { keyToFrame(b, 1000, nil, nil) })
	b.Run("rows=1000000", func(b *testing.B) { keyToFrame(b, 1_000_000, nil, nil) })
	b.Run("rows=1000000/jobs=8", func(b *testing.B) {
		f := storetest.New(b, storetest.Disk(filepath.Join(b.TempDir(), "data")))
		f.Space(b, "media")
		jobs := job.New(job.Options{Conns: store.ConnsOf(f.Store)})
		defer jobs.Close(context.Background())
		keyToFrame(b, 1_000_000, jobs, eight(b, f.Store, jobs))
	})
}

// eight returns what starts eight jobs that have much to do: four send files small and big, four copy objects.
func eight(b *testing.B, s *store.Store, m *job.Manager) func() {
	const files, big = 5000, 8
	dir := b.TempDir()
	small, large := make([]byte, 4<<10), make([]byte, 32<<20)
	for i := range files + big {
		content := small
		if i%(files/big) == 0 {
			content = large
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d", i)), content, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	upload := job.Spec{Kind: job.Upload, To: s.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}, Name: "tree"}
	if err := m.Do(b.Context(), upload); err != nil {
		b.Fatal(err)
	}
	tree := job.Source{Ref: store.Ref{Space: "media", Key: "tree/"}, Folder: true}
	return func() {
		for i := range 4 {
			up := upload
			up.Name = fmt.Sprint("up", i)
			m.Start(m.Plan(up))
			m.Start(m.Plan(job.Spec{Kind: job.Copy, From: s.Conn(), To: s.Conn(), Sources: []job.Source{tree}, Dest: store.Ref{Space: "media"}, Name: fmt.Sprint("copy", i)}))
		}
	}
}

func keyToFrame(b *testing.B, rows int, jobs *job.Manager, start func()) {
	asThePanel(b)
	server := httptest.NewServer(endless(rows))
	defer server.Close()
	s, err := store.Open(b.Context(), store.Config{Name: "media", Endpoint: server.URL, AccessKey: "a", SecretKey: "b"})
	if err != nil {
		b.Fatal(err)
	}
	out := newTerminal()
	model := tui.New(tui.Config{Store: s, Jobs: jobs, Start: store.Place{Space: "media", Prefix: "f/"}})
	p := tui.NewProgram(probe{model, out}, tea.WithInput(nil), tea.WithOutput(out), tea.WithoutSignalHandler(), tea.WithWindowSize(100, 40), tea.WithColorProfile(colorprofile.TrueColor))
	ended := make(chan struct{})
	go func() { defer close(ended); p.Run() }()
	p.Send(tea.KeyPressMsg{Code: 'G', Text: "G"})
	out.until(fmt.Sprintf("object-%08d.dat", rows-1))
	if jobs != nil {
		start()
	}
	started := time.Now()
	moves := []rune{tea.KeyUp, tea.KeyUp, tea.KeyDown, tea.KeyPgUp, tea.KeyPgDown, tea.KeyDown} // each shows something new
	b.ReportAllocs()
	var took []time.Duration
	for b.Loop() {
		took = append(took, measure(p, out, moves, 1, func() bool { return jobs == nil || jobs.Busy() })...)
	}
	slices.Sort(took)
	busy := time.Since(started)
	report(b, took, "")
	if jobs != nil {
		var objects, bytes float64
		for _, s := range jobs.Snapshot() {
			objects, bytes = objects+float64(s.ObjectsDone), bytes+float64(s.BytesDone)
		}
		b.ReportMetric(objects/busy.Seconds(), "objects/s")
		b.ReportMetric(bytes/busy.Seconds()/1e6, "job-MB/s")
	}
	p.Send(tea.QuitMsg{})
	<-ended
}
