package job

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"spaces/store"
)

// prepare checks a Spec and makes its sources ready; same says whether it writes where it reads. What would eat itself is refused here, before anything is touched.
func prepare(s *Spec, same bool) ([]source, error) {
	if err := s.complete(); err != nil {
		return nil, err
	}
	for i := range s.Sources {
		if err := normalize(s, &s.Sources[i]); err != nil {
			return nil, err
		}
	}
	s.Sources = withoutNested(s.Sources)
	sources := make([]source, len(s.Sources))
	for i := range sources {
		sources[i] = s.ready(&s.Sources[i])
		if err := s.overlap(sources[i], same); err != nil {
			return nil, err
		}
	}
	return sources, s.collide(sources)
}

// collide refuses sources of which one would take the place of another.
func (s *Spec) collide(sources []source) error {
	if !s.work().hasTarget() || s.restoresTrash() { // the two folders of a batch have no key in common
		return nil
	}
	targets := make(map[string]int32, len(sources))
	for i, r := range sources {
		if r.Among() && !s.work().fromDisk {
			continue // see merge
		}
		if other, ok := targets[r.target]; ok {
			return fmt.Errorf("%q and %q would both become %q", sources[other].label(), r.label(), r.target)
		}
		targets[r.target] = int32(i)
	}
	return nil
}

// merges says whether things of several sources may come to be in one folder: then names that nobody has seen yet may be
// the same.
func (s *Spec) merges(sources []source) bool {
	switch {
	case !s.work().hasTarget():
		return false
	case s.work().fromDisk: // a directory has a name that no other has, unless only what is in it goes
		return len(sources) > 1 && slices.ContainsFunc(sources, func(r source) bool { return r.Inside })
	}
	order := slices.Clone(sources)
	slices.SortFunc(order, func(a, b source) int { return strings.Compare(a.target, b.target) })
	tree := -1 // the last one that the next may be in
	for i := range order {
		if tree >= 0 && strings.HasPrefix(order[i].target, order[tree].target) {
			return true
		}
		if order[i].Folder {
			tree = i
		}
	}
	return false
}

// complete says what a Spec lacks.
func (s *Spec) complete() error {
	switch {
	case len(s.Sources) == 0:
		return errors.New("there is nothing to do")
	case s.work().writes && s.Dest.Space == "":
		return errors.New("no Space to write to")
	case s.Dest.Key != "" && !strings.HasSuffix(s.Dest.Key, "/"):
		return fmt.Errorf("the destination %q is not a folder: it has to end in a slash", s.Dest.Key)
	case s.Name != "" && len(s.Sources) > 1:
		return errors.New("only one thing can be given a name")
	}
	if err := s.mayGoAway(); err != nil {
		return err
	}
	for i := -1; i < len(s.Sources); i++ {
		name := s.Name
		if i >= 0 {
			name = s.Sources[i].Name
		}
		if strings.HasPrefix(name, "/") || strings.HasSuffix(name, "/") {
			return fmt.Errorf("%q is not a name", name)
		}
	}
	return s.work().lacks(s)
}

func normalize(s *Spec, c *Source) error {
	if c.Stream {
		c.Local, c.Ref = streamName, store.Ref{}
		if !s.work().fromDisk || s.Name == "" {
			return errors.New("a stream can only be uploaded, under a name")
		}
		return nil
	}
	if s.work().fromDisk {
		abs, err := filepath.Abs(c.Local)
		if err != nil || c.Local == "" {
			return fmt.Errorf("%q is not a file or directory", c.Local)
		}
		if abs == filepath.Dir(abs) && s.Name == "" && !c.Inside {
			return fmt.Errorf("%q has no name to upload it under", abs)
		}
		c.Local, c.Ref = abs, store.Ref{}
		return nil
	}
	if c.Folder && c.Ref.Key != "" && !strings.HasSuffix(c.Ref.Key, "/") {
		c.Ref.Key += "/"
	}
	if c.Ref.Space == "" || !c.Folder && c.Ref.Key == "" {
		return errors.New("a source without a key")
	}
	return s.narrows(c)
}

// label is what a source is called before people.
func (c Source) label() string {
	if c.Local != "" {
		return c.Local
	}
	return c.Ref.String()
}

// withoutNested drops what lies inside another source: a selection of a folder and something in it means the folder. In
// the order of keys that is what follows the folder.
func withoutNested(sources []Source) []Source {
	order := make([]int32, len(sources))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(compareSources(&sources[a], &sources[b]), cmp.Compare(a, b)) })
	drop := make([]bool, len(sources))
	last := -1 // that is kept
	for _, i := range order {
		if last >= 0 && sources[last].covers(&sources[i]) {
			drop[i] = true
		} else {
			last = int(i)
		}
	}
	kept := sources[:0]
	for i := range sources {
		if !drop[i] {
			kept = append(kept, sources[i])
		}
	}
	return kept
}

// compareSources puts a folder before what is in it.
func compareSources(a, b *Source) int {
	if n := cmp.Or(strings.Compare(a.Local, b.Local), strings.Compare(a.Ref.Space, b.Ref.Space), strings.Compare(a.Ref.Key, b.Ref.Key), strings.Compare(a.Version, b.Version)); n != 0 || a.Folder == b.Folder {
		return n
	}
	if a.Folder {
		return -1
	}
	return 1
}

// covers says whether another source is this one, or in it.
func (c *Source) covers(other *Source) bool {
	if c.Local != other.Local || c.Ref.Space != other.Ref.Space {
		return false
	}
	if c.Folder && c.Local == "" {
		name, in := strings.CutPrefix(other.Ref.Key, c.Ref.Key)
		return in && c.takes()(name)
	}
	return c.Ref.Key == other.Ref.Key && c.Folder == other.Folder && c.Version == other.Version
}

// overlap refuses folders that would be written into while they are read: the listing could meet its own results, and
// one object could replace another before that has been read.
func (s *Spec) overlap(r source, same bool) error {
	if s.restoresTrash() {
		return nil // nothing that was deleted was in the trash
	}
	if !s.work().writes || s.work().fromDisk || !r.Folder || !same || r.Ref.Space != s.Dest.Space {
		return nil
	}
	if r.Among() {
		if name, in := strings.CutPrefix(r.target, r.Ref.Key); in && r.target != r.Ref.Key && r.takes()(name) {
			return fmt.Errorf("%q cannot go into itself", name)
		}
	}
	switch {
	case r.target == r.Ref.Key && s.work().moves:
		return nil // nothing to do, and that is what is done
	case r.target == r.Ref.Key:
		return fmt.Errorf("the copy of %q would land on itself: give it another name or place", r.Ref.Key)
	case r.Among(): // see Plan.meets
	case strings.HasPrefix(r.target, r.Ref.Key):
		return fmt.Errorf("%q cannot go into itself", r.Ref.Key)
	case strings.HasPrefix(r.Ref.Key, r.target):
		return fmt.Errorf("%q and %q overlap: move it elsewhere first", r.Ref.Key, r.target)
	}
	return nil
}
