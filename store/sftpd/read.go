package sftpd

import (
	"context"
	"io"
	"sync"

	"github.com/pkg/sftp"

	"spaces/store"
)

// Clients ask for 32 KiB at a time, dozens at once and out of order: objects are read in blocks, of which some are kept.
const (
	blockSize  = 1 << 20
	mostBlocks = 6
)

// Fileread implements sftp.FileReader.
func (h *handler) Fileread(q *sftp.Request) (io.ReaderAt, error) {
	r := at(q.Filepath)
	if r.Key == "" {
		return nil, sftp.ErrSSHFxFailure
	}
	if w := h.open(r); w != nil { // who writes it may read it by a second handle
		return w, nil
	}
	info, err := h.Store.Head(h.ctx, r)
	if err != nil {
		return nil, h.explain(err)
	}
	return &reader{h: h, info: info, blocks: map[int64]*block{}}, nil
}

// reader reads an object as it was when it was opened: an object that is another one by now is an error.
type reader struct {
	h    *handler
	info store.Info

	mu     sync.Mutex
	blocks map[int64]*block
	order  []int64 // of blocks, the one used last at the end
}

type block struct {
	ready chan struct{} // closed when it is there
	data  []byte
	err   error
}

// ReadAt implements io.ReaderAt.
func (r *reader) ReadAt(p []byte, off int64) (n int, err error) {
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

// block gives a block, which one caller reads and the others wait for. The next one is begun by the way.
func (r *reader) block(i int64) ([]byte, error) {
	b, next := r.begin(i), r.ahead(i+1)
	if next != nil {
		go r.fill(next, i+1)
	}
	select {
	case <-b.ready:
		return b.data, b.err
	case <-r.h.ctx.Done():
		return nil, context.Cause(r.h.ctx)
	}
}

// begin finds a block, or begins to read it.
func (r *reader) begin(i int64) *block {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.blocks[i]
	if b == nil {
		b = r.put(i)
		go r.fill(b, i)
	}
	return b
}

// ahead makes a block that will be asked for, nil where it is there already or there is none.
func (r *reader) ahead(i int64) *block {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i*blockSize >= r.info.Size || r.blocks[i] != nil {
		return nil
	}
	return r.put(i)
}

// put makes room for a block. mu is held.
func (r *reader) put(i int64) *block {
	if len(r.order) == mostBlocks {
		delete(r.blocks, r.order[0])
		r.order = r.order[1:]
	}
	b := &block{ready: make(chan struct{})}
	r.blocks[i], r.order = b, append(r.order, i)
	return b
}

func (r *reader) fill(b *block, i int64) {
	defer close(b.ready)
	b.data, b.err = r.read(i*blockSize, min(blockSize, r.info.Size-i*blockSize))
	if b.err != nil { // the next who asks tries again
		r.mu.Lock()
		if r.blocks[i] == b {
			delete(r.blocks, i)
		}
		r.mu.Unlock()
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
