package job

import (
	"context"
	"sync"
)

const (
	chunkSize = 64 << 10 // bytes of a chunk of records
	chunkBits = 20       // of a position that say where in its chunk a record is
	backlog   = 500_000  // steps that a listing may be ahead of the work
)

// pos says where a record is.
type pos int64

// steps is an append-only list of records, packed: 100,000s of them are ordinary. One writer, many readers; a chunk is
// given back when all its steps are done for good.
type steps struct {
	mu     sync.Mutex
	chunks []*chunk
	count  int // added
	handed int // of those, given to workers
	next   pos
	want   int           // steps that somebody waits for at once
	closed bool          // no more will come
	bound  bool          // add waits when it is far ahead
	spill  *spill        // nil: all are held in memory
	wake   chan struct{} // closed at the next change
}

type chunk struct {
	data   []byte // nil: given back, or in spill
	held   bool   // it counts among those in memory
	spilt  bool   // it is in spill, from off on
	off    int64
	size   int // of data, also when it is given back
	left   int // records that are not done for good
	sealed bool
}

// newSteps has what is too much for memory in a file below dir, "": nowhere.
func newSteps(dir string) *steps {
	s := &steps{wake: make(chan struct{})}
	if dir != "" {
		s.spill = &spill{dir: dir}
	}
	return s
}

// signal wakes everybody who waits. mu is held.
func (s *steps) signal() {
	close(s.wake)
	s.wake = make(chan struct{})
}

// add appends a record and waits while the work is too far behind.
func (s *steps) add(ctx context.Context, r record) (pos, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.bound && s.count-s.handed > backlog {
		if err := s.wait(ctx); err != nil {
			return 0, err
		}
	}
	n := len(s.chunks)
	if n == 0 || len(s.chunks[n-1].data) > chunkSize-recordSize(r) {
		if n > 0 {
			s.seal(s.chunks[n-1])
		}
		s.chunks = append(s.chunks, &chunk{data: make([]byte, 0, max(chunkSize, recordSize(r)))})
		n++
	}
	last := s.chunks[n-1]
	at := pos(n-1)<<chunkBits | pos(len(last.data))
	last.data = r.append(last.data)
	last.size = len(last.data)
	last.left++
	s.count++
	if waiting := s.count - s.handed; waiting == 1 || waiting == s.want {
		s.signal()
	}
	return at, nil
}

// wait gives mu up until something changes.
func (s *steps) wait(ctx context.Context) error {
	wake := s.wake
	s.mu.Unlock()
	defer s.mu.Lock()
	select {
	case <-wake:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close says that no more will come.
func (s *steps) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.signal()
}

// reopen lets more come.
func (s *steps) reopen() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = false
}

// take hands out up to n steps that nobody had yet, waiting for the first. full has it wait for all n, as long as more
// may come. What does not fit (nil: all do) is handed out alone. None means that there are no more.
func (s *steps) take(ctx context.Context, n int, full bool, fits func(record) bool) ([]pos, []record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if full {
		s.want = n
	}
	for {
		if waiting := s.count - s.handed; s.closed || waiting >= n || waiting > 0 && !full {
			break
		}
		if err := s.wait(ctx); err != nil {
			return nil, nil, err
		}
	}
	n = min(n, s.count-s.handed)
	at, records := make([]pos, 0, n), make([]record, 0, n)
	for range n {
		r, end := s.decode(s.next)
		alone := fits != nil && !fits(r)
		if alone && len(at) > 0 {
			break
		}
		at, records = append(at, s.next), append(records, r)
		s.next = end
		if alone {
			break
		}
	}
	s.handed += len(at)
	if s.bound && len(at) > 0 {
		s.signal()
	}
	return at, records, nil
}

// decode reads a record and finds where the one after it is. mu is held.
func (s *steps) decode(p pos) (record, pos) {
	c, off := p>>chunkBits, int(p&(1<<chunkBits-1))
	if off == s.chunks[c].size && int(c) < len(s.chunks)-1 {
		c, off = c+1, 0
	}
	r, n := decodeRecord(s.data(int(c))[off:])
	return r, c<<chunkBits | pos(off+n)
}

// at is the record at a position.
func (s *steps) at(p pos) record {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, _ := s.decode(p)
	return r
}

// each calls visit for every record added so far, in order, until it says false.
func (s *steps) each(visit func(pos, record) bool) {
	var at pos
	for i := 0; ; i++ {
		s.mu.Lock()
		if i >= s.count {
			s.mu.Unlock()
			return
		}
		r, end := s.decode(at)
		if off := at & (1<<chunkBits - 1); int(off) == s.chunks[at>>chunkBits].size {
			at = (at>>chunkBits + 1) << chunkBits
		}
		s.mu.Unlock()
		if !visit(at, r) {
			return
		}
		at = end
	}
}

// done gives a record up: nobody asks for it again.
func (s *steps) done(at ...pos) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range at {
		c := s.chunks[p>>chunkBits]
		c.left--
		s.free(c)
	}
}

func (s *steps) seal(c *chunk) {
	c.sealed = true
	s.free(c)
	if c.data != nil {
		s.spill.put(c)
	}
}

func (s *steps) free(c *chunk) {
	if c.sealed && c.left == 0 && c.data != nil {
		c.data = nil
		s.spill.freed(c)
	}
}

// data of a chunk, wherever it is. mu is held.
func (s *steps) data(i int) []byte {
	if c := s.chunks[i]; c.data == nil && c.spilt {
		return s.spill.get(c)
	}
	return s.chunks[i].data
}

// counts are the steps added and those handed out.
func (s *steps) counts() (added, handed int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count, s.handed
}

// bind has add wait for the work from now on, where all is held in memory.
func (s *steps) bind() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bound = s.spill == nil
}

// unbind lets the listing end by itself although nobody takes steps any more.
func (s *steps) unbind() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bound = false
	s.signal()
}
