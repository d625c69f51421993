package listing

import (
	"context"
	"runtime"
	"testing"
)

func BenchmarkRowsMemory1M(b *testing.B) {
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		rows := million(1_000_000)
		view, err := rows.Snapshot(0, rows.Len()).Select(context.Background(), "", Order{By: BySize})
		if err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "B/row")
		runtime.KeepAlive(view)
		runtime.KeepAlive(rows)
	}
}

func BenchmarkSort1M(b *testing.B) {
	rows := million(1_000_000)
	for b.Loop() {
		if _, err := rows.Snapshot(0, rows.Len()).Select(context.Background(), "", Order{By: BySize, Desc: true}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkContains1M(b *testing.B) {
	rows := million(1_000_000)
	for b.Loop() {
		if _, err := rows.Snapshot(0, rows.Len()).Select(context.Background(), "99_cam", Order{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFind1M(b *testing.B) {
	rows := million(1_000_000)
	for b.Loop() {
		rows.Find("pictures/2024/IMG_0777")
	}
}

func BenchmarkApply1000ChangesOf1M(b *testing.B) {
	rows := million(1_000_000)
	view, err := rows.Snapshot(0, rows.Len()).Select(context.Background(), "", Order{By: BySize})
	if err != nil {
		b.Fatal(err)
	}
	changes := make([]Change, 1000)
	for i := range changes {
		changes[i] = Change{Entry: rows.At(i * 997), Removed: true}
	}
	for n := 0; b.Loop(); n++ {
		for i := range changes {
			changes[i].Removed = n%2 == 0
		}
		view = rows.Refresh(view, rows.Apply(changes), 0, rows.Len(), "", Order{By: BySize})
	}
}
