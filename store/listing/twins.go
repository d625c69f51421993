package listing

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"

	"spaces/store"
)

// mostTwins are compared with each other: about 30 MB.
const mostTwins = 100_000

// Twins finds objects of the same ETag and size: the same content, wherever the ETag is an MD5. It compares so many; where
// there are more it gives up the smallest, whose copies take the least room.
type Twins struct {
	most   int
	floor  int64 // smaller ones are not compared
	seed   maphash.Seed
	at     map[uint64]int32 // of groups, by a hash of ETag and size
	groups []group
	kept   int // objects
}

// group is objects with the same hash: one in most. Of many, more are counted than are kept.
type group struct {
	first store.Entry
	more  []store.Entry
	uncut int // how many there are without those that are kept
}

// Twin is some objects that are the same: the first of them, TopRows at most.
type Twin struct {
	Entries []store.Entry
	Count   int
}

// Size of each of them.
func (t Twin) Size() int64 { return t.Entries[0].Size }

// Spare is what all but one of them take.
func (t Twin) Spare() int64 { return t.Size() * int64(t.Count-1) }

func (t *Twins) add(e *store.Entry) {
	if e.Size == 0 || e.ETag == "" || e.Size < t.floor {
		return
	}
	if t.at == nil {
		t.at, t.seed = map[uint64]int32{}, maphash.MakeSeed()
	}
	for t.kept >= t.most {
		t.makeRoom()
	}
	if e.Size >= t.floor {
		t.put(t.hash(e), e)
	}
}

func (t *Twins) put(hash uint64, e *store.Entry) {
	i, there := t.at[hash]
	switch {
	case !there:
		t.at[hash] = int32(len(t.groups))
		t.groups = append(t.groups, group{first: e.Clone()})
		t.kept++
	case t.groups[i].first.Size != e.Size || t.groups[i].first.ETag != e.ETag: // the same hash, and nothing else
	case len(t.groups[i].more) >= TopRows-1:
		t.groups[i].uncut++
	default:
		t.groups[i].more = append(t.groups[i].more, e.Clone())
		t.kept++
	}
}

func (t *Twins) hash(e *store.Entry) uint64 {
	var h maphash.Hash
	h.SetSeed(t.seed)
	h.WriteString(e.ETag)
	for n := e.Size; n > 0; n >>= 8 {
		h.WriteByte(byte(n))
	}
	return h.Sum64()
}

// makeRoom gives up what is smaller than the half of what is kept, or no larger than the smallest.
func (t *Twins) makeRoom() {
	sizes := make([]int64, len(t.groups))
	for i := range t.groups {
		sizes[i] = t.groups[i].first.Size
	}
	slices.Sort(sizes)
	t.floor = max(sizes[len(sizes)/2], sizes[0]+1)
	t.keep(func(e *store.Entry) bool { return e.Size >= t.floor })
}

// keep gives up the other objects.
func (t *Twins) keep(is func(*store.Entry) bool) {
	groups := t.groups[:0]
	t.kept = 0
	clear(t.at)
	for _, g := range t.groups {
		all := slices.DeleteFunc(append([]store.Entry{g.first}, g.more...), func(e store.Entry) bool { return !is(&e) })
		if len(all) == 0 {
			continue
		}
		t.at[t.hash(&all[0])] = int32(len(groups))
		groups = append(groups, group{first: all[0], more: all[1:], uncut: g.uncut})
		t.kept += len(all)
	}
	clear(t.groups[len(groups):])
	t.groups = groups
}

func (t *Twins) drop(gone func(*store.Entry) bool) {
	any := slices.ContainsFunc(t.groups, func(g group) bool {
		return gone(&g.first) || slices.ContainsFunc(g.more, func(e store.Entry) bool { return gone(&e) })
	})
	if any {
		t.keep(func(e *store.Entry) bool { return !gone(e) })
	}
}

// Found are the TopRows groups whose copies take the most room, all there are when whole. floor is how large an object
// has to be to have been compared.
func (t *Twins) Found() (found []Twin, floor int64, whole bool) {
	for _, g := range t.groups {
		if len(g.more) > 0 {
			found = append(found, Twin{append([]store.Entry{g.first}, g.more...), 1 + len(g.more) + g.uncut})
		}
	}
	slices.SortFunc(found, func(a, b Twin) int {
		return cmp.Or(cmp.Compare(b.Spare(), a.Spare()), strings.Compare(a.Entries[0].Key, b.Entries[0].Key))
	})
	whole = len(found) <= TopRows
	return found[:min(len(found), TopRows)], t.floor, whole
}
