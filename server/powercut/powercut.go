// Package powercut is a disk for tests whose power can be cut: an ext4 of its own on a loop device, whose bytes are
// memory of the process of the test. What was not synced before a cut is gone after it, by the file system of the kernel
// and not by a model of one.
//
// It takes root and a loop device, on Linux. Elsewhere New skips the test, and says so loudly. No part of the program
// that people run may import it.
package powercut

// How a cut leaves the journal of the file system: the flags of FS_IOC_SHUTDOWN (fs/ext4/ext4.h in Linux).
const (
	LogFlush   = 1 // the journal is written out first, without the data: names may be there whose content is not
	NoLogFlush = 2 // nothing is: only what was synced is there
)

// Options are the mount options under which power is to be cut: how often the file system writes its journal by itself,
// in seconds, and whether it hides a rename that was not synced.
var Options = []string{"commit=1", "commit=5", "commit=1000", "commit=1000,noauto_da_alloc"}
