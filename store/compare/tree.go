package compare

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"spaces/store"
)

// NotEmpty is in the place of the ETag of a directory that something is in: a Space need not have a marker for it.
const NotEmpty = "."

// Tree lists a directory of this machine as if it were a folder of a Space: its files and directories, these with a slash at
// the end, in the order of their keys. No more is kept of it than the names in the directories that are being read.
type Tree struct {
	Root *os.Root // nil: there is nothing

	// File says what stands for a thing that is neither a directory nor a file: nil to pass it over.
	File func(name, full string, info fs.FileInfo) fs.FileInfo
	// Lost is told of what cannot be read.
	Lost func(full string, err error)

	begun bool
	stack []level
}

// level is a directory being read.
type level struct {
	dir   string // "" is the root, others end in a slash
	names []string
}

// treePage is how many names a page has.
const treePage = 1000

// next gives the next names; ended is true with the last.
func (t *Tree) next(ctx context.Context) (entries []store.Entry, ended bool, err error) {
	if t.Root == nil {
		return nil, true, nil
	}
	if !t.begun {
		t.begun = true
		t.enter("")
	}
	for len(entries) < treePage && len(t.stack) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		top := &t.stack[len(t.stack)-1]
		if len(top.names) == 0 {
			t.stack = t.stack[:len(t.stack)-1]
			continue
		}
		name := top.names[0]
		top.names = top.names[1:]
		if e, ok := t.entry(top.dir + name); ok {
			entries = append(entries, e)
		}
	}
	return entries, len(t.stack) == 0, nil
}

// enter begins to read a directory, and says whether something is in it.
func (t *Tree) enter(dir string) (any bool) {
	at := path.Clean("./" + dir)
	d, err := t.Root.Open(filepath.FromSlash(at))
	var names []string
	if err == nil {
		var list []os.DirEntry
		list, err = d.ReadDir(-1)
		d.Close()
		for _, e := range list {
			name := e.Name()
			if e.IsDir() {
				name += "/"
			}
			names = append(names, name)
		}
	}
	if err != nil {
		t.lose(at, err)
		return true
	}
	slices.Sort(names)
	t.stack = append(t.stack, level{dir, names})
	return len(names) > 0
}

func (t *Tree) entry(name string) (e store.Entry, ok bool) {
	e.Key = name
	if strings.HasSuffix(name, "/") {
		if t.enter(name) {
			e.ETag = NotEmpty
		}
		return e, true
	}
	info, err := t.Root.Lstat(filepath.FromSlash(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return e, false // just removed
	case err != nil:
		t.lose(name, err)
		return e, false
	case !info.Mode().IsRegular():
		if info = t.File(name, t.full(name), info); info == nil {
			return e, false
		}
	}
	e.Size, e.Modified = info.Size(), info.ModTime()
	return e, true
}

func (t *Tree) full(name string) string {
	return filepath.Join(t.Root.Name(), filepath.FromSlash(name))
}

func (t *Tree) lose(name string, err error) {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	t.Lost(t.full(name), err)
}
