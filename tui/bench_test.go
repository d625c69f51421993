package tui_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"spaces/store"
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

// terminal takes what a program writes.
type terminal struct {
	mu      sync.Mutex
	all     bytes.Buffer
	written chan struct{}
}

func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	t.all.Write(p)
	t.mu.Unlock()
	select {
	case t.written <- struct{}{}:
	default:
	}
	return len(p), nil
}

// take empties what was written.
func (t *terminal) take() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.all.String()
	t.all.Reset()
	select {
	case <-t.written:
	default:
	}
	return s
}

// BenchmarkKeyToFrame is the way of a key through the real program, from the message to the bytes of the frame, with all
// rows of a folder loaded.
func BenchmarkKeyToFrame(b *testing.B) {
	for _, n := range []int{1000, 1_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			server := httptest.NewServer(endless(n))
			defer server.Close()
			s, err := store.Open(b.Context(), store.Config{Name: "media", Endpoint: server.URL, AccessKey: "a", SecretKey: "b"})
			if err != nil {
				b.Fatal(err)
			}
			out := &terminal{written: make(chan struct{}, 1)}
			model := tui.New(tui.Config{Store: s, Start: store.Place{Space: "media", Prefix: "f/"}})
			p := tui.NewProgram(model, tea.WithInput(nil), tea.WithOutput(out), tea.WithoutSignalHandler(), tea.WithWindowSize(100, 40), tea.WithColorProfile(colorprofile.TrueColor))
			ended := make(chan struct{})
			go func() { defer close(ended); p.Run() }()
			p.Send(tea.KeyPressMsg{Code: 'G', Text: "G"})
			for last := fmt.Sprintf("object-%08d.dat", n-1); !strings.Contains(out.take(), last); {
				<-out.written
			}
			for quiet := false; !quiet; { // what comes with the last row
				select {
				case <-out.written:
				case <-time.After(500 * time.Millisecond):
					quiet = true
				}
			}
			moves := []rune{tea.KeyUp, tea.KeyUp, tea.KeyDown, tea.KeyPgUp, tea.KeyPgDown, tea.KeyDown} // each shows something new
			var took []time.Duration
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				out.take()
				began := time.Now()
				p.Send(tea.KeyPressMsg{Code: moves[i%len(moves)]})
				<-out.written
				took = append(took, time.Since(began))
				<-time.After(10 * time.Millisecond) // nobody types faster, and frames would have to keep their distance
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
			p.Quit()
			<-ended
		})
	}
}
