//go:build !windows

package snapshot

import "os"

// syncOf makes the entries of a directory durable.
func syncOf(d *os.File) error { return d.Sync() }
