package job

import (
	"os"
	"testing"
	"time"
)

// A job may begin after the files were listed and before they are read: as if its file were not there yet.
func TestALookAtOtherJobsForgetsNoneOfItsOwn(t *testing.T) {
	l, err := OpenLedger(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	e := l.begin(Spec{Kind: Download, LocalDir: t.TempDir()}, "Download", time.Now())
	if err := os.Rename(l.path(e.id), l.path(e.id)+".later"); err != nil {
		t.Fatal(err)
	}
	if err := l.Look(); err != nil {
		t.Fatal(err)
	}
	if noted := e.parts([]PartFile{{Path: "/a/.b.part"}}); len(noted) != 1 || !noted[0] {
		t.Error("the part is not noted")
	}
	if own := l.all[e.id]; own == nil || len(own.Parts) != 1 {
		t.Errorf("the job is forgotten: %v", own)
	}
}
