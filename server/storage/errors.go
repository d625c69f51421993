package storage

import (
	"errors"
	"fmt"
)

// What the engine answers when it refuses. Tested with errors.Is; the errors
// returned are wrapped with what was attempted.
var (
	ErrSpaceExists  = errors.New("the Space exists already")
	ErrNoSpace      = errors.New("no such Space")
	ErrNotDestroyed = errors.New("no such destroyed Space")
	ErrNotEmpty     = errors.New("the Space is not empty")
	ErrNoKey        = errors.New("no such key")
	ErrNoVersion    = errors.New("no such version")
	ErrMarker       = errors.New("the version is a delete marker")
	ErrLocked       = errors.New("the version is locked")
	ErrVersioning   = errors.New("no such state of versioning")
	ErrNoUpload     = errors.New("no such upload")
	ErrInvalidPart  = errors.New("a part is missing or is not the one named")
	ErrPartOrder    = errors.New("the parts are not in ascending order")
	ErrPartTooSmall = errors.New("a part that is not the last is too small")
	ErrSameKey      = errors.New("source and destination are the same key")
	ErrShort        = errors.New("the body ended before its declared size")
	ErrTooLarge     = errors.New("the body is larger than allowed")
	ErrFull         = errors.New("no space left on the device")
	ErrCorrupt      = errors.New("stored data are damaged")
	ErrReadOnly     = errors.New("the engine refuses writes since a write to the disk failed")
	ErrFormat       = errors.New("the data directory has a newer format than this program knows")
	ErrClosed       = errors.New("the engine is closed")
)

// LockedError says that another process owns the data directory. Owner is what
// that process said of itself with SetOwner, or "": the engine does not read it.
type LockedError struct{ Dir, Owner string }

func (e *LockedError) Error() string { return e.Dir + " is in use by another process" }

// PartError is ErrInvalidPart, ErrPartOrder or ErrPartTooSmall with the number
// of the part that it is about, and for a small part its size.
type PartError struct {
	Number int
	Size   int64
	ETag   string
	Err    error
}

func (e *PartError) Error() string { return fmt.Sprintf("part %d: %v", e.Number, e.Err) }
func (e *PartError) Unwrap() error { return e.Err }
