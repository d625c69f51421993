//go:build unix && !solaris && !aix

package job

import (
	"os"
	"syscall"
)

// canLock says whether lockFile keeps other processes away.
const canLock = true

// openNew is how a file is opened that is made: as it is not to wait for, os.File spares the four calls of the system that find
// that out.
const openNew = syscall.O_NONBLOCK

// shareFile is lockFile beside others who share it.
func shareFile(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) == nil
}

// lockFile takes a file for this process, until it is closed: false when another open file has it. The death of a process
// gives its locks back.
func lockFile(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
