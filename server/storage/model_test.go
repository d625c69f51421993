package storage

import (
	"errors"
	"maps"
	"slices"
)

// model is what the engine promises, as plain maps: the oracle of the tests that
// crash it, fail its disk, or let it do anything at random. Its methods answer
// with the errors of the engine; after an error nothing has changed.
type model struct {
	spaces map[string]*modelSpace
	gone   []*modelSpace                // destroyed, the first one first
	notes  map[string]map[string]string // kind → id → value
}

type modelSpace struct {
	name, doc string
	state     Versioning
	keys      map[string][]modelObject // versions and markers, the newest first
	uploads   []*modelUpload           // in the order of their beginning
}

type modelObject struct {
	body, mark   string
	lock         Lock
	keeper       Keeper
	parts        int // 0: it was not uploaded in parts
	null, marker bool
}

type modelUpload struct {
	key   string
	a     modelObject    // what its object will have
	parts map[int]string // bodies
	id    string         // what the engine calls it, once it has begun
}

// errCheck is what checks refuse with.
var errCheck = errors.New("a check refused")

func newModel() *model {
	return &model{spaces: map[string]*modelSpace{}, notes: map[string]map[string]string{}}
}

func (m *model) space(name string) (*modelSpace, error) {
	if s := m.spaces[name]; s != nil {
		return s, nil
	}
	return nil, ErrNoSpace
}

func (m *model) create(name string, v Versioning) error {
	if m.spaces[name] != nil {
		return ErrSpaceExists
	}
	m.spaces[name] = &modelSpace{name: name, state: v, keys: map[string][]modelObject{}}
	return nil
}

func (m *model) delete(name string) error {
	s, err := m.space(name)
	if err == nil && len(s.keys) > 0 {
		err = ErrNotEmpty
	}
	if err == nil {
		delete(m.spaces, name)
	}
	return err
}

func (m *model) destroy(name string) error {
	s, err := m.space(name)
	if err != nil {
		return err
	}
	for _, chain := range s.keys {
		if slices.ContainsFunc(chain, func(o modelObject) bool { return o.locked(false) != nil }) {
			return ErrLocked
		}
	}
	delete(m.spaces, name)
	m.gone = append(m.gone, s)
	return nil
}

// restore gives the ith destroyed Space back under a name, "" being its own.
func (m *model) restore(i int, name string) error {
	s := m.gone[i]
	if name == "" {
		name = s.name
	}
	if m.spaces[name] != nil {
		return ErrSpaceExists
	}
	m.gone = slices.Delete(m.gone, i, i+1)
	s.name, m.spaces[name] = name, s
	return nil
}

func (m *model) end(i int) { m.gone = slices.Delete(m.gone, i, i+1) }

func (s *modelSpace) setVersioning(v Versioning) error {
	if v == Unversioned && s.state != Unversioned {
		return ErrVersioning
	}
	s.state = v
	return nil
}

func (m *model) note(kind string, values map[string][]byte) {
	notes := maps.Clone(m.notes[kind])
	if notes == nil {
		notes = map[string]string{}
	}
	for id, v := range values {
		if v == nil {
			delete(notes, id)
		} else {
			notes[id] = string(v)
		}
	}
	m.notes[kind] = notes
}

func (o *modelObject) locked(bypass bool) error {
	if o.lock.Keeps(start, bypass) {
		return ErrLocked
	}
	return nil
}

// current is the object at a key, nil when there is none.
func (s *modelSpace) current(key string) *modelObject {
	if c := s.keys[key]; len(c) > 0 && !c[0].marker {
		return &c[0]
	}
	return nil
}

// push puts a version or a marker on top of a key, by the state of the Space.
func (s *modelSpace) push(key string, o modelObject) error {
	chain := slices.Clone(s.keys[key])
	if o.null = s.state != Enabled; o.null { // there is at most one of them
		i := slices.IndexFunc(chain, func(o modelObject) bool { return o.null })
		if i >= 0 {
			if err := chain[i].locked(false); err != nil {
				return err
			}
			chain = slices.Delete(chain, i, i+1)
		}
	}
	s.keys[key] = append([]modelObject{o}, chain...)
	return nil
}

// remove takes a key away, as Delete does. It says whether there was an object.
func (s *modelSpace) remove(key string, bypass bool) (existed bool, err error) {
	cur := s.current(key)
	if s.state != Unversioned {
		return cur != nil, s.push(key, modelObject{marker: true})
	}
	if cur == nil {
		return false, nil
	}
	if err := cur.locked(bypass); err != nil {
		return false, err
	}
	delete(s.keys, key)
	return true, nil
}

// removeVersion takes the ith version of a key away for good.
func (s *modelSpace) removeVersion(key string, i int, bypass bool) error {
	chain := s.keys[key]
	if i >= len(chain) {
		return ErrNoVersion
	}
	if err := chain[i].locked(bypass); err != nil {
		return err
	}
	if s.keys[key] = slices.Delete(slices.Clone(chain), i, i+1); len(s.keys[key]) == 0 {
		delete(s.keys, key)
	}
	return nil
}

// version answers the ith version of a key, -1 being what is current.
func (s *modelSpace) version(key string, i int) (*modelObject, error) {
	chain := s.keys[key]
	switch {
	case i < 0 && s.current(key) == nil:
		return nil, ErrNoKey
	case i < 0:
		return s.current(key), nil
	case i >= len(chain):
		return nil, ErrNoVersion
	case chain[i].marker:
		return nil, ErrMarker
	}
	return &chain[i], nil
}

// change alters the ith version in its place.
func (s *modelSpace) change(key string, i int, change func(*modelObject)) error {
	if _, err := s.version(key, i); err != nil {
		return err
	}
	s.keys[key] = slices.Clone(s.keys[key])
	change(&s.keys[key][max(i, 0)])
	return nil
}

func (s *modelSpace) rename(from, to string) error {
	src := s.current(from)
	switch {
	case from == to:
		return ErrSameKey
	case src == nil:
		return ErrNoKey
	}
	next := *src
	was := slices.Clone(s.keys[to])
	if s.state == Unversioned {
		if err := src.locked(false); err != nil {
			return err
		}
	}
	if err := s.push(to, next); err != nil {
		return err
	}
	if _, err := s.remove(from, false); err != nil {
		if s.keys[to] = was; len(was) == 0 {
			delete(s.keys, to)
		}
		return err
	}
	return nil
}

func (s *modelSpace) end(u *modelUpload) {
	s.uploads = slices.DeleteFunc(slices.Clone(s.uploads), func(o *modelUpload) bool { return o == u })
}

// complete makes an object of some parts of an upload.
func (s *modelSpace) complete(u *modelUpload, numbers []int) error {
	o := u.a
	for _, n := range numbers {
		body, there := u.parts[n]
		if !there {
			return ErrInvalidPart
		}
		o.body += body
	}
	if o.parts = len(numbers); o.parts == 0 {
		return ErrInvalidPart
	}
	if err := s.push(u.key, o); err != nil {
		return err
	}
	s.end(u)
	return nil
}
