package pipe

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// Sizes of a buffer, in bytes: it starts small and grows to the maximum when
// its writer is ahead of its reader.
const (
	least = 8 << 10
	most  = 256 << 10
)

// ring is one direction: a circular buffer between one end's writes and the
// other's reads.
type ring struct {
	mu               sync.Mutex
	readers, writers waiters
	buf              []byte
	start, n         int  // the bytes that wait are buf[start:start+n], circularly
	ended            bool // the writer is done
	gone             bool // the reader is
}

// waiters are those who wait on one side of a ring, and that side's deadline.
// The timer only runs while somebody waits.
type waiters struct {
	cond     *sync.Cond
	count    int
	deadline time.Time
	timer    *time.Timer
}

func newRing() *ring {
	r := &ring{}
	r.readers.cond = sync.NewCond(&r.mu)
	r.writers.cond = sync.NewCond(&r.mu)
	return r
}

// wait blocks until w is woken or its deadline is over. The ring is locked.
func (w *waiters) wait() error {
	if !w.deadline.IsZero() {
		left := time.Until(w.deadline)
		if left <= 0 {
			return os.ErrDeadlineExceeded
		}
		if w.timer == nil {
			w.timer = time.AfterFunc(left, func() {
				w.cond.L.Lock()
				defer w.cond.L.Unlock()
				w.cond.Broadcast()
			})
		} else {
			w.timer.Reset(left)
		}
	}
	w.count++
	w.cond.Wait()
	w.count--
	if w.count == 0 && w.timer != nil {
		w.timer.Stop()
	}
	return nil
}

func (r *ring) setDeadline(w *waiters, t time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w.deadline = t
	w.cond.Broadcast()
}

func (w *waiters) expired() bool {
	return !w.deadline.IsZero() && time.Until(w.deadline) <= 0
}

func (r *ring) read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		switch {
		case r.gone:
			return 0, net.ErrClosed
		case r.readers.expired():
			return 0, os.ErrDeadlineExceeded
		case len(p) == 0:
			return 0, nil
		case r.n > 0:
			n := r.take(p)
			r.writers.cond.Broadcast()
			return n, nil
		case r.ended:
			return 0, io.EOF
		}
		if err := r.readers.wait(); err != nil {
			return 0, err
		}
	}
}

func (r *ring) write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	written := 0
	for {
		switch {
		case r.ended:
			return written, net.ErrClosed
		case r.gone:
			return written, io.ErrClosedPipe
		case r.writers.expired():
			return written, os.ErrDeadlineExceeded
		case len(p) == 0:
			return written, nil
		}
		if n := r.put(p); n > 0 {
			written += n
			p = p[n:]
			r.readers.cond.Broadcast()
			continue
		}
		if err := r.writers.wait(); err != nil {
			return written, err
		}
	}
}

// take moves up to len(p) bytes out of the buffer.
func (r *ring) take(p []byte) int {
	total := 0
	for r.n > 0 && total < len(p) {
		end := min(r.start+r.n, len(r.buf))
		n := copy(p[total:], r.buf[r.start:end])
		total += n
		r.n -= n
		r.start += n
		if r.start == len(r.buf) {
			r.start = 0
		}
	}
	if r.n == 0 {
		r.start = 0
	}
	return total
}

// put moves what fits of p into the buffer, which grows up to most.
func (r *ring) put(p []byte) int {
	if need := r.n + len(p); need > len(r.buf) && len(r.buf) < most {
		r.grow(need)
	}
	total := 0
	for r.n < len(r.buf) && total < len(p) {
		at := r.start + r.n
		end := len(r.buf)
		if at >= len(r.buf) {
			at -= len(r.buf)
			end = r.start
		}
		n := copy(r.buf[at:end], p[total:])
		total += n
		r.n += n
	}
	return total
}

func (r *ring) grow(need int) {
	size := max(len(r.buf), least)
	for size < need && size < most {
		size *= 2
	}
	buf := make([]byte, size)
	n := 0
	for waiting := r.n; n < waiting; {
		n += r.take(buf[n:])
	}
	r.buf, r.start, r.n = buf, 0, n
}

func (r *ring) closeWrite() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	r.readers.cond.Broadcast()
	r.writers.cond.Broadcast()
}

func (r *ring) closeRead() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gone = true
	r.buf, r.start, r.n = nil, 0, 0
	r.readers.cond.Broadcast()
	r.writers.cond.Broadcast()
}
