package storage

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"
)

// mixed puts, reads, overwrites and deletes for MINUTES (1), and prints how long
// calls took, while tables are compacted.
func (l *large) mixed() {
	minutes, err := strconv.ParseFloat(os.Getenv("MINUTES"), 64)
	if err != nil {
		minutes = 1
	}
	before, end := l.db.Metrics().Compact.Count, time.Now().Add(time.Duration(minutes*float64(time.Minute)))
	var mu sync.Mutex
	var puts, gets []time.Duration
	var all sync.WaitGroup
	for client := range 8 {
		all.Go(func() {
			p, g := l.mix(rand.New(rand.NewPCG(uint64(client), 5)), end)
			mu.Lock()
			defer mu.Unlock()
			puts, gets = append(puts, p...), append(gets, g...)
		})
	}
	all.Wait()
	fmt.Printf("mixed load for %v minutes, 8 clients, %d compactions\n", minutes, l.db.Metrics().Compact.Count-before)
	fmt.Printf("%-34s %12s %12s %12s %12s %12s\n", "", "calls", "p50", "p99", "p99.9", "longest")
	printTimes("PUT 4 KiB", puts)
	printTimes("GET", gets)
	fmt.Println()
}

// mix is one client: half of its calls read any object, most others put one,
// every eighth deletes one again.
func (l *large) mix(rng *rand.Rand, end time.Time) (puts, gets []time.Duration) {
	for i := 0; time.Now().Before(end); i++ {
		key, began := fmt.Sprintf("team-%02d/mixed/%06d", rng.IntN(20), rng.IntN(200_000)), time.Now()
		var err error
		switch {
		case i%2 == 0:
			err = l.get(largeKey(rng.IntN(l.n)))
			gets = append(gets, time.Since(began))
		case i%8 == 1:
			_, err = l.Delete(l.ctx, "s", key, nil)
		default:
			err = l.put4k(key)
			puts = append(puts, time.Since(began))
		}
		if err != nil {
			l.t.Error(err)
			return puts, gets
		}
	}
	return puts, gets
}

func printTimes(name string, all []time.Duration) {
	if len(all) == 0 {
		return
	}
	slices.Sort(all)
	at := func(part float64) time.Duration {
		return all[int(part*float64(len(all)-1))].Round(10 * time.Microsecond)
	}
	fmt.Printf("%-34s %12d %12v %12v %12v %12v\n", name, len(all), at(.5), at(.99), at(.999), at(1))
}

// whole is what is done with all of a store. It ends with the store closed.
func (l *large) whole() {
	row := func(name string, value any) { fmt.Printf("%-34s %12v\n", name, value) }
	took := func(name string, do func() error) {
		began := time.Now()
		l.must(do())
		row(name, time.Since(began).Round(time.Millisecond))
	}
	row("most memory, both stores", peak())
	took("stop", l.Close)
	row("on the disk, MB", diskBytes(l.path)/1e6)
	took("start to ready", func() (err error) { l.Engine, err = Open(l.path, Options{}); return err })
	copied := filepath.Join(l.t.TempDir(), "copy")
	took("backup", func() error { _, err := l.Backup(l.ctx, copied); return err })
	l.must(l.Close())
	took("fsck", func() error {
		rep, err := Fsck(l.ctx, l.path, Options{})
		return sound(rep, err)
	})
	took("scrub", func() error {
		rep, err := Scrub(l.ctx, l.path, Options{}, ScrubOptions{})
		if err == nil && len(rep.Findings) > 0 {
			err = fmt.Errorf("%v", rep.Findings)
		}
		return err
	})
}

func sound(rep *FsckReport, err error) error {
	if err == nil && len(rep.Findings) > 0 {
		err = fmt.Errorf("%v", rep.Findings)
	}
	return err
}

func diskBytes(dir string) (n int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if info, err := d.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil
	})
	return n
}
