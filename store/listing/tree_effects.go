package listing

import (
	"slices"
	"strings"

	"spaces/store"
	"spaces/store/job"
)

// Apply takes what jobs changed. What they deleted is taken off, where it is known how large it was; of anything else it is
// only known that the counts are not true any more. It says whether anything of it concerns the tree.
func (t *Tree) Apply(conn store.Conn, effects []job.Effect) (changed bool) {
	var g gone
	for _, e := range effects {
		key := e.Ref.Key
		if e.Conn != conn || e.Ref.Space != t.space {
			continue
		}
		around := strings.HasPrefix(t.base, key) && (key == "" || strings.HasSuffix(key, "/"))
		switch below := strings.HasPrefix(key, t.base); {
		case e.Kind == job.TreeGone && around:
			t.empty()
			g = gone{}
		case e.Kind == job.Stale && around:
			t.doubt = true
		case !below, !t.spread.Passed(key): // that will be counted as it is then
			continue
		case e.Kind == job.TreeGone:
			g.folders = append(g.folders, key)
		case e.Kind == job.RowGone:
			g.add(key)
		default:
			t.doubt = true
		}
		changed = true
	}
	t.takeOff(&g)
	return changed
}

// gone is what was deleted. Sizes are of the objects among them that are among the few whose sizes are kept.
type gone struct {
	objects []string
	sizes   map[string]int64 // -1: not known
	folders []string
}

func (g *gone) add(key string) {
	if g.sizes == nil {
		g.sizes = map[string]int64{}
	}
	if _, twice := g.sizes[key]; !twice {
		g.objects, g.sizes[key] = append(g.objects, key), -1
	}
}

// has says whether an object is among them, and learns its size.
func (g *gone) has(e *store.Entry) bool {
	if _, is := g.sizes[e.Key]; is {
		g.sizes[e.Key] = e.Size
		return true
	}
	return slices.ContainsFunc(g.folders, func(f string) bool { return strings.HasPrefix(e.Key, f) })
}

func (t *Tree) takeOff(g *gone) {
	if len(g.objects)+len(g.folders) == 0 {
		return
	}
	t.Largest.drop(g.has)
	t.Oldest.drop(g.has)
	t.Twice.drop(g.has)
	for _, key := range g.objects {
		t.dropObject(key, g.sizes[key])
	}
	for _, key := range g.folders {
		t.dropFolder(key)
	}
}

// empty is a tree whose base is gone.
func (t *Tree) empty() {
	e := NewTree(t.space, t.base)
	e.spread, e.most = t.spread, t.most
	*t = *e
}

func (t *Tree) dropFolder(key string) {
	f, exact := t.Find(key)
	if !exact {
		t.doubt = t.doubt || f.Rest.Objects > 0 // it was counted among those
		return
	}
	f.up.count(Count{Objects: -f.Objects, Bytes: -f.Bytes})
	t.cut(f)
}

// cut takes a folder out that holds nothing any more, and those around it that hold nothing else.
func (t *Tree) cut(f *Folder) {
	for f.up != nil && f.up.up != nil && f.up.Objects == 0 {
		f = f.up
	}
	t.folders -= f.size()
	f.up.subs = slices.DeleteFunc(f.up.subs, func(s *Folder) bool { return s == f })
	t.at, t.dir, t.exact = t.root, "", true // which may have been in it
}

// size is how many folders a folder is, with those in it.
func (f *Folder) size() int {
	n := 1
	for _, s := range f.subs {
		n += s.size()
	}
	return n
}

func (t *Tree) dropObject(key string, size int64) {
	f, exact := t.Find(folderOf(key))
	if !exact || f.Here.Objects == 0 {
		t.doubt = t.doubt || f.Rest.Objects > 0
		return
	}
	t.doubt = t.doubt || size < 0 && !strings.HasSuffix(key, "/") // the marker of a folder has no content
	less := Count{Objects: -1, Bytes: -max(size, 0)}
	f.Here.add(less)
	if f.count(less); f.Objects == 0 && f.up != nil {
		t.cut(f)
	}
}
