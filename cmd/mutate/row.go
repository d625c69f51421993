package main

import (
	"cmp"
	"fmt"
)

// row says which test notices that something is taken out.
type row struct {
	File, Func, Text string
	Tests            string // a package
	Run              string // a pattern of its tests
	Times            int    // how often it is in that function; 0: once
	Nth              int    // of several, the one that this row is of; 0: all
	So               bool   // of a condition that no rule finds: taken out, it is always true and not always false
	Excuse           string // why no test has to notice; nothing is run then
}

func (r *row) how() string {
	switch {
	case r == nil:
		return "NOT IN THE TABLE"
	case r.Excuse != "":
		return "excused: " + r.Excuse
	}
	return r.Tests + " " + r.Run
}

// assign gives each site its row, and says what does not match: what was found and is in no row, rows of what is not there,
// and rows of what is there more often or less than they say.
func assign(sites []*site, t []row) (wrong []error) {
	rows, times := map[string]*row{}, map[*row]int{}
	for i := range t {
		r := &t[i]
		if rows[r.key()] != nil {
			wrong = append(wrong, fmt.Errorf("two rows of %s", r.key()))
		}
		if (r.Excuse == "") == (r.Tests == "" || r.Run == "") {
			wrong = append(wrong, fmt.Errorf("either a test or an excuse: %s", r.key()))
		}
		rows[r.key()] = r
	}
	seen := map[string]int{}
	for _, s := range sites {
		seen[s.key()]++
		if s.row = rows[fmt.Sprintf("%s #%d", s.key(), seen[s.key()])]; s.row == nil {
			s.row = rows[s.key()]
		}
		if s.row == nil {
			wrong = append(wrong, fmt.Errorf("no row says which test notices that it is taken out: %s", s))
			continue
		}
		times[s.row]++
	}
	for i := range t {
		if n, r := times[&t[i]], &t[i]; rows[r.key()] == r && n != cmp.Or(r.Times, 1) {
			wrong = append(wrong, fmt.Errorf("%s is there %d times, not %d", r.key(), n, cmp.Or(r.Times, 1)))
		}
	}
	return wrong
}

// key is that of the sites that a row is of.
func (r *row) key() string {
	key := r.File + " " + r.Func + " " + r.Text
	if r.Nth > 0 {
		key += fmt.Sprintf(" #%d", r.Nth)
	}
	return key
}
