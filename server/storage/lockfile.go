package storage

import (
	"io"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// LockFile makes a file and locks it against other processes and other calls, until it is closed or this process ends. It does
// not wait.
func LockFile(path string) (io.Closer, error) { return vfs.Default.Lock(path) }
