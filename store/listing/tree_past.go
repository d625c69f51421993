package listing

import (
	"strings"

	"spaces/store"
	"spaces/store/job"
)

// Past counts what is not current below a folder: older versions as objects, and delete markers beside them. What is
// current is not counted; nor are uploads that nobody completed. It is owned by one goroutine.
type Past struct {
	tree  *Tree
	next  string
	last  string // the greatest key counted; its versions may go on
	done  bool
	doubt bool
}

// NewPast counts the folder of a place.
func NewPast(space, base string) *Past { return &Past{tree: NewTree(space, base)} }

// Request is the next page to count.
func (p *Past) Request() store.VersionsRequest {
	return store.VersionsRequest{Space: p.tree.space, Prefix: p.tree.base, After: p.next}
}

// Take counts a page.
func (p *Past) Take(page store.VersionPage) {
	for _, v := range page.Versions {
		p.last = max(p.last, v.Key)
		switch {
		case v.Marker:
			p.tree.put(v.Key, Count{Markers: 1})
		case !v.Latest:
			p.tree.put(v.Key, Count{Objects: 1, Bytes: v.Size})
		}
	}
	p.next, p.done = page.Next, !page.More
}

// Done says whether all is counted.
func (p *Past) Done() bool { return p.done }

// Doubt says whether what was counted has changed since.
func (p *Past) Doubt() bool { return p.doubt }

// Whole says whether all of a folder is counted.
func (p *Past) Whole(key string) bool {
	return p.done || p.last > key && !strings.HasPrefix(p.last, key)
}

// Find gives a folder by its whole key; the nearest around it where it is not kept, or has nothing older in it.
func (p *Past) Find(key string) (f *Folder, exact bool) { return p.tree.Find(key) }

// Apply takes what jobs changed: of that it is only known that the counts are not true any more.
func (p *Past) Apply(conn store.Conn, effects []job.Effect) {
	for _, e := range effects {
		key, base := e.Ref.Key, p.tree.base
		in := strings.HasPrefix(key, base) || strings.HasPrefix(base, key)
		if e.Conn == conn && e.Ref.Space == p.tree.space && in && (p.done || key <= p.last || strings.HasPrefix(p.last, key)) {
			p.doubt = true
		}
	}
}
