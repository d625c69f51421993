package job

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Ledger is what survives the death of the program: the jobs that run, and what they have outside. Each has a file of its
// own, which is locked by the process that works on it and only appended to, a line of JSON a change. A file that nobody
// has locked is of a job that was cut short: whoever locks it first goes on with it, or gives it up. All programs that have
// the same directory see each other's.
//
// What would be missed is synced before the work goes on. A write that fails is no failure of the work; the ledger then
// tells less than there is. All methods of a nil Ledger do nothing.
type Ledger struct {
	dir string

	mu    sync.Mutex
	all   map[string]*Transfer // also those of other programs, as they were when they were looked at
	own   map[string]*note     // files of those that this program works on
	ended bool
}

const (
	jobName     = "job-*.jsonl"
	sharedName  = "transfers-*.jsonl" // of earlier versions of the program: all jobs of a process in one
	slackLines  = 8000                // of a file before it is written anew, beside four for each thing that it tells: that is synced, and all wait
	leftBehind  = 24 * time.Hour      // what belongs to no job and is older goes
	lockTries   = 20                  // somebody who only looks has a file for a moment
	lockAgainIn = 5 * time.Millisecond
)

var (
	// errGone is what is said of an Unfinished that is no more.
	errGone = errors.New("this job is not there any more")
	// ErrElsewhere is what is said of one that another program has.
	ErrElsewhere = errors.New("another program works on it")
)

// OpenLedger keeps its files in dir, which is made, and looks what is there.
func OpenLedger(dir string) (*Ledger, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of unfinished jobs: %w", err)
	}
	l := &Ledger{dir: dir, all: map[string]*Transfer{}, own: map[string]*note{}}
	l.split()
	l.tidy()
	return l, l.Look()
}

func (l *Ledger) path(id string) string { return filepath.Join(l.dir, "job-"+id+".jsonl") }

// beside is a file that belongs to a job's.
func (l *Ledger) beside(id, what string) string { return filepath.Join(l.dir, "job-"+id+"."+what) }

// Look reads what other programs have noted since.
func (l *Ledger) Look() error {
	if l == nil {
		return nil
	}
	paths, err := filepath.Glob(filepath.Join(l.dir, jobName))
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	there := map[string]bool{}
	for _, path := range paths {
		id := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "job-"), ".jsonl")
		if l.own[id] != nil {
			continue
		}
		if t := readJob(path, id); t != nil {
			l.all[id], there[id] = t, true
		}
	}
	for id := range l.all {
		if !there[id] && l.own[id] == nil { // its own may have begun since the files were listed
			delete(l.all, id)
		}
	}
	l.latestParts()
	return nil
}

// readJob reads the file of a job; nil where it tells none.
func readJob(path, id string) *Transfer {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	t := readLines(f)[id]
	if t != nil {
		t.busy = isLocked(f, path)
	}
	return t
}

// readLines tells what all lines amount to, as far as they are whole.
func readLines(r io.Reader) map[string]*Transfer {
	told := map[string]*Transfer{}
	lines := bufio.NewReader(r)
	for {
		text, err := lines.ReadBytes('\n')
		if err != nil {
			return told // also what a crash has cut
		}
		var x line
		if json.Unmarshal(text, &x) == nil {
			x.apply(told)
		}
	}
}

// latestParts has each begun file told of the job alone that had it last. mu is held.
func (l *Ledger) latestParts() {
	last := map[string]*Transfer{}
	for _, t := range l.inOrder() {
		for path := range t.Parts {
			if before := last[path]; before != nil {
				delete(before.Parts, path)
			}
			last[path] = t
		}
	}
}

// inOrder are all, oldest first. mu is held.
func (l *Ledger) inOrder() []*Transfer {
	list := make([]*Transfer, 0, len(l.all))
	for _, t := range l.all {
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b *Transfer) int {
		if n := a.Begun.Compare(b.Begun); n != 0 {
			return n
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list
}

// tell notes a change of a job that this program works on; durably when it would be missed.
func (l *Ledger) tell(x line, durable bool) { l.tellAll([]line{x}, durable) }

// tellAll notes changes of one job by one write.
func (l *Ledger) tellAll(list []line, durable bool) {
	if l == nil || len(list) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range list {
		x.apply(l.all)
	}
	n, t := l.own[list[0].Of], l.all[list[0].Of]
	switch {
	case n == nil || l.ended:
	case n.lines > slackLines+4*t.size():
		_ = n.rewrite(t)
	default:
		n.append(list, durable)
	}
}

// split gives each job a file of its own that an earlier version noted with others.
func (l *Ledger) split() {
	paths, _ := filepath.Glob(filepath.Join(l.dir, sharedName)) // the pattern is right
	for _, path := range paths {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if lockFile(f) && sameFile(f, path) {
			whole := true
			for id, t := range readLines(f) {
				n := &note{path: l.path(id)}
				whole = n.rewrite(t) == nil && whole
				n.close()
			}
			if whole {
				forget(f, path)
				continue
			}
		}
		f.Close()
	}
}

// tidy removes what a crash has left beside the files of jobs.
func (l *Ledger) tidy() {
	paths, _ := filepath.Glob(filepath.Join(l.dir, "job-*")) // the pattern is right
	for _, path := range paths {
		id, what, _ := strings.Cut(strings.TrimPrefix(filepath.Base(path), "job-"), ".")
		info, err := os.Lstat(path)
		if what == "jsonl" || err != nil || time.Since(info.ModTime()) < leftBehind {
			continue
		}
		if _, err := os.Lstat(l.path(id)); what == "jsonl.new" || errors.Is(err, os.ErrNotExist) {
			_ = os.Remove(path)
		}
	}
}

// Close leaves what is to be told to the next program.
func (l *Ledger) Close() error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	var errs []error
	for id, n := range l.own {
		errs = append(errs, n.close())
		delete(l.own, id)
	}
	return errors.Join(errs...)
}
