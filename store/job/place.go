package job

import (
	"crypto/rand"
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// place is where a job touches the local file system: only through os.Root, which no link and no ".." leads out of.
type place struct {
	dir   string   // of a download, absolute
	dest  *os.Root // opened
	disk  *disk    // what is done below dest
	lands *landings
	names *names
	dirs  *dirs

	mu      sync.Mutex
	sources map[int]*os.Root // of uploads, by source
	made    map[string]bool  // directories that are there

	turns [64]sync.Mutex // to make a file in a directory, by its name
	seed  maphash.Seed
}

// inTurn calls do when nobody else makes a file in a directory: the system does that one at a time, and has all who wait
// for their turn there burn processor time (Linux: the inode’s lock is spun on).
func (p *place) inTurn(dir string, do func()) {
	turn := &p.turns[maphash.String(p.seed, dir)%uint64(len(p.turns))]
	turn.Lock()
	defer turn.Unlock()
	do()
}

// open makes the local side ready.
func (j *job) open() error {
	p := &place{sources: map[int]*os.Root{}, made: map[string]bool{}, seed: maphash.MakeSeed()}
	j.place = p
	if !j.work().toDisk {
		return nil
	}
	if err := os.MkdirAll(j.plan.spec.LocalDir, 0o777); err != nil {
		return fmt.Errorf("making the folder to download to: %w", err)
	}
	var err error
	if p.dir, err = filepath.Abs(j.plan.spec.LocalDir); err != nil {
		return fmt.Errorf("finding the folder to download to: %w", err)
	}
	if p.dest, err = os.OpenRoot(p.dir); err != nil {
		return fmt.Errorf("opening the folder to download to: %w", err)
	}
	folds, err := foldsNames(p.dest)
	if err != nil {
		return fmt.Errorf("writing to the folder to download to: %w", bareFile(err))
	}
	p.disk = &disk{root: p.dest, all: newFileSystem(p.dest), note: j.m.note}
	p.lands, p.dirs = newLandings(p.disk), newDirs(p.dest)
	if err := p.disk.syncAbove(p.dir); err != nil {
		return fmt.Errorf("syncing the folder to download to: %w", err)
	}
	if j.plan.folds {
		folds = folding{true, true, true}
	}
	p.names = newNames(folds)
	return nil
}

func (j *job) closePlace() {
	p := j.place
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dest != nil {
		p.dest.Close()
	}
	if p.disk != nil {
		p.disk.all.close()
	}
	for _, root := range p.sources {
		root.Close()
	}
}

// root is a source's tree, opened once.
func (p *place) root(source int, dir string) (*os.Root, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if root, ok := p.sources[source]; ok {
		return root, nil
	}
	root, err := os.OpenRoot(dir)
	if err == nil {
		p.sources[source] = root
	}
	return root, err
}

// foldsNames finds out by trying what names a file system takes for the same.
func foldsNames(root *os.Root) (f folding, err error) {
	probe := ".spaces-probe-" + strings.ToLower(rand.Text()) + "-\u00e9"
	file, err := root.OpenFile(probe, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return f, err
	}
	defer root.Remove(probe)
	if err := file.Close(); err != nil {
		return f, err
	}
	isThere := func(name string) bool {
		_, err := root.Lstat(name)
		return err == nil
	}
	bare := strings.TrimSuffix(probe, "\u00e9")
	return folding{letterCase: isThere(strings.ToUpper(bare) + "\u00e9"), form: isThere(bare + "e\u0301"), ends: isThere(probe + ".")}, nil
}

// manyDirs are remembered as made; then it is begun anew.
const manyDirs = 10000

// mkdir makes a directory below the destination, with those above it.
func (p *place) mkdir(dir string) error {
	if dir == "." {
		return nil
	}
	p.mu.Lock()
	made := p.made[dir]
	p.mu.Unlock()
	if made {
		return nil
	}
	if err := p.dest.MkdirAll(dir, 0o777); err != nil {
		return bareFile(err)
	}
	info, err := p.dest.Stat(dir)
	if err == nil && !info.IsDir() {
		err = errors.New("there is a file where a folder has to be")
	}
	if err != nil {
		return bareFile(err)
	}
	p.lands.made(dir)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.made) >= manyDirs {
		clear(p.made)
	}
	p.made[dir] = true
	return nil
}
