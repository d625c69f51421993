package job

import (
	"slices"
	"strings"
	"sync"

	"spaces/store"
)

// EffectKind says what an Effect tells.
type EffectKind uint8

const (
	RowThere EffectKind = iota // an object or folder is there, as Entry says
	RowGone                    // an object is gone
	TreeGone                   // the folder Ref.Key (or with Key "" the Space) is gone with all below it
	Stale                      // the folder Ref.Key changed in more than is told: whoever shows it, or something below it, lists again
)

// Effect is a change in a Space that a job made, or may have made. Entry is of RowThere; what is not known of it is zero.
type Effect struct {
	Kind  EffectKind
	Conn  store.Conn
	Ref   store.Ref
	Entry store.Entry
}

// Finished is a source of a job that the job is done with, also when a policy left it alone: what failed, or was not come
// to, is not told. Turn says which of the Manager's works it was, in the order in which they began.
type Finished struct {
	Conn store.Conn
	Ref  store.Ref
	Turn uint64
}

// manyEffects are kept one by one; from then on only folders are told.
const manyEffects = 4096

// effects collects what changed until somebody asks.
type effects struct {
	mu    sync.Mutex
	list  []Effect
	stale map[folderID]bool // folders that stand for their rows

	finished []Finished
}

type folderID struct {
	conn store.Conn
	ref  store.Ref
}

func newEffects() *effects { return &effects{stale: map[folderID]bool{}} }

func (c *effects) add(e Effect) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := folderID{e.Conn, e.Ref}
	switch {
	case e.Kind == TreeGone && e.Ref.Key == "": // a Space has no folder that could stand for it
	case e.Kind != Stale && len(c.list) < manyEffects:
	case e.Kind != Stale:
		id.ref.Key = parent(id.ref.Key)
		fallthrough
	default:
		if c.stale[id] {
			return
		}
		c.stale[id] = true
		e = Effect{Kind: Stale, Conn: id.conn, Ref: id.ref}
	}
	c.list = append(c.list, e)
}

func (c *effects) drain() []Effect {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.list
	c.list = nil
	clear(c.stale)
	return slices.Clip(list)
}

func (c *effects) finish(f Finished) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.finished = append(c.finished, f)
}

func (c *effects) drainFinished() []Finished {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.finished
	c.finished = nil
	return list
}

// parent is the folder that a key lies in, "" for the Space's own level.
func parent(key string) string {
	return key[:strings.LastIndexByte(strings.TrimSuffix(key, "/"), '/')+1]
}
