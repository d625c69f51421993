package server

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// startedAt is about when the process began.
var startedAt = time.Now()

// writeProcess tells of the process, under the names that Prometheus's own libraries have for it. What the system does not
// tell is left out.
func writeProcess(t *metricsText) {
	t.single("process_start_time_seconds", "gauge", "When the process began.", float64(startedAt.Unix()))
	t.single("go_goroutines", "gauge", "Goroutines that there are.", float64(runtime.NumGoroutine()))
	if text, err := os.ReadFile("/proc/self/statm"); err == nil { // proc(5): size resident …, in pages
		if words := strings.Fields(string(text)); len(words) > 1 {
			if pages, err := strconv.ParseInt(words[1], 10, 64); err == nil {
				t.single("process_resident_memory_bytes", "gauge", "Memory that the process has, in bytes.", float64(pages*int64(os.Getpagesize())))
			}
		}
	}
	if files, err := os.ReadDir("/proc/self/fd"); err == nil {
		t.single("process_open_fds", "gauge", "Files and connections that are open.", float64(len(files)))
	}
}
