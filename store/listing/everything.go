package listing

import (
	"strings"

	"spaces/store"
	"spaces/store/job"
)

// everything is a selection by what names are like: all of a folder that its filter finds, listed or not.
type everything struct {
	on    bool
	dir   string
	match job.Match
	takes func(name string) bool
	turn  uint64 // when it was selected
}

// SelectEverything selects all that the filter finds, whether it is listed or not, in the place of what was selected. What
// a search finds cannot be: it is of many folders.
func (l *Listing) SelectEverything() {
	if l.IsFound() {
		return
	}
	l.Unselect()
	m := l.finds()
	l.all = everything{on: true, dir: l.Dir(), match: m, takes: m.Takes(), turn: l.turn()}
}

// Everything is what SelectEverything has selected, as what a job works on; ok is false when it has not.
func (l *Listing) Everything() (s job.Source, ok bool) {
	if !l.all.on {
		return s, false
	}
	return job.Source{Ref: store.Ref{Space: l.space, Key: l.all.dir}, Folder: true, Inside: true, Match: l.all.match}, true
}

// IsEverything says whether what is shown is what SelectEverything has selected: the same filter is in force.
func (l *Listing) IsEverything() bool {
	return l.all.on && l.Dir() == l.all.dir && l.finds() == l.all.match
}

// finds is what the filter in force finds in Dir.
func (l *Listing) finds() job.Match {
	m := job.Match{Begins: strings.TrimPrefix(l.prefix+l.begins(), l.Dir())}
	if l.filter == Contains {
		m.Contains = l.text
	}
	return m
}

// has says whether a row is among it.
func (e *everything) has(rows *Rows, id RowID) bool {
	name, below := strings.CutPrefix(rows.Key(id), e.dir)
	return below && e.takes(name)
}

// finished gives it up when a job that began after it is done with it.
func (e *everything) finished(f job.Finished) {
	if e.on && f.Ref.Key == e.dir && f.Turn > e.turn {
		*e = everything{}
	}
}
