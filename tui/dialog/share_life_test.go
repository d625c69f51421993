package dialog

import (
	"testing"
	"time"

	"spaces/store"
)

func TestALifeIsReadAsPeopleTypeIt(t *testing.T) {
	zone := time.FixedZone("CEST", 2*3600)
	now := time.Date(2026, 11, 22, 14, 5, 0, 0, zone)
	at := func(day, hour, minute int) time.Duration {
		return time.Date(2026, 11, day, hour, minute, 0, 0, zone).Sub(now)
	}
	for text, want := range map[string]time.Duration{
		"90m": 90 * time.Minute, "2d12h": 60 * time.Hour, " 2D 12h ": 60 * time.Hour, "1w": store.MaxShare, "7d": store.MaxShare, "1s": time.Second,
		"18:00": at(22, 18, 0), "14:05": at(23, 14, 5), "2:00": at(23, 2, 0), "2026-11-23": at(24, 0, 0),
		"2026-11-25 18:30": at(25, 18, 30), "2026-11-25T18:30": at(25, 18, 30), "2026-11-25T18:30:00Z": at(25, 20, 30),
	} {
		if got, err := lifeOf(text, now); got != want || err != nil {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]error{
		"": errLife, "soon": errLife, "90": errLife, "m": errLife, "2d12": errLife, "-1h": errLife, "1.5h": errLife, "2026-13-01": errLife, "25:00": errLife,
		"7d1s": errLong, "8d": errLong, "999999w": errLong, "99999999999999h": errLife, "999999w999999w999999w": errLong, "2026-11-30": errLong, "2027-01-01 00:00": errLong,
		"0m": errOver, "2026-11-21": errOver, "2026-11-22 14:05": errOver,
	} {
		if got, err := lifeOf(text, now); err != want {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
}

func FuzzLife(f *testing.F) {
	for _, text := range []string{"90m", "2d12h", "18:00", "2026-11-25 18:30", "999999w999999w"} {
		f.Add(text)
	}
	now := time.Date(2026, 11, 22, 14, 5, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		if life, err := lifeOf(text, now); err == nil && (life < time.Second || life > store.MaxShare) {
			t.Errorf("%q is %v", text, life)
		}
	})
}
