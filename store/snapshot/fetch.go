package snapshot

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"spaces/store"
)

// FetchOptions of a Fetch.
type FetchOptions struct {
	Force    bool           // go on without what is lost
	Progress func(Progress) // now and then, from several goroutines; nil: nobody asks
}

// Fetched is what a Fetch did.
type Fetched struct {
	Files, Bytes int64
	Got          int64    // bytes that were fetched: the others were there
	Lost         []string // with Force: files of which something is not as it was
}

// fetch is the making of a directory.
type fetch struct {
	*Vault
	o    FetchOptions
	root *os.Root
	got  atomic.Int64
	done atomic.Int64 // bytes
	mu   sync.Mutex
	lost []string
}

// Fetch makes a directory have what a snapshot has, and nothing else. What is in it already is read, and fetched where it
// is something else: so a Fetch that was cut is gone on with. Every byte was compared with its SHA-256 and is on the disk
// when it returns, with the permissions and dates of before.
func (v *Vault) Fetch(ctx context.Context, m *Manifest, dir string, o FetchOptions) (*Fetched, error) {
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	if m.Unproven && !o.Force {
		return nil, fmt.Errorf("%w: the snapshot %s %w", ErrDamaged, m.Snapshot, errUnproven)
	}
	root, err := os.OpenRoot(dir) // names lead nowhere else, whoever wrote them
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f := &fetch{Vault: v, o: o, root: root}
	if err := f.clear(m); err != nil {
		return nil, err
	}
	if err := f.files(ctx, m); err != nil {
		return nil, err
	}
	for i := range slices.Backward(m.Files) { // what is in it has changed it
		if d := &m.Files[i]; d.isDir() {
			if err := f.seal(d); err != nil {
				return nil, err
			}
		}
	}
	slices.Sort(f.lost)
	return &Fetched{int64(len(m.Files)), m.Bytes, f.got.Load(), slices.Compact(f.lost)}, syncDir(dir)
}

// clear removes what the snapshot does not have.
func (f *fetch) clear(m *Manifest) error {
	has := make(map[string]bool, len(m.Files))
	for i := range m.Files {
		has[m.Files[i].Name] = true
	}
	var extra []string
	err := fs.WalkDir(f.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || name == ".":
			return err
		case d.IsDir() && has[name+"/"], d.Type().IsRegular() && has[name]:
			return nil
		}
		if extra = append(extra, name); d.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
	for _, name := range extra {
		err = errors.Join(err, f.root.RemoveAll(name))
	}
	return err
}

// files has all files fetched; pieces come side by side.
func (f *fetch) files(whole context.Context, m *Manifest) error {
	coming, ctx := errgroup.WithContext(whole)
	coming.SetLimit(workers)
	for i := range m.Files {
		file := &m.Files[i]
		if ctx.Err() != nil {
			break
		}
		if file.isDir() {
			if err := f.root.MkdirAll(strings.TrimSuffix(file.Name, "/"), 0o700); err != nil {
				return errors.Join(err, coming.Wait())
			}
			continue
		}
		if err := f.file(ctx, coming, file); err != nil {
			return errors.Join(err, coming.Wait())
		}
		f.o.Progress(Progress{int64(i + 1), f.done.Load(), f.got.Load()})
	}
	return cmp.Or(coming.Wait(), whole.Err())
}

// file has a file fetched. Whoever writes its last piece ends it.
func (f *fetch) file(ctx context.Context, coming *errgroup.Group, file *File) error {
	if err := f.root.MkdirAll(path.Dir(file.Name), 0o700); err != nil {
		return err
	}
	out, err := f.root.OpenFile(file.Name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	info, err := out.Stat()
	if err == nil && info.Size() > file.Size {
		err = out.Truncate(file.Size)
	}
	if err != nil {
		return errors.Join(err, out.Close())
	}
	pieces := file.pieces()
	if len(pieces) == 0 {
		return f.end(out, file)
	}
	var left atomic.Int64
	left.Store(int64(len(pieces)))
	for n := range pieces {
		coming.Go(func() error {
			defer store.Caught(ctx)
			err := ctx.Err()
			if err == nil {
				err = f.piece(ctx, out, file, n, info.Size())
			}
			if left.Add(-1) > 0 {
				return err
			}
			if err != nil || ctx.Err() != nil {
				return errors.Join(err, out.Close())
			}
			return f.end(out, file)
		})
	}
	return nil
}

// piece writes a piece where it belongs, unless it is there: the file had so many bytes.
func (f *fetch) piece(ctx context.Context, out *os.File, file *File, n int, had int64) error {
	sum := file.pieces()[n]
	off, size := file.piece(n)
	defer f.done.Add(size)
	if had >= off+size {
		b := make([]byte, size)
		if _, err := out.ReadAt(b, off); err == nil && sha256.Sum256(b) == sum {
			return nil
		}
	}
	content, err := f.content(ctx, sum, size)
	if errors.Is(err, ErrDamaged) && f.o.Force {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.lost = append(f.lost, file.Name)
		return out.Truncate(max(file.Size, 0)) // it has its size, and zeros there
	}
	if err != nil {
		return fmt.Errorf("fetch %s: %w", file.Name, err)
	}
	f.got.Add(size)
	_, err = out.WriteAt(content, off)
	return err
}

// ErrDamaged says that an object is missing, or has another content than was sent.
var ErrDamaged = errors.New("the backup is damaged")

// content fetches a piece, and again where it is another: what was garbled on its way is not garbled twice.
func (v *Vault) content(ctx context.Context, sum Sum, size int64) (content []byte, err error) {
	name := dataDir + v.key.name(sum)
	for range tries {
		var sent []byte
		sent, err = v.get(ctx, name, v.key.stored(size)+1)
		if store.KindOf(err) == store.NotFound {
			return nil, fmt.Errorf("%w: %s is missing", ErrDamaged, store.Printable(v.ref(name).String()))
		}
		var kind *store.Error
		if errors.As(err, &kind) || ctx.Err() != nil {
			return nil, err
		}
		if err == nil {
			content, err = v.opened(sent, size)
		}
		if err == nil && sha256.Sum256(content) == sum {
			return content, nil
		}
	}
	return nil, fmt.Errorf("%w: %s has another content than was sent", ErrDamaged, store.Printable(v.ref(name).String()))
}

// opened decrypts a piece.
func (v *Vault) opened(sent []byte, size int64) ([]byte, error) {
	if v.key == nil {
		return sent, nil
	}
	plain, err := v.key.opening(bytes.NewReader(sent))
	if err != nil {
		return nil, err
	}
	content := make([]byte, size)
	if _, err := io.ReadFull(plain, content); err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, plain) // the last chunk is only authentic at its end
	return content, err
}

// end makes a file durable.
func (f *fetch) end(out *os.File, file *File) error {
	err := out.Chmod(fs.FileMode(file.Mode))
	if err == nil {
		err = f.root.Chtimes(file.Name, time.Time{}, time.Unix(0, file.Changed))
	}
	return errors.Join(err, out.Sync(), out.Close())
}

// seal is end of a directory.
func (f *fetch) seal(d *File) error {
	name := strings.TrimSuffix(d.Name, "/")
	in, err := f.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.root.Chmod(name, fs.FileMode(d.Mode)), f.root.Chtimes(name, time.Time{}, time.Unix(0, d.Changed)), syncOf(in), in.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(syncOf(d), d.Close())
}
