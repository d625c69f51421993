package storage

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// largeOp is one kind of call. do makes the ith of n in a round of a store.
type largeOp struct {
	name       string
	n, clients int
	units      int // of what is counted, in a call
	do         func(l *large, i int) error
	reads      bool // nothing is compacted meanwhile for what came before
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
// says of all, which is of use where others have it as well: the ratio, and what
// a unit takes of it in the store of many, and how many blocks of tables a unit
// found in no cache there.
func compareLarge(w largeOp, few, many *large) {
	var a, b, ratio []float64
	var fewCPU, manyCPU time.Duration
	var missed int64
	if w.reads {
		few.settleTables()
		many.settleTables()
	}
	for few.round = range 7 {
		many.round = few.round
		began := processorTime()
		x, between := w.each(few), processorTime()
		before := many.db.Metrics().BlockCache.Misses
		y := w.each(many)
		if few.round > 0 { // the first warms up
			a, b, ratio = append(a, x), append(b, y), append(ratio, y/x)
			fewCPU, manyCPU = fewCPU+between-began, manyCPU+processorTime()-between
			missed += many.db.Metrics().BlockCache.Misses - before
		}
	}
	units := float64(w.n * w.units * len(a))
	fmt.Printf("%-34s %12.0f %12.0f %8.2f %8.2f %8.2f %10.2f %10.2f\n", w.name, median(a), median(b), median(ratio), slices.Min(ratio),
		float64(fewCPU)/float64(manyCPU), float64(manyCPU.Nanoseconds())/1e3/units, float64(missed)/units)
}

func median(v []float64) float64 {
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

func (l *large) fresh(i int) string { return fmt.Sprintf("team-07/new/%d/%06d", l.round, i) }
func (l *large) moved(i int) string { return fmt.Sprintf("team-07/old/%d/%06d", l.round, i) }

// any is a key of those that the store was filled with, in an order that is none:
// in the store of few all of them are in the cache soon, in one that is larger
// than the cache few are.
func (l *large) any(i int) string { return largeKey((i*104_729 + l.round*7_919) % l.n) }

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

// A round of reads is long enough for the cache to be full after the first, and
// to be measured by the processor.
const (
	freshKeys = 3000
	readKeys  = 30_000
)

// largeWork is in this order: what is put is read, renamed, and deleted.
var largeWork = []largeOp{
	{"PUT 4 KiB, 16 clients", freshKeys, 16, 1, func(l *large, i int) error { return l.put4k(l.fresh(i)) }, false},
	{"GET of what is new, 16 clients", readKeys, 16, 1, func(l *large, i int) error { return l.get(l.fresh(i % freshKeys)) }, true},
	{"GET of any, 16 clients", readKeys, 16, 1, func(l *large, i int) error { return l.get(l.any(i)) }, true},
	{"HEAD of what is new, 16 clients", readKeys, 16, 1, func(l *large, i int) error { _, err := l.Head("s", l.fresh(i%freshKeys)); return err }, true},
	{"HEAD of any, 16 clients", readKeys, 16, 1, func(l *large, i int) error { _, err := l.Head("s", l.any(i)); return err }, true},
	{"LIST flat, keys", 100, 1, 1000, func(l *large, i int) error {
		rows, _, err := l.List(l.ctx, "s", ListQuery{After: largeKey(i * 100), Max: 1000})
		return rowsOr(len(rows), err)
	}, true},
	{"LIST by delimiter, folders, first", 1000, 1, 5, func(l *large, i int) error {
		l.folders.pages = nil
		rows, _, err := l.List(l.ctx, "s", ListQuery{Prefix: "team-00/project-00000/", Delimiter: "/", Max: 1000})
		return rowsOr(len(rows), err)
	}, true},
	{"rename, 16 clients", freshKeys, 16, 1, func(l *large, i int) error {
		_, err := l.Rename(l.ctx, "s", l.fresh(i), l.moved(i), nil, nil)
		return err
	}, false},
	{"DeleteObjects, keys", freshKeys / 1000, 1, 1000, func(l *large, i int) error {
		keys := make([]string, 1000)
		for k := range keys {
			keys[k] = l.moved(i*1000 + k)
		}
		_, err := l.DeleteMany(l.ctx, "s", keys)
		return err
	}, false},
}

func rowsOr(n int, err error) error {
	if err == nil && n == 0 {
		return fmt.Errorf("an empty page")
	}
	return err
}
