package job

import (
	"cmp"
	"path"
	"path/filepath"
	"strings"

	"spaces/store"
)

// source is a Source made ready: records' names follow its key, and its target at the destination.
type source struct {
	*Source
	target string // a key, or for a download a relative path; "" for what has no destination
}

// turn corrects the target of a local source, by whether it is a directory, before there are steps of it. When it is walked
// again there are, and nothing to correct.
func (s *source) turn(target string) {
	if s.target != target {
		s.target = target
	}
}

// ready makes a source of what was chosen.
func (s *Spec) ready(c *Source) source {
	r := source{Source: c}
	if !s.work().hasTarget() {
		return r
	}
	if s.work().compares || c.Inside && s.Kind != Trash {
		r.target = s.Dest.Key // a download has none
		return r
	}
	if s.work().fromDisk {
		r.target = s.Dest.Key + s.rename(filepath.Base(c.Local))
		if c.Folder {
			r.target += "/"
		}
		return r
	}
	if c.Among() {
		if s.work().writes {
			r.target = s.Dest.Key
		}
		if s.Kind == Trash {
			r.target += c.Ref.Key
		}
		return r
	}
	if s.restoresTrash() {
		_, _, r.target, _ = store.TrashBatchOf(c.Ref.Key)
		return r
	}
	if s.Kind == Zip {
		r.target = cmp.Or(c.Name, s.Name, store.ArchiveName(c.Ref))
		return r
	}
	rel, ok := strings.CutPrefix(c.Ref.Key, s.Base)
	if !ok || rel == "" && c.Ref.Key != "" {
		rel = store.Base(c.Ref.Key)
	}
	if name := cmp.Or(c.Name, s.Name); name != "" {
		rel = name
		if c.Folder {
			rel += "/"
		}
	}
	r.target = rel
	if !s.work().toDisk {
		r.target = s.Dest.Key + rel
	}
	return r
}

func (s *Spec) rename(name string) string {
	if s.Name != "" {
		return s.Name
	}
	return name
}

// step is what a record stands for. The same function serves counting, conflicts and doing.
func (p *Plan) step(r record) Step {
	src := &p.sources[r.source]
	s := Step{Size: r.size, ETag: r.etag, Modified: r.modified}
	if p.work().fromDisk {
		s.Local = src.Local
		if r.name != "" {
			s.Local = filepath.Join(src.Local, filepath.FromSlash(r.name))
		}
		s.To = store.Ref{Space: p.spec.Dest.Space, Key: src.target + r.name}
		return s
	}
	s.From, s.Version = store.Ref{Space: src.Ref.Space, Key: src.Ref.Key + r.name}, src.Version
	switch w := p.work(); {
	case w.writes:
		s.To = store.Ref{Space: p.spec.Dest.Space, Key: src.target + r.name}
	case w.toDisk:
		s.Local = src.target + r.name // still a key: localName comes later
	default:
		s.To = s.From
	}
	return s
}

// name is what a step is called before people.
func (p *Plan) name(s Step) string {
	switch {
	case p.work().fromDisk:
		return s.Local
	default:
		return s.From.Key
	}
}

// numbered is name with a number before its extension: "a/b.tar.gz", 2 → "a/b (2).tar.gz".
func numbered(key string, n string) string {
	dir, base := path.Split(key)
	stem, ext := base, ""
	if i := strings.IndexByte(base[min(1, len(base)):], '.'); i >= 0 {
		stem, ext = base[:i+1], base[i+1:]
	}
	return dir + stem + " (" + n + ")" + ext
}
