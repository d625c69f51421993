package snapshot

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

// Progress is how far something is.
type Progress struct {
	Files, Bytes int64 // gone through
	Sent         int64 // bytes that went to the endpoint, or came from it
}

// SaveOptions of a Save.
type SaveOptions struct {
	At       time.Time      // just before the directory came to be as it is, by the clock that its files are dated by
	Host     string         // of which machine, for people
	Progress func(Progress) // now and then, from several goroutines; nil: nobody asks
	Warn     func(string)   // what does not keep the backup from being whole; nil: nobody reads it
}

// Saved is what a Save did.
type Saved struct {
	Snapshot     string
	Files, Bytes int64 // in it
	Read         int64 // bytes that had to be read: the others are known by name, size and date
	Pieces, Sent int64 // that were not there yet, and their bytes as they were sent
}

// save is the making of a snapshot.
type save struct {
	*Vault
	o      SaveOptions
	root   *os.Root
	known  map[ident]File   // of files that were gone through before
	have   map[string]int64 // pieces that are there, or on their way
	made   Manifest
	did    Saved
	sent   atomic.Int64
	note   string    // the name of the note of what it has come to
	noted  time.Time // when it was written last, or might have been
	left   bool      // whether it was
	last   time.Time // that the latest snapshot is named by; zero: there is none
	buffer chan []byte
}

// ident is what a file that never changes is known by.
type ident struct {
	name          string
	size, changed int64
}

// notesEvery is how much work a backup that is killed may have to do again: reading, never sending.
const notesEvery = 5 * time.Minute

// Save sends what a directory has and is not there yet, and then the manifest that makes it a snapshot. Nobody may change
// the directory meanwhile. A file with the name, size and date that it had at an earlier snapshot, and that was not young
// then, is taken for the same: that is for stores that write a file once.
func (v *Vault) Save(ctx context.Context, dir string, o SaveOptions) (did *Saved, err error) {
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	s := &save{Vault: v, o: o, known: map[ident]File{}, made: Manifest{At: o.At, Host: o.Host}, noted: v.st.Now(),
		note: unfinishedDir + strings.ToLower(rand.Text()) + v.ending(), buffer: make(chan []byte, workers+1)}
	if s.root, err = os.OpenRoot(dir); err != nil {
		return nil, err
	}
	defer s.root.Close()
	l, err := v.lease(ctx, saving)
	if err != nil {
		return nil, err
	}
	defer l.giveBack(ctx)
	err = l.alone(ctx, func(b *BusyError) { o.Warn(b.Error() + ": waiting for its end") })
	if err != nil {
		return nil, err
	}
	old, err := s.recall(ctx)
	if err == nil {
		s.have, err = v.pieces(ctx)
	}
	if err == nil {
		err = s.files(ctx)
	}
	if err == nil {
		err = l.held()
	}
	if err == nil {
		err = s.finish(ctx)
	}
	if err != nil {
		s.leaveNote(ctx)
		return nil, err
	}
	s.forget(ctx, old)
	return &s.did, nil
}

// recall reads what earlier backups know of files, and names the notes of those that were cut. What cannot be read costs
// only time.
func (s *save) recall(ctx context.Context) (notes []string, err error) {
	list, err := s.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	names := []string{}
	if len(list) > 0 {
		latest := list[len(list)-1]
		s.last = latest.At
		names = append(names, snapshotDir+latest.Name+s.ending())
	}
	err = s.list(ctx, unfinishedDir, "", func(name string, _ store.Entry) { notes = append(notes, unfinishedDir+name) })
	if err != nil {
		return nil, err
	}
	for _, name := range append(names, notes...) {
		m, err := s.manifest(ctx, name)
		if err == nil && m.Unproven {
			err = errUnproven
		}
		if err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			s.o.Warn(fmt.Sprintf("%s cannot be read, so all files are: %v", store.Printable(s.ref(name).String()), err))
			continue
		}
		for _, f := range m.Files {
			if f.Changed < m.At.UnixNano() { // what was written at the same time may have been written again
				s.known[ident{f.Name, f.Size, f.Changed}] = f
			}
		}
	}
	return notes, nil
}

// files goes through all of them. One is read at a time; pieces are sent side by side.
func (s *save) files(ctx context.Context) error {
	sending, ctx := errgroup.WithContext(ctx)
	sending.SetLimit(workers)
	err := fs.WalkDir(s.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || name == "." {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		f := File{Name: name, Mode: Mode(info.Mode().Perm()), Changed: info.ModTime().UnixNano()}
		switch {
		case info.IsDir():
			f.Name += "/"
		case !info.Mode().IsRegular():
			return fmt.Errorf("%s is neither a file nor a directory", name)
		default:
			f.Size = info.Size()
			if err := s.file(ctx, sending, &f); err != nil {
				return err
			}
		}
		s.made.Files = append(s.made.Files, f)
		s.made.Bytes += f.Size
		s.tell()
		if now := s.st.Now(); now.Sub(s.noted) > notesEvery {
			s.noted = now
			_ = s.writeNote(ctx)
		}
		return nil
	})
	if sent := sending.Wait(); sent != nil && (err == nil || errors.Is(err, context.Canceled)) {
		err = sent // the cause
	}
	return err
}

func (s *save) tell() {
	s.o.Progress(Progress{int64(len(s.made.Files)), s.made.Bytes, s.sent.Load()})
}

// file has a file sent, unless all of it is there.
func (s *save) file(ctx context.Context, sending *errgroup.Group, f *File) error {
	if was, is := s.known[ident{f.Name, f.Size, f.Changed}]; is && s.has(&was) {
		f.Sum, f.Pieces = was.Sum, was.Pieces
		return nil
	}
	in, err := s.root.Open(f.Name)
	if err != nil {
		return err
	}
	defer in.Close()
	whole := sha256.New()
	var pieces []Sum
	for off := int64(0); off < f.Size || off == 0; off += PieceSize {
		size := min(PieceSize, f.Size-off)
		b := s.take(size)
		if _, err := io.ReadFull(in, b); err != nil {
			return fmt.Errorf("read %s: %w", f.Name, err)
		}
		sum := Sum(sha256.Sum256(b))
		add(whole, b, f.Size)
		pieces = append(pieces, sum)
		s.did.Read += size
		name := s.key.name(sum)
		if size == 0 || s.have[name] == s.key.stored(size) {
			s.give(b)
			continue
		}
		s.have[name] = s.key.stored(size)
		sending.Go(func() error {
			defer store.Caught(ctx)
			defer s.give(b)
			return s.send(ctx, name, b)
		})
	}
	if f.Sum = pieces[0]; len(pieces) > 1 {
		f.Sum, f.Pieces = Sum(whole.Sum(nil)), pieces
	}
	return nil
}

// add hashes a file that is larger than a piece as a whole as well.
func add(whole hash.Hash, b []byte, size int64) {
	if size > PieceSize {
		whole.Write(b)
	}
}

func (s *save) has(f *File) bool {
	for n, sum := range f.pieces() {
		if _, size := f.piece(n); s.have[s.key.name(sum)] != s.key.stored(size) {
			return false
		}
	}
	return true
}

// take gives a buffer, one that was given back where there is one. No more are in use than pieces are sent, and one.
func (s *save) take(size int64) []byte {
	select {
	case b := <-s.buffer:
		if int64(cap(b)) >= size {
			return b[:size]
		}
	default:
	}
	return make([]byte, size)
}

func (s *save) give(b []byte) {
	select {
	case s.buffer <- b:
	default:
	}
}

// sealed are buffers for what is encrypted.
var sealed = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func (s *save) send(ctx context.Context, name string, b []byte) error {
	into := sealed.Get().(*bytes.Buffer)
	defer sealed.Put(into)
	out, err := s.key.seal(b, into)
	if err == nil {
		err = s.put(ctx, dataDir+name, out, nil, store.PutOptions{})
	}
	if err != nil {
		return fmt.Errorf("send a piece: %w", err)
	}
	atomic.AddInt64(&s.did.Pieces, 1)
	s.sent.Add(int64(len(out)))
	return nil
}

// named is the moment that the snapshot is named by: its own, or just after the latest one where that has a later name,
// from a clock that was ahead. Names are in the order of the backups: by them it is told which is the latest.
func (s *save) named() time.Time {
	at := s.o.At.UTC().Truncate(time.Millisecond)
	if at.After(s.last) {
		return at
	}
	if s.last.Sub(at) > time.Minute {
		s.o.Warn(fmt.Sprintf("the latest snapshot has the name %s, and by the clock here it is %s: one of them is wrong. The new one is named as if made just after it",
			s.last.Format(nameOf), at.Format(nameOf)))
	}
	return s.last.Add(time.Millisecond)
}

// finish writes the manifest, under a name that nobody else has.
func (s *save) finish(ctx context.Context) error {
	meta := map[string]string{"files": strconv.Itoa(len(s.made.Files)), "bytes": strconv.FormatInt(s.made.Bytes, 10)}
	for at := s.named(); ; at = at.Add(time.Millisecond) {
		s.did.Snapshot = at.Format(nameOf)
		name := snapshotDir + s.did.Snapshot + s.ending()
		content, err := s.made.pack(s.id, name, s.key)
		if err != nil {
			return err
		}
		err = s.put(ctx, name, content, meta, store.PutOptions{IfNoneMatch: true})
		if store.KindOf(err) == store.Precondition {
			continue
		}
		if err != nil {
			return fmt.Errorf("write the snapshot: %w", err)
		}
		s.did.Files, s.did.Bytes, s.did.Sent = int64(len(s.made.Files)), s.made.Bytes, s.sent.Load()
		return nil
	}
}

// leaveNote keeps what a backup has come to that ends early, where the endpoint still takes it.
func (s *save) leaveNote(ctx context.Context) {
	if s.did.Read == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(store.Once(context.WithoutCancel(ctx)), 10*time.Second)
	defer cancel()
	_ = s.writeNote(ctx)
}

func (s *save) writeNote(ctx context.Context) error {
	content, err := s.made.pack(s.id, s.note, s.key)
	if err != nil {
		return err
	}
	s.left = true
	return s.put(ctx, s.note, content, nil, store.PutOptions{})
}

// forget removes the notes that a whole snapshot makes needless: its own, and those that it began with.
func (s *save) forget(ctx context.Context, old []string) {
	if s.left {
		old = append(old, s.note)
	}
	for _, name := range old {
		_ = s.st.Delete(ctx, s.ref(name))
	}
}
