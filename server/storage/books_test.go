package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// books are what an audit finds of keys and their versions.
type books struct {
	current map[string]*Object // "space NUL key"
	older   map[string][]*Object
	nulls   map[string]uint64
}

func newBooks() *books {
	return &books{current: map[string]*Object{}, older: map[string][]*Object{}, nulls: map[string]uint64{}}
}

// version takes a record down.
func (b *books) version(key []byte, o *Object) error {
	name := string(key[1:])
	if key[0] == recObject {
		b.current[name] = o
		if o.Marker {
			return fmt.Errorf("%q is a marker and current", name)
		}
		return nil
	}
	end := len(name) - versionTail
	if seq := ^binary.BigEndian.Uint64(key[len(key)-8:]); seq != o.Seq {
		return fmt.Errorf("a version of %q is at %d and says %d", name[:end], seq, o.Seq)
	}
	b.older[name[:end]] = append(b.older[name[:end]], o)
	return nil
}

// check compares the records of a key with each other.
func (b *books) check() error {
	var errs []error
	for name, older := range b.older {
		cur := b.current[name]
		if cur == nil && !older[0].Marker {
			errs = append(errs, fmt.Errorf("%q is deleted, and no marker says so", name))
		}
		if cur != nil && cur.Seq <= older[0].Seq {
			errs = append(errs, fmt.Errorf("the current version of %q is older than another", name))
		}
		nulls := 0
		if cur != nil && !cur.versioned {
			nulls++
		}
		for _, o := range older {
			if o.versioned {
				continue
			}
			nulls++
			if b.nulls[name] != o.Seq {
				errs = append(errs, fmt.Errorf("the null version of %q is %d, noted is %d", name, o.Seq, b.nulls[name]))
			}
			delete(b.nulls, name)
		}
		if nulls > 1 {
			errs = append(errs, fmt.Errorf("%q has %d null versions", name, nulls))
		}
	}
	for name, seq := range b.nulls {
		errs = append(errs, fmt.Errorf("a null version %d of %q is noted and is not there", seq, name))
	}
	return errors.Join(errs...)
}
