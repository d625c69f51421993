package storage

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// room keeps a reserve of the disk for deletes, which need some before they
// give more. Writes that grow are refused below the reserve; when others fill
// the disk, the ballast is given up, and laid down again when there is room.
type room struct {
	e       *Engine
	under   vfs.FS
	mu      sync.Mutex
	ballast atomic.Bool
	credit  atomic.Int64 // small writes until the disk is asked again
}

const (
	minReserve = 1 << 20
	maxReserve = 256 << 20
	maxBallast = 32 << 20
	creditUnit = 256 << 10
	maxCredit  = 64
	lastRoom   = 256 << 10 // a delete of many takes as much of the log
)

func (r *room) open(e *Engine) {
	r.e, r.under = e, e.o.FS
	e.fs = e.o.FS
	i, err := r.under.Stat(r.path())
	r.ballast.Store(err == nil && i.Size() > 0)
}

// lifeline is the file system of those who may have the ballast: the metadata.
func (r *room) lifeline() vfs.FS { return vfs.OnDiskFull(r.under, r.give) }

func (r *room) path() string { return r.under.PathJoin(r.e.dir, "ballast") }

// usage is false when the file system does not say.
func (r *room) usage() (avail, reserve int64, ok bool) {
	u, err := r.under.GetDiskUsage(r.e.dir)
	if err != nil || u.TotalBytes == 0 {
		return 0, 0, false
	}
	reserve = r.e.o.Reserve
	if reserve == 0 {
		reserve = reserveOf(u.TotalBytes)
	}
	return int64(u.AvailBytes), reserve, true
}

// reserveOf is the reserve of a disk of that size.
func reserveOf(total uint64) int64 { return min(max(int64(total/8), minReserve), maxReserve) }

// check is ErrFull when what is left of the disk is kept for deletes. While
// there is plenty the disk is asked now and then only: what a small write takes
// is below creditUnit.
func (r *room) check() error {
	if r.credit.Add(-1) > 0 {
		return nil
	}
	return r.look()
}

// look is check for writes of any size.
func (r *room) look() error {
	avail, reserve, ok := r.usage()
	if !ok {
		return nil
	}
	if avail < reserve {
		r.credit.Store(0)
		return fmt.Errorf("%w: %d bytes are left, %d are kept for deletes", ErrFull, avail, reserve)
	}
	r.credit.Store(min((avail-reserve)/creditUnit, maxCredit))
	return nil
}

// spent is ErrFull when others have taken the reserve and what the ballast gave: there is no room for a delete either. To
// try one all the same would end all writes, for a log that cannot be written.
func (r *room) spent() error {
	if r.ballast.Load() {
		return nil
	}
	avail, _, ok := r.usage()
	if !ok || avail >= lastRoom {
		return nil
	}
	return fmt.Errorf("%w: %d bytes are left, too little for a delete", ErrFull, avail)
}

// give removes the ballast. It runs inside a write that found the disk full,
// which is tried once more afterwards.
func (r *room) give() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ballast.Store(false)
	if err := r.under.Remove(r.path()); err == nil {
		r.e.log.Warn("the disk is full: the ballast was given up")
	}
}

// lay lays the ballast down when it is not there and there is plenty of room.
// It never fails: the ballast is a second net.
func (r *room) lay() {
	r.mu.Lock()
	defer r.mu.Unlock()
	avail, reserve, ok := r.usage()
	if !ok || r.ballast.Load() {
		return
	}
	size := min(reserve/4, maxBallast)
	if avail < reserve+2*size {
		return
	}
	if i, err := r.under.Stat(r.path()); err == nil && i.Size() > 0 {
		r.ballast.Store(true)
		return
	}
	f, err := r.under.Create(r.path(), vfs.WriteCategoryUnspecified)
	if err != nil {
		return
	}
	defer f.Close()
	if err := f.Preallocate(0, size); err != nil {
		_ = r.under.Remove(r.path())
		return
	}
	// one byte of it is written, so that the next start knows it is there
	_, err = f.Write([]byte{0})
	r.ballast.Store(err == nil)
}
