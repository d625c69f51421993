package storage

import (
	"errors"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// clocked is an engine with both clocks in the hands of the test, and a version
// in a Space that is kept for 30 days.
type clocked struct {
	*fixture
	now time.Time
	ran time.Duration
	id  string
}

func newClocked(t *testing.T) *clocked {
	t.Helper()
	c := &clocked{now: start, ran: 5 * time.Hour}
	o := small(vfs.NewMem())
	o.Now, o.Ran = func() time.Time { return c.now }, func() time.Duration { return c.ran }
	c.fixture = &fixture{t, openAt(t, o.FS, o), t.Context()}
	c.must(c.CreateSpace(Space{Name: "s", Created: start, Versioning: Enabled}))
	kept, err := c.Put(c.ctx, "s", "k", c.stage("x"), Attrs{Lock: Lock{Mode: Compliance, Until: start.Add(30 * 24 * time.Hour)}}, Checksum{}, nil)
	c.must(err)
	c.id = kept.VersionID()
	return c
}

func (c *clocked) goOn(d time.Duration) { c.now, c.ran = c.now.Add(d), c.ran+d }

// kept says whether the version cannot be deleted; when it can it is gone.
func (c *clocked) kept() bool {
	c.t.Helper()
	_, err := c.DeleteVersion(c.ctx, "s", "k", c.id, false, nil)
	if err != nil && !errors.Is(err, ErrLocked) {
		c.t.Fatal(err)
	}
	return err != nil
}

func TestAClockThatIsSetFreesNoLockedVersion(t *testing.T) {
	const day = 24 * time.Hour
	for name, steps := range map[string][]struct {
		set, on time.Duration
		kept    bool
	}{
		"not set":                    {{0, 29 * day, true}, {0, day, false}},
		"on":                         {{40 * day, 0, true}, {0, time.Hour, true}, {0, 22 * time.Hour, true}, {0, time.Hour, false}},
		"on, and nobody looks":       {{40 * day, 20 * day, true}, {0, day, false}},
		"on and back":                {{40 * day, 0, true}, {-40 * day, time.Hour, true}, {0, 2 * day, true}, {0, 28 * day, false}},
		"on again and again":         {{40 * day, 0, true}, {40 * day, 23 * time.Hour, true}, {40 * day, 23 * time.Hour, true}, {0, day, false}},
		"on, when it has ended":      {{40 * day, 30 * day, false}},
		"back":                       {{-10 * day, 30 * day, true}, {0, 10 * day, false}},
		"asleep every night":         {{16 * time.Hour, 8 * time.Hour, true}, {14 * day, 0, true}, {0, day, true}, {15 * day, 0, true}, {0, day, false}},
		"from the past to the truth": {{-2000 * day, 0, true}, {2000 * day, 0, true}, {0, 31 * day, false}},
	} {
		c := newClocked(t)
		for i, s := range steps {
			c.now = c.now.Add(s.set)
			c.goOn(s.on)
			if c.kept() != s.kept {
				t.Errorf("%s: step %d: kept: %v", name, i, !s.kept)
			}
		}
	}
}

// TestTheClockOfTheSystemIsBelieved has times with a monotonic reading, as
// time.Now gives them.
func TestTheClockOfTheSystemIsBelieved(t *testing.T) {
	began := time.Now()
	now := began
	o := small(vfs.NewMem())
	o.Now = func() time.Time { return now }
	f := &fixture{t, openAt(t, o.FS, o), t.Context()}
	now = began.Add(90 * 24 * time.Hour)
	if got := f.LockTime(); !got.Equal(now) || f.Ran(now) != 90*24*time.Hour {
		t.Error(got, f.Ran(now))
	}
}

// TestUploadsAreForgottenByAClockThatWasSet completes some while the clock is set, and looks what is remembered of them
// when it has been right again for days.
func TestUploadsAreForgottenByAClockThatWasSet(t *testing.T) {
	const day = 24 * time.Hour
	for _, jump := range []time.Duration{40 * day, -40 * day, 3650 * day, -3650 * day} {
		f, now := setUp(t), start
		f.o.Now = func() time.Time { return now }
		complete := func() {
			u := f.beginUpload("up")
			list := []CompletePart{f.part(u, 1, "x")}
			for range 2 { // whoever asks again is answered
				_, err := f.Complete(f.ctx, "s", "up", u.ID, list, nil, nil)
				f.must(err)
			}
			now = now.Add(time.Minute)
		}
		for range 3 {
			complete()
		}
		now = now.Add(jump)
		for range 3 {
			complete()
		}
		now = now.Add(-jump)
		for range 3 {
			complete()
		}
		now = now.Add(3 * day)
		for range 4 {
			complete()
		}
		if n := f.records(recDone); n != 4 {
			t.Errorf("%v: %d uploads are remembered, want the 4 of this day", jump, n)
		}
	}
}
