package job

import (
	"fmt"
	"os"
)

// heldChunks are in memory at once, beside those that are being read: 4 MiB.
var heldChunks = 64

// spill keeps chunks of steps in a file that has no name: it is gone with the program, however that ends. What cannot be
// written stays in memory. All methods of a nil spill do nothing; the steps' mu is held.
type spill struct {
	dir    string
	file   *os.File
	end    int64
	held   int  // chunks in memory
	failed bool // nothing more is written
	recent [4]struct {
		of   *chunk
		data []byte
	}
	turn int
}

// put takes a sealed chunk.
func (s *spill) put(c *chunk) {
	switch {
	case s == nil:
		return
	case s.held < heldChunks || s.failed || !s.open():
		s.hold(c)
		return
	}
	if _, err := s.file.WriteAt(c.data, s.end); err != nil {
		s.failed = true
		s.hold(c)
		return
	}
	c.off, c.spilt, c.data = s.end, true, nil
	s.end += int64(c.size)
}

// open makes the file. Where a file that is open cannot lose its name there is none.
func (s *spill) open() bool {
	if s.file != nil {
		return true
	}
	f, err := os.CreateTemp(s.dir, "steps-*.tmp")
	if err != nil {
		s.failed = true
		return false
	}
	if os.Remove(f.Name()) != nil {
		_ = f.Close()
		_ = os.Remove(f.Name())
		s.failed = true
		return false
	}
	s.file = f // closed when nobody has it any more
	return true
}

func (s *spill) hold(c *chunk) {
	c.held = true
	s.held++
}

// freed notes that a chunk is given back.
func (s *spill) freed(c *chunk) {
	if s != nil && c.held {
		s.held--
	}
}

// get reads a chunk. Those that were read last stay at hand: steps are taken and looked at in their order.
func (s *spill) get(c *chunk) []byte {
	for i := range s.recent {
		if s.recent[i].of == c {
			return s.recent[i].data
		}
	}
	x := &s.recent[s.turn]
	s.turn = (s.turn + 1) % len(s.recent)
	if cap(x.data) < c.size {
		x.data = make([]byte, c.size)
	}
	x.of, x.data = c, x.data[:c.size]
	if _, err := s.file.ReadAt(x.data, c.off); err != nil {
		panic(fmt.Errorf("reading back the steps of a plan: %w", err)) // nothing sensible can be done without them
	}
	return x.data
}

// scratch is where plans may put what is too much for memory.
func (l *Ledger) scratch() string {
	if l == nil {
		return ""
	}
	return l.dir
}
