package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spaces/server"
	"spaces/server/local"
)

func TestDoctorSaysWhatIsWrongWithABox(t *testing.T) {
	h := newHome(t)
	if out, _, err := h.run(t, "doctor"); statusOf(t, err) != 2 || !strings.Contains(out, "SPACES CRITICAL: There is no data directory") {
		t.Errorf("without a data directory: %v\n%s", err, out)
	}
	s, _ := h.start(t)
	out, errs, err := h.run(t, "doctor")
	if n := statusOf(t, err); n != 1 && n != 2 || !strings.Contains(out, "has the directory and answers") || !strings.Contains(out, "There was never a backup.") {
		t.Errorf("while a server runs: %v\n%s%s", err, out, errs)
	}
	out, _, err = h.run(t, "doctor", "--json")
	var checks []server.Check
	if e := json.Unmarshal([]byte(out), &checks); e != nil || len(checks) < 15 || statusOf(t, err) != int(conditionOf(checks)) {
		t.Errorf("%d checks, %v, %v\n%s", len(checks), e, err, out)
	}
	s.stop()
	if out, _, err := h.run(t, "doctor"); statusOf(t, err) != 2 || !strings.Contains(out, "No server runs, and one did") {
		t.Errorf("when it has ended: %v\n%s", err, out)
	}
	if err := os.Chmod(filepath.Join(h.data(), "admin-token"), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, _, err := h.run(t, "doctor"); statusOf(t, err) != 2 || !strings.Contains(out, "chmod 600") {
		t.Errorf("when others may read a secret: %v\n%s", err, out)
	}
	if _, _, err := h.run(t, "doctor", "--unknown"); statusOf(t, err) != 3 {
		t.Errorf("a wrong flag: %v", err)
	}
	if _, _, err := h.run(t, "doctor", "what"); statusOf(t, err) != 3 {
		t.Errorf("a word too many: %v", err)
	}
}

// status is that which the program ends with.
func TestTheConditionOfABoxIsThatOfItsWorst(t *testing.T) {
	for _, c := range []struct {
		states []server.CheckState
		want   condition
	}{
		{nil, 0},
		{[]server.CheckState{"ok", "ok"}, 0},
		{[]server.CheckState{"ok", "warn", "unknown"}, 1},
		{[]server.CheckState{"wrong", "warn", "unknown"}, 2},
		{[]server.CheckState{"ok", "unknown"}, 3},
	} {
		var checks []server.Check
		for _, s := range c.states {
			checks = append(checks, server.Check{State: s})
		}
		if got := conditionOf(checks); got != c.want {
			t.Errorf("of %v it is %d", c.states, got)
		}
	}
}

func TestDoctorPrintsNamesOfOthersSafely(t *testing.T) {
	var b strings.Builder
	printChecks(&b, []server.Check{{Name: "scrub", State: server.CheckWrong, Sentence: "found damage: media/\x1b[2J\u202e\nOK", Advice: "see \x1b]0;x\a"}})
	if s := b.String(); strings.ContainsAny(s, "\x1b\a\u202e") || strings.Contains(s, "\nOK") {
		t.Errorf("it prints %q", s)
	}
}

func TestAScrubAndABackupByCommandAreNoted(t *testing.T) {
	for name, running := range map[string]bool{"through the server": true, "by themselves": false} {
		t.Run(name, func(t *testing.T) {
			h := newHome(t)
			s, _ := h.start(t)
			if !running {
				s.stop()
			}
			for _, args := range [][]string{{"scrub"}, {"backup", filepath.Join(h.dir, "copy")}} {
				if out, errs, err := h.run(t, args...); err != nil {
					t.Fatal(out, errs, err)
				}
			}
			u, err := local.Dir{Path: h.data()}.Upkeep()
			if err != nil || u.Scrub.At.IsZero() || u.Backup.At.IsZero() || u.Backup.To != filepath.Join(h.dir, "copy") {
				t.Errorf("it is noted: %+v, %v", u, err)
			}
		})
	}
}
