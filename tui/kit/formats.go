package kit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Formats is how sizes and dates are written for people. The zero Formats is as DigitalOcean's panel does. What machines
// read does not depend on it.
type Formats struct {
	Sizes Sizes
	Dates Dates
}

// Sizes is a way to write sizes.
type Sizes uint8

// Ways to write sizes: "2.4 MB", "2.3 MiB" (IEC 80000-13), "2,411,724 B".
const (
	Decimal Sizes = iota
	Binary
	Exact
)

// Dates is a way to write dates.
type Dates uint8

// Ways to write dates: in the zone of the user, the time of today's and the day of others; "3 hours ago"; as RFC 3339 has
// them; in UTC.
const (
	Local Dates = iota
	Relative
	ISO
	UTC
)

// SizeNames and DateNames are what the ways are called in the configuration, in their order.
var (
	SizeNames = []string{"decimal", "binary", "bytes"}
	DateNames = []string{"local", "relative", "iso", "utc"}
)

// SizesOf finds a way to write sizes by its name, "" being the default. The error says which there are.
func SizesOf(name string) (Sizes, error) {
	i, err := oneOf(name, SizeNames)
	return Sizes(i), err
}

// DatesOf finds a way to write dates, likewise.
func DatesOf(name string) (Dates, error) {
	i, err := oneOf(name, DateNames)
	return Dates(i), err
}

func oneOf(name string, names []string) (int, error) {
	last := len(names) - 1
	i := slices.Index(names, name)
	switch {
	case name == "":
		return 0, nil
	case i < 0:
		return 0, fmt.Errorf("there is no format %q; write %s or %s", name, strings.Join(names[:last], ", "), names[last])
	}
	return i, nil
}

// Zone returns a moment in the zone that dates are told in, now being in that of the user.
func (f Formats) Zone(now time.Time) time.Time {
	if f.Dates == UTC {
		return now.UTC()
	}
	return now
}

// Bytes writes a size: "512 B", "2.4 MB". A negative one is not known.
func (f Formats) Bytes(n int64) string {
	switch {
	case n < 0:
		return "–"
	case f.Sizes == Exact:
		return Count(n) + " B"
	}
	return f.Rounded(n)
}

// Rounded writes a size where there is no room for an exact one, or no sense in it.
func (f Formats) Rounded(n int64) string {
	if f.Sizes == Binary {
		return binary(n)
	}
	return decimal(n)
}

func decimal(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	v, unit := float64(n), 0
	for v >= 999.95 && unit < 6 {
		v /= 1000
		unit++
	}
	return strconv.FormatFloat(v, 'f', 1, 64) + [...]string{" B", " KB", " MB", " GB", " TB", " PB", " EB"}[unit]
}

func binary(n int64) string {
	if n < 1024 {
		return strconv.FormatInt(n, 10) + " B"
	}
	v, unit := float64(n), 0
	for v >= 1023.5 && unit < 6 {
		v /= 1024
		unit++
	}
	digits := 1
	if v >= 999.95 { // "1023 KiB" takes no more room than "99.9 KiB"
		digits = 0
	}
	return strconv.FormatFloat(v, 'f', digits, 64) + [...]string{" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"}[unit]
}

// SizeWidth is the room of a column of sizes: for exact ones that of the largest object of S3, 5 TiB.
func (f Formats) SizeWidth() int {
	return [...]int{len("999.9 KB"), len("999.9 KiB"), len("5,497,558,138,880 B")}[f.Sizes]
}

// SizeIn writes a size for w cells. One that is too long for them is rounded: half a number is a wrong one.
func (f Formats) SizeIn(n int64, w int) string {
	text := f.Bytes(n)
	if len(text) > w {
		return f.Rounded(n)
	}
	return text
}

// Rate writes how fast something goes: in bytes a second, or where none move in objects a second; "" when it stands. It
// changes all the time, so that nobody needs it exactly.
func (f Formats) Rate(bytes, objects float64) string {
	switch {
	case bytes >= 1:
		return f.Rounded(int64(bytes)) + "/s"
	case objects >= 1:
		return Plural(int64(objects), "object") + "/s"
	}
	return ""
}

// DateWidth is the room of a column of dates.
func (f Formats) DateWidth() int {
	return [...]int{len("2006-01-02"), len("59 minutes ago"), len("2006-01-02T15:04:05+07:00"), len("2006-01-02 15:04Z")}[f.Dates]
}

// Date writes a moment in at most DateWidth cells; "" for the zero time. Local ones are in the zone of now: the time when
// it is of the same day ("14:05"), else the date ("2026-11-03").
func (f Formats) Date(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	switch f.Dates {
	case Relative:
		return ago(t, now)
	case ISO:
		return t.In(now.Location()).Format(time.RFC3339)
	case UTC:
		return t.UTC().Format("2006-01-02 15:04Z")
	}
	t = t.In(now.Location())
	if y, m, d := now.Date(); t.Year() == y && t.Month() == m && t.Day() == d {
		return t.Format("15:04")
	}
	return t.Format("2006-01-02")
}

// TimeWidth is the room of a column of dates with their times.
func (f Formats) TimeWidth() int { return max(f.DateWidth(), len("2006-01-02 15:04")) }

// Day writes the date of a moment whose zone is not known: "2026-11-03".
func (f Formats) Day(t, now time.Time) string {
	if f.Dates == Relative {
		return f.Date(t, now)
	}
	return t.Format(time.DateOnly)
}

// Time writes a moment in at most TimeWidth cells: "2026-11-03 14:05"; "" for the zero time.
func (f Formats) Time(t, now time.Time) string {
	if t.IsZero() || f.Dates != Local {
		return f.Date(t, now)
	}
	return t.In(now.Location()).Format("2006-01-02 15:04")
}

// Moment writes a moment in full, also where dates are relative: "2026-11-03 14:05 UTC".
func (f Formats) Moment(t, now time.Time) string {
	return f.layout(t, now, "2006-01-02 15:04 MST", time.RFC3339)
}

// Second writes a moment to the second, likewise, and without its zone where that is the user's.
func (f Formats) Second(t, now time.Time) string {
	if f.Dates == UTC {
		return t.UTC().Format("2006-01-02 15:04:05Z")
	}
	return f.layout(t, now, time.DateTime, time.RFC3339)
}

// Told writes a moment as people tell it, with its zone: where it has room in w cells with the weekday in full and the year,
// else in short. It is for what is some days away, and is the same as Second where dates are for machines.
func (f Formats) Told(t, now time.Time, w int) string {
	if f.Dates == ISO || f.Dates == UTC {
		return f.Second(t, now)
	}
	t = t.In(now.Location())
	if long := t.Format("Monday, 2 January 2006, 15:04:05 MST"); Width(long) <= w {
		return long
	}
	return t.Format("Mon 2 Jan, 15:04 MST")
}

// Milli writes a moment to the millisecond, with its zone.
func (f Formats) Milli(t, now time.Time) string {
	return f.layout(t, now, "2006-01-02 15:04:05.000 MST", "2006-01-02T15:04:05.000Z07:00")
}

func (f Formats) layout(t, now time.Time, local, iso string) string {
	switch f.Dates {
	case ISO:
		return t.In(now.Location()).Format(iso)
	case UTC:
		return t.UTC().Format(local)
	}
	return t.In(now.Location()).Format(local)
}

// ago writes how long something is past, or still to come. Clocks differ a little: what is within a minute is now.
func ago(t, now time.Time) string {
	d, past := now.Sub(t), true
	if d < 0 {
		d, past = t.Sub(now), false
	}
	if d < time.Minute {
		return "just now"
	}
	text := span(d)
	if past {
		return text + " ago"
	}
	return "in " + text
}

// span writes the largest unit of a time that is whole. A month is the twelfth of 365 days.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	const year = 365 * day
	switch {
	case d < time.Hour:
		return Plural(int64(d/time.Minute), "minute")
	case d < day:
		return Plural(int64(d/time.Hour), "hour")
	case d < 31*day:
		return Plural(int64(d/day), "day")
	case d < year:
		return Plural(int64(d/(year/12)), "month")
	}
	return Plural(int64(d/year), "year")
}

// Bytes writes a size as the user wants it.
func (c *Context) Bytes(n int64) string { return c.Formats.Bytes(n) }

// Date writes a moment in short, as the user wants it; Moment in full.
func (c *Context) Date(t time.Time) string   { return c.Formats.Date(t, c.Now()) }
func (c *Context) Moment(t time.Time) string { return c.Formats.Moment(t, c.Now()) }

// Told writes a moment as people tell it, in w cells where that can be.
func (c *Context) Told(t time.Time, w int) string { return c.Formats.Told(t, c.Now(), w) }

// Time writes a date with its time.
func (c *Context) Time(t time.Time) string { return c.Formats.Time(t, c.Now()) }
