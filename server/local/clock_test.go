package local

import (
	"io"
	"testing"
	"time"
)

// TestTheWeeklyScrubOutlivesAClockThatIsSet looks as a server does, by a clock that is set for two days and then back. A
// scrub comes once after each time that it is set at most, and no week is without one.
func TestTheWeeklyScrubOutlivesAClockThatIsSet(t *testing.T) {
	const day = 24 * time.Hour
	for _, jump := range []time.Duration{40 * day, -40 * day, 3650 * day, -3650 * day} {
		for _, restarted := range []bool{false, true} {
			s := newSick(t, false)
			s.put("a")
			ran, set := time.Duration(0), time.Duration(0)
			var at time.Time
			w := s.scrubs(&at, io.Discard)
			before, last, most := int64(0), time.Duration(0), time.Duration(0)
			pass := func(d time.Duration) (scrubs int) {
				for end := ran + d; ran < end; ran += 6 * time.Hour {
					at = noon.Add(ran + set)
					if err := w.run(t.Context()); err != nil {
						t.Fatal(err)
					}
					if n := w.bodies.Load(); n != before {
						before, most, last = n, max(most, ran-last), ran
						scrubs++
					}
				}
				return scrubs
			}
			setTo := func(by time.Duration) {
				if set = by; restarted {
					w, before = s.scrubs(&at, io.Discard), 0
				}
			}
			if n := pass(3 * day); n != 1 {
				t.Errorf("%d scrubs at first", n)
			}
			setTo(jump)
			if n := pass(2 * day); n != 1 {
				t.Errorf("%v, %v: %d scrubs in two days by a wrong clock", jump, restarted, n)
			}
			setTo(0)
			if n := pass(21 * day); n < 3 || n > 4 {
				t.Errorf("%v, %v: %d scrubs in three weeks by the right clock", jump, restarted, n)
			}
			if most > 7*day {
				t.Errorf("%v, %v: there was none for %v", jump, restarted, most)
			}
		}
	}
}

// TestASelfSignedCertificateIsGoodByTheRightClock has it made by one that is wrong. One that has ended by then is made
// anew at the next start.
func TestASelfSignedCertificateIsGoodByTheRightClock(t *testing.T) {
	const day = 24 * time.Hour
	for _, jump := range []time.Duration{0, 40 * day, -40 * day, 3650 * day, -3650 * day} {
		now := noon.Add(jump)
		d := Dir{Path: t.TempDir(), Now: func() time.Time { return now }}
		for range 2 {
			c, err := d.SelfSigned("127.0.0.1:9000", nil)
			if err != nil {
				t.Fatal(err)
			}
			pair, err := c.Certificate(nil)
			if err != nil {
				t.Fatal(err)
			}
			if leaf := pair.Leaf; now.Before(leaf.NotBefore) || !now.Before(leaf.NotAfter) {
				t.Errorf("%v: at %v it is good from %v until %v", jump, now, leaf.NotBefore, leaf.NotAfter)
			}
			now = noon
		}
	}
}
