//go:build !linux

package storage

import "github.com/cockroachdb/pebble/v2/vfs"

// markMap is not used here: elsewhere a sync of a file need not write out what is
// mapped.
type markMap []byte

func mapMarks(vfs.File) markMap { return nil }

func (m markMap) put([]byte, int64) error { return nil }

func (m markMap) unmap() {}
