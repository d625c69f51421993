package storage

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkListFolders lists 1,000 folders of so many keys by delimiter, in
// turn as who asks first and as who asks again, before and after writes into folders
// that are there.
func BenchmarkListFolders(b *testing.B) {
	for _, per := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprint(per), func(b *testing.B) {
			f := setUpDisk(b)
			key := func(i int) string { return fmt.Sprintf("tree/d%04d/f%06d", i/per, i%per) }
			f.fill(1000*per, key)
			f.must(f.db.Flush())
			list := func() time.Duration {
				began := time.Now()
				rows, _, err := f.List(f.ctx, "s", ListQuery{Prefix: "tree/", Delimiter: "/", Max: 1000})
				if len(rows) != 1000 || err != nil {
					b.Fatal(len(rows), err)
				}
				return time.Since(began)
			}
			list() // from the disk
			var first, again time.Duration
			for i := range b.N {
				f.folders.pages = nil
				first += list()
				f.fill(1, func(int) string { return fmt.Sprintf("%s-%d", key(i%1000*per), i) })
				again += list()
			}
			b.ReportMetric(float64(first.Microseconds())/float64(b.N), "first-µs")
			b.ReportMetric(float64(again.Microseconds())/float64(b.N), "again-µs")
		})
	}
}
