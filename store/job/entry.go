package job

import (
	"crypto/rand"
	"errors"
	"maps"
	"os"
	"slices"
	"time"

	"spaces/store"
)

// entry is a running job's place in a ledger. All methods of a nil entry do nothing.
type entry struct {
	l  *Ledger
	id string
}

// begin notes a job before it does anything.
func (l *Ledger) begin(s Spec, title string, now time.Time) *entry {
	if l == nil {
		return nil
	}
	t := transferOf(s)
	t.ID, t.Title, t.Begun, t.by = rand.Text(), title, now, *thisProgram()
	l.keepSources(&t)
	l.mu.Lock()
	defer l.mu.Unlock()
	n := &note{path: l.path(t.ID)}
	if !l.ended {
		_ = n.rewrite(&t)
	}
	l.all[t.ID], l.own[t.ID] = &t, n
	return &entry{l, t.ID}
}

// resume takes a job over that was cut short, as its file tells of it now.
func (l *Ledger) resume(id string) (*entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.own[id] != nil {
		return nil, ErrElsewhere
	}
	t, n, err := l.lock(id)
	if err != nil {
		return nil, err
	}
	l.all[id], l.own[id] = t, n
	l.latestParts()
	_ = os.Remove(l.beside(id, stopName)) // was about an earlier run
	if n.rewrite(t) != nil {
		return nil, errors.Join(errGone, n.close())
	}
	return &entry{l, id}, nil
}

// lock reads the file of a job that nobody else works on.
func (l *Ledger) lock(id string) (*Transfer, *note, error) {
	path := l.path(id)
	if _, err := os.Lstat(path); err == nil && !canLock && isOpen(path) {
		return nil, nil, ErrElsewhere
	}
	f, err := openIfThere(path)
	if f == nil {
		return nil, nil, errors.Join(errGone, err)
	}
	for try := 0; !lockFile(f); try++ {
		if try == lockTries {
			f.Close()
			return nil, nil, ErrElsewhere
		}
		time.Sleep(lockAgainIn)
	}
	t := readLines(f)[id]
	if t == nil || !sameFile(f, path) {
		f.Close()
		return nil, nil, errGone
	}
	return t, &note{path: path, file: f}, nil
}

// leave puts a job among those that were cut short.
func (l *Ledger) leave(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := l.own[id]; n != nil {
		n.close()
		delete(l.own, id)
		_ = os.Remove(l.beside(id, stopName))
	}
}

// copies are the jobs that this program does not work on, oldest first, as they were when they were last looked at.
func (l *Ledger) copies(busy bool) []Transfer {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []Transfer
	for _, t := range l.inOrder() {
		if l.own[t.ID] == nil && t.busy == busy {
			list = append(list, t.clone())
		}
	}
	return list
}

func (t *Transfer) clone() Transfer {
	c := *t
	c.Uploads, c.Made, c.asked = slices.Clone(t.Uploads), maps.Clone(t.Made), maps.Clone(t.asked)
	c.Parts = make(map[string]*PartFile, len(t.Parts))
	for path, p := range t.Parts {
		part := p.clone()
		c.Parts[path] = &part
	}
	return c
}

func (p *PartFile) clone() PartFile {
	c := *p
	c.Done, c.Far = maps.Clone(p.Done), maps.Clone(p.Far)
	return c
}

// now is the transfer as it is.
func (e *entry) now() Transfer {
	if e == nil {
		return Transfer{}
	}
	e.l.mu.Lock()
	defer e.l.mu.Unlock()
	if t := e.l.all[e.id]; t != nil {
		return t.clone()
	}
	return Transfer{}
}

// opened notes an upload that has begun.
func (e *entry) opened(u OpenUpload) {
	if e != nil {
		e.l.tell(opened(e.id, u), true)
	}
}

// whole notes that all parts are there, before they become an object with this ETag, if that is known: so that it is
// recognized also when nobody was there to take the answer.
func (e *entry) whole(u store.Upload, etag string) {
	if e != nil && etag != "" {
		e.l.tell(line{Of: e.id, Whole: u.ID, ETag: etag}, true)
	}
}

// closed notes that an upload is no more: it became an object with an ETag, or with none was aborted.
func (e *entry) closed(u store.Upload, etag string) {
	if e != nil {
		e.l.tell(line{Of: e.id, Closed: u.ID, ETag: etag}, false)
	}
}

// part notes a file that is begun. A large one is noted durably; of small ones there are many, and a power cut that
// loses the note mostly loses the file as well.
func (e *entry) part(p PartFile, large bool) {
	if e != nil {
		e.l.tell(line{Of: e.id, Part: &p}, large)
	}
}

// ranged notes that ranges of a part are on the disk.
func (e *entry) ranged(path string, ranges []int) {
	for i, n := range ranges {
		if e != nil {
			e.l.tell(line{Of: e.id, Path: text(path), Range: n}, i == len(ranges)-1)
		}
	}
}

// marked notes how far a range was written. The note may be lost with what it is about, by the same power cut.
func (e *entry) marked(path string, n int, far int64) {
	if e != nil {
		e.l.tell(line{Of: e.id, Mark: &mark{text(path), n, far}}, false)
	}
}

// removed notes that parts are gone, or have become the files.
func (e *entry) removed(paths ...string) {
	if e == nil {
		return
	}
	lines := make([]line, len(paths))
	for i, path := range paths {
		lines[i] = line{Of: e.id, Removed: text(path)}
	}
	e.l.tellAll(lines, false)
}

// end forgets a job that has nothing outside any more.
func (e *entry) end() {
	if e == nil {
		return
	}
	l := e.l
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := l.own[e.id]; n != nil {
		for _, what := range []string{sourcesName, stopName} {
			_ = os.Remove(l.beside(e.id, what))
		}
		n.remove()
	}
	delete(l.own, e.id)
	delete(l.all, e.id)
}

// progress notes how far the job is, for other programs.
func (e *entry) progress(p Progress) { e.l.tell(line{Of: e.id, At: &p}, false) }

// isToStop says whether another program has asked for the end of the job.
func (e *entry) isToStop() bool {
	_, err := os.Lstat(e.l.beside(e.id, stopName))
	return err == nil
}

// partAt is what is known of a part, of whichever transfer.
func (l *Ledger) partAt(path string) (PartFile, bool) {
	if l == nil {
		return PartFile{}, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range l.all {
		if p := t.Parts[path]; p != nil {
			return p.clone(), true
		}
	}
	return PartFile{}, false
}

// removePart removes a file that was not finished, unless somebody writes it now. It is no error when it is gone.
func removePart(p PartFile) bool {
	f, err := openIfThere(p.Path)
	if f == nil {
		return err == nil
	}
	defer f.Close()
	if !lockFile(f) || !sameFile(f, p.Path) {
		return false
	}
	return removeOpen(f, p.Path) == nil
}
