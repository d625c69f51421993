package storage

import (
	"fmt"
	"runtime/debug"
	"syscall"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// markMap is the file of marks in memory: writing there costs no call of the
// system, and what is written is in the page cache like that of a write, whatever
// becomes of the process. A sync of the file writes it out.
type markMap []byte

// mapMarks maps the file, where it is one of the system's.
func mapMarks(f vfs.File) markMap {
	fd := f.Fd()
	if fd == vfs.InvalidFd {
		return nil
	}
	m, err := syscall.Mmap(int(fd), 0, 2*markSlot, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil // writes do as well
	}
	return m
}

// put writes. A disk that cannot take the page, where pages are never written in
// place, is an error and not the end of the process.
func (m markMap) put(b []byte, at int64) (err error) {
	old := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(old)
		if fault := recover(); fault != nil {
			err = fmt.Errorf("write a page: %v", fault)
		}
	}()
	copy(m[at:at+markSlot], b)
	return nil
}

func (m markMap) unmap() {
	if m != nil {
		_ = syscall.Munmap(m)
	}
}
