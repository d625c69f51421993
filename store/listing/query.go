package listing

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"spaces/store"
)

// Query is what is looked for below a folder: objects of which every condition holds.
type Query struct {
	Text   string
	Prefix string // every key begins with it, below the folder
	tests  []func(name string, e *store.Entry) bool
}

// Match says whether an object, of that name below the folder, is looked for.
func (q *Query) Match(name string, e *store.Entry) bool {
	for _, is := range q.tests {
		if !is(name, e) {
			return false
		}
	}
	return true
}

// ParseQuery reads conditions with blanks between them:
//
//	sunset  *.jpg       part of a name, or a glob for all of it: * ? [a-z] {jpg,png}; small letters find capitals, too
//	2024/*.jpg  **/x?   a glob with a slash is for the whole path below the folder, letter by letter; ** goes over slashes
//	/IMG_               what paths below the folder begin with
//	!*.tmp              none of that name
//	size>100M  <1k      B, k, M, G, T are decimal as everywhere, Ki, Mi, Gi, Ti binary
//	age>7d  <2h         how long ago it was written: m, h, d, w, y
//	2026-11-01..        written on those days, of the zone of now; ..2026-11-30, 2026-11-01..2026-11-30, 2026-11-01
//	"a b*"              a part of the path, as it stands
//
// The error is a sentence about the first condition that cannot be read.
func ParseQuery(text string, now time.Time) (*Query, error) {
	q := &Query{Text: text}
	terms, err := splitTerms(text)
	if err != nil {
		return nil, err
	}
	for _, t := range terms {
		if err := q.term(t, now); err != nil {
			return nil, err
		}
	}
	if len(q.tests) == 0 {
		return nil, errors.New("write what to look for")
	}
	return q, nil
}

// term is one condition. One that was in quotes is a name, whatever it looks like.
type term struct {
	text   string
	quoted bool
}

func splitTerms(text string) (terms []term, err error) {
	for text = strings.TrimLeft(text, " "); text != ""; text = strings.TrimLeft(text, " ") {
		if text[0] == '"' {
			end := strings.IndexByte(text[1:], '"')
			if end < 0 {
				return nil, errors.New(`a quote (") is not closed`)
			}
			if end > 0 {
				terms = append(terms, term{text[1 : 1+end], true})
			}
			text = text[end+2:]
			continue
		}
		end := strings.IndexByte(text, ' ')
		if end < 0 {
			end = len(text)
		}
		terms = append(terms, term{text: text[:end]})
		text = text[end:]
	}
	return terms, nil
}

func (q *Query) term(t term, now time.Time) error {
	field, rest := cutField(t.text)
	switch {
	case t.quoted:
		contains := store.Containing(t.text)
		q.tests = append(q.tests, func(name string, _ *store.Entry) bool { return contains(name) })
		return nil
	case field == "size":
		return q.size(rest)
	case field == "age":
		return q.age(rest, now)
	case strings.ContainsRune("<>", rune(t.text[0])) && isAge(t.text):
		return q.age(t.text, now)
	case strings.ContainsRune("<>", rune(t.text[0])):
		return q.size(t.text)
	case isDay(t.text):
		return q.days(t.text, now)
	case len(t.text) > 1 && t.text[0] == '!':
		return q.name(t.text[1:], true)
	}
	return q.name(t.text, false)
}

// cutField takes the name off "size>1M", "age<7d".
func cutField(text string) (field, rest string) {
	at := strings.IndexAny(text, "<>=:")
	if at <= 0 {
		return "", text
	}
	return strings.ToLower(text[:at]), strings.TrimPrefix(text[at:], ":")
}

// compare is one of > >= < <= =, as a test of what a number is compared with another.
func cutComparison(text string) (holds func(int) bool, rest string, err error) {
	for _, c := range []struct {
		sign  string
		holds func(int) bool
	}{{">=", func(n int) bool { return n >= 0 }}, {"<=", func(n int) bool { return n <= 0 }}, {">", func(n int) bool { return n > 0 }},
		{"<", func(n int) bool { return n < 0 }}, {"=", func(n int) bool { return n == 0 }}} {
		if rest, ok := strings.CutPrefix(text, c.sign); ok {
			return c.holds, rest, nil
		}
	}
	return nil, "", errors.New("write > or < before a size or an age")
}

func (q *Query) size(text string) error {
	holds, rest, err := cutComparison(text)
	if err != nil {
		return err
	}
	size, err := store.ParseSize(rest)
	if err != nil {
		return fmt.Errorf("“%s” is no size: write size>100M, with B, k, M, G or T", rest)
	}
	q.tests = append(q.tests, func(_ string, e *store.Entry) bool { return holds(cmp.Compare(e.Size, size)) })
	return nil
}

// cutNumber parts digits from the unit behind them.
func cutNumber(text string) (number, unit string) {
	at := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if at < 0 {
		return text, ""
	}
	return text[:at], text[at:]
}

// ages are units of time. Months are left out: m is minutes.
var ages = map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour, "y": 365 * 24 * time.Hour}

// isAge says whether "<2h" is about time, not size.
func isAge(text string) bool {
	_, unit := cutNumber(strings.TrimLeft(text, "<>="))
	return ages[unit] > 0
}

func (q *Query) age(text string, now time.Time) error {
	holds, rest, err := cutComparison(text)
	if err != nil {
		return err
	}
	number, unit := cutNumber(rest)
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || ages[unit] == 0 || n > 1e4 {
		return fmt.Errorf("“%s” is no age: write age>7d, with m, h, d, w or y", rest)
	}
	then := now.Add(-time.Duration(n * float64(ages[unit])))
	q.tests = append(q.tests, func(_ string, e *store.Entry) bool { return !e.Modified.IsZero() && holds(then.Compare(e.Modified)) })
	return nil
}

// isDay says whether a text is a date, or from one to another. What is less may be part of a name.
func isDay(text string) bool {
	first, last, isRange := strings.Cut(text, "..")
	return strings.Trim(first+last, "0123456789-") == "" && (len(text) == len(time.DateOnly) && strings.Count(text, "-") == 2 || isRange && strings.Contains(text, "-"))
}

func (q *Query) days(text string, now time.Time) error {
	first, last, isRange := strings.Cut(text, "..")
	if !isRange {
		last = first
	}
	day := func(s string) (time.Time, error) { return time.ParseInLocation(time.DateOnly, s, now.Location()) }
	from, err := day(first)
	if first == "" {
		from, err = time.Time{}, nil
	}
	to, err2 := day(last)
	if to = to.AddDate(0, 0, 1); last == "" {
		to, err2 = now.AddDate(1000, 0, 0), nil
	}
	if err == nil && err2 == nil && !from.Before(to) {
		return fmt.Errorf("“%s” ends before it begins: write the earlier day first", text)
	}
	if err != nil || err2 != nil {
		return fmt.Errorf("“%s” is no day: write 2026-11-01, or 2026-11-01..2026-11-30", text)
	}
	q.tests = append(q.tests, func(_ string, e *store.Entry) bool {
		return !e.Modified.IsZero() && !e.Modified.Before(from) && e.Modified.Before(to)
	})
	return nil
}

// name is a condition on the name, or with not that it does not hold.
func (q *Query) name(text string, not bool) error {
	is, prefix, err := matchName(text)
	if err != nil {
		return err
	}
	if !not && len(prefix) > len(q.Prefix) {
		q.Prefix = prefix // where there are several, one alone is asked of the endpoint
	}
	q.tests = append(q.tests, func(name string, _ *store.Entry) bool { return is(name) != not })
	return nil
}
