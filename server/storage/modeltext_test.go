package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// noteKind is the kind of the records that scripts write.
const noteKind = "key"

// String writes all of a model down, to be compared with what dump says.
func (m *model) String() string {
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(m.notes[noteKind])) {
		fmt.Fprintf(&b, "record %s: %s\n", id, m.notes[noteKind][id])
	}
	for _, s := range slices.Backward(m.gone) {
		s.head(&b, "destroyed")
	}
	for _, name := range slices.Sorted(maps.Keys(m.spaces)) {
		s := m.spaces[name]
		s.head(&b, "space")
		for _, k := range slices.Sorted(maps.Keys(s.keys)) {
			for i, o := range s.keys[k] {
				o.line(&b, s.name, k, i == 0)
			}
		}
		for _, u := range s.sorted() {
			fmt.Fprintf(&b, "upload %s %s:", s.name, u.key)
			for _, n := range slices.Sorted(maps.Keys(u.parts)) {
				fmt.Fprintf(&b, " %d=%d", n, len(u.parts[n]))
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// sorted are the uploads by key, and then as they began.
func (s *modelSpace) sorted() []*modelUpload {
	return slices.SortedStableFunc(slices.Values(s.uploads), func(a, b *modelUpload) int { return strings.Compare(a.key, b.key) })
}

func (s *modelSpace) head(b *strings.Builder, what string) {
	objects, bytes := 0, 0
	for k, chain := range s.keys {
		if s.current(k) != nil {
			objects++
		}
		for _, o := range chain {
			bytes += len(o.body)
		}
	}
	headLine(b, what, s.name, int64(objects), int64(bytes), s.state, s.doc)
}

func headLine(b *strings.Builder, what, name string, objects, bytes int64, v Versioning, doc string) {
	fmt.Fprintf(b, "%s %s: %d objects, %d bytes %s, document %q\n", what, name, objects, bytes, v, doc)
}

func (o *modelObject) line(b *strings.Builder, space, key string, latest bool) {
	fmt.Fprintf(b, "version %s %q: latest %v null %v marker %v %s mark %q parts %d lock %s %v keeper %q\n",
		space, key, latest, o.null, o.marker, brief(o.body), o.mark, o.parts, o.lock.Mode, o.lock.Hold, o.keeper)
}

func brief(body string) string { return fmt.Sprintf("%d bytes %.24q", len(body), body) }

// dump writes down what an engine holds, reading every byte of it.
func dump(ctx context.Context, e *Engine) (string, error) {
	var b strings.Builder
	notes, err := e.Records(noteKind)
	if err != nil {
		return "", err
	}
	for _, id := range slices.Sorted(maps.Keys(notes)) {
		fmt.Fprintf(&b, "record %s: %s\n", id, notes[id])
	}
	spaces, err := e.Spaces()
	if err != nil {
		return "", err
	}
	for _, s := range e.DestroyedSpaces() {
		headLine(&b, "destroyed", s.Name, s.Objects, s.Bytes, s.Versioning, string(s.Config["document"]))
	}
	for _, s := range spaces {
		headLine(&b, "space", s.Name, s.Objects, s.Bytes, s.Versioning, string(s.Config["document"]))
		if err := errors.Join(dumpVersions(ctx, e, s.Name, &b), dumpCurrent(ctx, e, s.Name), dumpUploads(e, s.Name, &b)); err != nil {
			return "", fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	return b.String(), nil
}

func dumpVersions(ctx context.Context, e *Engine, space string, b *strings.Builder) error {
	rows, _, err := e.ListVersions(ctx, space, VersionsQuery{Max: 1 << 20})
	if err != nil {
		return err
	}
	for _, v := range rows {
		o := modelObject{null: v.Version == NullVersion, marker: v.Marker}
		full, err := e.HeadVersion(space, v.Key, v.Version)
		if v.Marker != errors.Is(err, ErrMarker) || err != nil && !v.Marker {
			return fmt.Errorf("%q %s: %w", v.Key, v.Version, err)
		}
		if !v.Marker {
			o.mark, o.parts, o.lock, o.keeper = full.Meta["mark"], len(full.Parts), full.Lock, full.Encryption.Keeper
			if o.body, err = readVersion(ctx, e, space, v.Key, v.Version); err != nil {
				return fmt.Errorf("%q %s: %w", v.Key, v.Version, err)
			}
		}
		o.line(b, space, v.Key, v.Latest)
	}
	return nil
}

// dumpCurrent wants the listing of the objects to be that of the newest versions.
func dumpCurrent(ctx context.Context, e *Engine, space string) error {
	rows, _, err := e.List(ctx, space, ListQuery{Max: 1 << 20})
	if err != nil {
		return err
	}
	versions, _, err := e.ListVersions(ctx, space, VersionsQuery{Max: 1 << 20})
	if err != nil {
		return err
	}
	versions = slices.DeleteFunc(versions, func(v ListedVersion) bool { return !v.Latest || v.Marker })
	for i, r := range rows {
		if i >= len(versions) || versions[i].Key != r.Key || versions[i].ETag != r.ETag || versions[i].Size != r.Size {
			return fmt.Errorf("listed is %q, and the newest versions are others", r.Key)
		}
		o, err := e.Head(space, r.Key)
		if err != nil || o.VersionID() != versions[i].Version {
			return fmt.Errorf("the head of %q is another: %w", r.Key, err)
		}
	}
	if len(rows) != len(versions) {
		return fmt.Errorf("listed are %d keys, and %d have a newest version", len(rows), len(versions))
	}
	return nil
}

func dumpUploads(e *Engine, space string, b *strings.Builder) error {
	ups, _, _, err := e.Uploads(space, UploadsQuery{Max: 1 << 20})
	if err != nil {
		return err
	}
	for _, u := range ups {
		fmt.Fprintf(b, "upload %s %s:", space, u.Key)
		parts, _, err := e.Parts(space, u.Key, u.ID, 0, 1<<20)
		if err != nil {
			return err
		}
		for _, p := range parts {
			if err := e.readPart(p); err != nil {
				return fmt.Errorf("part %d of %q: %w", p.Number, u.Key, err)
			}
			fmt.Fprintf(b, " %d=%d", p.Number, p.Size)
		}
		b.WriteByte('\n')
	}
	return nil
}

// readPart reads the bytes of a part, as those of an object are read.
func (e *Engine) readPart(p Part) error {
	body, ok, err := e.open(&Object{Size: p.Size, body: p.body})
	if err != nil || !ok {
		return fmt.Errorf("it is there %v: %w", ok, err)
	}
	defer body.Close()
	if err := body.Unlock(secretKey); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, body.Range(0, p.Size))
	return err
}
