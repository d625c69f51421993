package sftpd

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/pkg/sftp"

	"spaces/store"
	"spaces/store/job"
)

var (
	errNotEmpty  = errors.New("the directory is not empty")
	errSpaceName = errors.New("a Space cannot be renamed")
)

// Filecmd implements sftp.FileCmder.
func (h *handler) Filecmd(q *sftp.Request) error {
	r, err := h.at(q.Filepath)
	if err != nil {
		return err
	}
	switch q.Method {
	case "Setstat":
		return h.setStat(r, q)
	case "Mkdir":
		return h.mkdir(r)
	case "Rmdir":
		return h.rmdir(r)
	case "Remove":
		return h.remove(r)
	case "Rename":
		return h.renameTo(r, q.Target, false)
	}
	return sftp.ErrSSHFxOpUnsupported // links: there are none
}

// PosixRename implements sftp.PosixRenameFileCmder: a file that is in the way goes.
func (h *handler) PosixRename(q *sftp.Request) error {
	from, err := h.at(q.Filepath)
	if err != nil {
		return err
	}
	return h.renameTo(from, q.Target, true)
}

func (h *handler) renameTo(from store.Ref, name string, replace bool) error {
	to, err := h.at(name)
	if err != nil {
		return err
	}
	return h.rename(from, to, replace)
}

// setStat changes the size, and who may read: everybody where the mode lets others read. Times are the server's own. A mode
// that comes together with times is what a copy brings along (put -p, scp -p), and says nothing of who should read it here.
func (h *handler) setStat(r store.Ref, q *sftp.Request) error {
	flags, attrs := q.AttrFlags(), q.Attributes()
	if attrs == nil {
		return sftp.ErrSSHFxBadMessage
	}
	k, err := h.look(r)
	if err != nil {
		return err
	}
	if flags.Size {
		if err := h.resize(r, k, int64(attrs.Size)); err != nil {
			return err
		}
	}
	if !flags.Permissions || flags.Acmodtime || k.dir || h.open(r) != nil {
		return nil
	}
	access := store.Private
	if attrs.FileMode().Perm()&0o004 != 0 {
		access = store.PublicRead
	}
	if h.isPublic(r) == (access == store.PublicRead) {
		return nil
	}
	err = h.Jobs.Do(h.ctx, job.Spec{Kind: job.Permissions, From: h.Store.Conn(), To: h.Store.Conn(), Access: access, Sources: []job.Source{{Ref: r}}})
	return h.explain(err)
}

// resize cuts or lengthens a file, open or not.
func (h *handler) resize(r store.Ref, k kind, size int64) error {
	if w := h.open(r); w != nil {
		return w.truncate(size)
	}
	if k.dir || k.info.Size == size {
		return nil
	}
	w, err := h.begin(r, sftp.FileOpenFlags{Write: true})
	if err != nil {
		return err
	}
	if err := w.truncate(size); err != nil {
		w.TransferError(err)
	}
	return w.Close()
}

func (h *handler) mkdir(r store.Ref) error {
	switch {
	case r.Space == "":
		return errThere
	case r.Key == "":
		return h.explain(h.Store.CreateSpace(h.ctx, r.Space, store.CreateOptions{}))
	}
	if _, err := h.look(r); err == nil {
		return errThere
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := h.needs(parent(r)); err != nil {
		return err
	}
	return h.explain(h.mark(folder(r)))
}

// needs fails where a folder is not there.
func (h *handler) needs(r store.Ref) error {
	there, err := h.hasFolder(r)
	if err == nil && !there {
		err = fs.ErrNotExist
	}
	return err
}

// mark makes the marker of a folder.
func (h *handler) mark(r store.Ref) error {
	_, err := h.Store.Put(h.ctx, r, strings.NewReader(""), 0, store.Props{}, store.PutOptions{})
	return err
}

func (h *handler) rmdir(r store.Ref) error {
	if r.Space == "" {
		return sftp.ErrSSHFxPermissionDenied
	}
	dir := folder(r)
	page, err := h.Store.List(h.ctx, store.ListRequest{Space: dir.Space, Prefix: dir.Key, Max: 2})
	if err != nil {
		return h.explain(err)
	}
	for _, e := range page.Entries {
		if e.Key != dir.Key || r.Key == "" {
			return errNotEmpty
		}
	}
	switch {
	case r.Key == "":
		return h.explain(h.Store.DeleteSpace(h.ctx, r.Space))
	case len(page.Entries) == 0:
		return fs.ErrNotExist
	}
	if err := h.Store.Delete(h.ctx, dir); err != nil {
		return h.explain(err)
	}
	return h.explain(h.stay(parent(r)))
}

func (h *handler) remove(r store.Ref) error {
	if r.Key == "" {
		return errors.New("it is a directory")
	}
	if _, err := h.Store.Head(h.ctx, r); err != nil {
		return h.explain(err)
	}
	if err := h.Store.Delete(h.ctx, r); err != nil {
		return h.explain(err)
	}
	return h.explain(h.stay(parent(r)))
}

// stay keeps a folder that has lost its last file: directories do not vanish with what is in them.
func (h *handler) stay(dir store.Ref) error {
	if dir.Key == "" {
		return nil
	}
	there, err := h.hasFolder(dir)
	if err != nil || there {
		return err
	}
	return h.mark(dir)
}

// rename moves a file, or a folder with all that is in it.
func (h *handler) rename(from, to store.Ref, replace bool) error {
	if from.Key == "" || to.Key == "" {
		return errSpaceName
	}
	k, err := h.look(from)
	switch {
	case err != nil:
		return err
	case from == to:
		return nil
	case h.open(from) != nil, h.open(to) != nil:
		return errors.New("it is being written")
	case k.dir && strings.HasPrefix(folder(to).Key, folder(from).Key) && from.Space == to.Space:
		return errors.New("a directory cannot be moved into itself")
	}
	if err := h.makeWay(k, to, replace); err != nil {
		return err
	}
	if err := h.needs(parent(to)); err != nil {
		return err
	}
	source := job.Source{Ref: from}
	if k.dir {
		source.Ref, source.Folder = folder(from), true
	}
	err = h.Jobs.Do(h.ctx, job.Spec{Kind: job.Move, From: h.Store.Conn(), To: h.Store.Conn(), Sources: []job.Source{source},
		Base: parent(from).Key, Dest: parent(to), Name: path.Base(to.Key), Policy: job.Overwrite})
	if err != nil {
		return h.explain(err)
	}
	return h.explain(h.stay(parent(from)))
}

// makeWay looks at what is where something is to be: a file may take the place of a file, a directory that of an empty one
// (rename(2)).
func (h *handler) makeWay(k kind, to store.Ref, replace bool) error {
	there, err := h.look(to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !replace, k.dir != there.dir:
		return errThere
	case there.dir:
		return h.rmdir(to)
	}
	return nil
}
