package job

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

const (
	landingsWait = 256 // whole files that may wait to be synced, each with an open file, before downloads wait with them
	syncsAtOnce  = 128 // a file system writes its journal once for all syncs that wait for it: many are cheaper than few
	manyFiles    = 32  // that are synced by one request for the whole file system, where there is one to rely on
)

// landings are files that are whole and verified, on their way to being done: their content is put on the disk, then
// they get their names, then the names are put on the disk. In this order a name that outlives a power cut never leads to
// an empty file, and nothing counts as done that could be gone. While one batch is synced the next gathers.
type landings struct {
	disk *disk

	mu      sync.Mutex
	room    sync.Cond
	waiting []*landing
	under   map[string]bool // names of files on their way
	fresh   map[string]bool // directories that have new directories in them
	busy    bool            // a batch is under way
	err     error           // of the first directory that could not be synced: what it left in doubt no later sync settles
}

// landing is one file, or one new directory.
type landing struct {
	part *part  // nil: a directory
	name string // of the file, below the destination
	then func(error)
}

func newLandings(d *disk) *landings {
	l := &landings{disk: d, under: map[string]bool{}, fresh: map[string]bool{}}
	l.room.L = &l.mu
	return l
}

// made notes that a directory may be new: the one that holds its name is synced before anything in it counts.
func (l *landings) made(dir string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for dir != "." {
		dir = filepath.Dir(dir)
		l.fresh[dir] = true
	}
}

// add takes a file over. Its then is called from another goroutine when it is done, or with the error that says why it is
// not. add waits while many wait already.
func (l *landings) add(x *landing) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.waiting) >= landingsWait {
		l.room.Wait()
	}
	l.waiting = append(l.waiting, x)
	l.under[x.name] = true
	if !l.busy {
		l.busy = true
		go l.run()
	}
}

// takes says whether a file on its way is to have this name.
func (l *landings) takes(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.under[name]
}

// wait returns when nothing is on its way any more.
func (l *landings) wait() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.busy {
		l.room.Wait()
	}
}

// run lands batch after batch.
func (l *landings) run() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.waiting) > 0 {
		batch, dirs, err := l.waiting, l.fresh, l.err
		l.waiting, l.fresh = nil, map[string]bool{}
		l.room.Broadcast()
		l.mu.Unlock()
		err = l.land(batch, dirs, err)
		l.mu.Lock()
		l.err = err
		for _, x := range batch {
			delete(l.under, x.name)
		}
	}
	l.busy = false
	l.room.Broadcast()
}

// land does one batch. Its error is that of the directories.
func (l *landings) land(batch []*landing, dirs map[string]bool, err error) error {
	failed := make([]error, len(batch))
	if err == nil {
		l.contents(batch, failed)
	}
	for folder := range l.name(batch, failed, err) {
		dirs[folder] = true
	}
	noteRemoved(batch)
	if err == nil {
		err = l.sync(slices.Collect(maps.Keys(dirs)))
	}
	for i, x := range batch {
		if failed[i] == nil && err != nil {
			failed[i] = fmt.Errorf("syncing its folder: %w", err)
		}
		x.then(failed[i])
	}
	return err
}

// contents puts what is in files on the disk.
func (l *landings) contents(batch []*landing, failed []error) {
	var files []int
	for i, x := range batch {
		if x.part != nil {
			files = append(files, i)
		}
	}
	if len(files) >= manyFiles {
		files = l.disk.syncTogether(batch, files)
	}
	for _, i := range files {
		writeout(batch[i].part.File)
	}
	each(len(files), func(i int) { failed[files[i]] = l.disk.sync(batch[files[i]].part.File, batch[files[i]].part.name) })
}

// name gives files their names, and removes those that failed, or all with err. Those of one folder go one after another:
// the system does no two at a time there. It returns the folders in which there are new names.
func (l *landings) name(batch []*landing, failed []error, err error) (changed map[string]bool) {
	changed = map[string]bool{}
	inside := map[string][]int{}
	for i, x := range batch {
		if x.part != nil {
			inside[filepath.Dir(x.name)] = append(inside[filepath.Dir(x.name)], i)
		} else {
			changed[filepath.Dir(x.name)] = true
		}
	}
	folders := slices.Collect(maps.Keys(inside))
	each(len(folders), func(n int) {
		for _, i := range inside[folders[n]] {
			failed[i] = l.settle(batch[i], cmp.Or(failed[i], err))
		}
	})
	for folder, files := range inside {
		if slices.ContainsFunc(files, func(i int) bool { return failed[i] == nil }) {
			changed[folder] = true
		}
	}
	return changed
}

// settle gives one file its name, unless its content is not on the disk. A file that fails is removed. Either is still to be
// noted.
func (l *landings) settle(x *landing, err error) error {
	p := x.part
	if err == nil && !canLock {
		err = bareFile(p.Close()) // an open file cannot be renamed there
	}
	if err == nil {
		err = l.disk.rename(p, x.name)
	}
	if err != nil {
		p.remove(l.disk.root) // the first error is the one to tell
		return fmt.Errorf("writing the file: %w", err)
	}
	p.Close()
	return nil
}

// noteRemoved notes that there are no parts of a batch any more.
func noteRemoved(batch []*landing) {
	var at *entry
	var paths []string
	for _, x := range batch {
		if x.part != nil {
			at, paths = x.part.at, append(paths, x.part.Path)
		}
	}
	at.removed(paths...)
}

func (l *landings) sync(dirs []string) error {
	failed := make([]error, len(dirs))
	each(len(dirs), func(i int) { failed[i] = l.disk.syncDir(dirs[i]) })
	return errors.Join(failed...)
}

// each calls do for 0…n-1, many at once, and returns when all have.
func each(n int, do func(i int)) {
	var g errgroup.Group
	g.SetLimit(syncsAtOnce)
	for i := range n {
		g.Go(func() error { do(i); return nil })
	}
	_ = g.Wait()
}
