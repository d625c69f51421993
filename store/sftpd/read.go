package sftpd

import (
	"context"
	"io"
	"slices"
	"sync"

	"github.com/pkg/sftp"

	"spaces/store"
)

// Clients ask for 32 KiB at a time, dozens at once and out of order: objects are read in blocks, of which some are kept, of
// a file as many as those requests are about, and on a channel as many as it may take of memory, however many files are open.
const (
	blockSize  = 1 << 20
	fileBlocks = 6
	mostBlocks = 24
)

// Fileread implements sftp.FileReader.
func (h *handler) Fileread(q *sftp.Request) (io.ReaderAt, error) {
	r, err := h.at(q.Filepath)
	switch {
	case err != nil:
		return nil, err
	case r.Key == "":
		return nil, sftp.ErrSSHFxFailure
	}
	if err := h.take(); err != nil {
		return nil, err
	}
	if w := h.open(r); w != nil { // who writes it may read it by a second handle
		return &peek{h: h, w: w}, nil
	}
	info, err := h.Store.Head(h.ctx, r)
	if err != nil {
		h.release()
		return nil, h.explain(err)
	}
	return &reader{h: h, info: info}, nil
}

// peek reads what is being written. That its handle is closed ends nothing but itself.
type peek struct {
	h *handler
	w *writer
}

// ReadAt implements io.ReaderAt.
func (p *peek) ReadAt(b []byte, off int64) (int, error) { return p.w.ReadAt(b, off) }

// Close implements io.Closer.
func (p *peek) Close() error {
	p.h.release()
	return nil
}

// reader reads an object as it was when it was opened: an object that is another one by now is an error.
type reader struct {
	h    *handler
	info store.Info
}

// spot is where a block is.
type spot struct {
	r *reader
	i int64
}

// cache has the blocks of all files that a channel reads.
type cache struct {
	mu     sync.Mutex
	blocks map[spot]*block
	order  []spot // of blocks, the newest at the end
}

type block struct {
	ready chan struct{} // closed when it is there
	data  []byte
	err   error
}

// ReadAt implements io.ReaderAt.
func (r *reader) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errOffset
	}
	for n < len(p) && off < r.info.Size {
		b, err := r.block(off / blockSize)
		if err != nil {
			return n, r.h.explain(err)
		}
		k := copy(p[n:], b[off%blockSize:])
		n, off = n+k, off+int64(k)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Close gives back what is kept of it.
func (r *reader) Close() error {
	r.h.read.drop(r)
	r.h.release()
	return nil
}

// block gives a block, which one caller reads and the others wait for. The next one is begun by the way.
func (r *reader) block(i int64) ([]byte, error) {
	b, made := r.h.read.get(spot{r, i})
	if made {
		go r.fill(b, i)
	}
	if (i+1)*blockSize < r.info.Size {
		if next, made := r.h.read.get(spot{r, i + 1}); made {
			go r.fill(next, i+1)
		}
	}
	select {
	case <-b.ready:
		return b.data, b.err
	case <-r.h.ctx.Done():
		return nil, context.Cause(r.h.ctx)
	}
}

// get finds a block, or makes one for the caller to fill. The oldest has to make room.
func (c *cache) get(at spot) (b *block, made bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if b := c.blocks[at]; b != nil {
		return b, false
	}
	c.makeRoom(at.r)
	b = &block{ready: make(chan struct{})}
	c.blocks[at], c.order = b, append(c.order, at)
	return b, true
}

// makeRoom takes out the oldest block of a file that has as many as it may, or else of all when those are as many.
func (c *cache) makeRoom(r *reader) {
	first, own := -1, 0
	for i, at := range c.order {
		if at.r == r {
			if own++; first < 0 {
				first = i
			}
		}
	}
	switch {
	case own >= fileBlocks:
	case len(c.order) >= mostBlocks:
		first = 0
	default:
		return
	}
	delete(c.blocks, c.order[first])
	c.order = slices.Delete(c.order, first, first+1)
}

// forget takes a block out, unless it is another by now.
func (c *cache) forget(at spot, b *block) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.blocks[at] == b {
		delete(c.blocks, at)
		c.order = slices.DeleteFunc(c.order, func(o spot) bool { return o == at })
	}
}

// drop takes all blocks of a file out.
func (c *cache) drop(r *reader) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order = slices.DeleteFunc(c.order, func(at spot) bool { return at.r == r })
	for at := range c.blocks {
		if at.r == r {
			delete(c.blocks, at)
		}
	}
}

func (r *reader) fill(b *block, i int64) {
	defer close(b.ready)
	b.data, b.err = r.read(i*blockSize, min(blockSize, r.info.Size-i*blockSize))
	if b.err != nil { // the next who asks tries again
		r.h.read.forget(spot{r, i}, b)
	}
}

func (r *reader) read(off, n int64) ([]byte, error) {
	body, _, err := r.h.Store.Get(r.h.ctx, r.info.Ref, store.GetOptions{Offset: off, Length: n, IfMatch: r.info.ETag})
	if err != nil {
		return nil, err
	}
	defer body.Close()
	data := make([]byte, n)
	_, err = io.ReadFull(body, data)
	return data, err
}
