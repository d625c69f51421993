package listing

import (
	"sort"
	"strings"
	"time"
	"unsafe"

	"spaces/store"
)

// RowID is a row's identity in its Rows: it stays the same while rows come and go around it, and is never used again.
type RowID uint32

// Rows is what is known of one folder, in byte order of the keys: about 25 bytes a row beside the name below the
// folder. ETags are not kept. It is owned by one goroutine; a Snapshot of it may be read by another.
type Rows struct {
	table
	order    []RowID // live rows by name
	shared   bool    // a Snapshot reads order: it must not be written in place
	snapshot uint32  // generation: blocks older than it are read by a Snapshot
}

const (
	blockRows = 1024
	chunkBits = 18 // names are kept in chunks of 256 KiB
	chunkSize = 1 << chunkBits
	maxName   = 1<<16 - 1 // S3 keys have at most 1024 bytes
	maxChunks = 1 << (32 - chunkBits)
)

const (
	folder uint8 = 1 << iota
	dead
)

// block holds the columns of blockRows rows.
type block struct {
	generation uint32
	size       [blockRows]int64
	name       [blockRows]uint32 // chunk and offset
	date       [blockRows]uint32 // Unix seconds, 0: unknown
	length     [blockRows]uint16
	flags      [blockRows]uint8
}

// table is the rows without their order. Names are written once and never change.
type table struct {
	base   string
	blocks []*block
	chunks [][]byte
	rows   int // ever made
}

// NewRows returns no rows, of the folder base ("" or ending in "/").
func NewRows(base string) *Rows { return &Rows{table: table{base: base}} }

// Base is what every key begins with.
func (t *table) Base() string { return t.base }

// Made is how many rows there ever were: every RowID is below it.
func (t *table) Made() int { return t.rows }

// Name is the key without the base. It does not allocate.
func (t *table) Name(id RowID) string {
	b, i := t.blocks[id/blockRows], id%blockRows
	n := int(b.length[i])
	if n == 0 {
		return ""
	}
	at := b.name[i]
	// Bytes of a chunk are appended once and never written again, as those of a strings.Builder.
	return unsafe.String(&t.chunks[at>>chunkBits][at&(chunkSize-1)], n)
}

// Key is the whole key.
func (t *table) Key(id RowID) string { return t.base + t.Name(id) }

// Size in bytes; 0 for a folder.
func (t *table) Size(id RowID) int64 { return t.blocks[id/blockRows].size[id%blockRows] }

// Modified is exact to the second, the zero time for a folder.
func (t *table) Modified(id RowID) time.Time {
	if d := t.blocks[id/blockRows].date[id%blockRows]; d != 0 {
		return time.Unix(int64(d), 0).UTC()
	}
	return time.Time{}
}

// Folder says whether the row is a common prefix.
func (t *table) Folder(id RowID) bool { return t.blocks[id/blockRows].flags[id%blockRows]&folder != 0 }

// Live says whether the row is still there.
func (t *table) Live(id RowID) bool { return t.blocks[id/blockRows].flags[id%blockRows]&dead == 0 }

// Entry is the row as it was listed, without its ETag.
func (t *table) Entry(id RowID) store.Entry {
	return store.Entry{Key: t.Key(id), Size: t.Size(id), Modified: t.Modified(id), Folder: t.Folder(id)}
}

// Len is how many rows there are.
func (r *Rows) Len() int { return len(r.order) }

// ID of the i-th row.
func (r *Rows) ID(i int) RowID { return r.order[i] }

// At is the i-th row.
func (r *Rows) At(i int) store.Entry { return r.Entry(r.order[i]) }

// Search tells where a key is, or would be.
func (r *Rows) Search(key string) (i int, found bool) {
	name, below := strings.CutPrefix(key, r.base)
	if !below {
		if key < r.base {
			return 0, false
		}
		return len(r.order), false
	}
	i = r.from(0, name)
	return i, i < len(r.order) && r.Name(r.order[i]) == name
}

// Position is where a row stands, found by its name; false when it is not there any more.
func (r *Rows) Position(id RowID) (int, bool) {
	if int(id) >= r.rows || !r.Live(id) {
		return 0, false
	}
	return r.Search(r.Key(id))
}

// Find gives the rows whose keys begin with prefix: lo ≤ i < hi.
func (r *Rows) Find(prefix string) (lo, hi int) {
	name, below := strings.CutPrefix(prefix, r.base)
	switch {
	case below:
		lo = r.from(0, name)
		return lo, r.beyond(lo, name)
	case strings.HasPrefix(r.base, prefix):
		return 0, len(r.order)
	}
	return 0, 0
}

// from is the first row at or after i whose name is not before name.
func (r *Rows) from(i int, name string) int {
	return i + sort.Search(len(r.order)-i, func(j int) bool { return r.Name(r.order[i+j]) >= name })
}

// beyond is the first row at or after i that sorts after all that begin with prefix. All rows from i on are not before
// prefix.
func (r *Rows) beyond(i int, prefix string) int {
	return i + sort.Search(len(r.order)-i, func(j int) bool { return !strings.HasPrefix(r.Name(r.order[i+j]), prefix) })
}

// make adds a row outside the order. ok is false for the base itself (the marker of the folder) and for keys that
// cannot be a row here.
func (r *Rows) make(e store.Entry) (id RowID, ok bool) {
	name, below := strings.CutPrefix(e.Key, r.base)
	if !below || name == "" || len(name) > maxName {
		return 0, false
	}
	at, ok := r.keep(name)
	if !ok {
		return 0, false
	}
	id = RowID(r.rows)
	if r.rows%blockRows == 0 {
		r.blocks = append(r.blocks, &block{generation: r.snapshot})
	}
	b := r.blocks[id/blockRows]
	b.name[id%blockRows], b.length[id%blockRows] = at, uint16(len(name))
	r.rows++
	b.set(id%blockRows, e)
	return id, true
}

// keep copies a name into the arena. It fails when 4 GiB of names are kept.
func (t *table) keep(name string) (at uint32, ok bool) {
	last := len(t.chunks) - 1
	if last < 0 || len(t.chunks[last])+len(name) > chunkSize {
		if len(t.chunks) == maxChunks {
			return 0, false
		}
		var first []byte
		if last >= 0 { // small folders stay small, others take whole chunks
			first = make([]byte, 0, chunkSize)
		}
		t.chunks = append(t.chunks, first)
		last++
	}
	at = uint32(last)<<chunkBits | uint32(len(t.chunks[last]))
	t.chunks[last] = append(t.chunks[last], name...)
	return at, true
}

func (b *block) set(i RowID, e store.Entry) {
	b.size[i], b.date[i], b.flags[i] = e.Size, seconds(e.Modified), 0
	if e.Folder {
		b.flags[i] = folder
	}
}

func seconds(t time.Time) uint32 {
	if s := t.Unix(); s > 0 && s < 1<<32 {
		return uint32(s)
	}
	return 0
}

// write returns the row's block for writing: a copy when a Snapshot may be reading it.
func (r *Rows) write(id RowID) *block {
	b := r.blocks[id/blockRows]
	if b.generation < r.snapshot {
		c := *b
		c.generation = r.snapshot
		b = &c
		r.blocks[id/blockRows] = b
	}
	return b
}
