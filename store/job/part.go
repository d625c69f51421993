package job

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// partEnd is how the names of files end that are not whole yet. Keys are not downloaded to such names.
const partEnd = ".spaces.part"

// errBusy is what a download ends with when another one writes the same file.
var errBusy = errors.New("another download writes this file at the moment")

// partName is what a file is called until it is whole: the same whenever it is downloaded, so that nothing is left over
// when a download is cut short and done again.
func partName(name string) string {
	base := filepath.Base(name)
	if len(base) > 180 { // names end at 255 bytes
		sum := sha256.Sum256([]byte(base))
		base = strings.ToValidUTF8(base[:180], "") + "." + base32.StdEncoding.EncodeToString(sum[:5])
	}
	return filepath.Join(filepath.Dir(name), "."+base+partEnd)
}

// isPartName says whether a file system may take a name for that of a part.
func isPartName(base string) bool {
	return strings.HasPrefix(base, ".") && strings.HasSuffix(norm.NFC.String(cases.Fold().String(base)), partEnd)
}

// part is a file that a download is about to fill, locked.
type part struct {
	*os.File
	PartFile
	name string // below the destination
	in   *dir   // it is in
	left bool   // by an earlier download
	at   *entry
}

// partOf is what is noted of the part of a file.
func (j *job) partOf(s Step, name string) PartFile {
	return PartFile{Path: filepath.Join(j.place.dir, partName(name)), From: s.From, ETag: s.ETag, Size: s.Size, Chunk: j.m.o.PartSize, Boot: boot()}
}

// openPart makes the part of a file, or takes over what an earlier download has left of it, and notes it. Two programs never
// write the same one.
func (j *job) openPart(s Step, name string) (*part, error) {
	p, err := j.makePart(s, name)
	if err == nil {
		p.at.part(p.PartFile, s.Size > j.m.o.PartSize)
	}
	return p, err
}

func (j *job) makePart(s Step, name string) (_ *part, err error) {
	p := &part{PartFile: j.partOf(s, name), name: partName(name), at: j.entry}
	p.in = j.place.dirs.take(filepath.Dir(name))
	defer func() {
		if err != nil {
			p.in.leave()
		}
	}()
	known, _ := j.m.o.Ledger.partAt(p.Path)
	for range 5 {
		f, left, err := j.place.takePart(p, known.continues(p.PartFile))
		if errors.Is(err, errGoOn) {
			continue
		}
		if err != nil {
			return nil, err
		}
		p.File, p.left = f, left
		if left {
			p.Done = known.Done
			if known.hasFar() {
				p.Far = known.Far
			}
		}
		return p, nil
	}
	return nil, errBusy
}

// continues says whether what is left of a download is of the same object and can be gone on with. That all of it is
// there follows from its ranges having been synced before they were noted, and from the machine having run since what was
// only written was.
func (p PartFile) continues(want PartFile) bool {
	return canLock && p.there() > 0 && p.ETag != "" && p.ETag == want.ETag && p.Size == want.Size && p.From == want.From && p.Chunk == want.Chunk
}

// takePart opens a part alone: a new one, or with left the one that is there. errGoOn asks to be called again.
func (p *place) takePart(x *part, goOn bool) (f *os.File, left bool, err error) {
	root, name := x.in.at(p.dest, x.name)
	p.inTurn(filepath.Dir(x.name), func() { f, err = root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL|openNew, 0o666) })
	if err == nil {
		if !lockFile(f) {
			f.Close()
			return nil, false, errGoOn
		}
		return f, false, nil
	}
	if !errors.Is(err, fs.ErrExist) {
		return nil, false, fmt.Errorf("making the file: %w", bareFile(err))
	}
	named, err := root.Lstat(name)
	if err != nil || !named.Mode().IsRegular() {
		return nil, false, errors.New("something that is not a file has the name that the file has until it is whole: " + filepath.Base(name))
	}
	if f, err = root.OpenFile(name, os.O_RDWR, 0); err != nil {
		return nil, false, fmt.Errorf("opening what is left of an earlier download: %w", bareFile(err))
	}
	open, err := f.Stat()
	if !lockFile(f) {
		f.Close()
		return nil, false, errBusy
	}
	if now, nameErr := root.Lstat(name); err == nil && nameErr == nil && os.SameFile(open, now) {
		if goOn {
			return f, true, nil
		}
		err = removeOpen(f, filepath.Join(p.dir, x.name))
	}
	f.Close()
	if err != nil {
		return nil, false, fmt.Errorf("removing what is left of an earlier download: %w", bareFile(err))
	}
	return nil, false, errGoOn
}

// drop gives a part up.
func (p *part) drop(dest *os.Root) {
	p.remove(dest)
	p.at.removed(p.Path)
}

// remove is drop of what is noted otherwise.
func (p *part) remove(dest *os.Root) {
	root, name := p.in.at(dest, p.name)
	if canLock {
		_ = root.Remove(name) // while it is locked: nobody has begun it anew
	}
	p.File.Close()
	if !canLock {
		_ = root.Remove(name)
	}
	p.leave()
}

func (p *part) Close() error {
	defer p.leave()
	return p.File.Close()
}

// leave gives the directory back, once.
func (p *part) leave() {
	p.in.leave()
	p.in = nil
}

// date gives a file the time of what is in it. One with another is still the file.
func (p *part) date(dest *os.Root, at time.Time) {
	if at.IsZero() || setTime(p.Fd(), at) {
		return
	}
	root, name := p.in.at(dest, p.name)
	_ = root.Chtimes(name, time.Time{}, at)
}

// openIfThere is nil without an error when there is no such file.
func openIfThere(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// removeOpen removes a file that is open and locked; where open files cannot be removed it is closed before.
func removeOpen(f *os.File, path string) error {
	if !canLock {
		f.Close()
	}
	return os.Remove(path)
}
