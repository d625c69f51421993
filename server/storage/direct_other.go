//go:build !linux

package storage

import "github.com/cockroachdb/pebble/v2/vfs"

const directUnit = 4096

// setDirect is not used here: what is written goes through the page cache.
func setDirect(vfs.File, bool) bool { return false }

func isEven([]byte) bool { return false }
