package powercut

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Freeze stops a process until every thread of it is stopped or in the disk, from where it comes back stopped. Without that a
// cut proves nothing: an fdatasync that races with FS_IOC_SHUTDOWN returns 0 for what is lost (Linux 6.18), and the process
// would go on to acknowledge that.
func Freeze(t testing.TB, pid int) {
	t.Helper()
	if err := unix.Kill(pid, unix.SIGSTOP); err != nil {
		t.Fatalf("freeze process %d: %v", pid, err)
	}
	for began := time.Now(); !frozen(t, pid); time.Sleep(100 * time.Microsecond) {
		if time.Since(began) > patience {
			t.Fatalf("process %d does not stop", pid)
		}
	}
}

// frozen looks at the states of all threads: see proc_pid_stat(5).
func frozen(t testing.TB, pid int) bool {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	if err != nil || len(threads) == 0 {
		t.Fatalf("process %d cannot be looked at: %v", pid, err)
	}
	return !slices.ContainsFunc(threads, func(file string) bool {
		text, err := os.ReadFile(file)
		if err != nil {
			return false // it has ended
		}
		i := bytes.LastIndex(text, []byte(") ")) + 2
		return i < len(text) && !bytes.ContainsRune([]byte("TtDZX"), rune(text[i]))
	})
}
