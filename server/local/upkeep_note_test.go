package local

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestUpkeepIsRememberedByWhoeverDidIt(t *testing.T) {
	d := Dir{Path: t.TempDir(), Now: time.Now}
	if u, err := d.Upkeep(); err != nil || !reflect.DeepEqual(u, Upkeep{}) {
		t.Fatalf("of a new directory it is remembered: %+v, %v", u, err)
	}
	at := time.Date(2026, 11, 1, 2, 3, 4, 0, time.UTC)
	want := Upkeep{
		Backup: BackupNote{At: at, To: "https://s3.example.com/backups/box", Bytes: 7, Objects: 3},
		Scrub:  ScrubNote{At: at, Bodies: 5, Bytes: 6, Found: 1, Findings: []string{"damaged: media/\x1b[2J: other bytes"}},
	}
	var both sync.WaitGroup
	both.Go(func() {
		for range 20 {
			if err := d.NoteBackup(want.Backup); err != nil {
				t.Error(err)
			}
		}
	})
	both.Go(func() {
		for range 20 {
			if err := d.NoteScrub(want.Scrub); err != nil {
				t.Error(err)
			}
		}
	})
	both.Wait()
	if u, err := d.Upkeep(); err != nil || !reflect.DeepEqual(u, want) {
		t.Errorf("it is remembered: %+v, %v", u, err)
	}
	names, _ := os.ReadDir(d.Path)
	if len(names) != 2 {
		t.Errorf("in the directory are %v", names)
	}
	for _, n := range names {
		if info, _ := n.Info(); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", n.Name(), info.Mode())
		}
	}
}

func TestAScrubThatFoundTooMuchIsRememberedInPart(t *testing.T) {
	d := Dir{Path: t.TempDir(), Now: time.Now}
	var findings []string
	for i := range 3 * mostFindings {
		findings = append(findings, fmt.Sprint("damaged: ", i))
	}
	if err := d.NoteScrub(ScrubNote{Findings: findings}); err != nil {
		t.Fatal(err)
	}
	u, err := d.Upkeep()
	if err != nil || u.Scrub.Found != len(findings) || len(u.Scrub.Findings) != mostFindings {
		t.Errorf("%d of %d are remembered, %v", len(u.Scrub.Findings), u.Scrub.Found, err)
	}
}

func TestANoteThatCannotBeReadSpoilsNoOther(t *testing.T) {
	d := Dir{Path: t.TempDir(), Now: time.Now}
	if err := d.NoteScrub(ScrubNote{Bodies: 5}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.Path, backupNoteFile), []byte("{\"at\":\x00"), 0o600); err != nil {
		t.Fatal(err)
	}
	u, err := d.Upkeep()
	if err == nil || !strings.Contains(err.Error(), backupNoteFile) || u.Scrub.Bodies != 5 {
		t.Errorf("it is remembered: %+v, %v", u, err)
	}
	if err := d.NoteBackup(BackupNote{To: "/backup"}); err != nil {
		t.Fatal(err)
	}
	if u, err := d.Upkeep(); err != nil || u.Backup.To != "/backup" {
		t.Errorf("after the next backup it is remembered: %+v, %v", u, err)
	}
}
