package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"spaces/store"
	"spaces/store/job"
)

// errFolder is of a folder where -r is not given.
var errFolder = errors.New("it is a folder: -r takes it with all that is in it")

// looksAtOnce is how many arguments are looked at side by side.
const looksAtOnce = 16

// sources are the things that arguments name. What names nothing is a failure, the rest is worked on.
func (t *transfer) sources(ctx context.Context, xs []operand) (list []job.Source, err error) {
	for _, x := range xs {
		switch {
		case x.std:
			return nil, misused(errors.New("- stands alone: one stream can only be one file"))
		case x.remote() != xs[0].remote() || x.conn != xs[0].conn:
			return nil, misused(fmt.Errorf("%s and %s are on two connections: do one after the other", store.Printable(xs[0].text), store.Printable(x.text)))
		case x.remote() && x.ref.Space == "":
			return nil, misused(fmt.Errorf("%q names no Space", x.text))
		}
	}
	found := make([][]job.Source, len(xs))
	missing := make([][]job.Failure, len(xs))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(looksAtOnce)
	for i, x := range xs {
		g.Go(func() (err error) {
			switch {
			case !x.remote():
				found[i], err = t.local(x)
			case x.glob():
				found[i], missing[i], err = t.matches(ctx, x)
			default:
				found[i], missing[i], err = t.keys(ctx, x)
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for i := range xs {
		list = append(list, found[i]...)
		t.missing = append(t.missing, missing[i]...)
	}
	return list, nil
}

// local is a file or directory. One that is not there is told by the job.
func (t *transfer) local(x operand) ([]job.Source, error) {
	info, err := os.Stat(x.local)
	src := job.Source{Local: x.local}
	if err == nil && info.IsDir() {
		if !t.options.recurse {
			return nil, misused(fmt.Errorf("%s: %w", store.Printable(x.text), errFolder))
		}
		name := filepath.Base(filepath.Clean(x.local))
		src.Inside = os.IsPathSeparator(x.local[len(x.local)-1]) || name == "." || name == ".."
	}
	return []job.Source{src}, nil
}

// keys is an object, a folder or a whole Space.
func (t *transfer) keys(ctx context.Context, x operand) (list []job.Source, missing []job.Failure, err error) {
	if x.folder() {
		if !t.options.recurse {
			return nil, nil, misused(fmt.Errorf("%s: %w", store.Printable(x.text), errFolder))
		}
		return []job.Source{{Ref: x.ref, Folder: true, Inside: t.kind != job.Delete}}, nil, nil // deleted is the marker of the folder, too
	}
	st, err := t.Get(x.conn)
	if err != nil {
		return nil, nil, err
	}
	e, is, err := literally(ctx, st, x.ref)
	switch {
	case err != nil && ctx.Err() == nil && store.KindOf(err) != store.Denied: // who may not list may still read
		return nil, []job.Failure{{Name: x.text, Err: err}}, nil
	case err != nil && ctx.Err() != nil:
		return nil, nil, err
	case err == nil && !is:
		if t.options.force {
			return nil, nil, nil
		}
		return nil, []job.Failure{{Name: x.text, Err: errors.New("there is no file or folder of this name")}}, nil
	case e.Folder && !t.options.recurse:
		return nil, nil, misused(fmt.Errorf("%s: %w", store.Printable(x.text), errFolder))
	}
	src := t.source(x.ref, e)
	if t.kind == job.Delete {
		src.Name = ""
	}
	return []job.Source{src}, nil, nil
}

// source is what a listing has told of; zero where nothing has.
func (t *transfer) source(r store.Ref, e store.Entry) job.Source {
	if e.Folder {
		return job.Source{Ref: store.Ref{Space: r.Space, Key: e.Key}, Folder: true, Name: strings.TrimSuffix(store.Base(e.Key), "/")}
	}
	return job.Source{Ref: r, Entry: e, Name: store.Base(r.Key)}
}

// matches are what a glob names, called by their paths below the folder that its first special character is in.
func (t *transfer) matches(ctx context.Context, x operand) (list []job.Source, missing []job.Failure, err error) {
	base := readGlob(x.ref.Key).prefix
	base = base[:strings.LastIndexByte(base, '/')+1]
	err = t.expand(ctx, x, func(e store.Entry) error {
		src := t.source(store.Ref{Space: x.ref.Space, Key: e.Key}, e)
		rel := strings.TrimSuffix(strings.TrimPrefix(e.Key, base), "/")
		switch {
		case e.Folder && !t.options.recurse && isItself(x, e.Key):
			return misused(fmt.Errorf("%s: %w", store.Printable(x.text), errFolder))
		case e.Folder && !t.options.recurse:
			missing = append(missing, job.Failure{Name: e.Key, Err: errFolder})
			return nil
		case t.kind != job.Delete && strings.HasPrefix(rel, "/"):
			missing = append(missing, job.Failure{Name: e.Key, Err: errors.New("its name would begin with a slash")})
			return nil
		}
		switch {
		case t.kind == job.Delete:
			src.Name = ""
		case !isItself(x, e.Key):
			src.Name = rel
		}
		list = append(list, src)
		return nil
	})
	if errors.Is(err, errNoMatch) {
		if !t.options.force {
			missing, err = []job.Failure{{Name: x.text, Err: errNoMatch}}, nil
		} else {
			err = nil
		}
	}
	return list, missing, err
}

// isItself says whether a glob names just what is written, so that it is no glob: a key that has its characters, or one with
// backslashes before them.
func isItself(x operand, key string) bool {
	key = strings.TrimSuffix(key, "/")
	return key == strings.TrimSuffix(x.ref.Key, "/") || key == readGlob(x.ref.Key).prefix
}

// isOne says whether arguments name one thing that can get another name.
func isOne(xs []operand, list []job.Source) bool {
	return len(xs) == 1 && (!xs[0].glob() || len(list) == 1 && isItself(xs[0], list[0].Ref.Key))
}

// toRemote has sources arrive at a key or below it.
func (t *transfer) toRemote(spec *job.Spec, xs []operand, dst operand) error {
	if dst.ref.Space == "" {
		return fmt.Errorf("%q names no Space", dst.text)
	}
	spec.To, spec.Dest = dst.conn, dst.ref
	if dst.folder() {
		return nil
	}
	if !isOne(xs, spec.Sources) {
		return fmt.Errorf("%s gets more than one thing: end it with a slash to make it a folder", store.Printable(dst.text))
	}
	dir, name := split(dst.ref.Key)
	for i := range spec.Sources {
		src := &spec.Sources[i]
		switch {
		case src.Folder || src.Inside || t.isDir(src):
			spec.Dest.Key, src.Inside, src.Name = dst.ref.Key+"/", true, ""
		case src.Local != "":
			spec.Dest.Key, spec.Name = dir, name
		default:
			spec.Dest.Key, src.Name = dir, name
		}
	}
	return nil
}

func (t *transfer) isDir(src *job.Source) bool {
	if src.Local == "" {
		return false
	}
	info, err := os.Stat(src.Local)
	return err == nil && info.IsDir()
}

// split cuts a key behind its last slash.
func split(key string) (dir, name string) {
	at := strings.LastIndexByte(key, '/') + 1
	return key[:at], key[at:]
}

// toLocal has sources arrive at a path or below it. A link that leads to a file is followed, as cp does.
func (t *transfer) toLocal(spec *job.Spec, xs []operand, dst operand) error {
	path, info, err := t.arrival(spec, xs, dst, "thing")
	switch {
	case err != nil || spec.LocalDir != "":
		return err
	case info != nil && !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a file: write - and lead standard output there", store.Printable(dst.text))
	case info != nil:
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
	}
	for i := range spec.Sources {
		if src := &spec.Sources[i]; src.Folder {
			spec.LocalDir, src.Inside, src.Name = path, true, ""
		} else {
			spec.LocalDir, src.Name = filepath.Dir(path), filepath.Base(path)
		}
	}
	return nil
}

// arrival is where things come to on this machine: the directory, which is set then, or the path of one file, with what is
// there, nil if nothing is.
func (t *transfer) arrival(spec *job.Spec, xs []operand, dst operand, thing string) (path string, info os.FileInfo, err error) {
	if path, err = filepath.Abs(dst.local); err != nil { // who goes on with it may be elsewhere
		return "", nil, err
	}
	info, err = os.Stat(path)
	switch {
	case err == nil && info.IsDir(), os.IsPathSeparator(dst.local[len(dst.local)-1]):
		spec.LocalDir = path
	case !isOne(xs, spec.Sources):
		return "", nil, fmt.Errorf("%s gets more than one %s: end it with a slash to make it a directory", store.Printable(dst.text), thing)
	}
	if err != nil {
		info = nil
	}
	return path, info, nil
}

// toZip has folders arrive as archives: at a path, or below a directory by their own names.
func (t *transfer) toZip(spec *job.Spec, xs []operand, dst operand) error {
	for i := range spec.Sources {
		src := &spec.Sources[i]
		if !src.Folder {
			return fmt.Errorf("%s is a file: --zip is for folders", store.Printable(src.Ref.String()))
		}
		src.Inside, src.Name = false, ""
	}
	path, info, err := t.arrival(spec, xs, dst, "archive")
	switch {
	case err != nil || spec.LocalDir != "":
		return err
	case info != nil && !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a file", store.Printable(dst.text))
	}
	spec.LocalDir, spec.Name = filepath.Dir(path), filepath.Base(path)
	return nil
}
