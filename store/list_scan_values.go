package store

import "time"

// number reads digits, no more than an int64 has room for.
func number(b []byte) (n int64, ok bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	for _, c := range b {
		if !isDigit(c) {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	return n, true
}

// day is one that was read: most objects of a page are of a few days.
type day struct {
	text  [len("2006-01-02")]byte
	begin int64 // Unix seconds
}

// date reads a time as S3 writes it: 2006-01-02T15:04:05.000Z, with any fraction or none.
func (s *scanner) date(b []byte) (time.Time, bool) {
	const layout = "0000-00-00T00:00:00"
	if len(b) <= len(layout) || b[len(b)-1] != 'Z' {
		return time.Time{}, false
	}
	if string(b[:len(s.day.text)]) != string(s.day.text[:]) && !s.day.read(b[:len(s.day.text)]) {
		return time.Time{}, false
	}
	hour, minute, second := two(b[11:]), two(b[14:]), two(b[17:])
	nanoseconds, ok := fraction(b[len(layout) : len(b)-1])
	if !ok || b[10] != 'T' || b[13] != ':' || b[16] != ':' || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	return time.Unix(s.day.begin+int64(hour*60+minute)*60+int64(second), int64(nanoseconds)).UTC(), true
}

func (d *day) read(b []byte) bool {
	year, month, day := 100*two(b)+two(b[2:]), two(b[5:]), two(b[8:])
	if two(b) > 99 || two(b[2:]) > 99 || b[4] != '-' || b[7] != '-' || month == 0 || month > 12 || day == 0 || day > 31 {
		return false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day { // there is no such day in that month
		return false
	}
	d.begin = t.Unix()
	copy(d.text[:], b)
	return true
}

// two reads two digits; more than 99: they are none.
func two(b []byte) int {
	if !isDigit(b[0]) || !isDigit(b[1]) {
		return 1 << 10
	}
	return int(b[0]-'0')*10 + int(b[1]-'0')
}

// fraction reads the part of a second after its point, in nanoseconds.
func fraction(b []byte) (nanoseconds int, ok bool) {
	if len(b) == 0 {
		return 0, true
	}
	n, ok := number(b[1:])
	if b[0] != '.' || !ok || len(b) > 10 {
		return 0, false
	}
	for range 10 - len(b) {
		n *= 10
	}
	return int(n), true
}
