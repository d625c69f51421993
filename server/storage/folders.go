package storage

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
)

// folders remembers pages of listings by delimiter. Each folder of such a page
// costs a seek, a microsecond whatever is in the folder, and most of what asks
// for a page asks again: who goes back a folder, refreshes, or polls.
//
// A page is forgotten before a commit that may change it is visible. Writes
// below folders that the page shows already change nothing of it. While no page
// is kept or read, nobody looks at what a commit writes: it says only that it is
// under way, and pages that are read meanwhile are not kept.
type folders struct {
	under   atomic.Int64 // commits that are not visible yet
	watched atomic.Bool  // a page is kept or read: set before under is looked at, as under is before it

	mu      sync.Mutex
	pages   []*folderPage // the one used last is the last
	reading int           // pages
	room    int           // for all of them, in bytes
	worth   int           // a page with fewer folders is not kept
	begun   uint64        // commits that change names, of those that were looked at
}

// pageBegun is when a page began to be read.
type pageBegun struct {
	begun uint64
	still bool // nothing was being written, which a page may have or not
}

type folderPage struct {
	space     string // its id
	q         ListQuery
	rows      []Listed
	truncated bool
	size      int
}

const (
	worthKeeping = 32  // folders: from here on the seeks are most of what a page costs
	listedSize   = 144 // bytes of a row beside its text
	memoryShare  = 16  // of Options.Memory, this part is for pages
)

// find gives a page that is as it was. The rows may not be changed.
func (f *folders) find(space string, q ListQuery) *folderPage {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.pages, func(p *folderPage) bool { return p.space == space && p.q == q })
	if i < 0 {
		return nil
	}
	p := f.pages[i]
	f.pages = append(slices.Delete(f.pages, i, i+1), p)
	return p
}

// now is asked before a page is read, and keep must follow.
func (f *folders) now() pageBegun {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reading++
	f.watched.Store(true)
	return pageBegun{f.begun, f.under.Load() == 0}
}

// keep takes a page when nothing was written since it began to be read. nil:
// it could not be read.
func (f *folders) keep(m pageBegun, p *folderPage) {
	worth := p != nil && m.still && p.weigh() >= f.worth && p.size <= f.room
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reading--
	if worth && f.begun == m.begun {
		f.add(p)
	}
	f.watched.Store(f.reading > 0 || len(f.pages) > 0)
}

// weigh finds the size, and counts the folders.
func (p *folderPage) weigh() (common int) {
	p.size = 0
	for i := range p.rows {
		p.size += listedSize + len(p.rows[i].Key) + len(p.rows[i].ETag) + len(p.rows[i].Sum.Value)
		if p.rows[i].Prefix {
			common++
		}
	}
	return common
}

// add makes room for a page.
func (f *folders) add(p *folderPage) {
	used := p.size
	for i := len(f.pages) - 1; i >= 0; i-- {
		if q := f.pages[i]; used+q.size > f.room || q.space == p.space && q.q == p.q {
			f.pages = slices.Delete(f.pages, i, i+1)
		} else {
			used += q.size
		}
	}
	f.pages = append(f.pages, p)
}

// changing forgets what a batch may change. When it says so, changed must follow
// when the batch is visible, or never if it cannot be known.
func (f *folders) changing(b *pebble.Batch) (under bool) {
	f.under.Add(1)
	if !f.watched.Load() || f.forget(b) {
		return true
	}
	f.under.Add(-1)
	return false
}

// forget forgets what a batch may change, and says whether it changes names.
func (f *folders) forget(b *pebble.Batch) (names bool) {
	for r := b.Reader(); ; {
		kind, key, value, ok, err := r.Next()
		if !ok || err != nil { // of a batch that we made: there is no error
			return names
		}
		all := kind == pebble.InternalKeyKindRangeDelete && key[0] <= recObject && bytes.Compare(value, []byte{recObject}) > 0
		if !all && (kind == pebble.InternalKeyKindLogData || key[0] != recObject) {
			continue
		}
		f.mu.Lock()
		if !names {
			names = true
			f.begun++
		}
		f.pages = slices.DeleteFunc(f.pages, func(p *folderPage) bool {
			return all || p.changes(key, kind == pebble.InternalKeyKindSet)
		})
		f.watched.Store(f.reading > 0 || len(f.pages) > 0)
		f.mu.Unlock()
	}
}

func (f *folders) changed() { f.under.Add(-1) }

// changes says whether a write to a record of an object may change the page.
func (p *folderPage) changes(record []byte, set bool) bool {
	space, key, _ := strings.Cut(string(record[1:]), "\x00")
	rest, ok := strings.CutPrefix(key, p.q.Prefix)
	if space != p.space || !ok {
		return false
	}
	at := strings.Index(rest, p.q.Delimiter)
	if at >= 0 {
		key = p.q.Prefix + rest[:at+len(p.q.Delimiter)]
	}
	if !set { // it may have been the last of its folder, or all that came after the page
		return true
	}
	i, there := slices.BinarySearchFunc(p.rows, key, func(r Listed, key string) int { return cmp.Compare(r.Key, key) })
	if there {
		return !p.rows[i].Prefix || at < 0
	}
	return i < len(p.rows) || !p.truncated
}
