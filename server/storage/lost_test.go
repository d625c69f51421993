package storage

import (
	"strings"
	"testing"
)

func TestBodiesYoungerThanAllRecordsAreASignOfLostRecords(t *testing.T) {
	fs, f := killed(t)
	e, err := Open("data", small(fs))
	f.must(err)
	g := &fixture{t, e, t.Context()}
	f.must(e.gc.sweepNow())
	ids := []ref{g.bodyOf("k027"), g.bodyOf("k029")}
	for _, r := range ids { // as if they had never been written
		g.set(r.key(), nil)
	}
	g.set(objectKey("s", "k027"), nil)
	g.set(objectKey("s", "k029"), nil)
	f.must(e.Close())
	for range 2 {
		rep, err := Fsck(t.Context(), "data", small(fs), FaultOrphan, FaultCounters)
		f.must(err)
		if got := said(rep.Findings); !strings.Contains(got, "lost /, lost /") || strings.Contains(got, "orphan") {
			t.Errorf("said %q", got)
		}
		for _, r := range ids {
			if _, err := fs.Stat(e.blobPath(r.id)); err != nil {
				t.Error(err)
			}
		}
	}
	_, err = Fsck(t.Context(), "data", small(fs), FaultLost)
	f.must(err)
	if lost, err := fs.List("data/lost"); err != nil || len(lost) != 2 {
		t.Error(lost, err)
	}
	if rep, err := Fsck(t.Context(), "data", small(fs)); err != nil || len(rep.Findings) > 0 {
		t.Errorf("%+v, %v", rep, err)
	}
}
