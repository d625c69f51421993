package dialog

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"spaces/store"
)

// lives are the durations that Quick Share offers, as they are typed too.
var lives = []struct{ label, text string }{
	{"1 hour", "1h"}, {"6 hours", "6h"}, {"1 day", "1d"}, {"3 days", "3d"}, {"7 days", "7d"},
}

var (
	errLife = errors.New("type how long, as 90m or 2d12h, or until when, as 18:00 or 2026-11-30 18:00")
	errLong = errors.New("a link lasts 7 days at most: no signature of S3 is valid for longer")
	errAges = errors.New("a link lasts ten years at most, or until it is taken back")
	errOver = errors.New("that is over already")
)

// part of a life: a number with its unit.
var part = regexp.MustCompile(`^(\d{1,6})(w|d|h|m|s)`)

var units = map[string]time.Duration{
	"w": 7 * 24 * time.Hour, "d": 24 * time.Hour, "h": time.Hour, "m": time.Minute, "s": time.Second,
}

// Life reads how long a link is to work as Quick Share does: see lifeOf.
func Life(text string, now time.Time) (time.Duration, error) { return lifeOf(text, now) }

// mostKept is the longest life of a link that a server keeps, unless it does not end.
const mostKept = 3650 * 24 * time.Hour

// KeptLife reads how long a link is to work that a server keeps: it is as Life, and may be longer.
func KeptLife(text string, now time.Time) (time.Duration, error) {
	return lifeUpTo(mostKept, text, now)
}

// lifeOf reads how long a link is to work, as people type it: a life such as 90m or 2d12h, or its end, which is a time of
// day (the next there is), a date (its whole day), or both, in the zone of now. The error is a sentence without its capital.
func lifeOf(text string, now time.Time) (time.Duration, error) {
	return lifeUpTo(store.MaxShare, text, now)
}

func lifeUpTo(most time.Duration, text string, now time.Time) (time.Duration, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	life, ok := sum(strings.ReplaceAll(text, " ", ""))
	if !ok {
		end, ok := endOf(text, now)
		if !ok {
			return 0, errLife
		}
		life = end.Sub(now)
	}
	switch {
	case life > most && most == store.MaxShare:
		return 0, errLong
	case life > most:
		return 0, errAges
	case life < time.Second:
		return 0, errOver
	}
	return life, nil
}

// sum adds up the parts of a life.
func sum(text string) (life time.Duration, ok bool) {
	for text != "" {
		m := part.FindStringSubmatch(text)
		if m == nil {
			return 0, false
		}
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return 0, false
		}
		unit := units[m[2]]
		n = min(n, int(2*mostKept/unit)) // too long is too long
		life = min(life+time.Duration(n)*unit, 2*mostKept)
		text, ok = text[len(m[0]):], true
	}
	return life, ok
}

func endOf(text string, now time.Time) (end time.Time, ok bool) {
	zone := now.Location()
	if t, err := time.ParseInLocation("15:04", text, zone); err == nil {
		end = time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), 0, 0, zone)
		if !end.After(now) {
			end = time.Date(now.Year(), now.Month(), now.Day()+1, t.Hour(), t.Minute(), 0, 0, zone)
		}
		return end, true
	}
	if t, err := time.ParseInLocation("2006-01-02", text, zone); err == nil {
		return t.AddDate(0, 0, 1), true
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02t15:04", "2006-01-02t15:04:05"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, true
		}
	}
	t, err := time.Parse(time.RFC3339, strings.ToUpper(text))
	return t, err == nil
}
