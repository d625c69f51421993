package job

import (
	"hash/maphash"
	"os"
	"sync"
)

// names remembers what files were claimed, as the file system of a download tells names apart.
type names struct {
	folding

	mu      sync.Mutex
	claimed map[uint64]uint64 // of folded paths: of the paths themselves
	seed    maphash.Seed
}

func newNames(f folding) *names {
	return &names{folding: f, claimed: map[uint64]uint64{}, seed: maphash.MakeSeed()}
}

// claim is false when another path that the file system takes for the same was claimed before. Folders along the way
// are claimed too: "A/x" and "a/y" would merge two folders.
func (n *names) claim(name string) bool {
	if n.folding == (folding{}) {
		return true
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != os.PathSeparator {
			continue
		}
		folded := maphash.String(n.seed, n.fold(name[:i]))
		own := maphash.String(n.seed, name[:i])
		if other, ok := n.claimed[folded]; ok && other != own {
			return false
		}
		n.claimed[folded] = own
	}
	return true
}
