package storage

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// NullVersion is the id of the version that was written while its Space had
// no versions, or had them suspended. A key has at most one.
const NullVersion = "null"

// VersionID is opaque to clients: NullVersion, or the sequence of the write.
func (o *Object) VersionID() string {
	if !o.versioned {
		return NullVersion
	}
	return versionID(o.Seq)
}

func versionID(seq uint64) string {
	return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, seq))
}

// ValidVersion says whether an id has the form of those that VersionID gives.
func ValidVersion(id string) bool {
	_, _, ok := parseVersion(id)
	return ok
}

func parseVersion(id string) (seq uint64, null, ok bool) {
	if id == NullVersion {
		return 0, true, true
	}
	var b [8]byte
	if len(id) != 2*len(b) {
		return 0, false, false
	}
	if _, err := hex.Decode(b[:], []byte(id)); err != nil {
		return 0, false, false
	}
	seq = binary.BigEndian.Uint64(b[:])
	return seq, false, versionID(seq) == id
}

// MarkerError says that what was asked for is a delete marker. It is ErrNoKey
// for who asked for the key, and ErrMarker for who asked for that version.
type MarkerError struct {
	Key, Version string
	Modified     time.Time
	err          error
}

func (e *MarkerError) Error() string { return fmt.Sprintf("%v: %q is deleted", e.err, e.Key) }
func (e *MarkerError) Unwrap() error { return e.err }

func markerError(o *Object, err error) error {
	return &MarkerError{Key: o.Key, Version: o.VersionID(), Modified: o.Modified, err: err}
}

func noVersion(space, key, id string) error {
	return fmt.Errorf("%w: %q of %q in %q", ErrNoVersion, id, key, space)
}

// readObject reads an object's record, nil when it is not there.
func readObject(r view, name []byte, space, key string) (*Object, error) {
	value, closer, err := r.Get(name)
	if notFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %q in %q: %w", key, space, damaged(err))
	}
	o, err := decodeObject(key, value)
	if cerr := closer.Close(); cerr != nil { // that the value could not be read Pebble tells here alone
		err = damaged(cerr)
	}
	if err != nil {
		return nil, fmt.Errorf("read %q in %q: %w", key, space, err)
	}
	return &o, nil
}

// nullOf answers the sequence of the null version of a key, when it is among
// the older ones.
func nullOf(r view, space, key string) (seq uint64, ok bool, err error) {
	value, closer, err := r.Get(nullKey(space, key))
	if notFound(err) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("find the null version of %q in %q: %w", key, space, damaged(err))
	}
	rd := reader{b: value}
	seq = rd.uint64()
	switch err := closer.Close(); {
	case err != nil:
		return 0, false, fmt.Errorf("find the null version of %q in %q: %w", key, space, damaged(err))
	case rd.bad:
		return 0, false, errRecord
	}
	return seq, true, nil
}

// versionOf reads a version of a key, nil when there is none; cur is the one
// that is current. All that it reads must be one state: r is a snapshot, or
// the key is locked.
func versionOf(r view, space, key, id string) (o, cur *Object, err error) {
	if cur, err = readObject(r, objectKey(space, key), space, key); err != nil {
		return nil, nil, err
	}
	seq, null, ok := parseVersion(id)
	switch {
	case !ok:
		return nil, cur, nil
	case cur != nil && cur.versioned == !null && (null || cur.Seq == seq):
		return cur, cur, nil
	case null:
		if seq, ok, err = nullOf(r, space, key); err != nil || !ok {
			return nil, cur, err
		}
	}
	o, err = readObject(r, versionKey(space, key, seq), space, key)
	if err != nil || o == nil || o.versioned == null {
		return nil, cur, err
	}
	return o, cur, nil
}

// newestOlder reads the newest of the older versions and markers of a key that
// is not the one of a sequence; nil when there is none.
func newestOlder(r view, space, key string, except uint64) (o *Object, err error) {
	from := append(within(recVersion, space, key), 0)
	it, err := r.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: after(from)})
	if err != nil {
		return nil, damaged(err)
	}
	for ok := it.First(); ok; ok = it.Next() {
		name := it.Key()
		if len(name) != len(from)+8 || ^binary.BigEndian.Uint64(name[len(from):]) == except {
			continue
		}
		var value []byte
		if value, err = it.ValueAndErr(); err == nil {
			var found Object
			found, err = decodeObject(key, value)
			o = &found
		}
		break
	}
	if cerr := it.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, fmt.Errorf("read the versions of %q in %q: %w", key, space, damaged(err))
	}
	return o, nil
}

// lookupVersion is lookup for one version. The current version may become an
// older one, or the other way round, between two reads: they see one snapshot.
func (e *Engine) lookupVersion(space, key, id string) (Object, error) {
	s, err := e.find(space)
	if err != nil {
		return Object{}, err
	}
	snap, err := e.snapshot()
	if err != nil {
		return Object{}, err
	}
	o, _, err := versionOf(snap, s.id, key, id)
	if cerr := snap.close(); err == nil {
		err = cerr
	}
	switch {
	case err != nil:
		return Object{}, err
	case o == nil:
		return Object{}, noVersion(space, key, id)
	case o.Marker:
		return Object{}, markerError(o, ErrMarker)
	}
	return *o, nil
}

// absent says why a key has no current object. Only Spaces that have versions
// are asked whether it was deleted.
func (e *Engine) absent(s *spaceState, key string) error {
	if s.versioning() == Unversioned {
		return noKey(s.id, key)
	}
	m, err := newestOlder(e.db, s.id, key, 0)
	switch {
	case err != nil:
		return err
	case m == nil || !m.Marker: // the latter came or went just now
		return noKey(s.id, key)
	}
	return markerError(m, noKey(s.id, key))
}
