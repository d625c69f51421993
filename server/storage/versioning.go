package storage

import (
	"encoding/binary"
	"fmt"
	"time"
)

func (s *spaceState) versioning() Versioning { return s.record.Load().Versioning }

// SetVersioning sets what becomes of the versions of a Space. A Space that was
// Enabled once can be Suspended, never Unversioned again: ErrVersioning.
func (e *Engine) SetVersioning(space string, v Versioning) error {
	return e.UpdateSpace(space, func(s *Space) error { s.Versioning = v; return nil })
}

// follows says whether a state may come after another.
func (v Versioning) follows(old Versioning) error {
	switch v {
	case Enabled, Suspended:
		return nil
	case Unversioned:
		if old == Unversioned {
			return nil
		}
	}
	return fmt.Errorf("%w: %q after %q", ErrVersioning, v, old)
}

// Keeps says whether a version with this lock must stay at a time. bypass is
// the right to remove what is kept for governance.
func (l Lock) Keeps(now time.Time, bypass bool) bool {
	return l.Hold || l.Mode != "" && now.Before(l.Until) && (l.Mode != Governance || !bypass)
}

func (t *txn) locked(o *Object, bypass bool) error {
	if o.Lock == (Lock{}) || !o.Lock.Keeps(t.e.LockTime(), bypass) {
		return nil
	}
	return fmt.Errorf("%w: %s of %q", ErrLocked, o.VersionID(), o.Key)
}

// put makes o the current version of its key, by the versioning of the Space;
// cur is what is current before. When it gives an error nothing is changed.
func (t *txn) put(s *spaceState, cur, o *Object) error {
	v := s.versioning()
	o.versioned = v == Enabled
	if v == Unversioned {
		if cur != nil {
			if err := t.locked(cur, false); err != nil {
				return err
			}
		}
		t.replace(s, cur, o)
		return nil
	}
	if err := t.bury(s, o.Key, cur, o.versioned); err != nil {
		return err
	}
	t.set(objectKey(s.id, o.Key), appendObject(make([]byte, 0, 256), o))
	if cur == nil {
		t.count(s, 1, o.Size)
	} else {
		t.count(s, 0, o.Size)
	}
	return nil
}

// bury makes room above the current version of a key for another: it becomes
// an older one, and where the new one is a null version the old null version
// goes. The record of the current version is left to the caller.
func (t *txn) bury(s *spaceState, key string, cur *Object, versioned bool) error {
	if !versioned {
		if cur != nil && !cur.versioned {
			return t.drop(s, cur, false)
		}
		if err := t.dropNull(s, key); err != nil {
			return err
		}
	}
	if cur != nil {
		t.setOlder(s, cur)
	}
	return nil
}

// setOlder writes o among the older versions.
func (t *txn) setOlder(s *spaceState, o *Object) {
	t.set(versionKey(s.id, o.Key, o.Seq), appendObject(make([]byte, 0, 256), o))
	if !o.versioned {
		t.set(nullKey(s.id, o.Key), binary.BigEndian.AppendUint64(nil, o.Seq))
	}
}

func (t *txn) deleteOlder(s *spaceState, o *Object) {
	t.delete(versionKey(s.id, o.Key, o.Seq))
	if !o.versioned {
		t.delete(nullKey(s.id, o.Key))
	}
}

// dropNull takes the null version away, when it is among the older ones.
func (t *txn) dropNull(s *spaceState, key string) error {
	seq, ok, err := nullOf(t.r, s.id, key)
	if err != nil || !ok {
		return err
	}
	o, err := readObject(t.r, versionKey(s.id, key, seq), s.id, key)
	if err != nil {
		return err
	}
	if o == nil {
		return fmt.Errorf("%w: the null version of %q in %q is not there", ErrCorrupt, key, s.id)
	}
	if err := t.drop(s, o, false); err != nil {
		return err
	}
	t.deleteOlder(s, o)
	return nil
}

// drop gives up the body of a version that goes, unless it is locked.
func (t *txn) drop(s *spaceState, o *Object, bypass bool) error {
	if err := t.locked(o, bypass); err != nil {
		return err
	}
	t.count(s, 0, -o.Size)
	t.refer(o.body, -1)
	return nil
}

// mark puts a delete marker on top of a key.
func (t *txn) mark(s *spaceState, key string, cur *Object) (m *Object, err error) {
	m = &Object{Key: key, Modified: t.e.o.Now().UTC(), Marker: true, versioned: s.versioning() == Enabled}
	if m.Seq, err = t.e.nextSeq(); err != nil {
		return nil, err
	}
	if err := t.bury(s, key, cur, m.versioned); err != nil {
		return nil, err
	}
	if cur != nil {
		t.delete(objectKey(s.id, key))
		t.count(s, -1, 0)
	}
	t.setOlder(s, m)
	return m, nil
}

// expunge removes a version for good. When it was the newest the one below
// becomes current, unless that is a marker.
func (t *txn) expunge(s *spaceState, cur, o *Object, bypass bool) error {
	if err := t.locked(o, bypass); err != nil {
		return err
	}
	var next *Object
	if cur == nil || cur.Seq == o.Seq {
		var err error
		if next, err = newestOlder(t.r, s.id, o.Key, o.Seq); err != nil {
			return err
		}
	}
	if err := t.drop(s, o, bypass); err != nil {
		return err
	}
	if cur != nil && cur.Seq == o.Seq {
		t.delete(objectKey(s.id, o.Key))
		t.count(s, -1, 0)
	} else {
		t.deleteOlder(s, o)
	}
	if next != nil && !next.Marker {
		t.deleteOlder(s, next)
		t.set(objectKey(s.id, o.Key), appendObject(make([]byte, 0, 256), next))
		t.count(s, 1, 0)
	}
	return nil
}
