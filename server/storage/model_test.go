package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// model is what an engine should hold, as plain maps.
type model struct {
	chains  map[string][]modelObject  // "space key" → versions and markers, the newest first
	spaces  map[string]bool           // names
	uploads map[string]map[int]string // "space key id" → part → body
	state   map[string]Versioning     // of Spaces
	gone    *model                    // the Space s as it was destroyed
}

type modelObject struct {
	body, mark   string
	parts        int
	null, marker bool
}

// get answers the current object of a key.
func (m *model) get(name string) (modelObject, bool) {
	if c := m.chains[name]; len(c) > 0 && !c[0].marker {
		return c[0], true
	}
	return modelObject{}, false
}

func (m *model) push(name string, o modelObject) {
	old := m.chains[name]
	switch o.null = m.versioning(name) != Enabled; {
	case m.versioning(name) == Unversioned:
		old = nil
	case o.null:
		old = slices.DeleteFunc(slices.Clone(old), func(o modelObject) bool { return o.null })
	}
	m.chains[name] = append([]modelObject{o}, old...)
}

// put is a write by the rules of the Space.
func (m *model) put(name string, o modelObject) {
	o.marker = false
	m.push(name, o)
}

func (m *model) remove(name string) {
	if m.versioning(name) == Unversioned {
		delete(m.chains, name)
		return
	}
	m.push(name, modelObject{marker: true})
}

func (m *model) removeVersion(name string, i int) {
	m.chains[name] = slices.Delete(slices.Clone(m.chains[name]), i, i+1)
	if len(m.chains[name]) == 0 {
		delete(m.chains, name)
	}
}

func (m *model) versioning(name string) Versioning {
	space, _, _ := strings.Cut(name, " ")
	return m.state[space]
}

func newModel() *model {
	return &model{chains: map[string][]modelObject{}, spaces: map[string]bool{}, uploads: map[string]map[int]string{}, state: map[string]Versioning{}}
}

// destroy puts the Space s away, with all that is in it.
func (m *model) destroy() {
	m.gone = newModel()
	m.gone.chains, m.chains = m.chains, m.gone.chains
	m.gone.uploads, m.uploads = m.uploads, m.gone.uploads
	m.gone.spaces["s"], m.gone.state["s"] = true, m.state["s"]
	delete(m.spaces, "s")
	delete(m.state, "s")
}

// restore gives it back.
func (m *model) restore() {
	m.chains, m.uploads, m.state["s"] = m.gone.chains, m.gone.uploads, m.gone.state["s"]
	m.spaces["s"], m.gone = true, nil
}

// String writes all of it down, to be compared with what dump says.
func (m *model) String() string {
	var b strings.Builder
	if m.gone != nil {
		line, _, _ := strings.Cut(m.gone.String(), "\n")
		fmt.Fprintf(&b, "destroyed %s\n", line)
	}
	for _, s := range slices.Sorted(maps.Keys(m.spaces)) {
		n, bytes := 0, 0
		for k, chain := range m.chains {
			if !strings.HasPrefix(k, s+" ") {
				continue
			}
			if _, ok := m.get(k); ok {
				n++
			}
			for _, o := range chain {
				bytes += len(o.body)
			}
		}
		fmt.Fprintf(&b, "space %s: %d objects, %d bytes %s\n", s, n, bytes, m.state[s])
	}
	for _, k := range slices.Sorted(maps.Keys(m.chains)) {
		if o, ok := m.get(k); ok {
			fmt.Fprintf(&b, "object %s: %s mark %q parts %d\n", k, brief(o.body), o.mark, o.parts)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(m.chains)) {
		for i, o := range m.chains[k] {
			fmt.Fprintf(&b, "version %s: latest %v null %v marker %v %s mark %q\n", k, i == 0, o.null, o.marker, brief(o.body), o.mark)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(m.uploads)) {
		fmt.Fprintf(&b, "upload %s:", k)
		for _, n := range slices.Sorted(maps.Keys(m.uploads[k])) {
			fmt.Fprintf(&b, " %d=%d", n, len(m.uploads[k][n]))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func brief(body string) string { return fmt.Sprintf("%d bytes %.24q", len(body), body) }

// dump writes down what an engine holds, reading every byte of it.
func dump(ctx context.Context, e *Engine) (string, error) {
	var b, objects, versions, uploads strings.Builder
	spaces, err := e.Spaces()
	if err != nil {
		return "", err
	}
	for _, s := range e.DestroyedSpaces() {
		fmt.Fprintf(&b, "destroyed space %s: %d objects, %d bytes %s\n", s.Name, s.Objects, s.Bytes, s.Versioning)
	}
	for _, s := range spaces {
		fmt.Fprintf(&b, "space %s: %d objects, %d bytes %s\n", s.Name, s.Objects, s.Bytes, s.Versioning)
		rows, _, err := e.List(ctx, s.Name, ListQuery{Max: 1000})
		if err != nil {
			return "", err
		}
		for _, r := range rows {
			o, err := e.Head(s.Name, r.Key)
			if err != nil {
				return "", err
			}
			body, err := readAll(ctx, e, s.Name, r.Key)
			if err != nil {
				return "", fmt.Errorf("%s %q: %w", s.Name, r.Key, err)
			}
			fmt.Fprintf(&objects, "object %s %s: %s mark %q parts %d\n", s.Name, r.Key, brief(body), o.Meta["mark"], len(o.Parts))
		}
		if err := dumpVersions(ctx, e, s.Name, &versions); err != nil {
			return "", err
		}
		ups, _, _, err := e.Uploads(s.Name, UploadsQuery{Max: 1000})
		if err != nil {
			return "", err
		}
		for _, u := range ups {
			fmt.Fprintf(&uploads, "upload %s %s %s:", s.Name, u.Key, u.ID)
			parts, _, err := e.Parts(s.Name, u.Key, u.ID, 0, 1000)
			if err != nil {
				return "", err
			}
			for _, p := range parts {
				fmt.Fprintf(&uploads, " %d=%d", p.Number, p.Size)
			}
			uploads.WriteByte('\n')
		}
	}
	return b.String() + objects.String() + versions.String() + uploads.String(), nil
}

func dumpVersions(ctx context.Context, e *Engine, space string, b *strings.Builder) error {
	rows, _, err := e.ListVersions(ctx, space, VersionsQuery{Max: 1000})
	if err != nil {
		return err
	}
	for _, v := range rows {
		body, mark := "", ""
		o, err := e.HeadVersion(space, v.Key, v.Version)
		if v.Marker != errors.Is(err, ErrMarker) || err != nil && !v.Marker {
			return fmt.Errorf("%s %q %s: %w", space, v.Key, v.Version, err)
		}
		if !v.Marker {
			mark = o.Meta["mark"]
			if body, err = readVersion(ctx, e, space, v.Key, v.Version); err != nil {
				return fmt.Errorf("%s %q %s: %w", space, v.Key, v.Version, err)
			}
		}
		fmt.Fprintf(b, "version %s %s: latest %v null %v marker %v %s mark %q\n", space, v.Key, v.Latest, v.Version == NullVersion, v.Marker, brief(body), mark)
	}
	return nil
}

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
