package dialog

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// AsOf asks for the time at which a folder is to be seen.
type AsOf struct {
	base
	place store.Place
	field *kit.Field
	told  bool // it was tried
}

// NewAsOf asks for the time at which a place is to be seen.
func NewAsOf(c *kit.Context, p store.Place) *AsOf {
	d := &AsOf{base: newBase(c, "As it was at a time"), place: p, field: kit.NewField("", "2h, yesterday, 2026-11-03 14:05…")}
	d.form = d.asking
	return d
}

func (d *AsOf) show(c *kit.Context) tea.Cmd {
	at, err := ParseTime(d.field.Value(), c.Now())
	if err != nil {
		d.told = true
		return nil
	}
	d.place.Tab, d.place.Key = store.AsOf(at), ""
	c.Dismiss()
	c.Go(d.place)
	return nil
}

// asking is the form.
func (d *AsOf) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal-8), &d.c.Theme.Paint
	at, err := ParseTime(d.field.Value(), d.c.Now())
	verdict := styled("How long ago, or a date, with a time if needed", kit.Inner(w), t.Dim)
	switch {
	case err == nil:
		verdict = styled(d.c.Told(at, kit.Inner(w)), kit.Inner(w), t.Good)
	case d.field.Value() != "" || d.told:
		verdict = styled(store.Capital(err.Error()), kit.Inner(w), t.Warn)
	}
	return &kit.Form{Width: w, Focus: &d.focus, Items: []kit.Item{kit.Gap,
		&kit.Entry{Label: "Time", Field: d.field, Changed: func(*kit.Context) tea.Cmd { d.told = false; return nil }},
		text(kit.Under(w, verdict...)...), kit.Gap,
		spare(1, note("The folder is shown as it was then, as far as its versions are kept. Nothing is changed by looking.", w, t.Dim)...), kit.Gap,
		kit.Buttons{{Label: "Show", Run: d.show}, dismiss("Cancel")}}}
}

var errNoTime = errors.New("write 2h, 3d, yesterday, 14:05, 2026-11-03, or 2026-11-03 14:05")

// ago is a number of units.
var ago = regexp.MustCompile(`^(\d{1,6})\s*(s|min|m|h|d|w|seconds?|minutes?|hours?|days?|weeks?)(\s+ago)?$`)

// units by their first letter.
var agoUnits = map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}

// dated are the forms of dates, in the zone of now where they name none. A day alone is its first moment.
var dated = []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02", "2 Jan 2006 15:04", "2 Jan 2006", "2006-01-02 15:04 MST"}

// ParseTime reads a moment of the past as people type it: how long ago, "yesterday" (a day ago), "today" (its first moment),
// a time of day (the last such), a date, or both.
func ParseTime(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	low := strings.ToLower(text)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	switch low {
	case "now":
		return now, nil
	case "today":
		return midnight, nil
	case "yesterday":
		return now.AddDate(0, 0, -1), nil
	}
	if m := ago.FindStringSubmatch(low); m != nil {
		n, _ := strconv.Atoi(m[1]) // at most six digits
		return now.Add(-time.Duration(n) * agoUnits[m[2][0]]), nil
	}
	for _, form := range []string{"15:04:05", "15:04"} {
		if at, err := time.Parse(form, text); err == nil {
			at = time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), at.Second(), 0, now.Location())
			if at.After(now) {
				at = at.AddDate(0, 0, -1)
			}
			return at, nil
		}
	}
	for _, form := range dated {
		at, err := time.ParseInLocation(form, text, now.Location())
		switch {
		case err == nil && at.After(now):
			return at, errors.New("that time has not come yet")
		case err == nil:
			return at, nil
		}
	}
	return time.Time{}, errNoTime
}
