package main

import (
	"os"
	"path/filepath"
	"testing"

	"spaces/store"
	"spaces/store/job"
)

// tortures says whether the tests that take long are wanted, and much room on the disk.
func tortures() bool { return os.Getenv("TORTURE") != "" }

// underWay is what may be lost of a file of which parts are sent or fetched side by side: 16 of 16 MiB, and what else goes along
// the wire for 5 GiB.
const underWay = 16*16<<20 + 32<<20

// TestALargeFileGoesOnWhereItWas kills the program at 60 % of a file of 5 GiB, up and down.
func TestALargeFileGoesOnWhereItWas(t *testing.T) {
	if !tortures() {
		t.Skip("only with TORTURE=1: make torture does")
	}
	const size = 5 << 30
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
		x.until.Store(size / 10 * 6)
		cmd, _ := w.begin(t, "jobs", "resume", w.theJob(t).ID)
		<-x.reached
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		x.until.Store(0)
		for len(x.reached) > 0 {
			<-x.reached
		}
		before := x.there.Load() + x.back.Load()
		one := w.theJob(t)
		if stdout, errs, err := w.run(t, "jobs", "resume", one.ID); err != nil {
			t.Fatalf("resumed, it says %q %q, %v", stdout, errs, err)
		}
		all := x.there.Load() + x.back.Load()
		t.Logf("%v: %d bytes went along the wire before the kill, %d after: %d MiB more than the file has", spec.Kind, before, all-before, (all-size)>>20)
		if all-size > underWay {
			t.Errorf("%v: %d bytes went along the wire again", spec.Kind, all-size)
		}
	}
	if info, err := os.Stat(filepath.Join(out, "big")); err != nil || info.Size() != size {
		t.Errorf("downloaded is %v, %v", info, err)
	}
}
