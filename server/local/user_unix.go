//go:build unix

package local

import (
	"os"
	"syscall"
)

// giveTo gives a file the owner of a directory, where this process may: it is root's else.
func giveTo(f *os.File, dir string) error {
	uid, gid, ok := userOf(dir)
	if !ok || os.Geteuid() != 0 {
		return nil
	}
	return f.Chown(uid, gid)
}

// userOf is who owns a file.
func userOf(path string) (uid, gid int, ok bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, false
	}
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return int(s.Uid), int(s.Gid), true
}

// sameDisk says whether two paths are on the same file system.
func sameDisk(a, b string) bool {
	device := func(path string) (uint64, bool) {
		info, err := os.Stat(path)
		if err != nil {
			return 0, false
		}
		s, ok := info.Sys().(*syscall.Stat_t)
		return uint64(s.Dev), ok // its type differs from system to system
	}
	x, okX := device(a)
	y, okY := device(b)
	return okX && okY && x == y
}
