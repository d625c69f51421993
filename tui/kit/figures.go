package kit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"spaces/store"
)

// Bytes writes a size in decimal units, as the control panel does: "512 B", "2.4 MB", "18.6 GB".
func Bytes(n int64) string {
	if n < 0 {
		return "–"
	}
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

// Count writes a number with commas between thousands: "12,000".
func Count[T int | int64](n T) string { return store.Count(n) }

// Plural writes a count with its noun: "1 object", "41,207 objects".
func Plural[T int | int64](n T, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y") && !strings.HasSuffix(noun, "ey") && !strings.HasSuffix(noun, "ay"):
		return Count(n) + " " + noun[:len(noun)-1] + "ies"
	}
	return Count(n) + " " + noun + "s"
}

// Date writes a moment in at most 10 cells, in the zone of now: the time when it is of the same day ("14:05"), else
// the date ("2026-11-03"); "" for the zero time.
func Date(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(now.Location())
	if y, m, d := now.Date(); t.Year() == y && t.Month() == m && t.Day() == d {
		return t.Format("15:04")
	}
	return t.Format("2006-01-02")
}

// Moment writes a moment in full, in the zone of now: "2026-11-03 14:05 UTC".
func Moment(t, now time.Time) string { return t.In(now.Location()).Format("2006-01-02 15:04 MST") }

// Left writes the time that something still takes: "0:48", "1:02:03", "3 days"; "" when it is not known.
func Left(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	s := int64((d + time.Second - 1) / time.Second)
	switch {
	case s < 3600:
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	case s < 48*3600:
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d days", s/86400)
}

// Rate writes how fast something goes: in bytes a second, or where none move in objects a second; "" when it stands.
func Rate(bytes, objects float64) string {
	switch {
	case bytes >= 1:
		return Bytes(int64(bytes)) + "/s"
	case objects >= 1:
		return Plural(int64(objects), "object") + "/s"
	}
	return ""
}

// Percent writes a part of a whole: "61 %". It says "100 %" only when nothing is left.
func Percent(part, whole int64) string {
	switch {
	case whole <= 0:
		return "0 %"
	case part >= whole:
		return "100 %"
	}
	return strconv.FormatInt(min(int64(float64(part)/float64(whole)*100), 99), 10) + " %"
}
