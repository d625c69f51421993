package sftpd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"mime"
	"path"
	"sync"

	"github.com/pkg/sftp"

	"spaces/store"
)

// largePart is what is stored in one request; larger files go in parts of it. S3 takes up to 5 GiB in one.
const largePart = 256 << 20

// unasked is how many bytes of a file fill the disk before it is asked whether they may be stored: small files cost no
// request more for it.
const unasked = 1 << 20

// never is an ETag that no object has.
const never = "-"

// Filewrite implements sftp.FileWriter.
func (h *handler) Filewrite(q *sftp.Request) (io.WriterAt, error) { return h.OpenFile(q) }

// OpenFile implements sftp.OpenFileWriter: what is open for writing can be read, too.
func (h *handler) OpenFile(q *sftp.Request) (sftp.WriterAtReaderAt, error) {
	r, err := h.at(q.Filepath)
	if err != nil {
		return nil, err
	}
	if err := h.take(); err != nil {
		return nil, err
	}
	w, err := h.begin(r, q.Pflags())
	if err != nil {
		h.release()
		return nil, err
	}
	return handle{w}, nil
}

// handle is a writer that a client has open.
type handle struct{ *writer }

// Close implements io.Closer.
func (x handle) Close() error {
	defer x.h.release()
	return x.writer.Close()
}

// begin opens a file for writing.
func (h *handler) begin(r store.Ref, flags sftp.FileOpenFlags) (*writer, error) {
	if r.Key == "" {
		return nil, sftp.ErrSSHFxFailure
	}
	k, err := h.look(r)
	there := err == nil
	switch {
	case there && k.dir:
		return nil, errors.New("it is a directory")
	case there && flags.Excl && flags.Creat:
		return nil, errThere
	case errors.Is(err, fs.ErrNotExist) && !flags.Creat, err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case h.open(r) != nil:
		return nil, errors.New("it is being written already")
	}
	f, err := newSpool(h.Temp)
	if err != nil {
		return nil, err
	}
	w := &writer{h: h, to: r, file: f, changed: !there || flags.Trunc, append: flags.Append}
	if there {
		w.was = &k.info
	}
	if there && !flags.Trunc {
		if err := w.load(); err != nil {
			w.give()
			return nil, h.explain(err)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.writing[r] = w
	return w, nil
}

// writer is a file that is being written.
type writer struct {
	h      *handler
	to     store.Ref
	file   *spool
	was    *store.Info // what it takes the place of; nil: of nothing
	append bool

	mu      sync.Mutex
	changed bool
	asked   bool
	broken  error // why it is not to be kept
}

// ask says whether a file of this size may be kept, as far as that is known before: a PUT on a condition that nothing
// meets stores nothing, and who may not write is told so. Else a key that may only read could fill the disk.
func (w *writer) ask(size int64) error {
	if size <= unasked || w.asked {
		return nil
	}
	props := w.props()
	if w.was != nil {
		props = w.was.Props
	}
	_, err := w.h.Store.Put(w.h.ctx, w.to, bytes.NewReader(nil), 0, props, store.PutOptions{IfMatch: never})
	if store.KindOf(err) == store.Denied {
		return err
	}
	w.asked = true
	return nil
}

// load begins with what there is.
func (w *writer) load() error {
	if w.was.Size == 0 {
		return nil
	}
	if err := w.ask(w.was.Size); err != nil {
		return err
	}
	body, _, err := w.h.Store.Get(w.h.ctx, w.to, store.GetOptions{IfMatch: w.was.ETag})
	if err != nil {
		return err
	}
	defer body.Close()
	_, err = io.Copy(io.NewOffsetWriter(w.file, 0), body)
	return err
}

// WriteAt implements io.WriterAt.
func (w *writer) WriteAt(p []byte, off int64) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changed = true
	if w.append {
		off = w.file.Size() // nobody else writes to it meanwhile
	}
	err := w.ask(off + int64(len(p)))
	var n int
	if err != nil {
		err = w.h.explain(err)
	} else {
		n, err = w.file.WriteAt(p, off)
	}
	if err != nil {
		w.broken = err
	}
	return n, err
}

// ReadAt implements io.ReaderAt.
func (w *writer) ReadAt(p []byte, off int64) (int, error) { return w.file.ReadAt(p, off) }

// truncate cuts or lengthens it.
func (w *writer) truncate(size int64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changed = true
	if err := w.ask(size); err != nil {
		return w.h.explain(err)
	}
	return w.file.Truncate(size)
}

// TransferError implements sftp.TransferError: the line dropped before the file was whole.
func (w *writer) TransferError(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken == nil {
		w.broken = err
	}
}

// Close makes it the object, unless it is not whole or nothing was written.
func (w *writer) Close() error {
	defer w.give()
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.broken != nil:
		return w.broken
	case !w.changed:
		return nil
	}
	return w.h.explain(w.keep())
}

// give lets go of the file.
func (w *writer) give() {
	w.h.mu.Lock()
	if w.h.writing[w.to] == w {
		delete(w.h.writing, w.to)
	}
	w.h.mu.Unlock()
	_ = w.file.Close()
}

// keep stores it. What it takes the place of keeps its metadata, permissions and tags, as a file's mode stays when it is
// written to; somebody else's change meanwhile is not overwritten.
func (w *writer) keep() error {
	ctx, size := w.h.ctx, w.file.Size()
	if size > largePart {
		return w.keepLarge(ctx, size)
	}
	if w.was != nil {
		_, err := w.h.Store.Replace(ctx, *w.was, w.file, size, store.ReplaceOptions{})
		return err
	}
	_, err := w.h.Store.Put(ctx, w.to, w.file, size, w.props(), store.PutOptions{IfNoneMatch: true})
	if errors.Is(err, store.Precondition) {
		return errThere
	}
	return err
}

// props are those of a new object.
func (w *writer) props() store.Props {
	return store.Props{ContentType: mime.TypeByExtension(path.Ext(w.to.Key)), Access: w.h.Store.UploadAccess()}
}

// keepLarge stores it in parts.
func (w *writer) keepLarge(ctx context.Context, size int64) error {
	props, o := w.props(), store.PutOptions{IfNoneMatch: true}
	if w.was != nil {
		props, o = w.was.Props, store.PutOptions{IfMatch: w.was.ETag}
		access, err := w.h.Store.Access(ctx, w.to)
		if err != nil {
			return err
		}
		if props.Access = access; access == store.Custom {
			return errors.New("it has permissions of its own that a large file cannot keep; delete it first")
		}
		if props.Tags, err = w.h.Store.Tags(ctx, w.to); err != nil {
			return err
		}
		o.Tags = props.Tags
	}
	u, err := w.h.Store.CreateUpload(ctx, w.to, props)
	if err != nil {
		return err
	}
	var parts []store.Part
	for off := int64(0); off < size && err == nil; off += largePart {
		var p store.Part
		p, err = w.h.Store.UploadPart(ctx, u, len(parts)+1, w.file, off, min(largePart, size-off))
		parts = append(parts, p)
	}
	if err == nil {
		_, err = w.h.Store.CompleteUpload(ctx, u, parts, o)
	}
	if err != nil {
		return errors.Join(err, w.h.Store.AbortUpload(context.WithoutCancel(ctx), u))
	}
	return nil
}
