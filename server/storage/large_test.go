package storage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestALargeStore measures a store of LARGE objects against one of a few, in
// turn in one run, then what is done with a store as a whole, and a mixed load
// of MINUTES. It prints one table, and holds nothing to it: see `make bench-large`.
func TestALargeStore(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("LARGE"))
	if err != nil || n < cycle {
		t.Skip("LARGE is how many objects: at least", cycle)
	}
	few, many := newLarge(t, cycle), newLarge(t, n)
	fmt.Printf("%d objects against %d; filled in %s\n\n", n, cycle, many.filled.Round(time.Second))
	fmt.Printf("%-34s %12s %12s %8s %8s %8s\n", "", "few /s", "many /s", "ratio", "lowest", "by CPU")
	for _, w := range largeWork {
		compareLarge(w, few, many)
	}
	fmt.Println()
	few.close()
	many.mixed()
	many.whole()
}

// large is a store that is measured.
type large struct {
	*fixture
	path   string
	n      int
	filled time.Duration
	round  int
}

// The folders of a cycle have 1, 10, 100, 1,000 and 10,000 objects.
const cycle = 11_111

// largeKey is the ith key of a store.
func largeKey(i int) string {
	round, at, folder, size := i/cycle, i%cycle, 0, 1
	for at >= size {
		at, size, folder = at-size, size*10, folder+1
	}
	return fmt.Sprintf("team-%02d/project-%05d/folder-%d/file-%06d.jpg", round%20, round, folder, at)
}

func newLarge(t *testing.T, n int) *large {
	dir := filepath.Join(t.TempDir(), "data")
	e, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := &large{fixture: &fixture{t, e, context.Background()}, path: dir, n: n}
	t.Cleanup(l.close)
	l.must(e.CreateSpace(Space{Name: "s"}))
	began := time.Now()
	l.fillLarge()
	l.filled = time.Since(began)
	return l
}

func (l *large) close() { l.must(l.Close()) }

// fillLarge puts small objects in an order that is none, many in one commit.
func (l *large) fillLarge() {
	const stride = 7_368_787     // a prime: all keys come once
	noise := make([]byte, 1<<20) // as pictures are: nothing to compress
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	st, err := l.find("s")
	l.must(err)
	for i := 0; i < l.n; {
		t := l.begin()
		for ; i < l.n && t.b.Len() < 2<<20; i++ {
			seq, err := l.nextSeq()
			l.must(err)
			o := Object{Key: largeKey(i * stride % l.n), Seq: seq, Size: 100, Modified: start, body: ref{kindInline, seq},
				Attrs:    Attrs{Headers: map[string]string{"Content-Type": "image/jpeg"}},
				Checksum: Checksum{"CRC64NVME", "FULL_OBJECT", "AAAAAAAAAAA="}}
			at := i * 64 % (len(noise) - 100)
			copy(o.tag.md5[:], noise[at+50:])
			t.set(o.body.key(), appendInline(nil, noise[at:at+100]))
			t.replace(st, nil, &o)
		}
		l.must(t.commit(l.ctx, &held{}))
	}
	l.must(l.db.Flush())
	l.settleTables()
}

// settleTables waits until nothing is compacted any more.
func (l *large) settleTables() {
	for began := time.Now(); time.Since(began) < 10*time.Minute; time.Sleep(50 * time.Millisecond) {
		if m := l.db.Metrics(); m.Compact.NumInProgress == 0 && m.Compact.EstimatedDebt < 64<<20 {
			return
		}
	}
}

// largeOp is one kind of call. do makes the ith of n in a round of a store.
type largeOp struct {
	name       string
	n, clients int
	units      int // of what is counted, in a call
	do         func(l *large, i int) error
}

// each runs the calls of a round and gives how many a second there were.
func (w largeOp) each(l *large) float64 {
	var all sync.WaitGroup
	var next atomic.Int64
	began := time.Now()
	for range w.clients {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < w.n; i = int(next.Add(1)) - 1 {
				if err := w.do(l, i); err != nil {
					l.t.Error(w.name, err)
					return
				}
			}
		})
	}
	all.Wait()
	return float64(w.n*w.units) / time.Since(began).Seconds()
}

// compareLarge runs rounds in turn, and prints medians, and what the processor
// says of all: that is of use where others have it as well.
func compareLarge(w largeOp, few, many *large) {
	var a, b, ratio []float64
	var fewCPU, manyCPU float64
	for few.round = range 7 {
		many.round = few.round
		began := cpuTicks()
		x, between := w.each(few), cpuTicks()
		y := w.each(many)
		if few.round > 0 { // the first warms up
			a, b, ratio = append(a, x), append(b, y), append(ratio, y/x)
			fewCPU, manyCPU = fewCPU+between-began, manyCPU+cpuTicks()-between
		}
	}
	fmt.Printf("%-34s %12.0f %12.0f %8.2f %8.2f %8.2f\n", w.name, median(a), median(b), median(ratio), slices.Min(ratio), fewCPU/manyCPU)
}

func median(v []float64) float64 {
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

func (l *large) fresh(i int) string { return fmt.Sprintf("team-07/new/%d/%06d", l.round, i) }
func (l *large) moved(i int) string { return fmt.Sprintf("team-07/old/%d/%06d", l.round, i) }
func (l *large) any(i int) string   { return largeKey((i*104_729 + l.round*7_919) % l.n) }

func (l *large) get(key string) error {
	o, body, err := l.Get(l.ctx, "s", key)
	if err != nil {
		return err
	}
	defer body.Close()
	p := make([]byte, o.Size)
	_, err = body.Range(0, o.Size).Read(p)
	return err
}

const freshKeys = 3000

// largeWork is in this order: what is put is read, renamed, and deleted.
var largeWork = []largeOp{
	{"PUT 4 KiB, 16 clients", freshKeys, 16, 1, func(l *large, i int) error { return l.put4k(l.fresh(i)) }},
	{"GET of what is new, 16 clients", freshKeys, 16, 1, func(l *large, i int) error { return l.get(l.fresh(i)) }},
	{"GET of any, 16 clients", freshKeys, 16, 1, func(l *large, i int) error { return l.get(l.any(i)) }},
	{"HEAD of what is new, 16 clients", freshKeys, 16, 1, func(l *large, i int) error { _, err := l.Head("s", l.fresh(i)); return err }},
	{"HEAD of any, 16 clients", freshKeys, 16, 1, func(l *large, i int) error { _, err := l.Head("s", l.any(i)); return err }},
	{"LIST flat, keys", 100, 1, 1000, func(l *large, i int) error {
		rows, _, err := l.List(l.ctx, "s", ListQuery{After: largeKey(i * 100), Max: 1000})
		return rowsOr(len(rows), err)
	}},
	{"LIST by delimiter, folders, first", 1000, 1, 5, func(l *large, i int) error {
		l.folders.pages = nil
		rows, _, err := l.List(l.ctx, "s", ListQuery{Prefix: "team-00/project-00000/", Delimiter: "/", Max: 1000})
		return rowsOr(len(rows), err)
	}},
	{"rename, 16 clients", freshKeys, 16, 1, func(l *large, i int) error {
		_, err := l.Rename(l.ctx, "s", l.fresh(i), l.moved(i), nil, nil)
		return err
	}},
	{"DeleteObjects, keys", freshKeys / 1000, 1, 1000, func(l *large, i int) error {
		keys := make([]string, 1000)
		for k := range keys {
			keys[k] = l.moved(i*1000 + k)
		}
		_, err := l.DeleteMany(l.ctx, "s", keys)
		return err
	}},
}

func rowsOr(n int, err error) error {
	if err == nil && n == 0 {
		return fmt.Errorf("an empty page")
	}
	return err
}

// cpuTicks is what this process had of the processor, compactions and all; 0 where nobody says.
func cpuTicks() float64 {
	stat, _ := os.ReadFile("/proc/self/stat")
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return user + system
}

// peak is the most memory that this process had, of both stores: "" where nobody says.
func peak() string {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if text, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strings.TrimSpace(text)
		}
	}
	return ""
}
