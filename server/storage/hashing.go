package storage

import (
	"hash"
	"sync"
)

// block is a piece of a body on its way: hashed first, then written, since a
// file may alter what it is given to write.
type block struct {
	buf    *[]byte
	n      int
	hashed sync.WaitGroup
}

func (b *block) bytes() []byte { return (*b.buf)[:b.n] }

func (b *block) release() { buffers.Put(b.buf) }

// lag is how many blocks the hashes may be at work on while the one before is
// written: with that one they are what a stream holds of memory.
const lag = 3

// hashing feeds every hash from a goroutine of its own.
type hashing struct {
	lanes []chan *block
	done  sync.WaitGroup
}

func newHashing(all []hash.Hash) *hashing {
	h := &hashing{}
	for _, sum := range all {
		lane := make(chan *block, lag+1)
		h.lanes = append(h.lanes, lane)
		h.done.Go(func() {
			for b := range lane {
				sum.Write(b.bytes())
				b.hashed.Done()
			}
		})
	}
	return h
}

// feed hands a block to every hash. Nobody may change it until it is hashed.
func (h *hashing) feed(b *block) {
	b.hashed.Add(len(h.lanes))
	for _, lane := range h.lanes {
		lane <- b
	}
}

// close returns when all that was fed is hashed. It may be called again.
func (h *hashing) close() {
	for _, lane := range h.lanes {
		close(lane)
	}
	h.lanes = nil
	h.done.Wait()
}
