package main

import (
	"runtime"
	"testing"
)

func TestThePanelRunsMoreThreadsThanThereAreProcessorsUnlessItIsToldHowMany(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
	none := func(string) string { return "" }
	spareForKeys(process{getenv: func(string) string { return "3" }})
	if n := runtime.GOMAXPROCS(0); n != processors {
		t.Errorf("%d threads with GOMAXPROCS set, want it left at %d", n, processors)
	}
	for range 2 { // it does not grow
		spareForKeys(process{getenv: none})
		if n := runtime.GOMAXPROCS(0); n != processors+spareThreads {
			t.Errorf("%d threads, want %d", n, processors+spareThreads)
		}
	}
}
