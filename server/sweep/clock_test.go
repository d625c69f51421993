package sweep_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"spaces/server/storage"
)

// TestWhatIsWrittenWhileTheClockIsBehindIsKept has machines that do not keep the
// time while they are off. What they write before they know it looks years old.
func TestWhatIsWrittenWhileTheClockIsBehindIsKept(t *testing.T) {
	const late = 2000 * day
	rules := ruleFor("", "<Expiration><Days>2</Days></Expiration><NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays></NoncurrentVersionExpiration>"+
		"<AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload>")
	for name, falls := range map[string]func(*yard){
		"at the start": func(y *yard) {
			y.pass(time.Hour) // it is swept, by the right time
			y.now = y.now.Add(-late)
			y.restart()
		},
		"at the start, and seen so": func(y *yard) {
			y.pass(time.Hour)
			y.now = y.now.Add(-late)
			y.restart()
			y.pass(3 * time.Hour)
		},
		"at the first start ever": func(y *yard) {
			y.now = y.now.Add(-late)
			y.restart()
		},
		"while it runs": func(y *yard) {
			y.pass(time.Hour)
			y.goOn(time.Hour)
			y.now = y.now.Add(-late)
			y.pass(2 * time.Hour)
		},
		"while it runs, in steps": func(y *yard) {
			y.pass(time.Hour)
			y.goOn(time.Hour)
			y.now = y.now.Add(-late / 2)
			y.put("early", "x")
			y.pass(2 * time.Hour)
			y.now = y.now.Add(-late / 2)
			y.pass(30 * time.Hour)
		},
	} {
		for _, restarted := range []bool{false, true} {
			y := newYard(t, rules)
			y.must(y.engine.SetVersioning("s", storage.Enabled))
			y.put("before", "x")
			right := y.now.Add(-y.ran)
			falls(y)
			for _, key := range []string{"behind", "behind"} {
				y.put(key, "x")
			}
			_, err := y.engine.CreateUpload(y.ctx, "s", "upload", storage.Attrs{}, "", "")
			y.must(err)
			y.goOn(time.Minute)
			y.now = right.Add(y.ran)
			if restarted {
				y.pass(0)
				y.restart()
			}
			y.put("after", "x")
			left := func() (keys string, versions, uploads int) {
				rows, _, err := y.engine.ListVersions(y.ctx, "s", storage.VersionsQuery{Max: 100, Prefix: "behind"})
				y.must(err)
				list, _, _, err := y.engine.Uploads("s", storage.UploadsQuery{Max: 10})
				y.must(err)
				return strings.Replace(y.keys(), " early", "", 1), len(rows), len(list)
			}
			y.pass(12 * time.Hour)
			if keys, versions, uploads := left(); keys != "after before behind" || versions != 2 || uploads != 1 {
				t.Errorf("%s, %v: hours later: %q, %d versions, %d uploads", name, restarted, keys, versions, uploads)
			}
			y.pass(7 * day)
			if keys, versions, uploads := left(); keys != "" || versions != 0 || uploads != 0 {
				t.Errorf("%s, %v: days later: %q, %d versions, %d uploads", name, restarted, keys, versions, uploads)
			}
		}
	}
}

// TestWhatIsWrittenBeforeAMachineSleepsIsAsOldAsItIs: the clock was right before.
func TestWhatIsWrittenBeforeAMachineSleepsIsAsOldAsItIs(t *testing.T) {
	y := newYard(t, ruleFor("", "<Expiration><Days>2</Days></Expiration>"))
	y.pass(time.Hour)
	y.put("a", "x")
	y.pass(time.Hour)
	y.goOn(time.Minute)
	y.now = y.now.Add(3 * day)
	if y.pass(2 * time.Hour); y.keys() != "" {
		t.Error("what is due stays")
	}
}

// TestNothingGoesByAClockThatIsSetAndSetBack has rules, uploads and the trash at once. What goes
// at last shows that it would have.
func TestNothingGoesByAClockThatIsSetAndSetBack(t *testing.T) {
	const year = 365 * day
	for _, jump := range []time.Duration{40 * day, -40 * day, 10 * year, -10 * year} {
		for _, restarted := range []bool{false, true} {
			y := newYard(t, ruleFor("", "<Expiration><Days>30</Days></Expiration>"))
			y.pass(time.Hour) // it is swept, by the right time
			write := func(key string) {
				y.put(key, "x")
				y.put(".trash/"+y.now.Format("20060102T150405Z")+"-abcdef/"+key, "x")
				_, err := y.engine.CreateUpload(y.ctx, "s", key, storage.Attrs{}, "", "")
				y.must(err)
			}
			left := func() string {
				list, _, _, err := y.engine.Uploads("s", storage.UploadsQuery{Max: 10})
				y.must(err)
				n := 0
				for _, key := range strings.Fields(y.keys()) {
					if strings.HasPrefix(key, ".trash/") {
						n++
					}
				}
				return fmt.Sprintf("%d objects, %d of them in the trash, %d uploads", len(strings.Fields(y.keys())), n, len(list))
			}
			set := func(by time.Duration) {
				y.now = y.now.Add(by)
				if restarted {
					y.restart()
				}
			}
			write("before")
			y.goOn(time.Hour)
			set(jump)
			y.look()
			write("between")
			if jump < 0 { // by a clock that is behind nothing is due, and it may go on for long
				y.pass(5 * time.Hour)
			} else {
				y.goOn(30 * time.Minute)
			}
			set(-jump)
			write("after")
			y.pass(2 * time.Hour)
			y.goOn(20 * day)
			y.pass(4 * time.Hour)
			if got, want := left(), "6 objects, 3 of them in the trash, 3 uploads"; got != want {
				t.Errorf("%v, %v: %s, want %s", jump, restarted, got, want)
			}
			y.goOn(max(jump, 0) + 15*day) // what is from between may have a time that is to come, and goes by that
			y.pass(4 * time.Hour)
			if got := left(); !strings.HasPrefix(got, "0 objects") || !strings.HasSuffix(got, " 0 uploads") {
				t.Errorf("%v, %v: in the end there are %s", jump, restarted, got)
			}
		}
	}
}

// TestWhatAWholeRunWroteWhileTheClockWasBehindIsKept has a clock that is set right while the program does not run, or in
// steps. No tick comes in a run that is short.
func TestWhatAWholeRunWroteWhileTheClockWasBehindIsKept(t *testing.T) {
	const late = 2000 * day
	for name, behind := range map[string]func(*yard){
		"a long run": func(y *yard) {
			y.restart()
			y.put("behind", "x")
			y.pass(30 * time.Hour)
		},
		"a short run": func(y *yard) {
			y.restart()
			y.begin()
			y.put("behind", "x")
			y.goOn(time.Minute)
		},
		"two short runs": func(y *yard) {
			y.restart()
			y.begin()
			y.put("behind", "x")
			y.goOn(time.Minute)
			y.restart()
			y.begin()
			y.goOn(time.Minute)
		},
		"set on by some while it runs": func(y *yard) {
			y.restart()
			y.put("behind", "x")
			y.pass(2 * time.Hour)
			y.goOn(time.Hour)
			y.now = y.now.Add(late / 2)
			y.pass(2 * time.Hour)
		},
	} {
		y := newYard(t, ruleFor("", "<Expiration><Days>2</Days></Expiration>"))
		y.pass(time.Hour)
		right := y.now.Add(-y.ran)
		y.now = y.now.Add(-late)
		behind(y)
		y.now = right.Add(y.ran)
		y.restart()
		y.begin()
		y.put("after", "x")
		if y.pass(12 * time.Hour); y.keys() != "after behind" {
			t.Errorf("%s: hours later: %q", name, y.keys())
		}
		y.restart()
		y.begin()
		y.goOn(4 * day)
		if y.pass(4 * time.Hour); y.keys() != "" {
			t.Errorf("%s: days later: %q", name, y.keys())
		}
		y.put("next", "x") // by the right clock, and a sleep
		y.pass(30 * time.Hour)
		y.now = y.now.Add(40 * day)
		if y.pass(4 * time.Hour); y.keys() != "" {
			t.Errorf("%s: it counts as behind for ever: %q", name, y.keys())
		}
	}
}

// begin starts a run, in which no tick comes by itself.
func (y *yard) begin() {
	ctx, cancel := context.WithCancel(y.ctx)
	cancel()
	y.Run(ctx, nil)
}
