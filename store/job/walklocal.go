package job

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// walkLocal finds the files of a local source. A chosen file may be a symbolic link; in a tree, links are followed to
// files of the same tree, and to others only where the Spec says so. What cannot be an object is left out, what cannot be
// read is lost: both are told, and the rest goes on.
func (p *Plan) walkLocal(ctx context.Context, i int, dir string) error {
	src := &p.sources[i]
	if src.Stream {
		return p.found(ctx, record{source: i})
	}
	info, err := os.Stat(src.Local)
	switch {
	case err != nil && p.wentBefore(ctx, i, err):
		return nil
	case err != nil:
		p.lose(i, "", src.Local, bareFile(err))
		return nil
	case !utf8.ValidString(src.target):
		p.leaveOut(src.Local, errNotUTF8)
		return nil
	case !info.IsDir() && !info.Mode().IsRegular():
		p.leaveOut(src.Local, uploadable(info.Mode(), false))
		return nil
	case !info.IsDir():
		src.turn(strings.TrimSuffix(src.target, "/"))
		return p.found(ctx, record{source: i, size: info.Size(), modified: info.ModTime()})
	}
	if !src.Inside {
		src.turn(strings.TrimSuffix(src.target, "/") + "/")
	}
	root, err := os.OpenRoot(src.Local)
	if err != nil {
		p.lose(i, "", src.Local, bareFile(err))
		return nil
	}
	defer root.Close()
	if dir == "" {
		return p.walkDir(ctx, i, root, ".")
	}
	if info, err := root.Lstat(filepath.FromSlash(dir)); err == nil && !info.IsDir() {
		return p.walkFile(ctx, i, root, dir, info)
	}
	return p.walkDir(ctx, i, root, dir)
}

// walkDir finds the files below dir, a slash-separated path in root. An empty directory becomes a folder marker.
func (p *Plan) walkDir(ctx context.Context, i int, root *os.Root, dir string) error {
	p.totals.folders.Add(1)
	entries, err := readDir(root, dir)
	if err != nil {
		p.lose(i, dir, filepath.Join(root.Name(), dir), bareFile(err))
		return nil
	}
	if len(entries) == 0 && dir != "." {
		return p.found(ctx, record{source: i, name: dir + "/"})
	}
	if len(entries) == 0 {
		if src := &p.sources[i]; src.target == "" {
			return nil // a whole Space needs no marker
		}
		return p.found(ctx, record{source: i})
	}
	for _, e := range entries {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		name := path.Join(dir, e.Name())
		if !utf8.ValidString(e.Name()) {
			p.leaveOut(filepath.Join(root.Name(), filepath.FromSlash(name)), errNotUTF8)
			continue
		}
		if e.IsDir() {
			if err := p.walkDir(ctx, i, root, name); err != nil {
				return err
			}
			continue
		}
		info, err := e.Info() // of the listing: os.Root has it looked at there
		if err != nil {
			p.lose(i, name, filepath.Join(root.Name(), filepath.FromSlash(name)), bareFile(err))
			continue
		}
		if err := p.walkFile(ctx, i, root, name, info); err != nil {
			return err
		}
	}
	return nil
}

// walkFile takes one thing of a tree that is not a directory.
func (p *Plan) walkFile(ctx context.Context, i int, root *os.Root, name string, info fs.FileInfo) (err error) {
	full := filepath.Join(root.Name(), filepath.FromSlash(name))
	if info.Mode()&fs.ModeSymlink != 0 {
		if info, err = p.follow(root, name, full); err == nil && p.spec.Away {
			err = errLinkStays
		}
	}
	var out *leftOut
	if err == nil {
		err = uploadable(info.Mode(), info.IsDir())
	}
	switch {
	case errors.As(err, &out):
		p.leaveOut(full, err)
	case err != nil:
		p.lose(i, name, full, bareFile(err))
	default:
		return p.found(ctx, record{source: i, name: name, size: info.Size(), modified: info.ModTime()})
	}
	return nil
}

func readDir(root *os.Root, dir string) ([]os.DirEntry, error) {
	d, err := root.Open(filepath.FromSlash(dir))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	list, err := d.ReadDir(-1)
	slices.SortFunc(list, func(a, b os.DirEntry) int { return strings.Compare(inKey(a), inKey(b)) })
	return list, err
}

// inKey is what an entry adds to a key: steps come in the order of keys, as what they are compared with is listed.
func inKey(e os.DirEntry) string {
	if e.IsDir() {
		return e.Name() + "/"
	}
	return e.Name()
}

// bareFile takes the operation and the path off an error of the file system: the name is told beside it.
func bareFile(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
