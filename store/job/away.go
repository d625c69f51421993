package job

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"spaces/store"
)

// A move between this machine and a Space is an Upload or Download with Away. A file here goes when the object is looked at
// and has its content; an object goes when the file is verified, has its name, and both are on the disk.

// errLinkStays is why a link in a directory that moves is left out: what it leads to may be gone before it is read.
var errLinkStays = &leftOut{"a link is not moved: it stays"}

// moves says whether sources go when they have arrived.
func (s *Spec) moves() bool { return s.work().moves || s.Away }

// takes says whether objects are taken out of their Space.
func (s *Spec) takes() bool { return s.work().takes || s.Away && s.work().toDisk }

// changes says whether objects that are sources are other than they were.
func (s *Spec) changes() bool { return s.work().changes || s.Away && s.work().toDisk }

// verb is what a title begins with.
func (s *Spec) verb() string {
	if s.Away {
		return works[Move].verb
	}
	return s.work().verb
}

// mayGoAway is why a Spec cannot have Away.
func (s *Spec) mayGoAway() error {
	switch {
	case !s.Away:
		return nil
	case s.Kind != Upload && s.Kind != Download:
		return errors.New("only uploads and downloads can be moves")
	case s.Links:
		return errors.New("links are not moved: they stay where they are")
	case slices.ContainsFunc(s.Sources, func(c Source) bool { return c.Stream || c.Version != "" }):
		return errors.New("a stream or an older version can be copied, not moved")
	}
	return nil
}

// mayBeThere says whether a step may have been done before: in an earlier run, or all but the end of its source.
func (j *job) mayBeThere(at pos) bool { return j.plan.spec.Again || j.hasArrived(at) }

// sent ends the upload of a file to made: in a move the file goes, when what is there is what it is.
func (j *job) sent(ctx context.Context, at pos, r record, l *local, made store.Ref, err error) error {
	if !j.plan.spec.Away || err != nil && !errors.Is(err, errArrived) {
		return err
	}
	if err == nil {
		err = j.verifySent(ctx, l, made)
	} else {
		err = nil // it was compared just now
	}
	if err != nil {
		return err
	}
	if err := j.removeSent(r, l); err != nil {
		j.mu.Lock()
		defer j.mu.Unlock()
		if j.arrivals == nil {
			j.arrivals = map[pos]bool{}
		}
		j.arrivals[at] = true
		return fmt.Errorf("it was uploaded, and the file is kept: %w", err)
	}
	return nil
}

// verifySent compares an object with the file that it was made of, as far as the endpoint tells of its content.
func (j *job) verifySent(ctx context.Context, l *local, made store.Ref) error {
	return j.try(ctx, func(ctx context.Context) error {
		info, err := j.plan.to.Head(ctx, made)
		switch {
		case err != nil:
			return fmt.Errorf("looking at the object, the file is kept: %w", err)
		case info.Size != l.size:
			return fmt.Errorf("the object has %d bytes, the file %d: the file is kept", info.Size, l.size)
		}
		if err := verifyFile(l.File, info); err != nil {
			return fmt.Errorf("comparing the object with the file, which is kept: %w", err)
		}
		return nil
	})
}

// removeSent removes a file of which an object was made, if it is still what was opened and has not been written to. Of a
// link that was chosen the link goes.
func (j *job) removeSent(r record, l *local) error {
	if err := l.unchanged(); err != nil {
		return fmt.Errorf("it was written to meanwhile: %w", errChanged)
	}
	src := &j.plan.sources[r.source]
	look, remove := func() (fs.FileInfo, error) { return os.Stat(src.Local) }, func() error { return os.Remove(src.Local) }
	if r.name != "" {
		root, err := j.place.root(r.source, src.Local)
		if err != nil {
			return bareFile(err)
		}
		name := filepath.FromSlash(r.name)
		look, remove = func() (fs.FileInfo, error) { return root.Lstat(name) }, func() error { return root.Remove(name) }
	}
	opened, err := l.Stat()
	if err != nil {
		return bareFile(err)
	}
	switch now, err := look(); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return bareFile(err)
	case !os.SameFile(opened, now):
		return fmt.Errorf("another has its name now: %w", errChanged)
	}
	l.Close() // an open file cannot be removed everywhere
	return bareFile(remove())
}

// dropLocal removes the directories of a move that have nothing in them any more.
func (j *job) dropLocal(ctx context.Context) {
	if !j.plan.spec.Away {
		return
	}
	for i := range j.plan.sources {
		src := &j.plan.sources[i]
		if info, err := os.Lstat(src.Local); err != nil || !info.IsDir() || j.isSpoiled(i) {
			continue
		}
		root, err := j.place.root(i, src.Local)
		if err != nil {
			continue
		}
		if j.dropDirs(ctx, root, ".") && !src.Inside {
			_ = os.Remove(src.Local) // one that stays has something in it, or is no loss
		}
	}
}

// dropDirs removes what is empty below dir, and says whether dir itself is then. It asks the file system to remove
// directories only: nothing that came meanwhile goes.
func (j *job) dropDirs(ctx context.Context, root *os.Root, dir string) (empty bool) {
	entries, err := readDir(root, dir)
	empty = err == nil
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if ctx.Err() != nil || !e.IsDir() || !j.dropDirs(ctx, root, name) || root.Remove(name) != nil {
			empty = false
		}
	}
	return empty
}

// keepArrived puts a file on the disk that is there already, before the object that it is made of may go.
func (j *job) keepArrived(name string) error {
	if !j.plan.spec.Away {
		return nil
	}
	f, err := j.place.dest.OpenFile(name, os.O_RDWR, 0) // some systems sync only what may be written to
	if err != nil {
		f, err = j.place.dest.Open(name)
	}
	if err != nil {
		return bareFile(err)
	}
	defer f.Close()
	if err := j.place.disk.sync(f, name); err != nil {
		return fmt.Errorf("syncing the file: %w", err)
	}
	return nil
}

// landedStep ends a download. In a move, the single object goes with others, a folder when all of it has arrived.
func (j *job) landedStep(ctx context.Context, at pos, r record, s Step, t *tally, err error) {
	if err == nil && j.plan.spec.Away && !j.plan.isWhole(&j.plan.sources[r.source]) {
		err = errToDrop
	}
	j.settle(ctx, at, r, s, t, err)
	if errors.Is(err, errToDrop) {
		j.dropLater(ctx, at, r, s)
	}
}

// wentBefore says whether a file or directory that is not there was moved before the work was cut short.
func (p *Plan) wentBefore(ctx context.Context, i int, err error) bool {
	if !p.spec.Away || !p.spec.Again || !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	at := store.Ref{Space: p.spec.Dest.Space, Key: strings.TrimSuffix(p.sources[i].target, "/")}
	found := false
	err = p.try(ctx, func(ctx context.Context) error {
		_, err := p.to.Head(ctx, at)
		if found = err == nil; !errors.Is(err, store.NotFound) {
			return err
		}
		page, err := p.to.List(ctx, store.ListRequest{Space: at.Space, Prefix: at.Key + "/", Max: 1})
		found = len(page.Entries) > 0
		return err
	})
	return err == nil && found
}

// lookForLanded finds out which of the objects that are not there any more were moved here before the work was cut short.
func (p *Plan) lookForLanded(sources []int) error {
	root, err := os.OpenRoot(p.spec.LocalDir)
	if err == nil {
		defer root.Close()
	}
	for _, i := range sources {
		src := &p.sources[i]
		name, lost := localName(src.target)
		if lost == nil && root != nil {
			_, lost = root.Lstat(name)
		}
		if lost != nil || root == nil {
			p.lose(i, "", src.label(), store.NotFound)
		}
	}
	return nil
}
