package storage

import (
	"encoding/binary"

	"github.com/cockroachdb/pebble/v2"
)

// logRecord is a whole record and where it begins.
type logRecord struct {
	at, end int64
	payload []byte
}

// logRead is what a log has.
type logRead struct {
	run     logRun // whose marks count
	records []logRecord
	end     int64  // of the last record that is whole
	chunks  int64  // of the last chunk that is whole
	how     logEnd // what is there
	// of what comes after something that is torn:
	after    []logRecord
	promised int64 // it was synced up to here, says what comes after
	closed   bool  // it was closed in order after that
}

// read reads all that can be read.
func (l logText) read() logRead {
	r := logRead{run: l.last}
	r.records, r.end, r.chunks, r.how = l.run(0, nil)
	if r.how == logTorn {
		l.beyond(&r)
	}
	return r
}

// run reads records up to something that is no chunk, and answers where the
// last whole record and the last whole chunk end.
func (l logText) run(at int64, seen func(chunk)) (records []logRecord, end, chunks int64, how logEnd) {
	var open *logRecord
	end, chunks = at, at
	for {
		c, begin, how := l.chunkAt(chunks)
		if how != notEnded {
			return records, end, begin, how
		}
		if seen != nil {
			seen(c)
		}
		chunks = c.end
		if c.first {
			open = &logRecord{at: begin}
		}
		if open == nil { // a piece of a record whose beginning is lost
			continue
		}
		if c.first {
			open.payload = c.payload[:len(c.payload):len(c.payload)]
		} else {
			open.payload = append(open.payload, c.payload...)
		}
		if c.last {
			open.end, end = c.end, c.end
			records = append(records, *open)
			open = nil
		}
	}
}

// beyond goes on after what is torn.
func (l logText) beyond(r *logRead) {
	known := map[logRun]bool{r.run: true}
	for _, rec := range r.records {
		eachMark(rec.payload, func(run logRun, _ markName, _ int64) { known[run] = true })
	}
	for at := r.chunks; at < int64(len(l.data)); {
		next, sure := l.resume(at, at == r.chunks)
		records, _, chunks, how := l.run(next, func(c chunk) {
			if sure {
				r.promised = max(r.promised, c.promised)
			}
		})
		r.after = append(r.after, records...)
		r.closed = r.closed || sure && how == logClosed
		at = max(chunks, next)
	}
	for _, rec := range r.after {
		eachMark(rec.payload, func(run logRun, n markName, end int64) {
			if known[run] && uint32(n.num) == l.num {
				r.promised = max(r.promised, end)
			}
		})
	}
}

// resume is where there may be a chunk after something torn: where that says
// that it ends, or anywhere else in the block, or at the next block. It is not
// sure that what is found inside of a block was written as a chunk: somebody
// may have put an object there that looks like one.
// Where the damage itself is, all places are tried.
func (l logText) resume(at int64, all bool) (next int64, sure bool) {
	stop := min((at/logBlock+1)*logBlock, int64(len(l.data)))
	h := l.data[at:stop]
	if len(h) >= chunkLegacy {
		head, _, num := chunkHead(h)
		n := head + int(binary.LittleEndian.Uint16(h[4:]))
		if head > 0 && n <= len(h) && (head == chunkLegacy || num == l.num) {
			if _, _, how := l.chunkAt(at + int64(n)); how == notEnded || how == logClosed {
				return at + int64(n), true
			}
		}
	}
	for i := 1; all && l.num != 0 && i+chunkRecycled <= len(h); i++ {
		if head, _, num := chunkHead(h[i:]); head == chunkLegacy || num != l.num {
			continue
		}
		if _, how := l.parse(h[i:]); how == notEnded {
			return at + int64(i), false
		}
	}
	return (at/logBlock + 1) * logBlock, true
}

// eachEntry visits the entries of a batch, as far as it can be read: a head of
// 12 bytes, and for each its kind, its key and maybe a value.
func eachEntry(batch []byte, visit func(kind pebble.InternalKeyKind, key []byte)) {
	r := reader{b: batch}
	for r.take(12); !r.bad && len(r.b) > 0; {
		kind := pebble.InternalKeyKind(r.byte())
		key := r.bytes()
		switch kind {
		case pebble.InternalKeyKindSet, pebble.InternalKeyKindMerge, pebble.InternalKeyKindRangeDelete: // the last has an end
			r.bytes()
		case pebble.InternalKeyKindDelete, pebble.InternalKeyKindLogData:
		default:
			return // the engine makes no other
		}
		if !r.bad {
			visit(kind, key)
		}
	}
}

// eachMark visits the marks in a batch.
func eachMark(batch []byte, visit func(run logRun, n markName, end int64)) {
	eachEntry(batch, func(kind pebble.InternalKeyKind, key []byte) {
		if kind != pebble.InternalKeyKindLogData {
			return
		}
		if run, n, end, ok := decodeMarkEntry(key); ok {
			visit(run, n, end)
		}
	})
}

// oldestLog is the number of the first log whose records are not all in
// tables, by the edits of a manifest; those begin with it when they change it.
func oldestLog(edits []logRecord) (num uint64) {
	for _, e := range edits {
		r := reader{b: e.payload}
		for !r.bad {
			switch r.uvarint() {
			case 1: // the name of the comparer
				r.bytes()
				continue
			case 9: // what LevelDB had
				r.uvarint()
				continue
			case 2:
				if n := r.uvarint(); !r.bad {
					num = n
				}
			}
			break
		}
	}
	return num
}
