package job

import (
	"os"
	"path"
	"path/filepath"
	"strings"
)

// opener opens files of trees, mostly several of a directory: the last one stays open, because the way to it costs more than
// the file. It is used by one goroutine.
type opener struct {
	j      *job
	source int
	dir    string
	at     *os.Root // nil: none is open
}

// open is openLocal.
func (o *opener) open(r record) (*os.File, error) {
	dir, name := path.Split(r.name)
	if dir == "" || !o.enter(r.source, dir) {
		return o.j.openLocal(r)
	}
	f, err := o.at.OpenFile(name, os.O_RDONLY|openNew, 0)
	if err != nil { // a link may lead to elsewhere in the tree
		return o.j.openLocal(r)
	}
	return f, nil
}

// enter opens a directory, if that can be.
func (o *opener) enter(source int, dir string) bool {
	if o.at != nil && o.source == source && o.dir == dir {
		return true
	}
	o.close()
	tree, err := o.j.place.root(source, o.j.plan.sources[source].Local)
	if err != nil {
		return false
	}
	at, err := tree.OpenRoot(filepath.FromSlash(strings.TrimSuffix(dir, "/")))
	if err != nil {
		return false
	}
	o.source, o.dir, o.at = source, dir, at
	return true
}

func (o *opener) close() {
	if o.at != nil {
		o.at.Close()
		o.at = nil
	}
}
