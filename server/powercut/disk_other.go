//go:build !linux

package powercut

import "testing"

// Disk is a mounted file system whose power can be cut.
type Disk struct{}

// New skips the test: there is no such disk here.
func New(t testing.TB, _ int64, _ string) *Disk {
	skip(t, "only Linux can cut the power of a file system")
	return nil
}

// Dir is where the disk is mounted.
func (d *Disk) Dir() string { return "" }

// Cut cuts the power.
func (d *Disk) Cut(testing.TB, int) {}

// Restore mounts the disk again.
func (d *Disk) Restore(testing.TB) {}

// Freeze stops a process before a cut.
func Freeze(testing.TB, int) {}
