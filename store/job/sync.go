package job

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"spaces/store"
	"spaces/store/compare"
)

// A sync is a mirror with a directory of this machine on one side: SyncUp makes a folder as the directory is, SyncDown the
// directory as a folder is. Size and content decide; where an ETag tells nothing of the content, the time that uploads note.

// noSync says what a Spec of a sync lacks.
func noSync(s *Spec) error {
	switch {
	case len(s.Sources) != 1 || s.Name != "" || s.Sources[0].Name != "" || !s.work().fromDisk && !s.Sources[0].Folder:
		return errors.New("a sync is of one directory, or of one folder or Space")
	case s.work().toDisk:
		return noFolder(s)
	}
	return noHeaders(s)
}

// syncing is how far the walk of a sync is.
type syncing struct {
	root  *os.Root // of the directory; nil: it is not there yet
	asked int      // objects that were asked whether they are sealed
	seals bool     // one was
}

// walkSync merges the directory and the listing.
func (p *Plan) walkSync(ctx context.Context, i int, _ string) error {
	src := &p.sources[i]
	var s syncing
	dir := src.Local
	if p.work().toDisk {
		dir = p.spec.LocalDir
	}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) && p.work().toDisk:
		err = nil
	case err == nil && !info.IsDir():
		err = errors.New("it is not a directory")
	case err == nil:
		s.root, err = os.OpenRoot(dir)
	}
	if err != nil {
		p.lose(i, "", dir, bareFile(err))
		return nil
	}
	tree := compare.Folder{Tree: &compare.Tree{Root: s.root, File: p.syncedFile, Lost: func(full string, err error) { p.lose(i, "", full, err) }}}
	merge := compare.New(tree, compare.Folder{Store: p.to, Space: p.spec.Dest.Space, Prefix: p.spec.Dest.Key})
	if p.work().toDisk {
		merge = compare.New(compare.Folder{Store: p.from, Space: src.Ref.Space, Prefix: src.Ref.Key}, tree)
	}
	if s.root != nil {
		defer s.root.Close()
	}
	for {
		var rows []compare.Row
		var done bool
		err := p.try(ctx, func(ctx context.Context) (err error) {
			rows, done, err = merge.Next(ctx)
			return err
		})
		if err != nil && ctx.Err() == nil {
			p.lose(i, "", src.label(), err)
			return nil
		}
		if err != nil {
			return err
		}
		for k := range rows {
			if err := p.judgeSync(ctx, i, &rows[k], &s); err != nil {
				return err
			}
		}
		if done {
			return nil
		}
	}
}

// syncedFile says what a link or something special in the directory stands for. What is uploaded is followed as in an
// upload; what is written to is looked at no further.
func (p *Plan) syncedFile(name, full string, info fs.FileInfo) fs.FileInfo {
	if p.work().toDisk {
		return nil
	}
	err := uploadable(info.Mode(), false)
	if info.Mode()&fs.ModeSymlink != 0 {
		if info, err = os.Stat(full); err != nil {
			err = errDangling
		} else if err = uploadable(info.Mode(), info.IsDir()); err == nil {
			err = p.inside(name)
		}
	}
	if err != nil {
		p.leaveOut(full, err)
		return nil
	}
	return info
}

// inside fails with ErrOutside for a link that leads out of the one directory that is uploaded, unless it is to be followed.
func (p *Plan) inside(name string) error {
	if p.spec.Links {
		return nil
	}
	root, err := os.OpenRoot(p.sources[0].Local)
	if err != nil {
		return err
	}
	defer root.Close()
	if _, err := root.Stat(filepath.FromSlash(name)); err != nil {
		return ErrOutside
	}
	return nil
}

// judgeSync makes a step of a row where one is due.
func (p *Plan) judgeSync(ctx context.Context, i int, row *compare.Row, s *syncing) error {
	here, there := compare.Left, compare.Right
	if p.work().toDisk {
		here, there = there, here
	}
	left, right := &row.Files[compare.Left], &row.Files[compare.Right]
	full := row.Has(here) && row.Files[here].ETag() == compare.NotEmpty
	dir := strings.HasSuffix(row.Name, "/")
	switch {
	case row.Name == "": // the marker of the folder itself
		return nil
	case full && !row.Has(there): // what is in it is what counts
		return nil
	case row.Verdict == compare.OnlyRight && here == compare.Right && isPartName(path.Base(row.Name)): // of a download that is under way, or can go on
		return nil
	case row.Verdict == compare.OnlyRight:
		return p.foundOnly(ctx, i, row.Name, right.Size)
	case here == compare.Left && !utf8.ValidString(row.Name):
		p.leaveOut(row.Name, errNotUTF8)
		return nil
	}
	p.sawSource()
	d := Difference{Change: Add, Name: row.Name, Size: left.Size}
	if row.Verdict != compare.OnlyLeft {
		if dir {
			p.foundSame(compare.Size)
			return nil
		}
		same, by, err := p.synced(ctx, i, row, s, here, there)
		if err != nil {
			return err
		}
		if same {
			p.foundSame(by)
			return nil
		}
		d.Change, d.Reason = Replace, by
	}
	return p.foundDifference(ctx, d, record{source: i, name: row.Name, size: left.Size, etag: left.ETag(), modified: left.Modified()})
}

// synced says whether a file and an object of one name are the same, and by what.
func (p *Plan) synced(ctx context.Context, i int, row *compare.Row, s *syncing, here, there compare.Side) (bool, compare.Reason, error) {
	file, object := &row.Files[here], &row.Files[there]
	if file.Size != object.Size {
		return false, compare.Size, nil
	}
	equal, told, err := s.content(row.Name, object.ETag(), file.Size, p.partSize)
	if err != nil { // it has just gone, or cannot be read: the work will tell
		return false, compare.Checksum, ctx.Err()
	}
	if equal || told && s.asked >= seals && !s.seals {
		return equal, compare.Checksum, nil
	}
	ref := store.Ref{Space: p.sources[i].Ref.Space, Key: p.sources[i].Ref.Key + row.Name}
	st := p.from
	if p.work().fromDisk {
		ref, st = store.Ref{Space: p.spec.Dest.Space, Key: p.spec.Dest.Key + row.Name}, p.to
	}
	var info store.Info
	err = p.try(ctx, func(ctx context.Context) (err error) {
		info, err = st.Head(ctx, ref)
		return err
	})
	if err != nil {
		return false, compare.Date, ctx.Err()
	}
	if s.asked++; info.Sealed {
		s.seals = true
	} else if told {
		return false, compare.Checksum, nil
	}
	noted, at := changedAt(info), file.Modified()
	if exact, err := s.root.Stat(filepath.FromSlash(row.Name)); err == nil {
		at = exact.ModTime()
	}
	if _, is := info.Meta["mtime"]; is || p.work().toDisk {
		return isNoted(noted, at), compare.Date, nil // what is downloaded gets the time of the object
	}
	return at.Before(noted), compare.Date, nil
}

// isNoted says whether a time of a file is the one that is noted of it. Some file systems keep whole seconds.
func isNoted(noted, at time.Time) bool {
	if at.Nanosecond() == 0 {
		return noted.Unix() == at.Unix()
	}
	return noted.Truncate(time.Microsecond).Equal(at.Truncate(time.Microsecond))
}

// seals is how many objects of other content are asked whether their ETags tell nothing of it, as compare has it.
const seals = 16

// content compares a file with what an ETag tells of an object of the same size; told is false where that is nothing.
func (s *syncing) content(name, etag string, size, part int64) (equal, told bool, err error) {
	sum, count, parts := strings.Cut(etag, "-")
	if len(sum) != 32 {
		return false, false, nil
	}
	f, err := s.root.Open(filepath.FromSlash(name))
	if err != nil {
		return false, false, err
	}
	defer f.Close()
	if !parts {
		got, err := md5Of(f, size)
		return got == etag, true, err
	}
	for _, each := range partSizes(size, part) {
		if fmt.Sprint((size+each-1)/each) != count {
			continue
		}
		if got, err := md5OfParts(f, size, each); err != nil || got == etag {
			return err == nil, err == nil, err
		}
	}
	return false, false, nil
}
