package kit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"spaces/store"
)

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
