package job

import (
	"crypto/rand"
	"maps"
	"slices"
	"time"

	"spaces/store"
)

// entry is a running job's place in a ledger. All methods of a nil entry do nothing.
type entry struct {
	l  *Ledger
	id string
}

// begin notes a transfer before it does anything; nil when it is none.
func (l *Ledger) begin(s Spec, title string, now time.Time) *entry {
	if l == nil {
		return nil
	}
	t, ok := transferOf(s)
	if !ok {
		return nil
	}
	t.ID, t.Title, t.Begun = rand.Text(), title, now
	l.tell(line{Begun: &t}, true)
	return &entry{l, t.ID}
}

// resume takes a transfer of the past over: false when it is not there any more.
func (l *Ledger) resume(id string) (*entry, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := slices.Index(l.past, id)
	if at < 0 {
		return nil, false
	}
	l.past = slices.Delete(l.past, at, at+1)
	return &entry{l, id}, true
}

// leave puts a transfer among those of the past.
func (l *Ledger) leave(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all[id] != nil && !slices.Contains(l.past, id) {
		l.past = append(l.past, id)
	}
}

// copies are the transfers of the past as they are now.
func (l *Ledger) copies() []Transfer {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	list := make([]Transfer, 0, len(l.past))
	for _, id := range l.past {
		list = append(list, l.all[id].clone())
	}
	return list
}

func (t *Transfer) clone() Transfer {
	c := *t
	c.Uploads, c.Made = slices.Clone(t.Uploads), maps.Clone(t.Made)
	c.Parts = make(map[string]*PartFile, len(t.Parts))
	for path, p := range t.Parts {
		part := p.clone()
		c.Parts[path] = &part
	}
	return c
}

func (p *PartFile) clone() PartFile {
	c := *p
	c.Done = maps.Clone(p.Done)
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

// upload notes that a multipart upload has begun, or is no more.
func (e *entry) upload(u store.Upload, open bool) {
	if open {
		e.opened(OpenUpload{Upload: u})
	} else {
		e.closed(u, "")
	}
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

// ranged notes that a range of a part is on the disk.
func (e *entry) ranged(path string, n int) {
	if e != nil {
		e.l.tell(line{Of: e.id, Path: text(path), Range: n}, true)
	}
}

// removed notes that a part is gone, or has become the file.
func (e *entry) removed(path string) {
	if e != nil {
		e.l.tell(line{Of: e.id, Removed: text(path)}, false)
	}
}

// end forgets a transfer that has nothing outside any more.
func (e *entry) end() {
	if e != nil {
		e.l.tell(line{Of: e.id, Ended: true}, true)
	}
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
