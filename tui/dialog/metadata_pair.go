package dialog

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"spaces/store/job"
	"spaces/tui/kit"
)

// pair is a name with its value, of one file or of many: a header, custom metadata, a tag.
type pair struct {
	name  string // as job.Edit has it
	field *kit.Field
	was   []tallied // the values now, the most frequent first
	unset int       // so many files have no such thing
	any   bool      // the values are not known, because the files are not
	added bool      // no file has it
	gone  bool      // it was removed
	empty bool      // an empty value is a value
}

// tallied is a value, and how many files have it.
type tallied struct {
	value string
	n     int
}

// pairOf makes a pair of what files have now.
func pairOf(name string, files []map[string]string, empty bool) *pair {
	p := &pair{name: name, empty: empty}
	count := map[string]int{}
	for _, f := range files {
		if value, has := f[name]; has {
			count[value]++
		} else {
			p.unset++
		}
	}
	for _, value := range slices.Sorted(maps.Keys(count)) {
		p.was = append(p.was, tallied{value, count[value]})
	}
	slices.SortStableFunc(p.was, func(a, b tallied) int { return cmp.Compare(b.n, a.n) })
	value, _, _ := p.now()
	p.field = kit.NewField(value, "")
	return p
}

// now is the value that all files have; same is false where they differ, or are not known.
func (p *pair) now() (value string, has, same bool) {
	switch {
	case p.any:
		return "", false, false
	case len(p.was) == 0:
		return "", false, true
	case len(p.was) == 1 && p.unset == 0:
		return p.was[0].value, true, true
	}
	return "", true, false
}

// kinds is how many values there are; none counts as one.
func (p *pair) kinds() int {
	if p.unset > 0 {
		return len(p.was) + 1
	}
	return len(p.was)
}

// change notes in e what was edited. What was not stays out of it, and so do values that are the same already.
func (p *pair) change(e *job.Edit) {
	was, has, same := p.now()
	value := p.field.Value()
	switch {
	case p.gone:
		e.Unset = append(e.Unset, p.name)
	case value == "" && !same:
	case value == "" && !p.empty:
		if has {
			e.Unset = append(e.Unset, p.name)
		}
	case same && has && value == was:
	default:
		e.Set[p.name] = value
	}
}

// edited says whether it is to be changed.
func (p *pair) edited() bool {
	e := job.Edit{Set: map[string]string{}}
	p.change(&e)
	return len(e.Set)+len(e.Unset) > 0
}

// turn is what the key means that empties a line, when it is empty: it removes, or brings back what was.
func (p *pair) turn() {
	was, has, same := p.now()
	switch {
	case !same:
		p.gone = !p.gone
	case has && p.empty && !p.gone:
		p.gone = true
	case has:
		p.gone = false
		p.field.SetValue(was)
	}
}

// stand is what is said in the place of a value that is empty.
func (p *pair) stand() string {
	_, has, same := p.now()
	switch {
	case p.gone:
		return "removed"
	case p.any:
		return "as it is"
	case !same:
		return "differs: " + kit.Count(p.kinds()) + " values"
	case has && !p.empty:
		return "removed"
	case has || p.added:
		return "empty"
	}
	return "not set"
}

// detail says how files differ.
func (p *pair) detail() string {
	if _, _, same := p.now(); same || p.any {
		return ""
	}
	var parts []string
	for _, t := range p.was {
		parts = append(parts, quoted(t.value)+" in "+kit.Count(t.n))
	}
	if p.unset > 0 {
		parts = append(parts, "not set in "+kit.Count(p.unset))
	}
	return strings.Join(parts, ", ")
}

// story says what becomes of it: "text/plain → text/html in 3 files". all says whether the
// values of all of them are known.
func (p *pair) story(files int, all bool) string {
	was, has, same := p.now()
	from, to := "", "removed"
	switch {
	case !same:
		from = kit.Count(p.kinds()) + " values"
	case has:
		from = quoted(was)
	default:
		from = "not set"
	}
	e := job.Edit{Set: map[string]string{}}
	p.change(&e)
	value, set := e.Set[p.name]
	if set {
		to = quoted(value)
	}
	text := from + " → " + to
	switch {
	case p.any && set:
		return "set to " + to
	case p.any:
		return to
	case files == 1:
		return text
	}
	n := p.unset // of those that will be other than they were
	for _, t := range p.was {
		if !set || t.value != value {
			n += t.n
		}
	}
	if !set {
		n -= p.unset
	}
	switch {
	case !all:
		return text + " in " + kit.Plural(files, "file")
	case n < files:
		return text + " in " + kit.Count(n) + " of " + kit.Plural(files, "file")
	}
	return text + " in " + kit.Plural(files, "file")
}

// quoted is a value inside a sentence.
func quoted(value string) string {
	const most = 200 // cells
	if value == "" {
		return "empty"
	}
	return middle(shown(value), most)
}
