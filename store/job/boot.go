package job

import (
	"os"
	"strings"
	"sync"
)

// boot is an ID of the time since the machine was started (proc_sys_kernel(5): random/boot_id), "" where the system tells
// none. What a process has written outlives it as long as that lasts, whether it is on the disk or not.
var boot = sync.OnceValue(func() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
})
