package kit_test

import (
	"math"
	"testing"
	"time"

	"spaces/tui/kit"
)

func TestSizesAreWrittenAsTheUserWantsThem(t *testing.T) {
	decimal, binary, exact := kit.Formats{}, kit.Formats{Sizes: kit.Binary}, kit.Formats{Sizes: kit.Exact}
	for _, c := range []struct {
		n                      int64
		decimal, binary, exact string
	}{
		{-1, "–", "–", "–"}, {0, "0 B", "0 B", "0 B"}, {999, "999 B", "999 B", "999 B"}, {1000, "1.0 KB", "1000 B", "1,000 B"},
		{1023, "1.0 KB", "1023 B", "1,023 B"}, {1024, "1.0 KB", "1.0 KiB", "1,024 B"}, {999_949, "999.9 KB", "976.5 KiB", "999,949 B"},
		{999_950, "1.0 MB", "976.5 KiB", "999,950 B"}, {1023<<10 + 511, "1.0 MB", "1023 KiB", "1,048,063 B"}, {1023<<10 + 512, "1.0 MB", "1.0 MiB", "1,048,064 B"},
		{148_200_000_000, "148.2 GB", "138.0 GiB", "148,200,000,000 B"}, {5 << 40, "5.5 TB", "5.0 TiB", "5,497,558,138,880 B"},
		{1 << 62, "4.6 EB", "4.0 EiB", "4,611,686,018,427,387,904 B"}, {math.MaxInt64, "9.2 EB", "8.0 EiB", "9,223,372,036,854,775,807 B"},
	} {
		for got, want := range map[string]string{decimal.Bytes(c.n): c.decimal, binary.Bytes(c.n): c.binary, exact.Bytes(c.n): c.exact} {
			if got != want {
				t.Errorf("%d bytes are %q, not %q", c.n, got, want)
			}
		}
	}
}

// Whatever its length, a number is never cut: rounded it says that it is.
func TestEverySizeFitsItsColumn(t *testing.T) {
	for _, f := range []kit.Formats{{}, {Sizes: kit.Binary}, {Sizes: kit.Exact}} {
		for n := int64(1); n > 0; n = n*3 + 1 {
			for _, n := range []int64{n, n*1000 - 1, n*1024 - 1} {
				if text := f.SizeIn(n, f.SizeWidth()); n >= 0 && kit.Width(text) > f.SizeWidth() {
					t.Errorf("%d bytes are %q, more than %d cells", n, text, f.SizeWidth())
				}
			}
		}
	}
	exact := kit.Formats{Sizes: kit.Exact}
	if got := exact.SizeIn(1<<62, exact.SizeWidth()); got != "4.6 EB" {
		t.Errorf("it is %q", got)
	}
	if got := exact.SizeIn(5<<40, exact.SizeWidth()); got != "5,497,558,138,880 B" {
		t.Errorf("it is %q", got)
	}
}

func TestDatesAreWrittenAsTheUserWantsThem(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	now := time.Date(2026, 11, 22, 14, 5, 0, 0, zone)
	today, past := time.Date(2026, 11, 22, 10, 5, 7, 8e6, time.UTC), time.Date(2026, 11, 2, 23, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		f                                   kit.Formats
		today, past, long, full, sec, milli string
	}{
		{kit.Formats{}, "11:05", "2026-11-03", "2026-11-03 00:30", "2026-11-03 00:30 CET", "2026-11-03 00:30:00", "2026-11-22 11:05:07.008 CET"},
		{kit.Formats{Dates: kit.Relative}, "2 hours ago", "19 days ago", "19 days ago", "2026-11-03 00:30 CET", "2026-11-03 00:30:00", "2026-11-22 11:05:07.008 CET"},
		{kit.Formats{Dates: kit.ISO}, "2026-11-22T11:05:07+01:00", "2026-11-03T00:30:00+01:00", "2026-11-03T00:30:00+01:00", "2026-11-03T00:30:00+01:00",
			"2026-11-03T00:30:00+01:00", "2026-11-22T11:05:07.008+01:00"},
		{kit.Formats{Dates: kit.UTC}, "2026-11-22 10:05Z", "2026-11-02 23:30Z", "2026-11-02 23:30Z", "2026-11-02 23:30 UTC", "2026-11-02 23:30:00Z",
			"2026-11-22 10:05:07.008 UTC"},
	} {
		for _, pair := range [][2]string{{c.f.Date(today, now), c.today}, {c.f.Date(past, now), c.past}, {c.f.Time(past, now), c.long}, {c.f.Moment(past, now), c.full},
			{c.f.Second(past, now), c.sec}, {c.f.Milli(today, now), c.milli}, {c.f.Date(time.Time{}, now), ""}, {c.f.Time(time.Time{}, now), ""}} {
			if pair[0] != pair[1] {
				t.Errorf("%v: %q, not %q", c.f, pair[0], pair[1])
			}
		}
		if w := kit.Width(c.f.Date(past, now)); w > c.f.DateWidth() {
			t.Errorf("%v: a date takes %d cells of %d", c.f, w, c.f.DateWidth())
		}
	}
}

func TestRelativeDatesNameTheLargestWholeUnit(t *testing.T) {
	now, f := time.Date(2026, 11, 22, 14, 5, 0, 0, time.UTC), kit.Formats{Dates: kit.Relative}
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]string{
		0: "just now", 59 * time.Second: "just now", -59 * time.Second: "just now", time.Minute: "1 minute ago", time.Hour - 1: "59 minutes ago",
		time.Hour: "1 hour ago", day - 1: "23 hours ago", day: "1 day ago", 31*day - 1: "30 days ago", 31 * day: "1 month ago", 365*day - 1: "11 months ago",
		365 * day: "1 year ago", 56 * 365 * day: "56 years ago", -2 * time.Hour: "in 2 hours", -time.Hour + 1: "in 59 minutes",
	} {
		if got := f.Date(now.Add(-d), now); got != want || kit.Width(got) > f.DateWidth() {
			t.Errorf("%v before is %q, not %q in %d cells", d, got, want, f.DateWidth())
		}
	}
	if got := f.Date(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), now); kit.Width(got) > f.DateWidth() {
		t.Errorf("what an endpoint says of the year 9999 is %q", got)
	}
}

func TestRatesAreRoundedAlsoWhereSizesAreExact(t *testing.T) {
	exact, binary := kit.Formats{Sizes: kit.Exact}, kit.Formats{Sizes: kit.Binary}
	for got, want := range map[string]string{
		exact.Rate(14.2e6, 3): "14.2 MB/s", binary.Rate(14.2e6, 3): "13.5 MiB/s", exact.Rate(0, 1200.7): "1,200 objects/s", exact.Rate(0, 1): "1 object/s", exact.Rate(0.5, 0.5): "",
	} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestFormatsAreFoundByTheirNames(t *testing.T) {
	for i, name := range kit.SizeNames {
		if s, err := kit.SizesOf(name); err != nil || int(s) != i {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
	for i, name := range kit.DateNames {
		if d, err := kit.DatesOf(name); err != nil || int(d) != i {
			t.Errorf("%s: %v, %v", name, d, err)
		}
	}
	if d, err := kit.DatesOf(""); err != nil || d != kit.Local {
		t.Errorf("the default is %v, %v", d, err)
	}
	if _, err := kit.SizesOf("KiB"); err == nil || err.Error() != `there is no format "KiB"; write decimal, binary or bytes` {
		t.Error(err)
	}
}
