package certs

import (
	"strings"
	"testing"
	"time"

	"spaces/server/certs/certstest"
)

// TestACAIsNotAskedAgainAndAgainByAClockThatIsWrong has a CA with another clock, by which its certificates are dated.
func TestACAIsNotAskedAgainAndAgainByAClockThatIsWrong(t *testing.T) {
	const day, life = 24 * time.Hour, 90 * 24 * time.Hour
	for name, c := range map[string]struct {
		ahead time.Duration
		due   bool // the certificate is to be renewed as soon as it is there
	}{
		"right": {}, "40 days ahead": {40 * day, false}, "70 days ahead": {70 * day, true}, "10 years ahead": {3650 * day, true},
		"40 days behind": {-40 * day, false}, "10 years behind": {-3650 * day, false},
	} {
		t.Run(name, func(t *testing.T) {
			ca := certstest.Start(t, life)
			now := func() time.Time { return time.Now().Add(c.ahead) }
			b := open(t, ca, Options{now: now}, false, false)
			ca.At(b.o.Listen, nil)
			made := b.shown("s3.test")
			s := until(t, "it was looked after", func() (Status, bool) { s := b.Status()[0]; return s, !s.Next.IsZero() && !s.Until.IsZero() })
			wait, most := s.Next.Sub(now()), lookAfter
			if c.due {
				most = life / 10
			}
			if wait > most || wait < most-time.Hour && c.due || wait <= 0 {
				t.Errorf("it is looked after again in %v", wait)
			}
			if c.due != strings.Contains(s.Error, "one of the clocks is wrong") || !c.due && s.Error != "" {
				t.Errorf("it says %q", s.Error)
			}
			if name, _ := b.due(now()); name != "" {
				t.Errorf("it is the turn of %s already", name)
			}
			b.stop()
			right := open(t, ca, Options{Dir: b.o.Dir}, false, false)
			if got := right.shown("s3.test"); !got.Equal(made) || ca.Orders() != 1 {
				t.Errorf("by the right clock there is another certificate, after %d orders", ca.Orders())
			}
		})
	}
}
