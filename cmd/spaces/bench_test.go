package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"spaces/server/storage"
)

// These benchmarks look at the program from outside, as its user does: on a pty of 100×40, keys in, bytes out.

const benchSpace = "million"

// quick is a file system that does not wait for the disk: for filling stores, which is not what is measured.
type quick struct{ vfs.FS }

type quickFile struct{ vfs.File }

func (quickFile) Sync() error                { return nil }
func (quickFile) SyncData() error            { return nil }
func (quickFile) SyncTo(int64) (bool, error) { return true, nil }

func unsynced(f vfs.File, err error) (vfs.File, error) {
	if err != nil {
		return nil, err
	}
	return quickFile{f}, nil
}

func (q quick) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return unsynced(q.FS.Create(name, c))
}
func (q quick) OpenDir(name string) (vfs.File, error) { return unsynced(q.FS.OpenDir(name)) }
func (q quick) ReuseForWrite(from, to string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return unsynced(q.FS.ReuseForWrite(from, to, c))
}

// filled is a home whose embedded store holds n small objects in one folder of one Space.
func filled(b *testing.B, n int) home {
	b.Helper()
	h := newHome(b)
	if err := os.MkdirAll(h.data(), 0o700); err != nil {
		b.Fatal(err)
	}
	e, err := storage.Open(h.data(), storage.Options{FS: quick{vfs.Default}})
	if err != nil {
		b.Fatal(err)
	}
	if err := e.CreateSpace(storage.Space{Name: benchSpace, Created: time.Now(), ACL: "private"}); err != nil {
		b.Fatal(err)
	}
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := w; i < n; i += 16 {
				body, err := e.Stage(context.Background(), bytes.NewReader([]byte("body")), storage.StageOptions{Size: 4})
				if err == nil {
					_, err = e.Put(context.Background(), benchSpace, fmt.Sprintf("folder/object-%08d.dat", i), body, storage.Attrs{ACL: "private"}, storage.Checksum{}, nil)
				}
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if err := e.Close(); err != nil {
		b.Fatal(err)
	}
	return h
}

func (h home) panel(b testing.TB, args ...string) *terminal {
	cmd := h.command(program(b), args...)
	cmd.Dir = h.dir
	return newTerminal(b, cmd, 100, 40)
}

// BenchmarkStart is the time from exec to the first useful screen, warm.
func BenchmarkStart(b *testing.B) {
	for _, n := range []int{0, 1_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			h := filled(b, n)
			h.panel(b).see(benchSpace)
			var frame, rows []time.Duration
			for b.Loop() {
				began := time.Now()
				t := h.panel(b)
				t.see("spaces ▸")
				frame = append(frame, time.Since(began))
				t.see(benchSpace)
				rows = append(rows, time.Since(began))
				t.quit()
			}
			report(b, frame, "first-frame")
			report(b, rows, "first-rows")
		})
	}
}

// BenchmarkOpenFolder is the time from Enter to the first rows of a folder.
func BenchmarkOpenFolder(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			t := filled(b, n).panel(b, benchSpace)
			t.see("▸ folder/")
			var rows []time.Duration
			for b.Loop() {
				began := time.Now()
				t.press("enter")
				t.see("object-00000000.dat")
				rows = append(rows, time.Since(began))
				t.press("h")
				t.see("▸ folder/")
			}
			report(b, rows, "first-rows")
			b.ReportMetric(peak(b, t), "MiB-peak")
			t.quit()
		})
	}
}

// BenchmarkCursor is the time from a key to the first byte of its answer with all rows of a folder loaded, what 50
// moves write, and what the panel takes while nobody touches it.
func BenchmarkCursor(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			t := filled(b, n).panel(b, benchSpace+"/folder/")
			t.see("object-00000000.dat")
			t.press("o", "s") // sorting by size completes the listing
			t.until("the whole listing", func(s string) bool { return !strings.Contains(s, "partial") && !strings.Contains(s, "≥") })
			t.press("o", "n")
			var answers []time.Duration
			before, moves := t.written(), 0
			for b.Loop() {
				answers = append(answers, t.answer("down"))
				moves++
			}
			report(b, answers, "key-to-byte")
			b.ReportMetric(float64(t.written()-before)/float64(moves)*50, "B/50-moves")
			b.ReportMetric(peak(b, t), "MiB-peak")
			t.quit()
		})
	}
}

// BenchmarkIdle watches a panel that nobody touches.
func BenchmarkIdle(b *testing.B) {
	t := filled(b, 1000).panel(b, benchSpace+"/folder/")
	t.see("object-00000000.dat")
	<-time.After(time.Second) // the inspector has settled
	for b.Loop() {
		before, cpu := t.written(), cpuTime(b, t)
		<-time.After(time.Second)
		b.ReportMetric(float64(t.written()-before), "B/s")
		b.ReportMetric(float64((cpuTime(b, t) - cpu).Milliseconds()), "CPU-ms/s")
	}
	t.quit()
}

// answer presses a key and waits for the first byte written after it, and for the end of that frame.
func (x *terminal) answer(key string) time.Duration {
	before, began := x.written(), time.Now()
	x.press(key)
	for x.written() == before {
		select {
		case <-x.changed:
		case <-x.gone:
			x.t.Fatal("the program ended")
		}
	}
	return time.Since(began)
}

func (x *terminal) quit() {
	x.press("ctrl+c", "ctrl+c")
	x.ended()
}

func report(b *testing.B, d []time.Duration, name string) {
	slices.Sort(d)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(d[len(d)/2]), name+"-p50-ms")
	b.ReportMetric(ms(d[min(len(d)-1, len(d)*99/100)]), name+"-p99-ms")
}

// peak is the most memory the program has had resident, in MiB; it needs Linux.
func peak(b *testing.B, t *terminal) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.cmd.Process.Pid))
	if err != nil {
		b.Skip("memory is read from /proc: ", err)
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); fields[0] == "VmHWM:" {
			kib, _ := strconv.ParseFloat(fields[1], 64)
			return kib / 1024
		}
	}
	return 0
}

// cpuTime is what the program has used so far.
func cpuTime(b *testing.B, t *terminal) time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", t.cmd.Process.Pid))
	if err != nil {
		b.Skip("CPU time is read from /proc: ", err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // USER_HZ is 100 on all of Linux
}
