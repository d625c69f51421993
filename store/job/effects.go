package job

import (
	"slices"
	"strings"
	"sync"

	"spaces/store"
)

// manyEffects are kept row by row; from then on only folders are told.
const manyEffects = 4096

// effects collects what changed until somebody asks.
type effects struct {
	mu      sync.Mutex
	list    []Effect
	folders map[folderID]bool // that stand for their rows
}

type folderID struct {
	store *store.Store
	ref   store.Ref
}

func newEffects() *effects { return &effects{folders: map[folderID]bool{}} }

func (c *effects) add(e Effect) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.list) < manyEffects || e.Entry.Folder && e.Removed {
		c.list = append(c.list, e)
		return
	}
	parent := e.Ref.Key[:strings.LastIndexByte(strings.TrimSuffix(e.Ref.Key, "/"), '/')+1]
	id := folderID{e.Store, store.Ref{Space: e.Ref.Space, Key: parent}}
	if c.folders[id] {
		return
	}
	c.folders[id] = true
	c.list = append(c.list, Effect{Store: e.Store, Ref: id.ref, Entry: store.Entry{Key: parent, Folder: true}})
}

func (c *effects) drain() []Effect {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.list
	c.list = nil
	clear(c.folders)
	return slices.Clip(list)
}
