package job

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"spaces/store"
)

// prepare checks a Spec and makes its sources ready. What would eat itself is refused here, before anything is touched.
func prepare(s *Spec) ([]source, error) {
	if err := s.complete(); err != nil {
		return nil, err
	}
	for i := range s.Sources {
		if err := normalize(s, &s.Sources[i]); err != nil {
			return nil, err
		}
	}
	s.Sources = withoutNested(s.Kind, s.Sources)
	sources := make([]source, 0, len(s.Sources))
	targets := map[string]string{}
	for _, c := range s.Sources {
		r := s.ready(c)
		if other, ok := targets[r.target]; ok && s.hasTarget() {
			return nil, fmt.Errorf("%q and %q would both become %q", other, c.label(), r.target)
		}
		targets[r.target] = c.label()
		if err := s.overlap(r); err != nil {
			return nil, err
		}
		sources = append(sources, r)
	}
	return sources, nil
}

func (s *Spec) hasTarget() bool {
	return s.Kind == Upload || s.Kind == Download || s.Kind == Copy || s.Kind == Move
}

// complete says what a Spec lacks.
func (s *Spec) complete() error {
	writes := s.Kind == Upload || s.Kind == Copy || s.Kind == Move
	switch {
	case len(s.Sources) == 0:
		return errors.New("there is nothing to do")
	case s.Kind != Upload && s.From == nil:
		return errors.New("no store to read from")
	case s.Kind == Upload && s.To == nil:
		return errors.New("no store to write to")
	case writes && s.Dest.Space == "":
		return errors.New("no Space to write to")
	case s.Dest.Key != "" && !strings.HasSuffix(s.Dest.Key, "/"):
		return fmt.Errorf("the destination %q is not a folder: it has to end in a slash", s.Dest.Key)
	case s.Kind == Download && s.LocalDir == "":
		return errors.New("no folder to download to")
	case s.Name != "" && len(s.Sources) > 1:
		return errors.New("only one thing can be given a name")
	case strings.HasPrefix(s.Name, "/") || strings.HasSuffix(s.Name, "/"):
		return fmt.Errorf("%q is not a name", s.Name)
	case s.Kind == Permissions && s.Access != store.Private && s.Access != store.PublicRead:
		return errors.New("permissions can be private or public")
	case s.Kind == Metadata && len(s.Edit.Set)+len(s.Edit.Unset) == 0:
		return errors.New("no change of metadata")
	}
	return nil
}

func normalize(s *Spec, c *Source) error {
	if s.Kind == Upload {
		abs, err := filepath.Abs(c.Local)
		if err != nil || c.Local == "" {
			return fmt.Errorf("%q is not a file or directory", c.Local)
		}
		if abs == filepath.Dir(abs) && s.Name == "" {
			return fmt.Errorf("%q has no name to upload it under", abs)
		}
		c.Local = abs
		return nil
	}
	if c.Folder && c.Ref.Key != "" && !strings.HasSuffix(c.Ref.Key, "/") {
		c.Ref.Key += "/"
	}
	if c.Ref.Space == "" || !c.Folder && c.Ref.Key == "" {
		return errors.New("a source without a key")
	}
	return nil
}

// label is what a source is called before people.
func (c Source) label() string {
	if c.Local != "" {
		return c.Local
	}
	return c.Ref.String()
}

// withoutNested drops what lies inside another source: a selection of a folder and something in it means the folder.
func withoutNested(k Kind, sources []Source) []Source {
	folders := map[store.Ref]bool{}
	for _, c := range sources {
		if c.Folder && k != Upload {
			folders[c.Ref] = true
		}
	}
	met := map[Source]bool{}
	return slices.DeleteFunc(sources, func(c Source) bool {
		id := c
		id.Entry = store.Entry{}
		if met[id] {
			return true
		}
		met[id] = true
		return len(folders) > 0 && k != Upload && inside(folders, c)
	})
}

// inside looks a source's parents up.
func inside(folders map[store.Ref]bool, c Source) bool {
	for key := c.Ref.Key; key != ""; {
		key = key[:strings.LastIndexByte(strings.TrimSuffix(key, "/"), '/')+1]
		if folders[store.Ref{Space: c.Ref.Space, Key: key}] {
			return true
		}
	}
	return false
}

// overlap refuses folders that would be written into while they are read: the listing could meet its own results, and
// one object could replace another before that has been read.
func (s *Spec) overlap(r source) error {
	if s.Kind != Copy && s.Kind != Move || !r.Folder || s.From != s.to() || r.space != s.Dest.Space {
		return nil
	}
	switch {
	case r.target == r.prefix && s.Kind == Move:
		return nil // nothing to do, and that is what is done
	case r.target == r.prefix:
		return fmt.Errorf("the copy of %q would land on itself: give it another name or place", r.prefix)
	case strings.HasPrefix(r.target, r.prefix):
		return fmt.Errorf("%q cannot go into itself", r.prefix)
	case strings.HasPrefix(r.prefix, r.target):
		return fmt.Errorf("%q and %q overlap: move it elsewhere first", r.prefix, r.target)
	}
	return nil
}

func (s *Spec) to() *store.Store {
	if s.To == nil {
		return s.From
	}
	return s.To
}
