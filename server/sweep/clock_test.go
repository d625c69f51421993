package sweep_test

import (
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
