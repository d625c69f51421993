package storage

import "errors"

// Look has look see the records of a data directory that nobody has open, which
// changes nothing there: *LockedError otherwise. Of the engine only Records may
// be used, and not after look has returned.
func Look(dir string, o Options, look func(*Engine) error) error {
	e, err := still(dir, o, true)
	if err != nil {
		return err
	}
	return errors.Join(look(e), e.closeStill())
}

// FormatOf is the format that a data directory says it has, 0 for none, and the
// newest that this program knows. One that is newer than that is ErrFormat.
func FormatOf(dir string) (found, known int, err error) {
	fs := withDefaults(Options{}).FS
	found, err = readFormat(fs, fs.PathJoin(dir, "format"))
	return found, format, err
}

// DiskUsage says how much of the disk that a directory is on is free, how large
// it is, and how much is kept for deletes: with less than that free, writes are
// refused. In bytes.
func DiskUsage(dir string) (free, total, reserve int64, err error) {
	u, err := withDefaults(Options{}).FS.GetDiskUsage(dir)
	return int64(u.AvailBytes), int64(u.TotalBytes), reserveOf(u.TotalBytes), err
}
