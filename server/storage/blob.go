package storage

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"sync"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// defaultBlock is how many bytes of a blob one checksum covers, and the unit
// in which blobs are written, read and checked.
const defaultBlock = 256 << 10

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sumOf is the checksum of a block.
func (e *Engine) sumOf(block []byte) uint32 {
	if e.o.unverified {
		return 0
	}
	return crc32.Checksum(block, castagnoli)
}

// blobRecord says what must be in a blob's file.
type blobRecord struct {
	size  int64
	block int64
	sums  []uint32 // CRC32C of each block as it is stored
	seal  *sealing // nil: not encrypted
}

func (r *blobRecord) encode() []byte {
	b := make([]byte, 0, 20+4*len(r.sums))
	if r.seal == nil {
		b = append(b, layout)
	} else {
		b = append(b, layoutSealed)
	}
	b = binary.AppendUvarint(b, uint64(r.size))
	b = binary.AppendUvarint(b, uint64(r.block))
	for _, s := range r.sums {
		b = binary.BigEndian.AppendUint32(b, s)
	}
	if r.seal != nil {
		b = r.seal.append(b)
	}
	return b
}

func decodeBlob(value []byte) (*blobRecord, error) {
	r := reader{b: value}
	version := r.byte()
	if version != layout && version != layoutSealed {
		return nil, errRecord
	}
	rec := &blobRecord{size: int64(r.uvarint()), block: int64(r.uvarint())}
	if r.bad || rec.size <= 0 || rec.block <= 0 {
		return nil, errRecord
	}
	blocks := (rec.size-1)/rec.block + 1
	want := 4 * blocks
	if version == layoutSealed {
		want += saltSize + tagSize*blocks
	}
	if blocks > int64(len(r.b)) || int64(len(r.b)) != want {
		return nil, errRecord
	}
	rec.sums = make([]uint32, blocks)
	for i := range rec.sums {
		rec.sums[i] = binary.BigEndian.Uint32(r.take(4))
	}
	if version == layoutSealed {
		rec.seal = r.sealing(int(blocks))
	}
	return rec, nil
}

// blobDir is the directory of a blob: neighbours in number share one, so that
// blobs written at the same time share its sync.
func blobDir(id uint64) string { return fmt.Sprintf("%02x", byte(id>>8)) }

func (e *Engine) blobDirPath(dir string) string { return e.fs.PathJoin(e.dir, "blobs", dir) }

func (e *Engine) blobPath(id uint64) string {
	return e.fs.PathJoin(e.blobDirPath(blobDir(id)), fmt.Sprintf("%016x", id))
}

// createBlob makes an empty blob file with a new number.
func (e *Engine) createBlob() (uint64, vfs.File, error) {
	if err := e.room.look(); err != nil {
		return 0, nil, err
	}
	id, err := e.freeBlob()
	if err != nil {
		return 0, nil, err
	}
	if err := e.dirs.need(e, blobDir(id)); err != nil {
		e.blobs.settled(id)
		return 0, nil, err
	}
	f, err := e.fs.Create(e.blobPath(id), vfs.WriteCategoryUnspecified)
	if err != nil {
		e.removeBlob(id)
		return 0, nil, fmt.Errorf("create a blob: %w", e.fullness(err))
	}
	return id, f, nil
}

// freeBlob gives a new number. A file that has it already is of a record that
// was lost, and stays.
func (e *Engine) freeBlob() (uint64, error) {
	for {
		id, err := e.nextBlob()
		if err != nil {
			return 0, err
		}
		_, err = e.fs.Stat(e.blobPath(id))
		if isMissing(err) {
			return id, nil
		}
		if err != nil { // it may be there
			e.blobs.settled(id)
			return 0, fmt.Errorf("look for a blob: %w", err)
		}
		e.log.Error("there is a blob with a number that was never given: records are missing", "blob", id)
		e.blobs.settled(id)
	}
}

// removeBlob removes a file that no record refers to. One that stays is found
// by the next start.
func (e *Engine) removeBlob(id uint64) {
	if err := e.fs.Remove(e.blobPath(id)); err != nil && !isMissing(err) {
		e.log.Warn("a staged blob stays until the next start", "blob", id, "err", err)
		return
	}
	e.blobs.removed(id)
}

// fullness marks the errors of a full disk as ErrFull.
func (e *Engine) fullness(err error) error {
	if isFull(err) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}

// dirTable knows which blob directories exist, and joins the syncs of writers
// that wait for the same one.
type dirTable struct {
	mu    sync.Mutex
	known map[string]*dirSync
}

type dirSync struct {
	mu      sync.Mutex
	running bool
	next    *syncWave // who came while a sync was running
}

type syncWave struct {
	done chan struct{}
	err  error
}

func (d *dirTable) load(e *Engine) error {
	names, err := e.fs.List(e.path("blobs"))
	if err != nil {
		return fmt.Errorf("list the blob directories: %w", err)
	}
	d.known = map[string]*dirSync{}
	for _, name := range names {
		d.known[name] = &dirSync{}
	}
	if len(names) == 0 {
		return nil
	}
	// An earlier process may have died between making a directory and syncing it.
	return syncDir(e.fs, e.path("blobs"))
}

// need makes a directory, durably, when it is not there.
func (d *dirTable) need(e *Engine, dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known[dir] != nil {
		return nil
	}
	if err := e.fs.MkdirAll(e.blobDirPath(dir), 0o700); err != nil {
		return fmt.Errorf("make a blob directory: %w", e.fullness(err))
	}
	if err := syncDir(e.fs, e.path("blobs")); err != nil {
		return e.fail(fmt.Errorf("sync the blob directories: %w", err))
	}
	d.known[dir] = &dirSync{}
	return nil
}

func (d *dirTable) has(dir string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.known[dir] != nil
}

// sync returns when a sync that began after the call has ended: one sync
// serves all who came while the one before was running.
func (d *dirTable) sync(e *Engine, dir string) error {
	d.mu.Lock()
	s := d.known[dir]
	d.mu.Unlock()
	s.mu.Lock()
	if s.running {
		if s.next == nil {
			s.next = &syncWave{done: make(chan struct{})}
		}
		w := s.next
		s.mu.Unlock()
		<-w.done
		return w.err
	}
	s.running = true
	s.mu.Unlock()
	err := e.syncBlobDir(dir)
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.next; w != nil {
		s.next = nil
		go s.lead(e, dir, w)
	} else {
		s.running = false
	}
	return err
}

// lead syncs for a wave, and for those that come meanwhile.
func (s *dirSync) lead(e *Engine, dir string, w *syncWave) {
	for w != nil {
		w.err = e.syncBlobDir(dir)
		close(w.done)
		s.mu.Lock()
		w, s.next = s.next, nil
		s.running = w != nil
		s.mu.Unlock()
	}
}

func (e *Engine) syncBlobDir(dir string) error {
	if err := syncDir(e.fs, e.blobDirPath(dir)); err != nil {
		return e.fail(fmt.Errorf("sync a blob directory: %w", err))
	}
	return nil
}
