package storage

import (
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/cockroachdb/pebble/v2"
)

// Numbers are handed out from memory; what is durable is a limit that they are
// below, moved in strides. A start goes on at the limit, and scans nothing.
const (
	seqStride  = 1 << 20
	blobStride = 1 << 10
)

var (
	seqKey  = []byte{recMeta, 's'}
	blobKey = []byte{recMeta, 'b'}
)

// sequence numbers writes.
type sequence struct {
	mu          sync.Mutex
	next, limit uint64
}

// nextSeq numbers a write. The new limit need not be synced: the log keeps it
// before all that is numbered below it.
func (e *Engine) nextSeq() (uint64, error) {
	s := &e.seq
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next >= s.limit {
		limit := s.next + seqStride
		b := e.db.NewBatch()
		_ = b.Set(seqKey, binary.BigEndian.AppendUint64(nil, limit), nil)
		if err := e.apply(b, false); err != nil {
			return 0, err
		}
		s.limit = limit
	}
	s.next++
	return s.next - 1, nil
}

// blobNumbers number blob files and remember those that no record refers to
// yet. All such files of a process that died are in [low, limit) of its last
// durable record: the next one looks there, and nowhere else.
type blobNumbers struct {
	mu               sync.Mutex
	next, limit, low uint64
	limitAtOpen      uint64
	unswept          bool // low is that of an earlier process, and must stay
	staged           map[uint64]struct{}
	emptied          map[string]struct{} // directories from which files went, not durably yet
}

func (e *Engine) nextBlob() (uint64, error) {
	n := &e.blobs
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.next >= n.limit {
		if err := e.reserveBlobs(); err != nil {
			return 0, err
		}
	}
	id := n.next
	n.next++
	n.staged[id] = struct{}{}
	return id, nil
}

// forget makes durable that files went which never got a record: below low
// nobody looks for them. The numbers are locked.
func (n *blobNumbers) forget(e *Engine) error {
	for dir := range n.emptied {
		if err := e.dirs.sync(e, dir); err != nil {
			return err
		}
		delete(n.emptied, dir)
	}
	return nil
}

// reserveBlobs makes a new limit durable before any file has a number below it.
func (e *Engine) reserveBlobs() error {
	n := &e.blobs
	low := n.low
	if !n.unswept {
		if err := n.forget(e); err != nil {
			return err
		}
		low = n.next
		for id := range n.staged {
			low = min(low, id)
		}
	}
	limit := n.next + blobStride
	b := e.db.NewBatch()
	_ = b.Set(blobKey, binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, limit), low), nil)
	if err := e.apply(b, true); err != nil {
		return err
	}
	n.limit, n.low = limit, low
	return nil
}

// settleBlobs gives back the numbers that were kept for blobs, when every file
// has its record.
func (e *Engine) settleBlobs() error {
	n := &e.blobs
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.unswept || len(n.staged) > 0 || n.low == n.next && n.limit == n.next {
		return nil
	}
	if err := n.forget(e); err != nil {
		return err
	}
	b := e.db.NewBatch()
	_ = b.Set(blobKey, binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, n.next), n.next), nil)
	if err := e.apply(b, false); err != nil {
		return err
	}
	n.limit, n.low = n.next, n.next
	return nil
}

// settled says that a blob has a durable record, or no file any more.
func (n *blobNumbers) settled(id uint64) {
	n.mu.Lock()
	delete(n.staged, id)
	n.mu.Unlock()
}

// removed says that the file of a number went, which nothing has made durable.
func (n *blobNumbers) removed(id uint64) {
	n.mu.Lock()
	delete(n.staged, id)
	n.emptied[blobDir(id)] = struct{}{}
	n.mu.Unlock()
}

// loadNumbers reads the limits that an earlier process left.
func (e *Engine) loadNumbers() error {
	e.blobs.staged, e.blobs.emptied = map[uint64]struct{}{}, map[string]struct{}{}
	v, ok, err := e.limit(seqKey, recObject)
	if err != nil {
		return fmt.Errorf("read the sequence: %w", err)
	}
	e.seq.next = 1
	if ok {
		r := reader{b: v}
		e.seq.next = r.uint64()
		if r.bad || e.seq.next == 0 {
			return fmt.Errorf("read the sequence: %w", errRecord)
		}
	}
	e.seq.limit = e.seq.next
	v, ok, err = e.limit(blobKey, byte(kindBlob))
	if err != nil {
		return fmt.Errorf("read the sequence of blobs: %w", err)
	}
	if ok {
		r := reader{b: v}
		e.blobs.next = r.uint64()
		e.blobs.low = r.uint64()
		if r.bad {
			return fmt.Errorf("read the sequence of blobs: %w", errRecord)
		}
		e.blobs.unswept = e.blobs.low < e.blobs.next
	}
	e.blobs.limit, e.blobs.limitAtOpen = e.blobs.next, e.blobs.next
	return nil
}

// limit reads the limit of numbers. There is one when there is a record of a
// letter, which has such a number: to begin anew would give numbers twice.
func (e *Engine) limit(key []byte, letter byte) (value []byte, ok bool, err error) {
	if value, ok, err = e.get(key); ok || err != nil {
		return value, ok, err
	}
	err = e.scan([]byte{letter}, []byte{letter + 1}, func(record, _ []byte) (bool, error) {
		return false, fmt.Errorf("%w: it is not there, and %s is", ErrCorrupt, recordName(record))
	})
	return nil, false, err
}

// apply commits a batch and waits for it to be durable when sync is set.
func (e *Engine) apply(b *pebble.Batch, sync bool) error {
	wait, err := e.enqueue(b, sync)
	if err != nil {
		return err
	}
	return wait()
}
