//go:build unix

package main

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// checkOwner refuses that root does the work of another user in his data directory: what root makes there his server cannot
// open. While that runs it does the work itself.
func checkOwner(dir string) error {
	owner, is := ownerOf(filepath.Join(dir, "format"))
	if !is {
		owner, is = ownerOf(dir)
	}
	if !is || owner == 0 || os.Geteuid() != 0 || locked(filepath.Join(dir, "lock")) {
		return nil
	}
	name := strconv.Itoa(owner)
	if u, err := user.LookupId(name); err == nil {
		name = u.Username
	}
	return fmt.Errorf("%s belongs to the user %s, whose server could not use what root makes there; start that server first, or put before the command: runuser -u %s --", dir, name, name)
}

func ownerOf(path string) (uid int, is bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, false
	}
	s, is := info.Sys().(*syscall.Stat_t)
	if !is {
		return 0, false
	}
	return int(s.Uid), true
}

// locked tells whether another process holds the lock of a store.
func locked(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	l := syscall.Flock_t{Type: syscall.F_WRLCK}
	return syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &l) == nil && l.Type != syscall.F_UNLCK
}
