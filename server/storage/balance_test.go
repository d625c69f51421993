package storage

import (
	"errors"
	"fmt"
	"maps"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// audit compares every record of a body with what refers to it, and the files
// with the records, after all garbage was removed.
func audit(e *Engine, fs vfs.FS) error {
	if err := e.gc.sweepNow(); err != nil {
		return err
	}
	if err := e.gc.purge(); err != nil {
		return err
	}
	if err := e.gc.collect(); err != nil {
		return err
	}
	want := map[ref]int{}
	shared := map[ref]int{}
	files := map[string]bool{}
	books := newBooks()
	err := e.scan(nil, nil, func(key, value []byte) (bool, error) {
		switch key[0] {
		case recObject, recVersion:
			o, err := decodeObject("", value)
			if err == nil && o.body.kind != kindNone {
				want[o.body]++
			}
			if err == nil {
				err = books.version(key, &o)
			}
			return true, err
		case recNull:
			r := reader{b: value}
			books.nulls[string(key[1:])] = r.uint64()
		case recPart:
			p, err := decodePart(1, value)
			if err == nil && p.body.kind != kindNone {
				want[p.body]++
			}
			return true, err
		case recGarbage:
			return false, fmt.Errorf("garbage is left: %q", key)
		case recRefs:
			r, err := refOf(key)
			rd := reader{b: value}
			shared[r] = int(rd.uvarint())
			return true, err
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	errs := []error{books.check()}
	for r := range maps.Clone(want) {
		if r.kind == kindManifest {
			m, ok, err := e.manifest(r)
			if !ok || err != nil {
				errs = append(errs, fmt.Errorf("manifest %v: %v %v", r, ok, err))
			}
			for _, s := range m {
				if s.ref.kind != kindNone {
					want[s.ref]++
				}
			}
		}
	}
	for _, k := range []kind{kindInline, kindBlob, kindManifest} {
		err := e.scan([]byte{byte(k)}, []byte{byte(k) + 1}, func(key, _ []byte) (bool, error) {
			r, err := refOf(append([]byte{'x'}, key...))
			n, ok := want[r]
			if !ok {
				errs = append(errs, fmt.Errorf("nothing refers to %c %d", r.kind, r.id))
			}
			if s, is := shared[r]; is && s != n || !is && n > 1 {
				errs = append(errs, fmt.Errorf("%c %d has %d references, counted %d", r.kind, r.id, n, s))
			}
			if k == kindBlob {
				files[e.blobPath(r.id)] = true
			}
			delete(want, r)
			delete(shared, r)
			return true, err
		})
		errs = append(errs, err)
	}
	for r := range want {
		errs = append(errs, fmt.Errorf("%c %d has no record", r.kind, r.id))
	}
	for r := range shared {
		errs = append(errs, fmt.Errorf("%c %d is counted and is not there", r.kind, r.id))
	}
	dirs, err := fs.List("data/blobs")
	errs = append(errs, err)
	for _, d := range dirs {
		names, err := fs.List(fs.PathJoin("data/blobs", d))
		errs = append(errs, err)
		for _, n := range names {
			name := fs.PathJoin("data/blobs", d, n)
			if !files[name] {
				errs = append(errs, fmt.Errorf("the file %s has no record", name))
			}
			delete(files, name)
		}
	}
	for name := range files {
		errs = append(errs, fmt.Errorf("%s has a record and no file", name))
	}
	return errors.Join(errs...)
}
