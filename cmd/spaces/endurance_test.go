package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"spaces/store"
	"spaces/store/job"
)

// tortures says whether the tests that take long are wanted, and much room on the disk.
func endures() bool { return os.Getenv("ENDURANCE") != "" }

const (
	// onePart of the file may go along the wire again, after a kill,
	onePart = 16 << 20
	// and for each GiB what requests have beside it, and what was on its way in buffers that nobody read.
	besides = 2 << 20
)

// TestALargeFileGoesOnWhereItWas kills the program at 60 % of a file of 5 GiB, up and down. Only one part is on the wire by
// then: that more would not pay is found out at the beginning.
func TestALargeFileGoesOnWhereItWas(t *testing.T) {
	if !endures() {
		t.Skip("only with ENDURANCE=1: make endurance does")
	}
	const size = 5 << 30
	goesOn(t, size, onePart+5*besides, size/10*6)
}

// TestALargeFileIsKilledAgainAndAgain does it at any time, also while twice as many parts are tried. It loses two parts at most
// each time then, and mostly half of one.
func TestALargeFileIsKilledAgainAndAgain(t *testing.T) {
	const size, kills = 320 << 20, 3
	var at []int64
	for range kills {
		at = append(at, size/20+rand.Int64N(size*9/10))
	}
	slices.Sort(at)
	goesOn(t, size, 2*kills*onePart+besides, at...)
}

// goesOn kills the program when so much of a file went along the wire, up and then down, and has at most so many bytes go more
// than the file has, all in all.
func goesOn(t *testing.T, size, more int64, kills ...int64) {
	w := newWorld(t, "here")
	newSpace(t, w.servers[0].open(t), "media")
	file, out := sourceFile(t, size), t.TempDir()
	up := job.Spec{Kind: job.Upload, To: "here", Sources: []job.Source{{Local: file}}, Dest: store.Ref{Space: "media"}}
	down := job.Spec{Kind: job.Download, From: "here", Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: "big"}}}, LocalDir: out}
	for _, spec := range []job.Spec{up, down} {
		x := w.wires[0]
		x.there.Store(0)
		x.back.Store(0)
		w.note(t, spec)
		for _, at := range kills {
			x.until.Store(at)
			cmd, _ := w.begin(t, "jobs", "resume", w.theJob(t).ID)
			<-x.reached
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			x.until.Store(0)
			for len(x.reached) > 0 {
				<-x.reached
			}
			t.Logf("%v: killed after %d MiB", spec.Kind, (x.there.Load()+x.back.Load())>>20)
		}
		if stdout, errs, err := w.run(t, "jobs", "resume", w.theJob(t).ID); err != nil {
			t.Fatalf("resumed, it says %q %q, %v", stdout, errs, err)
		}
		again := x.there.Load() + x.back.Load() - size
		t.Logf("%v: %.1f MiB went along the wire more than the file has", spec.Kind, float64(again)/(1<<20))
		if again > more {
			t.Errorf("%v: %d bytes went along the wire again, want %d at most", spec.Kind, again, more)
		}
	}
	if info, err := os.Stat(filepath.Join(out, "big")); err != nil || info.Size() != size {
		t.Errorf("downloaded is %v, %v", info, err)
	}
}
