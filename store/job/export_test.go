package job

import (
	"context"
	"testing"
	"time"

	"spaces/store"
)

// MissingVersions are those that a mirror makes on top of theirs.
func MissingVersions(ours, theirs []store.Version) []store.Version {
	missing, _ := (&Plan{from: &store.Store{}, to: &store.Store{}}).missingVersions(context.Background(), ours, theirs)
	return missing
}

// Fold has a download take its folder for one whose file system merges names that look alike.
func Fold(p *Plan) { p.folds = true }

// Hurry has Changed fire at almost every change.
func Hurry(m *Manager) {
	if m.news != nil {
		m.news.changes.every = time.Millisecond
	}
}

// Memory is what the steps of a plan take, in bytes, and how many there are.
func Memory(p *Plan) (bytes, count int) {
	for _, c := range p.steps.chunks {
		bytes += cap(c.data) + 48
	}
	return bytes, p.steps.count
}

// Watch has note told before each operation by which a download becomes durable; its error is that of the operation.
func Watch(m *Manager, note func(op, name string) error) { m.note = note }

// FewClashes has plans remember of few conflicts what they are, and look for few at a time.
func FewClashes(t testing.TB, kept, window int) {
	was, wide := keptClashes, clashWindow
	keptClashes, clashWindow = kept, window
	t.Cleanup(func() { keptClashes, clashWindow = was, wide })
}

// NoteAtMost has the undo of jobs with more objects than so many given up, until restore is called.
func NoteAtMost(n int) (restore func()) {
	was := objectMost
	objectMost = n
	return func() { objectMost = was }
}

// CheckWindows says why a name cannot be one on Windows.
var CheckWindows = checkWindows
