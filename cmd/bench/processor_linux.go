package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// processor is what a process has used of the processor so far, by the clock that the kernel has for it (clock_getcpuclockid(3)):
// that of /proc counts in hundredths of a second. Nothing when it cannot be known.
func processor(pid int) time.Duration {
	var used unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|2), &used); err != nil {
		return 0
	}
	return time.Duration(used.Nano())
}
