//go:build unix

package job_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"spaces/server/storage"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// BenchmarkCountOfManyKeys is what a delete or a move does before it asks: it finds all objects of a folder, client and
// server in this process and TCP between them. SPACES_BENCH_KEYS says how many there are.
func BenchmarkCountOfManyKeys(b *testing.B) {
	keys := 200_000
	if text := os.Getenv("SPACES_BENCH_KEYS"); text != "" {
		if _, err := fmt.Sscan(text, &keys); err != nil {
			b.Fatal(err)
		}
	}
	f := storetest.New(b, storetest.Listener())
	f.Space(b, "media")
	for i := range keys {
		staged, err := f.Engine.Stage(b.Context(), strings.NewReader("x"), storage.StageOptions{Size: 1})
		if err == nil {
			_, err = f.Engine.Put(b.Context(), "media", fmt.Sprintf("folder/object-%08d.dat", i), staged, storage.Attrs{}, storage.Checksum{}, nil)
		}
		check(b, err)
	}
	m := job.New(job.Options{Conns: store.ConnsOf(f.Store)})
	defer m.Close(context.Background())
	began := processorTime(b)
	for b.Loop() {
		p := m.Plan(job.Spec{Kind: job.Delete, From: f.Store.Conn(), Sources: []job.Source{folder("media", "folder/")}})
		check(b, p.Count(b.Context()))
		if n := p.Totals().Objects; n != keys {
			b.Fatalf("%d objects", n)
		}
	}
	counted := float64(keys) * float64(b.N)
	b.ReportMetric(b.Elapsed().Seconds()*1e6/counted, "s/1Mkeys")
	b.ReportMetric((processorTime(b)-began).Seconds()*1e6/counted, "cpu-s/1Mkeys")
}

// processorTime is what this process has used, client and server.
func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	check(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
