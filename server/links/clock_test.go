package links

import (
	"errors"
	"testing"
	"time"

	"spaces/server/storage"
)

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// TestLinksFollowAClockThatIsSet has links expire by what the clock shows, and be there again once it shows less. None is
// forgotten by it that has not ended long ago.
func TestLinksFollowAClockThatIsSet(t *testing.T) {
	for _, jump := range []time.Duration{40 * day, -40 * day, 10 * year, -10 * year} {
		right, ran, set := time.Unix(1_800_000_000, 0), time.Duration(0), time.Duration(0)
		b := openBook(t, storage.Options{Now: func() time.Time { return right.Add(ran + set) }, Ran: func() time.Duration { return ran }})
		limits := &Limits{Files: 10}
		held := map[string]*Held{}
		for name, l := range map[string]Link{
			"day": {Until: right.Add(day)}, "form": {Until: right.Add(day), Limits: limits}, "once": {Once: true}, "ever": {},
			"ended": {Until: right.Add(time.Minute)}, "long ago": {Until: right.Add(time.Minute)},
		} {
			l.Key = name
			held[name], _ = b.made(t, l, "")
		}
		done, err := held["once"].Take()
		if err == nil {
			err = done(true)
		}
		if err != nil {
			t.Fatal(err)
		}
		ran += time.Hour
		states := func(when string, ended bool) {
			t.Helper()
			for name, h := range held {
				var want error
				switch name {
				case "day", "form":
					if ended {
						want = ErrExpired
					}
				case "once":
					want = ErrUsed
				case "ended", "long ago":
					if set >= 0 {
						want = ErrExpired
					}
				}
				if got := h.Usable(); !errors.Is(got, want) {
					t.Errorf("%v, %s: %s: %v, want %v", jump, when, name, got, want)
				}
			}
		}
		states("before", false)
		set = jump
		for range 3 {
			states("set", jump > 0)
			b.made(t, Link{Key: "another"}, "") // which forgets what ended long ago
			ran += time.Hour
		}
		if h, made := b.made(t, Link{Key: "short", Until: b.now().Add(time.Hour)}, ""); made.State(b.now()) != "active" || h.Usable() != nil {
			t.Errorf("%v: a new link is not good: %+v", jump, made)
		}
		set = 0
		states("right again", false)
		if n := len(b.List()); n != 10 {
			t.Errorf("%v: %d links are there", jump, n)
		}
	}
}

// TestAClockThatIsSetLocksNoLink has attempts at passwords and counts of downloads by a clock that is set.
func TestAClockThatIsSetLocksNoLink(t *testing.T) {
	for _, jump := range []time.Duration{40 * day, -40 * day, 10 * year, -10 * year} {
		now := time.Unix(1_800_000_000, 0)
		b := openBook(t, storage.Options{Now: func() time.Time { return now }, Ran: func() time.Duration { return 0 }})
		h, l := b.made(t, Link{Key: "x"}, "")
		for _, by := range []time.Duration{0, jump, -jump} {
			now = now.Add(by)
			if err := h.try(); err != nil {
				t.Errorf("%v: set by %v: %v", jump, by, err)
			}
			now = now.Add(tryEvery)
			for range 2 {
				if err := h.count(); err != nil {
					t.Error(err)
				}
			}
		}
		now = now.Add(-time.Minute)
		if err := h.count(); err != nil {
			t.Error(err)
		}
		again, err := Open(b.engine, b.now)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := again.Get(l.ID); err != nil || got.Used != 7 {
			t.Errorf("%v: %d of 7 downloads are kept: %v", jump, got.Used, err)
		}
	}
}
