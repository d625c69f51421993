// Package sftpd serves Spaces by SFTP: a Space is a directory of the root, folders are directories in it. What is written
// becomes an object when the client closes it, whole or not at all.
//
// A name can be a file and a folder at once in a Space; here it is the folder then. Keys that no path leads to (an empty
// name, "." or ".." between two slashes) are not shown. A folder that loses its last file stays, as the marker that "New
// folder" makes.
package sftpd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/pkg/sftp"

	"spaces/store"
	"spaces/store/job"
)

// Config is what is served.
type Config struct {
	Store *store.Store
	Jobs  *job.Manager // moves folders
	Temp  string       // a directory for what is being written
	Log   *slog.Logger // for trouble; nil: none is told
	Now   func() time.Time
}

// Serve answers on a channel until that ends, or ctx does.
func Serve(ctx context.Context, c Config, channel io.ReadWriteCloser) error {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h := &handler{Config: c, ctx: ctx, writing: map[store.Ref]*writer{}, read: cache{blocks: map[spot]*block{}}}
	server := sftp.NewRequestServer(channel, sftp.Handlers{FileGet: h, FilePut: h, FileCmd: h, FileList: h})
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	err := server.Serve()
	if errors.Is(err, io.EOF) || ctx.Err() != nil {
		return nil
	}
	return err
}

// handler answers the requests of one channel.
type handler struct {
	Config
	ctx context.Context

	read cache

	mu      sync.Mutex
	writing map[store.Ref]*writer // what is open, by what it will be
	handles int                   // of files and directories
}

// mostHandles is how many files and directories a channel has open at once: each takes memory, or a file of the process
// that serves everybody else.
const mostHandles = 128

var (
	errHandles = errors.New("too many files are open at once on this connection; close some")
	errOffset  = errors.New("an offset is a number of bytes from the start of a file")
)

// take counts a handle; release gives it back.
func (h *handler) take() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.handles >= mostHandles {
		return errHandles
	}
	h.handles++
	return nil
}

func (h *handler) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.handles--
}

// at reads a path, which is clean: the root is the zero Ref. What no Space is called leads nowhere: asked for by HTTP, it
// may be an address of something else.
func (h *handler) at(name string) (store.Ref, error) {
	space, key, _ := strings.Cut(strings.TrimPrefix(name, "/"), "/")
	if space != "" {
		if err := h.Store.ValidName(space); err != nil {
			return store.Ref{}, fmt.Errorf("%w: %w", fs.ErrNotExist, err)
		}
	}
	return store.Ref{Space: space, Key: key}, nil
}

// folder is a Ref as the folder of that name: a Space as it is.
func folder(r store.Ref) store.Ref {
	if r.Key != "" {
		r.Key += "/"
	}
	return r
}

// explain says what went wrong in the terms of SFTP, which has few.
func (h *handler) explain(err error) error {
	switch store.KindOf(err) {
	case store.NotFound, store.NoSpace:
		return fs.ErrNotExist
	case store.Denied, store.BadCredentials:
		return sftp.ErrSSHFxPermissionDenied
	case store.Exists:
		return errThere
	}
	return err
}

// errThere is what is said where something is in the way: SFTP 3 has no code for it.
var errThere = errors.New("it exists already")

// kind is what a path leads to.
type kind struct {
	dir  bool
	info store.Info // of a file
}

// look tells what a path leads to; fs.ErrNotExist when it is nothing.
func (h *handler) look(r store.Ref) (kind, error) {
	if r.Space == "" {
		return kind{dir: true}, nil
	}
	if w := h.open(r); w != nil {
		return kind{info: store.Info{Ref: r, Size: w.file.Size(), Modified: h.Now()}}, nil
	}
	there, err := h.hasFolder(folder(r))
	if err != nil || there || r.Key == "" {
		if err == nil && !there {
			err = fs.ErrNotExist
		}
		return kind{dir: true}, err
	}
	info, err := h.Store.Head(h.ctx, r)
	return kind{info: info}, h.explain(err)
}

// hasFolder says whether a Space is there, or a folder with anything in it.
func (h *handler) hasFolder(r store.Ref) (bool, error) {
	page, err := h.Store.List(h.ctx, store.ListRequest{Space: r.Space, Prefix: r.Key, Max: 1})
	if err = h.explain(err); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && (r.Key == "" || len(page.Entries) > 0), err
}

// open is what is being written to a path; nil: nothing.
func (h *handler) open(r store.Ref) *writer {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.writing[r]
}

// entry is a file or directory as SFTP shows it.
type entry struct {
	name     string
	size     int64
	modified time.Time
	dir      bool
	public   bool
}

func (e *entry) Name() string       { return e.name }
func (e *entry) Size() int64        { return e.size }
func (e *entry) ModTime() time.Time { return e.modified }
func (e *entry) IsDir() bool        { return e.dir }
func (e *entry) Sys() any           { return nil }

// Mode has the bits of others where everybody may read a file.
func (e *entry) Mode() fs.FileMode {
	switch {
	case e.dir:
		return fs.ModeDir | 0o755
	case e.public:
		return 0o644
	}
	return 0o600
}

// isPublic says whether everybody may read an object; what is not known is private here.
func (h *handler) isPublic(r store.Ref) bool {
	access, err := h.Store.Access(h.ctx, r)
	return err == nil && access == store.PublicRead
}

// Filelist implements sftp.FileLister.
func (h *handler) Filelist(q *sftp.Request) (sftp.ListerAt, error) {
	r, err := h.at(q.Filepath)
	if err != nil {
		return nil, err
	}
	switch q.Method {
	case "List":
		return h.list(r)
	case "Stat", "Lstat":
		k, err := h.look(r)
		if err != nil {
			return nil, err
		}
		e := &entry{name: path.Base(q.Filepath), size: k.info.Size, modified: k.info.Modified, dir: k.dir}
		e.public = !k.dir && h.open(r) == nil && h.isPublic(r)
		return one{e}, nil
	}
	return nil, sftp.ErrSSHFxOpUnsupported
}

// one is the answer of a stat.
type one struct{ *entry }

func (o one) ListAt(list []fs.FileInfo, offset int64) (int, error) {
	if offset > 0 {
		return 0, io.EOF
	}
	list[0] = o.entry
	return 1, io.EOF
}
