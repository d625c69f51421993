package storage

// Stats are figures of an open engine, for whoever watches it.
type Stats struct {
	Spaces, Objects, Bytes int64
	Destroyed              int64 // Spaces that can be had back
	DestroyedBytes         int64 // of what is in them
	MetaBytes              int64 // what the metadata take of the disk
	LogBytes               int64 // of that, the log
	Compactions, Flushes   int64 // since the start
	CompactionDebt         int64 // bytes that wait to be compacted
	CacheHits, CacheMisses int64 // since the start
	DiskFree, DiskTotal    int64 // bytes; 0 when the file system does not say
}

// Stats asks nothing of the disk but how full it is.
func (e *Engine) Stats() (s Stats, err error) {
	if err := e.enter(); err != nil {
		return s, err
	}
	defer e.leave()
	spaces, err := e.Spaces()
	for _, sp := range spaces {
		s.Spaces++
		s.Objects += sp.Objects
		s.Bytes += sp.Bytes
	}
	for _, sp := range e.DestroyedSpaces() {
		s.Destroyed++
		s.DestroyedBytes += sp.Bytes
	}
	if e.Failed() == nil { // else Pebble may hold its locks for ever
		m := e.db.Metrics()
		s.MetaBytes, s.LogBytes = int64(m.DiskSpaceUsage()), int64(m.WAL.PhysicalSize)
		s.Compactions, s.Flushes, s.CompactionDebt = m.Compact.Count, m.Flush.Count, int64(m.Compact.EstimatedDebt)
		s.CacheHits, s.CacheMisses = m.BlockCache.Hits, m.BlockCache.Misses
	}
	if u, uerr := e.fs.GetDiskUsage(e.dir); uerr == nil {
		s.DiskFree, s.DiskTotal = int64(u.AvailBytes), int64(u.TotalBytes)
	}
	return s, err
}
