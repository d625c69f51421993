package job

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// slowSync is when syncing a whole file system has taken too long: somebody else writes much to it.
const slowSync = 5 * time.Second

// fileSystem is one that can be synced as a whole: that takes one write of its journal and few of neighbouring blocks, where
// many small files take one each (ext4: two thirds of the time, and no thread for every file).
type fileSystem struct {
	dir  *os.File // open since before anything was written: it is told every error from then on
	dev  uint64
	slow bool // each file is synced by itself from then on
}

// newFileSystem is nil where syncfs cannot be relied on. Since Linux 5.8 it reports what could not be written (syncfs(2)),
// since 5.17 also what the file system itself says of that. Network file systems, and those of FUSE, are not known to have
// the other end write anything for it.
func newFileSystem(root *os.Root) *fileSystem {
	var release unix.Utsname
	if unix.Uname(&release) != nil || !isSince(unix.ByteSliceToString(release.Release[:]), 5, 17) {
		return nil
	}
	dir, err := root.Open(".")
	if err != nil {
		return nil
	}
	s := &fileSystem{dir: dir}
	var kind unix.Statfs_t
	var stat unix.Stat_t
	if unix.Fstatfs(int(dir.Fd()), &kind) == nil && unix.Fstat(int(dir.Fd()), &stat) == nil {
		switch int64(kind.Type) {
		case unix.EXT4_SUPER_MAGIC, unix.XFS_SUPER_MAGIC, unix.BTRFS_SUPER_MAGIC:
			s.dev = uint64(stat.Dev)
			return s
		}
	}
	dir.Close()
	return nil
}

// holds says whether a file is in this file system, not in one that is mounted below.
func (s *fileSystem) holds(f *os.File) bool {
	var stat unix.Stat_t
	return unix.Fstat(int(f.Fd()), &stat) == nil && uint64(stat.Dev) == s.dev
}

// sync returns when all that was written is on the disk.
func (s *fileSystem) sync() error {
	began := time.Now()
	err := unix.Syncfs(int(s.dir.Fd()))
	s.slow = time.Since(began) > slowSync
	return err
}

func (s *fileSystem) close() {
	if s != nil {
		s.dir.Close()
	}
}

// isSince says whether a release of the kernel, as "6.1.0-18-amd64", is this version or a later one.
func isSince(release string, major, minor int) bool {
	var x, y int
	n, _ := fmt.Sscanf(release, "%d.%d", &x, &y) // what is no number is no version
	return n == 2 && (x > major || x == major && y >= minor)
}
