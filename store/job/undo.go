package job

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"spaces/store"
)

// Undoable is a job that was noted for its undo.
type Undoable struct {
	ID       string // unique among all programs
	Title    string // "Move of 3 files to media/other/", "Undo of the rename of a.txt to b.txt"
	Kind     Kind
	When     time.Time // it ended, or began where its end is not known
	Objects  int       // that can be taken back
	Replaced int       // of those, took the place of something, which does not come back
	Unsure   int       // of those, may have
	Unknown  int       // not in Objects: it is not known how they were
	Part     bool      // it was cut short, and what it did last may not be noted
	Redo     bool      // it is itself an undo
	Why      string    // it cannot be undone because, one sentence without its full stop, or ""

	head diaryHead
}

const (
	undoMost  = 20        // diaries that are kept
	undoBytes = 256 << 20 // that they may have together
)

// errNotNoted is what is said of an Undoable that is no more.
var errNotNoted = errors.New("what this job did is not noted any more")

// Undoable are the jobs of this and of earlier runs that can be undone, and those that cannot and why, newest first. It
// reads files.
func (m *Manager) Undoable() []Undoable {
	l := m.o.Ledger
	if l == nil {
		return nil
	}
	var list []Undoable
	busy := m.undoing()
	for _, path := range l.diaries() {
		u, ok := m.undoableAt(path)
		if !ok {
			continue
		}
		if u.running() && u.head.Undo.ID != "" {
			busy[u.head.Undo.ID] = true
		}
		list = append(list, u)
	}
	slices.Reverse(list)
	for i := range list {
		if busy[list[i].ID] {
			list[i].Why = "it is being undone"
		}
	}
	m.countUndoable()
	return list
}

// HasUndoable says whether anything is noted, as far as was looked. It reads no files.
func (m *Manager) HasUndoable() bool { return m.undoables.Load() > 0 }

func (m *Manager) countUndoable() {
	if l := m.o.Ledger; l != nil {
		m.undoables.Store(int64(len(l.diaries())))
	}
}

// undoing are the diaries that are being written, or taken back, by this program.
func (m *Manager) undoing() map[string]bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	busy := map[string]bool{}
	for _, j := range m.jobs {
		if id := j.plan.spec.Undo.ID; id != "" && !j.phaseNow().Ended() {
			busy[id] = true
		}
	}
	return busy
}

const stillRuns = "it still runs: wait for its end, or cancel it"

func (u *Undoable) running() bool { return u.Why == stillRuns }

// undoableAt reads what a diary is about. ok is false when there is nothing in it.
func (m *Manager) undoableAt(path string) (u Undoable, ok bool) {
	head, sum, ended, err := summary(path)
	if err != nil {
		return u, false
	}
	runs := !ended && isWritten(path)
	if !ended {
		sum = summed(path)
	}
	u = Undoable{ID: filepath.Base(path), Title: head.deed(), Kind: head.Kind, When: sum.Ended, Objects: sum.Objects, Replaced: sum.Replaced,
		Unsure: sum.Unsure, Unknown: sum.Unknown, Part: !ended, Redo: head.takesBack(), Why: sum.Why, head: head}
	if u.When.IsZero() {
		u.When = head.Begun
	}
	w := works[head.Kind]
	switch {
	case runs:
		u.Why = stillRuns
	case u.Why != "":
	case sum.Objects == 0 && sum.Unknown == 0:
		return u, false
	case sum.Objects == 0:
		u.Why = "it is not known how it was before"
	case w.moves && sum.Spaces > 1:
		u.Why = "it took files out of more than one Space"
	default:
		u.Why = m.cannotUndo(head)
	}
	return u, true
}

// cannotUndo says why nothing can be changed where a job did, "" when it can.
func (m *Manager) cannotUndo(head diaryHead) string {
	for _, conn := range []store.Conn{head.From, head.To} {
		s, err := m.storeOf(conn)
		switch {
		case err != nil:
			return err.Error()
		case s.ReadOnly() != "":
			return strings.TrimSuffix(s.ReadOnly(), ".")
		}
	}
	return ""
}

// takesBack says whether a job is an undo: to take it back is to redo.
func (h *diaryHead) takesBack() bool { return h.Undo.ID != "" && !h.Undo.Redo }

func (h *diaryHead) deed() string {
	if h.takesBack() {
		return "Undo of the " + store.Uncapital(h.Title)
	}
	return h.Title
}

// UndoPlan plans to take back what a job did, by its Undoable: what is still as that left it, to names that are free. It
// reads files.
func (m *Manager) UndoPlan(id string) (*Plan, error) {
	path, err := m.o.Ledger.diaryAt(id)
	if err != nil {
		return nil, err
	}
	u, ok := m.undoableAt(path)
	switch {
	case !ok:
		return nil, errNotNoted
	case m.undoing()[id]:
		return nil, errors.New("it is being undone")
	case u.Why != "":
		return nil, errors.New(u.Why)
	}
	s := Spec{Kind: u.head.Kind, From: u.head.To, To: u.head.From, Policy: Skip, Undo: Undoing{ID: id, Title: u.head.Title, Redo: u.Redo}}
	if s.work().moves {
		s.Kind = Move
	}
	p := m.Plan(s)
	return p, p.invalid
}

// diaries are the files of a Ledger's directory, oldest first.
func (l *Ledger) diaries() []string {
	paths, _ := filepath.Glob(filepath.Join(l.dir, diaryName))
	slices.Sort(paths)
	return paths
}

func (l *Ledger) diaryAt(id string) (string, error) {
	if l == nil || filepath.Base(id) != id || !strings.HasPrefix(id, diaryPrefix) {
		return "", errNotNoted
	}
	return filepath.Join(l.dir, id), nil
}

// thin makes room for another diary.
func (l *Ledger) thin() {
	paths := l.diaries()
	left, bytes := len(paths), int64(0)
	for _, path := range slices.Backward(paths) {
		if info, err := os.Stat(path); err == nil {
			bytes += info.Size()
		}
		if over := len(paths) - left; (over >= undoMost-1 || bytes > undoBytes) && !isWritten(path) {
			_ = os.Remove(path)
		}
		left--
	}
}

// isWritten says whether a job of a program that lives writes a diary.
func isWritten(path string) bool {
	f, err := openIfThere(path)
	if f == nil {
		return err != nil
	}
	defer f.Close()
	return canLock && isLocked(f, path)
}

// deed is what a Spec did, in a few words.
func (s Spec) deed() string {
	switch what := s.what(); {
	case s.Undo.ID != "":
		return s.Undo.Title
	case s.Renames() && len(s.Sources) == 1:
		to := s.Sources[0].Name
		if to == "" {
			to = s.Name
		}
		if s.Sources[0].Folder {
			to += "/"
		}
		return "Rename of " + what + " to " + to
	case s.Renames():
		return "Rename of " + what
	case s.Kind == Move:
		return "Move of " + what + " to " + s.Target()
	default:
		return strings.TrimSuffix(s.work().verb, " of") + " of " + what
	}
}

// what names the one source, or counts them.
func (s *Spec) what() string {
	folders := 0
	for i := range s.Sources {
		if s.Sources[i].Folder {
			folders++
		}
	}
	files := len(s.Sources) - folders
	switch {
	case folders+files == 1 && folders == 1:
		return strings.TrimSuffix(s.Sources[0].shortName(), "/") + "/"
	case folders+files == 1:
		return s.Sources[0].shortName()
	case folders == 0:
		return counts(files, "file")
	case files == 0:
		return counts(folders, "folder")
	}
	return counts(folders, "folder") + " and " + counts(files, "file")
}

func counts(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%s %s", store.Count(n), thing)
}
