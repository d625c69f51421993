package storage

import (
	"time"

	"golang.org/x/sys/unix"
)

// processorTime is what this process had of the processor, compactions and all
// (clock_getcpuclockid(3)): 0 where nobody says.
func processorTime() time.Duration {
	var used unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &used); err != nil {
		return 0
	}
	return time.Duration(used.Nano())
}
