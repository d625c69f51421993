package storage

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/cockroachdb/pebble/v2"
)

// folders remembers pages of listings by delimiter. Each folder of such a page
// costs a seek, a microsecond whatever is in the folder, and most of what asks
// for a page asks again: who goes back a folder, refreshes, or polls.
//
// A page is forgotten before a commit that may change it is visible. Writes
// below folders that the page shows already change nothing of it.
type folders struct {
	mu    sync.Mutex
	pages []*folderPage // the one used last is the last
	room  int           // for all of them, in bytes
	worth int           // a page with fewer folders is not kept
	begun uint64        // commits that change names
	under int           // of them are not visible yet
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

// now is asked before a page is read: keep takes the page when nothing was
// written since. False: something is being written, and a page may have it or not.
func (f *folders) now() (moment uint64, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.begun, f.under == 0
}

func (f *folders) keep(moment uint64, p *folderPage) {
	common := 0
	for i := range p.rows {
		p.size += listedSize + len(p.rows[i].Key) + len(p.rows[i].ETag) + len(p.rows[i].Sum.Value)
		if p.rows[i].Prefix {
			common++
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if common < f.worth || p.size > f.room || f.begun != moment {
		return
	}
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

// changing forgets what a batch may change, and says whether it changes names:
// then changed must follow when the batch is visible, or never if it cannot be known.
func (f *folders) changing(b *pebble.Batch) (names bool) {
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
			f.under++
		}
		f.pages = slices.DeleteFunc(f.pages, func(p *folderPage) bool {
			return all || p.changes(key, kind == pebble.InternalKeyKindSet)
		})
		f.mu.Unlock()
	}
}

func (f *folders) changed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.under--
}

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
