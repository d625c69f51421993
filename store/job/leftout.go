package job

import (
	"io/fs"
	"os"
	"path/filepath"
)

// leftOut is why something in a tree is not uploaded, and never could be as it is.
type leftOut struct{ why string }

func (l *leftOut) Error() string { return l.why }

// ErrOutside is why a link that leads out of its tree is left out where Spec.Links does not say to follow it.
var ErrOutside error = &leftOut{"a link to outside is not followed"}

// Other reasons to leave something out.
var (
	errNotUTF8   = &leftOut{"the name is not UTF-8, which names of objects have to be: give it another, for example with convmv"}
	errLinkedDir = &leftOut{"a link to a folder is not followed"}
	errDangling  = &leftOut{"the link leads nowhere"}
	errPipe      = &leftOut{"a pipe is not a file"}
	errSocket    = &leftOut{"a socket is not a file"}
	errDevice    = &leftOut{"a device is not a file"}
	errSpecial   = &leftOut{"it is not a regular file"}
)

// uploadable says why what has a mode cannot be an object, nil when it can.
func uploadable(mode fs.FileMode, dir bool) error {
	switch {
	case dir:
		return errLinkedDir
	case mode&fs.ModeNamedPipe != 0:
		return errPipe
	case mode&fs.ModeSocket != 0:
		return errSocket
	case mode&fs.ModeDevice != 0:
		return errDevice
	case !mode.IsRegular():
		return errSpecial
	}
	return nil
}

// follow says what a link of a tree leads to.
func (p *Plan) follow(root *os.Root, name, full string) (fs.FileInfo, error) {
	info, err := root.Stat(filepath.FromSlash(name))
	if err == nil {
		return info, nil
	}
	info, outside := os.Stat(full)
	switch {
	case outside != nil:
		return nil, errDangling
	case !p.spec.Links:
		return nil, ErrOutside
	}
	return info, nil
}

// keptLeftOut are told one by one.
const keptLeftOut = 1000

func (p *Plan) leaveOut(name string, why error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.leftOutCount++
	if len(p.leftOut) < keptLeftOut {
		p.leftOut = append(p.leftOut, Failure{Name: name, Err: why})
	}
}

// LeftOut is what of an upload cannot become objects, and why: the first 1000 of Totals.LeftOut. It is complete when Count
// is. None of it is a failure of the job.
func (p *Plan) LeftOut() []Failure {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.leftOut[:len(p.leftOut):len(p.leftOut)]
}
