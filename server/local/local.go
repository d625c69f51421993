// Package local is the store of this machine: a data directory, the process that owns it, and all who come to it while
// that process runs.
//
// One process at a time owns a data directory. It is either a server for others (Own, Start, Wait), or a panel
// (Store), or a command for as long as it takes. Whoever comes second finds in the directory where the owner listens
// and joins it: the panel by S3, the management of access keys by its API, the upkeep (scrub, backup, the plan of the
// lifecycle) by the control listener. What is in the directory besides the engine's own files is kept here as well:
// the root key, the admin token, the keys for encryption, a certificate.
//
// Flags, environment and the places that a desktop gives to programs are not known here: see the command.
package local

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"spaces/server"
	"spaces/server/storage"
)

// DefaultListen is where the store of this machine listens unless it is told otherwise: a panel takes another port
// when this is taken. It stays the same so that shared links keep working from one start of the panel to the next.
const DefaultListen = "127.0.0.1:9077"

// Dir is a data directory.
type Dir struct {
	Path string // absolute
	Now  func() time.Time
	Log  *slog.Logger // for trouble; nil: none is told

	// Troubles counts what is told, by the work that it is of; nil: nothing is counted.
	Troubles *server.Troubles
}

// log is that of a work: see server.Troubles.
func (d Dir) log(work string) *slog.Logger { return d.Troubles.Logger(d.Log, work) }

// options are those of the engine. memory bounds what it takes, in bytes; 0 leaves that to the engine.
func (d Dir) options(memory int64) storage.Options {
	return storage.Options{Now: d.Now, Logger: d.log("store"), Memory: memory}
}

// An owner that just starts says soon who it is: so often it is looked for that, and so long.
const (
	ownerLook = 20 * time.Millisecond
	ownerWait = 2 * time.Second
)

// open opens the directory for this process, as soon as it is known who has it where another does.
func (d Dir) open(memory int64) (e *storage.Engine, err error) {
	for waited := time.Duration(0); ; waited += ownerLook {
		e, err = storage.Open(d.Path, d.options(memory))
		var locked *storage.LockedError
		if !errors.As(err, &locked) || locked.Owner != "" || waited >= ownerWait {
			return e, d.explain(err)
		}
		<-time.After(ownerLook)
	}
}

// engine opens the directory for this process: *InUseError while another owns it.
func (d Dir) engine(memory int64) (*storage.Engine, error) {
	e, err := d.open(memory)
	var taken *InUseError
	switch {
	case err == nil:
		return e, nil
	case errors.As(err, &taken):
		return nil, err
	case errors.Is(err, storage.ErrFormat):
		err = fmt.Errorf("%w; it was written by a newer version, use that one", err)
	}
	return nil, fmt.Errorf("open the store in %s: %w", d.Path, err)
}

// explain says who has a directory that is in use, as *InUseError, and what can be done about damage that keeps one
// from being opened.
func (d Dir) explain(err error) error {
	var locked *storage.LockedError
	var damage *storage.DamageError
	switch {
	case errors.As(err, &locked):
		return &InUseError{Dir: locked.Dir, Owner: parseOwner(locked.Owner)}
	case !errors.As(err, &damage):
		return err
	case damage.Salvageable():
		return fmt.Errorf("%w. Restore a backup, or keep what is before the damage: spaces fsck --data %s --repair log", err, d.Path)
	}
	return fmt.Errorf("%w. Restore a backup", err)
}

// hereOrThere does something with the directory in this process or, while another owns it, which here tells by
// *InUseError, has that do it.
func (d Dir) hereOrThere(here func() error, there func(other) error) error {
	err := here()
	var taken *InUseError
	if errors.As(err, &taken) {
		return there(other{d.Path, taken.Owner})
	}
	return err
}
