package job

import (
	"errors"
	"fmt"
	"strings"

	"spaces/store"
)

// Match narrows what is in a folder to some of its names, those of the folders in it included: what begins with Begins and
// contains Contains, as the filters of a listing understand that. The zero Match takes all.
type Match struct {
	Begins   string
	Contains string // text without capital letters finds capitals too
	Except   string // one name, with the slash of a folder, that is not meant: the trash of a Space where it is not shown
}

// errNoMatch is what is said of a Source that cannot be narrowed.
var errNoMatch = errors.New("names can only be chosen of what is in a folder")

// Among says whether a source is not the folder itself, but what is in it, or some of that: it goes to its destination by
// its own names, and each object by itself.
func (c *Source) Among() bool { return c.Inside || c.Match != Match{} }

// takes returns the test of names below a source.
func (c *Source) takes() func(name string) bool {
	if !c.Among() {
		return func(string) bool { return true }
	}
	return c.Match.Takes()
}

// Takes returns the test of names below a folder. What counts is the first name of a path, with the slash that a folder
// ends in.
func (m Match) Takes() func(name string) bool {
	contains := store.Containing(m.Contains)
	return func(name string) bool {
		if i := strings.IndexByte(name, '/'); i >= 0 {
			name = name[:i+1]
		}
		return name != "" && name != m.Except && strings.HasPrefix(name, m.Begins) && contains(name)
	}
}

// prefix is what the keys of all that is taken begin with.
func (c *Source) prefix() string { return c.Ref.Key + c.Match.Begins }

// narrows says why a Source cannot be narrowed as it is.
func (s *Spec) narrows(c *Source) error {
	w := s.work()
	switch {
	case !c.Among(), w.fromDisk && c.Match == Match{}:
		return nil
	case !c.Folder || c.Name != "" || s.Name != "" || w.fromDisk || w.versions || w.compares || w.blind || s.Kind == Destroy:
		return errNoMatch
	case strings.Contains(c.Match.Begins, "/"):
		return errors.New("a name does not have a slash in it")
	}
	return nil
}

// words say what is taken: ` that begins with "a"`.
func (m Match) words() string {
	var parts []string
	if m.Begins != "" {
		parts = append(parts, fmt.Sprintf("begins with %q", m.Begins))
	}
	if m.Contains != "" {
		parts = append(parts, fmt.Sprintf("contains %q", m.Contains))
	}
	if len(parts) == 0 {
		return ""
	}
	return " that " + strings.Join(parts, " and ")
}

// isWhole says whether a source is a tree that goes as a whole or not at all.
func (p *Plan) isWhole(src *source) bool { return !p.isObject(src) && !src.Among() }

// errMeets is what is said of a name that would come to be among those that are still being read.
var errMeets = errors.New("it would come to be in the folder that is being read: move it elsewhere first")

// meets says whether a step would write below its own source, and be found there once more. Sources that go as a whole are
// looked at before: see Spec.overlap.
func (p *Plan) meets(r record) bool {
	src := &p.sources[r.source]
	return src.Among() && p.spec.work().writes && p.same() && src.Ref.Space == p.spec.Dest.Space && src.target != src.Ref.Key &&
		len(src.target) < len(src.Ref.Key) && strings.HasPrefix(src.target+r.name, src.Ref.Key)
}
