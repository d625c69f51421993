package storage

import "fmt"

// The fields of an edit of Pebble's manifest (pebble v2.1.7,
// internal/manifest/version_edit.go).
const (
	editComparer       = 1
	editLog            = 2
	editNextFile       = 3
	editLastSequence   = 4
	editDeletedTable   = 6
	editPrevLog        = 9
	editTable          = 103
	editBacking        = 105
	editRemovedBacking = 106
	editValues         = 107
	editDeletedValues  = 108

	tableEnd     = 1
	tableVirtual = 66
	tablePrefix  = 67
	tableSuffix  = 68
	tableValues  = 69
	tableNeeded  = 1 << 6 // of what follows all must be understood
)

// valueFiles are the files of values that the edits leave in use, by their
// numbers, and their sizes. known is false where an edit has something that this
// program has never seen: then nothing is known of them.
func valueFiles(edits []logRecord) (sizes map[uint64]int64, known bool) {
	sizes = map[uint64]int64{}
	for _, e := range edits {
		r := reader{b: e.payload}
		for len(r.b) > 0 && !r.bad {
			switch r.uvarint() {
			case editComparer:
				r.bytes()
			case editLog, editNextFile, editLastSequence, editPrevLog, editRemovedBacking:
				r.uvarint()
			case editDeletedTable, editBacking:
				r.uvarint()
				r.uvarint()
			case editTable:
				r.table()
			case editValues:
				r.uvarint() // its name for tables, which stays when it is rewritten
				num := r.uvarint()
				sizes[num] = int64(r.uvarint())
				r.uvarint()
				r.uvarint()
			case editDeletedValues:
				r.uvarint()
				delete(sizes, r.uvarint())
			default:
				return nil, false
			}
		}
		if r.bad {
			return nil, false
		}
	}
	return sizes, true
}

// table passes by what an edit says of a table.
func (r *reader) table() {
	for range 3 { // level, number, size
		r.uvarint()
	}
	r.bytes() // first and last key
	r.bytes()
	r.uvarint() // first and last sequence number
	r.uvarint()
	for !r.bad {
		switch tag := r.uvarint(); {
		case tag == tableEnd:
			return
		case tag == tableVirtual:
			r.uvarint()
		case tag == tableValues:
			r.uvarint()
			n := r.uvarint()
			for ; n > 0 && !r.bad; n-- {
				r.uvarint()
				r.uvarint()
			}
		case tag&tableNeeded != 0 && tag != tablePrefix && tag != tableSuffix:
			r.bad = true
		default:
			r.bytes()
		}
	}
}

// checkValues wants the files of values that the manifest names, as Pebble
// wants the tables when it opens: it would panic in the middle of a read.
func (e *Engine) checkValues(edits []logRecord) error {
	sizes, known := valueFiles(edits)
	if !known {
		return nil
	}
	for num, size := range sizes {
		name := fmt.Sprintf("%06d.blob", num)
		info, err := e.fs.Stat(e.fs.PathJoin(e.path("meta"), name))
		switch {
		case isMissing(err):
			return fmt.Errorf("%w: the file meta/%s is not there", ErrCorrupt, name)
		case err != nil:
			return fmt.Errorf("look at meta/%s: %w", name, err)
		case info.Size() != size:
			return fmt.Errorf("%w: the file meta/%s has %d bytes, and not %d", ErrCorrupt, name, info.Size(), size)
		}
	}
	return nil
}
