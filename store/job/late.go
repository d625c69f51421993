package job

import (
	"errors"
	"fmt"
	"time"

	"spaces/store"
)

// ErrLeftAlone is a remark on work that was cut short and done again: something came to be after it was confirmed, and is as
// it was.
var ErrLeftAlone = errors.New("left alone: written after this was confirmed")

// late is what is left alone so.
type late struct {
	count   int
	first   string
	sources map[int]bool
}

// leaves says whether an object is left alone because it came to be after the work was confirmed, and notes that. Endpoints
// tell of whole seconds: one of that second is taken for later.
func (p *Plan) leaves(source int, name string, modified time.Time) bool {
	s := &p.spec
	if !s.Again || !s.changes() || s.Begun.IsZero() || modified.Before(s.Begun) {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	l := &p.late
	if l.count++; l.first == "" {
		l.first = p.sources[source].Ref.Key + name
	}
	if l.sources == nil {
		l.sources = map[int]bool{}
	}
	l.sources[source] = true
	return true
}

// isLeft says whether something of a source is left alone.
func (p *Plan) isLeft(source int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.late.sources[source]
}

// remarkLate tells what was left alone. A change makes an object newer itself: what was changed before the work was cut short
// is as it should be, and among them.
func (j *job) remarkLate() {
	p := j.plan
	p.mu.Lock()
	l := p.late
	p.mu.Unlock()
	if l.count == 0 {
		return
	}
	files := map[bool]string{true: " file", false: " files"}[l.count == 1]
	err := fmt.Errorf("%s%s %w", store.Count(l.count), files, ErrLeftAlone)
	if w := j.work(); w.alter != nil || w.versions {
		err = fmt.Errorf("%w, or changed before it was cut short", err)
	}
	j.remark(Failure{Name: l.first, Err: err})
}
