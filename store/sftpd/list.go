package sftpd

import (
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/pkg/sftp"
	"golang.org/x/sync/errgroup"

	"spaces/store"
)

// askAtOnce is how many objects of a page are asked at once who may read them.
const askAtOnce = 8

// list opens a directory.
func (h *handler) list(r store.Ref) (sftp.ListerAt, error) {
	if err := h.take(); err != nil {
		return nil, err
	}
	l := &lister{h: h, at: folder(r)}
	if err := l.begin(r); err != nil {
		h.release()
		return nil, err
	}
	return l, nil
}

func (l *lister) begin(r store.Ref) error {
	if r.Space == "" {
		return l.spaces()
	}
	err := l.page()
	if err == nil && l.seen == 0 && r.Key != "" {
		err = fs.ErrNotExist
	}
	return err
}

// Close implements io.Closer.
func (l *lister) Close() error {
	l.h.release()
	return nil
}

// lister reads a directory page by page, as the client asks: it is never whole in memory.
type lister struct {
	h  *handler
	at store.Ref

	mu    sync.Mutex
	ready []fs.FileInfo
	given int64 // of all so far
	seen  int   // entries of the listing, the folder's own marker included
	after string
	ended bool
}

// spaces lists the root.
func (l *lister) spaces() error {
	l.ended = true
	list, err := l.h.Store.Spaces(l.h.ctx)
	for _, s := range list {
		l.ready = append(l.ready, &entry{name: s.Name, modified: s.Created, dir: true})
	}
	return l.h.explain(err)
}

// ListAt implements sftp.ListerAt. Clients go on where they were: offset is what they have had.
func (l *lister) ListAt(list []fs.FileInfo, offset int64) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if offset != l.given {
		return 0, sftp.ErrSSHFxFailure
	}
	for len(l.ready) == 0 {
		if l.ended {
			return 0, io.EOF
		}
		if err := l.page(); err != nil {
			return 0, err
		}
	}
	n := copy(list, l.ready)
	l.ready = l.ready[n:]
	l.given += int64(n)
	return n, nil
}

// page reads one more page. mu is held, or nobody knows of l yet.
func (l *lister) page() error {
	page, err := l.h.Store.List(l.h.ctx, store.ListRequest{Space: l.at.Space, Prefix: l.at.Key, Delimiter: "/", After: l.after})
	if err != nil {
		return l.h.explain(err)
	}
	l.seen += len(page.Entries)
	l.after, l.ended = page.Next, !page.More
	var files []*entry
	for _, x := range page.Entries {
		e := &entry{name: strings.TrimSuffix(strings.TrimPrefix(x.Key, l.at.Key), "/"), size: x.Size, modified: x.Modified, dir: x.Folder}
		if !shown(e.name) || !x.Folder && strings.HasSuffix(x.Key, "/") {
			continue
		}
		if !e.dir {
			files = append(files, e)
		}
		l.ready = append(l.ready, e)
	}
	l.ready = withoutTwins(l.ready)
	return l.ask(files)
}

// shown says whether a path can lead to a name.
func shown(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsRune(name, 0)
}

// withoutTwins leaves files out whose name is a folder's as well, where the page has both.
func withoutTwins(list []fs.FileInfo) []fs.FileInfo {
	folders := map[string]bool{}
	for _, e := range list {
		if e.IsDir() {
			folders[e.Name()] = true
		}
	}
	kept := list[:0]
	for _, e := range list {
		if e.IsDir() || !folders[e.Name()] {
			kept = append(kept, e)
		}
	}
	return kept
}

// ask finds out which files are public.
func (l *lister) ask(files []*entry) error {
	var g errgroup.Group
	g.SetLimit(askAtOnce)
	for _, e := range files {
		g.Go(func() error {
			e.public = l.h.isPublic(store.Ref{Space: l.at.Space, Key: l.at.Key + e.name})
			return l.h.ctx.Err()
		})
	}
	return g.Wait()
}

// parent is the folder that a path lies in.
func parent(r store.Ref) store.Ref {
	dir := path.Dir(r.Key)
	if dir == "." {
		dir = ""
	}
	return folder(store.Ref{Space: r.Space, Key: dir})
}
