package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// model is what an engine should hold, as plain maps.
type model struct {
	objects map[string]modelObject    // "space key"
	spaces  map[string]bool           // names
	uploads map[string]map[int]string // "space key id" → part → body
}

type modelObject struct {
	body, mark string
	parts      int
}

func newModel() *model {
	return &model{objects: map[string]modelObject{}, spaces: map[string]bool{}, uploads: map[string]map[int]string{}}
}

func (m *model) clone() *model {
	c := &model{objects: maps.Clone(m.objects), spaces: maps.Clone(m.spaces), uploads: map[string]map[int]string{}}
	for id, parts := range m.uploads {
		c.uploads[id] = maps.Clone(parts)
	}
	return c
}

// String writes all of it down, to be compared with what dump says.
func (m *model) String() string {
	var b strings.Builder
	for _, s := range slices.Sorted(maps.Keys(m.spaces)) {
		n, bytes := 0, 0
		for k, o := range m.objects {
			if strings.HasPrefix(k, s+" ") {
				n++
				bytes += len(o.body)
			}
		}
		fmt.Fprintf(&b, "space %s: %d objects, %d bytes\n", s, n, bytes)
	}
	for _, k := range slices.Sorted(maps.Keys(m.objects)) {
		o := m.objects[k]
		fmt.Fprintf(&b, "object %s: %s mark %q parts %d\n", k, brief(o.body), o.mark, o.parts)
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
	var b, objects, uploads strings.Builder
	spaces, err := e.Spaces()
	if err != nil {
		return "", err
	}
	for _, s := range spaces {
		fmt.Fprintf(&b, "space %s: %d objects, %d bytes\n", s.Name, s.Objects, s.Bytes)
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
	return b.String() + objects.String() + uploads.String(), nil
}

// audit compares every record of a body with what refers to it, and the files
// with the records, after all garbage was removed.
func audit(e *Engine, fs vfs.FS) error {
	if err := e.gc.sweepNow(); err != nil {
		return err
	}
	if err := e.gc.collect(); err != nil {
		return err
	}
	want := map[ref]int{}
	shared := map[ref]int{}
	files := map[string]bool{}
	err := e.scan(nil, nil, func(key, value []byte) (bool, error) {
		switch key[0] {
		case recObject:
			o, err := decodeObject("", value)
			if err == nil && o.body.kind != kindNone {
				want[o.body]++
			}
			return true, err
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
	var errs []error
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

// step is one write: what it does to an engine, and to a model.
type step struct {
	name string
	do   func(ctx context.Context, e *Engine) error
	then func(m *model)
}

// script makes writes of every kind in a random order that makes sense.
type script struct {
	rng *rand.Rand
	m   *model // as it will be when all steps so far are done
	n   int
	ids []string // "space key id" of uploads, in the order of their beginning
}

func (s *script) body() string {
	s.n++
	sizes := []int{0, 3, 16, 17, 40, 120}
	return strings.Repeat(fmt.Sprintf("%03d.", s.n), 40)[:sizes[s.rng.IntN(len(sizes))]]
}

func (s *script) key() string { return string(rune('a' + s.rng.IntN(5))) }

func (s *script) existing() (string, bool) {
	var keys []string
	for k := range s.m.objects {
		keys = append(keys, strings.TrimPrefix(k, "s "))
	}
	if len(keys) == 0 {
		return "", false
	}
	slices.Sort(keys)
	return keys[s.rng.IntN(len(keys))], true
}

func (s *script) next() step {
	for {
		var st step
		switch s.rng.IntN(14) {
		case 0, 1, 2, 3:
			st = s.put()
		case 4:
			st = s.remove()
		case 5:
			st = s.copy()
		case 6:
			st = s.rename()
		case 7:
			st = s.removeMany()
		case 8:
			st = s.attrs()
		case 9:
			st = s.beginUpload()
		case 10, 11:
			st = s.part()
		case 12:
			st = s.endUpload()
		case 13:
			st = s.other()
		}
		if st.do != nil {
			if st.then == nil {
				st.then = func(*model) {}
			}
			st.then(s.m)
			return st
		}
	}
}

func (s *script) put() step {
	k, body := s.key(), s.body()
	return step{"put " + k + " " + brief(body), func(ctx context.Context, e *Engine) error {
		b, err := e.Stage(ctx, strings.NewReader(body), StageOptions{Size: int64(len(body))})
		if err != nil {
			return err
		}
		defer b.Discard()
		_, err = e.Put(ctx, "s", k, b, Attrs{}, Checksum{}, nil)
		return err
	}, func(m *model) { m.objects["s "+k] = modelObject{body: body} }}
}

func (s *script) remove() step {
	k := s.key()
	return step{"delete " + k, func(ctx context.Context, e *Engine) error {
		_, err := e.Delete(ctx, "s", k, nil)
		return err
	}, func(m *model) { delete(m.objects, "s "+k) }}
}

func (s *script) copy() step {
	from, ok := s.existing()
	to := s.key()
	if !ok {
		return step{}
	}
	return step{"copy " + from + " to " + to, func(ctx context.Context, e *Engine) error {
		_, err := e.Copy(ctx, "s", from, "s", to, CopyOptions{})
		return err
	}, func(m *model) { m.objects["s "+to] = m.objects["s "+from] }}
}

func (s *script) rename() step {
	from, ok := s.existing()
	to := s.key()
	if !ok || from == to {
		return step{}
	}
	return step{"rename " + from + " to " + to, func(ctx context.Context, e *Engine) error {
		_, err := e.Rename(ctx, "s", from, to, nil, nil)
		return err
	}, func(m *model) {
		m.objects["s "+to] = m.objects["s "+from]
		delete(m.objects, "s "+from)
	}}
}

func (s *script) removeMany() step {
	keys := []string{s.key(), s.key(), s.key()}
	return step{"delete many " + fmt.Sprint(keys), func(ctx context.Context, e *Engine) error {
		errs, err := e.DeleteMany(ctx, "s", keys)
		return errors.Join(append(errs, err)...)
	}, func(m *model) {
		for _, k := range keys {
			delete(m.objects, "s "+k)
		}
	}}
}

func (s *script) attrs() step {
	k, ok := s.existing()
	if !ok {
		return step{}
	}
	s.n++
	mark := fmt.Sprint(s.n)
	return step{"attributes of " + k, func(ctx context.Context, e *Engine) error {
		_, err := e.UpdateAttrs(ctx, "s", k, func(o *Object) error { o.Meta = map[string]string{"mark": mark}; return nil })
		return err
	}, func(m *model) {
		o := m.objects["s "+k]
		o.mark = mark
		m.objects["s "+k] = o
	}}
}

// other are steps that change nothing that is seen, and Spaces.
func (s *script) other() step {
	switch s.rng.IntN(4) {
	case 0:
		return step{name: "flush", do: func(_ context.Context, e *Engine) error { return e.db.Flush() }}
	case 1:
		return step{name: "compact", do: func(ctx context.Context, e *Engine) error { return e.db.Compact(ctx, []byte{0}, []byte{0xff}, false) }}
	case 2:
		return step{name: "collect", do: func(_ context.Context, e *Engine) error { return e.gc.collect() }}
	}
	if s.m.spaces["t"] {
		return step{"delete Space", func(_ context.Context, e *Engine) error { return e.DeleteSpace("t") },
			func(m *model) { delete(m.spaces, "t") }}
	}
	return step{"create Space", func(_ context.Context, e *Engine) error { return e.CreateSpace(Space{Name: "t"}) },
		func(m *model) { m.spaces["t"] = true }}
}

func (s *script) beginUpload() step {
	if len(s.ids) > 2 {
		return step{}
	}
	// The id is known beforehand: its number is set by hand, its rest is zeros.
	k := s.key()
	s.n++
	seq := uint64(1)<<40 + uint64(s.n)
	id := fmt.Sprintf("%016x%016x", seq, 0)
	name := "s " + k + " " + id
	s.ids = append(s.ids, name)
	return step{"begin upload " + name, func(ctx context.Context, e *Engine) error {
		u := Upload{ID: id, Space: "s", Key: k, Initiated: start, seq: seq}
		t := e.begin()
		t.set(uploadKey("s", k, id), u.encode())
		return t.commit(ctx, &held{})
	}, func(m *model) { m.uploads[name] = map[int]string{} }}
}

func (s *script) part() step {
	if len(s.ids) == 0 {
		return step{}
	}
	name, n, body := s.ids[s.rng.IntN(len(s.ids))], 1+s.rng.IntN(4), s.body()
	f := strings.Fields(name)
	return step{fmt.Sprintf("part %d of %s %s", n, name, brief(body)), func(ctx context.Context, e *Engine) error {
		b, err := e.Stage(ctx, strings.NewReader(body), StageOptions{Size: -1})
		if err != nil {
			return err
		}
		defer b.Discard()
		_, err = e.PutPart(ctx, f[0], f[1], f[2], n, b, Checksum{})
		return err
	}, func(m *model) { m.uploads[name][n] = body }}
}

func (s *script) endUpload() step {
	if len(s.ids) == 0 {
		return step{}
	}
	i := s.rng.IntN(len(s.ids))
	name := s.ids[i]
	f := strings.Fields(name)
	parts := s.m.uploads[name]
	s.ids = slices.Delete(s.ids, i, i+1)
	if len(parts) == 0 || s.rng.IntN(4) == 0 {
		return step{"abort " + name, func(ctx context.Context, e *Engine) error { return e.Abort(ctx, f[0], f[1], f[2]) },
			func(m *model) { delete(m.uploads, name) }}
	}
	numbers := slices.Sorted(maps.Keys(parts))
	if len(numbers) > 1 && s.rng.IntN(3) == 0 {
		numbers = numbers[1:]
	}
	body := ""
	for _, n := range numbers {
		body += parts[n]
	}
	return step{"complete " + name, func(ctx context.Context, e *Engine) error {
		have, _, err := e.Parts(f[0], f[1], f[2], 0, 100)
		if err != nil {
			return err
		}
		var named []CompletePart
		for _, p := range have {
			if slices.Contains(numbers, p.Number) {
				named = append(named, CompletePart{Number: p.Number, ETag: p.ETag})
			}
		}
		_, err = e.Complete(ctx, f[0], f[1], f[2], named, nil, nil)
		return err
	}, func(m *model) {
		delete(m.uploads, name)
		m.objects["s "+f[1]] = modelObject{body: body, parts: len(numbers)}
	}}
}
