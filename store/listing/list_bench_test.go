//go:build unix

package listing

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"spaces/server/storage"
	"spaces/store"
	"spaces/store/storetest"
)

// benchRows is how many objects are listed. Figures are of one row, and of a million.
const benchRows = 200_000

// shelved fills a Space of the server in this process with benchRows objects.
func shelved(b *testing.B, f *storetest.Fixture, space string, key func(i int) string) {
	f.Space(b, space)
	for i := range benchRows {
		staged, err := f.Engine.Stage(b.Context(), strings.NewReader("x"), storage.StageOptions{Size: 1})
		if err == nil {
			_, err = f.Engine.Put(b.Context(), space, key(i), staged, storage.Attrs{}, storage.Checksum{}, nil)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkListing lists everything, client and server in this process and TCP between them: as rows of the panel, as
// spaces ls -r and jobs do, and as spaces du does; of one flat folder, and of many.
func BenchmarkListing(b *testing.B) {
	f := storetest.New(b, storetest.Listener())
	shelved(b, f, "flat", func(i int) string { return fmt.Sprintf("folder/object-%08d.dat", i) })
	shelved(b, f, "tree", func(i int) string { return fmt.Sprintf("photos/%02d/%03d/IMG_%06d.jpg", i/10000, i/100, i) })
	for _, x := range []struct {
		name string
		list func(b *testing.B, list Lister) int
	}{
		{"flat/panel", func(b *testing.B, list Lister) int { return panelRows(b, list, "flat", "folder/") }},
		{"flat/each", func(b *testing.B, list Lister) int { return eachRow(b, list, "flat") }},
		{"flat/usage", func(b *testing.B, list Lister) int { return usageRows(b, list, "flat") }},
		{"tree/each", func(b *testing.B, list Lister) int { return eachRow(b, list, "tree") }},
		{"tree/usage", func(b *testing.B, list Lister) int { return usageRows(b, list, "tree") }},
	} {
		b.Run(x.name, func(b *testing.B) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			cpu := spent(b)
			for b.Loop() {
				if n := x.list(b, f.Store.List); n != benchRows {
					b.Fatalf("%d rows", n)
				}
			}
			cpu = spent(b) - cpu
			runtime.ReadMemStats(&after)
			rows := float64(b.N) * benchRows
			b.ReportMetric(b.Elapsed().Seconds()*1e6/rows, "s/1Mrows")
			b.ReportMetric(cpu.Seconds()*1e6/rows, "cpu-s/1Mrows")
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/rows, "allocs/row")
			b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/rows, "allocated-B/row")
		})
	}
}

// panelRows is a folder of the panel, listed to its end.
func panelRows(b *testing.B, list Lister, space, folder string) int {
	l := New(store.Place{Space: space, Prefix: folder})
	l.FollowEnd()
	for {
		r, ok := l.Next()
		if !ok {
			return l.Rows().Len()
		}
		a, err := r.Do(b.Context(), list)
		if err == nil {
			err = l.Take(r, a, nil)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

func eachRow(b *testing.B, list Lister, space string) (n int) {
	all := func(string, *store.Entry) bool { return true }
	if err := Each(b.Context(), list, space, "", "", all, func(entries []store.Entry) error {
		n += len(entries)
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	return n
}

func usageRows(b *testing.B, list Lister, space string) int {
	t := NewTree(space, "")
	for !t.Done() {
		a, err := t.Round().Do(context.Background(), list)
		if err != nil {
			b.Fatal(err)
		}
		t.Take(a)
	}
	return int(t.root.Objects)
}

// spent is the processor time of this process, client and server.
func spent(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
