package storage

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"sync"

	"github.com/cockroachdb/pebble/v2/vfs"
)

type stagedState int

const (
	stagedOpen    stagedState = iota
	stagedInDoubt             // a commit was tried: a blob must not be removed
	stagedDone                // committed, or discarded
)

// Staged is a body that was read and hashed, and is neither visible nor
// durable yet. It belongs to one goroutine, and one commit can take it.
type Staged struct {
	Size int64
	MD5  [16]byte // of the body as it was read

	e      *Engine
	quick  []hash.Hash // fed by the goroutine that writes
	enc    Encryption
	sealer *sealer // nil: not encrypted
	state  stagedState
	inline []byte // the body as it is stored, when it is small
	id     uint64
	file   vfs.File // nil when inline
	blob   blobRecord
	synced bool
	told   int64 // how many bytes the system was told to begin writing
}

// buffers are blocks of the default size, with room for a tag behind.
var buffers = sync.Pool{New: func() any { b := make([]byte, defaultBlock, defaultBlock+tagSize); return &b }}

// Stage reads r to its end, into memory when the body is small and into a new
// blob otherwise, hashing beside the write. ErrShort when there are fewer bytes
// than declared, ErrTooLarge when more than declared or allowed, ErrFull when
// the disk is; errors of r are returned as they are. After an error nothing is left.
func (e *Engine) Stage(ctx context.Context, r io.Reader, o StageOptions) (*Staged, error) {
	if err := e.enterGrow(); err != nil {
		return nil, err
	}
	defer e.leave()
	if o.Size > 0 && o.Max > 0 && o.Size > o.Max {
		return nil, fmt.Errorf("%w: %d bytes, %d are allowed", ErrTooLarge, o.Size, o.Max)
	}
	seal, err := e.newSealer(o.Key)
	if err != nil {
		return nil, err
	}
	in := &intake{ctx: ctx, r: r, o: o}
	s := &Staged{e: e, enc: o.Encryption, sealer: seal}
	if o.Memory {
		return s, s.hold(in)
	}
	if s.fitsWhole(o.Size) {
		if err := s.whole(in); err != nil {
			s.Discard()
			return nil, err
		}
		return s, nil
	}
	buf := buffers.Get().(*[]byte)
	first := (*buf)[:e.o.block]
	n, err := in.fill(first)
	if err != nil {
		buffers.Put(buf)
		return nil, err
	}
	if in.ended && n <= e.o.Inline {
		s.keep(slices.Clone(first[:n]), o.Hashes)
		buffers.Put(buf)
		return s, nil
	}
	if err := s.write(in, buf, n); err != nil {
		s.Discard()
		return nil, err
	}
	return s, nil
}

// StageBytes is Stage of a body that is in memory. Nobody may change it before it
// is committed or discarded.
func (e *Engine) StageBytes(ctx context.Context, body []byte, o StageOptions) (*Staged, error) {
	o.Size = int64(len(body))
	if len(body) > e.o.Inline {
		return e.Stage(ctx, bytes.NewReader(body), o)
	}
	if err := e.enterGrow(); err != nil {
		return nil, err
	}
	defer e.leave()
	seal, err := e.newSealer(o.Key)
	if err != nil {
		return nil, err
	}
	s := &Staged{e: e, enc: o.Encryption, sealer: seal}
	s.keep(body, o.Hashes)
	return s, nil
}

// hold reads a body into memory, as it is.
func (s *Staged) hold(in *intake) error {
	body := make([]byte, max(in.o.Size, 0)+1) // more is read than there is: so the end is seen
	n, err := in.fill(body)
	if err != nil {
		return err
	}
	s.Size, s.inline = int64(n), body[:n]
	if !in.o.NoMD5 {
		s.MD5 = md5.Sum(s.inline)
	}
	for _, h := range in.o.Hashes {
		h.Write(s.inline)
	}
	return nil
}

// Held is a body that was staged with Memory.
func (s *Staged) Held() []byte { return s.inline }

// keep holds a small body in memory, which it takes over.
func (s *Staged) keep(body []byte, hashes []hash.Hash) {
	s.Size = int64(len(body))
	s.MD5 = md5.Sum(body)
	for _, h := range hashes {
		h.Write(body)
	}
	if s.sealer == nil || len(body) == 0 {
		s.inline = body
		return
	}
	s.inline = append(make([]byte, 0, len(body)+inlineSeal), s.sealer.salt[:]...)
	s.inline = s.sealer.aead.Seal(s.inline, nonceOf(0), body, nil)
}

// tag is the ETag of the body.
func (s *Staged) tag() [16]byte {
	if s.sealer != nil && s.enc.Keeper == ByCustomer {
		return s.sealer.disguise(s.MD5)
	}
	return s.MD5
}

// persist makes the bytes and the name of the blob durable.
func (s *Staged) persist() error {
	if s.state != stagedOpen {
		return errors.New("storage: a staged body can be committed once")
	}
	if s.file == nil || s.synced {
		return nil
	}
	if err := s.file.SyncData(); err != nil {
		return s.failedSync(err)
	}
	if err := s.e.dirs.sync(s.e, blobDir(s.id)); err != nil {
		return err
	}
	s.synced = true
	return nil
}

// name is what a change of that number calls the body.
func (s *Staged) name(seq uint64) ref {
	switch {
	case s.file != nil:
		return ref{kindBlob, s.id}
	case s.Size == 0:
		return ref{}
	}
	return ref{kindInline, seq}
}

// record writes the body's record into a change, and names the body.
func (s *Staged) record(t *txn, seq uint64) ref {
	t.fresh = append(t.fresh, s)
	r := s.name(seq)
	switch r.kind {
	case kindInline:
		t.setInline(r.key(), s.inline)
	case kindBlob:
		t.set(r.key(), s.sealedBlob().encode())
	}
	return r
}

// sealedBlob is the record of a blob, with what its encryption needs.
func (s *Staged) sealedBlob() *blobRecord {
	if s.sealer != nil {
		s.blob.seal = &s.sealer.sealing
	}
	return &s.blob
}

// Open gives the body to be read back, checked as a stored one is, as often as
// is wanted. It must be closed before it is committed or discarded.
func (s *Staged) Open() *Body {
	b := &Body{e: s.e, ref: s.name(0), size: s.Size, inline: s.inline}
	if s.file != nil {
		b.segments, b.staged = []segment{{ref: b.ref, size: s.Size}}, s.sealedBlob()
	}
	return b
}

// committed ends the life of a staged body that has a durable record.
func (s *Staged) committed() {
	s.state = stagedDone
	if s.file != nil {
		_ = s.file.Close()
		s.e.blobs.settled(s.id)
	}
}

// Discard gives a body up. It does nothing after a commit, or a second time.
func (s *Staged) Discard() {
	if s == nil || s.state == stagedDone {
		return
	}
	doubt := s.state == stagedInDoubt
	s.state = stagedDone
	s.inline = nil
	if s.file == nil {
		return
	}
	_ = s.file.Close()
	if !doubt { // else it may have a record: the next start knows
		s.e.removeBlob(s.id)
	}
}
