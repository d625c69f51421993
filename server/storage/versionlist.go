package storage

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// VersionsQuery asks for a page of all versions and delete markers, in the
// order of keys and from the newest to the oldest, strictly after AfterKey and
// AfterVersion (AfterVersion "": after all of AfterKey, which may be a common
// prefix). A version that is not there any more marks its place all the same.
type VersionsQuery struct {
	Prefix, Delimiter, AfterKey, AfterVersion string
	Max                                       int
	Hide                                      string // as of ListQuery
}

// ListedVersion is one row of a listing of versions: a version, a delete
// marker, or a common prefix.
type ListedVersion struct {
	Prefix   bool
	Key      string // or the common prefix
	Version  string
	Seq      uint64
	Latest   bool
	Marker   bool
	Size     int64
	ETag     string
	Modified time.Time
	Class    string
	Sum      Checksum
}

// Place is an AfterVersion that goes on naming the place of a row when the null
// version that was there is gone, or another one is written.
func (v *ListedVersion) Place() string { return versionID(v.Seq) }

// ListVersions answers a page and whether there is more. All rows of a page are
// of one moment.
func (e *Engine) ListVersions(ctx context.Context, space string, q VersionsQuery) (rows []ListedVersion, truncated bool, err error) {
	if err := e.enter(); err != nil {
		return nil, false, err
	}
	defer e.leave()
	s, err := e.find(space)
	if err != nil {
		return nil, false, err
	}
	if q.Max <= 0 {
		return nil, false, nil
	}
	snap, err := e.snapshot()
	if err != nil {
		return nil, false, err
	}
	w, err := walkVersions(snap, s.id, q)
	if err == nil {
		rows, err = w.collect(ctx, q.Max)
		truncated = w.current.valid || w.older.valid
		err = errors.Join(err, w.close())
	}
	if err = errors.Join(err, snap.close()); err != nil {
		return nil, false, fmt.Errorf("list the versions of %q: %w", space, damaged(err))
	}
	return rows, truncated, nil
}

// versionWalk steps through the current versions and the older ones at once.
type versionWalk struct {
	current, older *walk
	last           string // key of the row before: its newest version was given
}

func walkVersions(r view, space string, q VersionsQuery) (*versionWalk, error) {
	first, firstOlder, last, err := q.begin(r, space)
	if err != nil {
		return nil, err
	}
	w := &versionWalk{last: last}
	if w.current, err = walkFrom(r, recObject, space, q.Prefix, q.Delimiter, first); err != nil {
		return nil, err
	}
	if w.older, err = walkFrom(r, recVersion, space, q.Prefix, q.Delimiter, firstOlder); err != nil {
		return nil, errors.Join(err, w.current.it.Close())
	}
	w.current.hide(recObject, space, q.Hide)
	w.older.hide(recVersion, space, q.Hide)
	w.current.next()
	w.older.next()
	return w, nil
}

func (w *versionWalk) close() error { return errors.Join(w.current.it.Close(), w.older.it.Close()) }

// begin finds where a page begins among the current and among the older
// versions. last is AfterKey when the page begins among the versions of it and
// its newest one is not on this page.
func (q *VersionsQuery) begin(r view, space string) (current, older []byte, last string, err error) {
	key := q.AfterKey
	switch {
	case key == "":
		return nil, nil, "", nil
	case isCommon(q.Prefix, q.Delimiter, key):
		return after(within(recObject, space, key)), after(within(recVersion, space, key)), "", nil
	}
	current = append(within(recObject, space, key), 0)
	older = append(within(recVersion, space, key), 0)
	if q.AfterVersion == "" {
		return current, after(older), "", nil
	}
	cur, err := readObject(r, objectKey(space, key), space, key)
	if err != nil {
		return nil, nil, "", err
	}
	seq, ok, err := q.place(r, space, cur)
	switch {
	case err != nil:
		return nil, nil, "", err
	case !ok: // all of the key: better twice than not at all
		return objectKey(space, key), older, "", nil
	case cur != nil && cur.Seq < seq:
		current = objectKey(space, key)
	case cur != nil:
		last = key
	default:
		newest, err := newestOlder(r, space, key, 0)
		if err != nil {
			return nil, nil, "", err
		}
		if newest != nil && newest.Seq >= seq {
			last = key
		}
	}
	return current, append(versionKey(space, key, seq), 0), last, nil
}

// place is the sequence of AfterVersion, false when nobody knows it any more.
func (q *VersionsQuery) place(r view, space string, cur *Object) (seq uint64, ok bool, err error) {
	seq, null, ok := parseVersion(q.AfterVersion)
	switch {
	case !ok || !null:
		return seq, ok, nil
	case cur != nil && !cur.versioned:
		return cur.Seq, true, nil
	}
	return nullOf(r, space, q.AfterKey)
}

// collect takes up to limit rows.
func (w *versionWalk) collect(ctx context.Context, limit int) (rows []ListedVersion, err error) {
	for len(rows) < limit && (w.current.valid || w.older.valid) {
		if len(rows)%100 == 99 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		from := w.older
		if !w.older.valid || w.current.valid && w.current.key() <= w.older.key() {
			from = w.current
		}
		row, err := from.version()
		if err != nil {
			return nil, err
		}
		row.Latest = !row.Prefix && row.Key != w.last
		if !row.Prefix {
			w.last = row.Key
		} else if from == w.current && w.older.valid && w.older.common && w.older.key() == row.Key {
			w.older.next() // the same prefix, once
		}
		rows = append(rows, row)
		from.next()
	}
	return rows, nil
}

// key is the key or the common prefix that a walk is at.
func (w *walk) key() string {
	if w.common {
		return string(w.name)
	}
	return string(w.name[:len(w.name)-w.tail])
}

// version reads the row that a walk is at.
func (w *walk) version() (ListedVersion, error) {
	if w.common {
		return ListedVersion{Prefix: true, Key: w.key()}, nil
	}
	value, err := w.it.ValueAndErr()
	if err != nil {
		return ListedVersion{}, err
	}
	r := reader{b: value}
	f, err := r.row()
	if err != nil {
		return ListedVersion{}, err
	}
	v := ListedVersion{Key: w.key(), Version: NullVersion, Seq: f.seq, Marker: f.flags&flagMarker != 0, Size: f.size,
		Modified: f.modified, Class: f.class, Sum: f.sum}
	v.Sum.Value = string(f.sumValue)
	if f.flags&flagVersioned != 0 {
		v.Version = versionID(f.seq)
	}
	if !v.Marker {
		v.ETag = f.tag.String()
	}
	return v, nil
}
