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
	at   *entry
}

// openPart makes the part of a file, or takes over what an earlier download has left of it. Two programs never write
// the same one.
func (j *job) openPart(s Step, name string) (*part, error) {
	p := &part{name: partName(name), at: j.entry}
	p.PartFile = PartFile{Path: filepath.Join(j.place.dir, p.name), From: s.From, ETag: s.ETag, Size: s.Size, Chunk: j.m.o.PartSize, Boot: boot()}
	known, _ := j.m.o.Ledger.partAt(p.Path)
	for range 5 {
		f, left, err := j.place.takePart(p.name, known.continues(p.PartFile))
		if errors.Is(err, errGoOn) {
			continue
		}
		if err != nil {
			return nil, err
		}
		p.File = f
		if left {
			p.Done = known.Done
			if known.hasFar() {
				p.Far = known.Far
			}
		}
		p.at.part(p.PartFile, s.Size > j.m.o.PartSize)
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
func (p *place) takePart(name string, goOn bool) (f *os.File, left bool, err error) {
	p.inTurn(filepath.Dir(name), func() { f, err = p.dest.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666) })
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
	named, err := p.dest.Lstat(name)
	if err != nil || !named.Mode().IsRegular() {
		return nil, false, errors.New("something that is not a file has the name that the file has until it is whole: " + filepath.Base(name))
	}
	if f, err = p.dest.OpenFile(name, os.O_RDWR, 0); err != nil {
		return nil, false, fmt.Errorf("opening what is left of an earlier download: %w", bareFile(err))
	}
	open, err := f.Stat()
	if !lockFile(f) {
		f.Close()
		return nil, false, errBusy
	}
	if now, nameErr := p.dest.Lstat(name); err == nil && nameErr == nil && os.SameFile(open, now) {
		if goOn {
			return f, true, nil
		}
		err = removeOpen(f, filepath.Join(p.dir, name))
	}
	f.Close()
	if err != nil {
		return nil, false, fmt.Errorf("removing what is left of an earlier download: %w", bareFile(err))
	}
	return nil, false, errGoOn
}

// drop gives a part up.
func (p *part) drop(root *os.Root) {
	if canLock {
		_ = root.Remove(p.name) // while it is locked: nobody has begun it anew
	}
	p.Close()
	if !canLock {
		_ = root.Remove(p.name)
	}
	p.at.removed(p.Path)
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
