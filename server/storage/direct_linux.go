package storage

import (
	"unsafe"

	"github.com/cockroachdb/pebble/v2/vfs"
	"golang.org/x/sys/unix"
)

// directUnit is what the length of a direct write, its place in the file and in
// memory are multiples of, in bytes: enough for every disk whose sectors are no
// larger than a page (open(2), O_DIRECT).
const directUnit = 4096

// setDirect has what is written to a file from now on go straight to the disk,
// or through the page cache again. It is false where the system cannot. What is
// written either way is durable only after a sync.
func setDirect(f vfs.File, on bool) bool {
	fd := f.Fd()
	if fd == vfs.InvalidFd {
		return false
	}
	flags, err := unix.FcntlInt(fd, unix.F_GETFL, 0)
	if err != nil {
		return false
	}
	flags &^= unix.O_DIRECT
	if on {
		flags |= unix.O_DIRECT
	}
	_, err = unix.FcntlInt(fd, unix.F_SETFL, flags)
	return err == nil
}

// isEven says whether p may be written directly.
func isEven(p []byte) bool { return uintptr(unsafe.Pointer(unsafe.SliceData(p)))%directUnit == 0 }
