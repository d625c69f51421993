package job

import (
	"slices"
	"strings"

	"spaces/store"
)

// rowThere tells of an object that is there now.
func (j *job) rowThere(s *store.Store, r store.Ref, e store.Entry) {
	e.Key = r.Key
	j.m.effects.add(Effect{Kind: RowThere, Conn: s.Conn(), Ref: r, Entry: e})
}

// rowGone tells of an object that is gone.
func (j *job) rowGone(s *store.Store, r store.Ref) {
	j.m.effects.add(Effect{Kind: RowGone, Conn: s.Conn(), Ref: r})
}

// finishedRow tells that the job is done with a source that is one object.
func (j *job) finishedRow(source int) {
	if src := &j.plan.sources[source]; j.plan.isObject(src) {
		j.finished(src)
	}
}

// finishedRest tells of the sources that were not told of one by one: when all was come to, they are done with or spoiled.
func (j *job) finishedRest(phase Phase) {
	if j.work().fromDisk || phase == Canceled || j.haltedNow() != nil {
		return
	}
	lost := j.lostSources()
	for i := range j.plan.sources {
		src := &j.plan.sources[i]
		j.mu.Lock()
		open := !j.spoiled[i] && (j.plan.spec.moves() || !j.begun[i] || !j.plan.isObject(src))
		j.mu.Unlock()
		if open && !slices.Contains(lost, i) {
			j.finished(src)
		}
	}
}

func (j *job) finished(src *source) {
	if j.plan.undo != nil {
		return // nobody has chosen it
	}
	j.m.effects.finish(Finished{Conn: j.plan.from.Conn(), Ref: src.Ref, Turn: j.turn})
}

// treeGone notes that nothing of a source is left. It is told when the job ends.
func (j *job) treeGone(source int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.gone == nil {
		j.gone = map[int]bool{}
	}
	if _, told := j.gone[source]; !told {
		j.gone[source] = false
	}
}

// tellFolders tells how the folders of all sources that were begun stand, however the job has ended. A request whose
// answer was not awaited, or lost, may have been carried out: then nobody knows what single rows would have to be told.
func (j *job) tellFolders(phase Phase) {
	missing := j.plan.missing()
	for i := range j.plan.sources {
		src := &j.plan.sources[i]
		if j.plan.isHere(src) {
			continue
		}
		if missing[i] {
			j.rowGone(j.plan.from, src.Ref)
		}
		gone, told := j.isGone(i)
		if gone && !told {
			j.m.effects.add(Effect{Kind: TreeGone, Conn: j.plan.from.Conn(), Ref: src.Ref})
		}
		if !j.isBegun(i) {
			continue
		}
		if !gone && j.plan.spec.changes() && (phase != Done || src.Folder && j.plan.spec.moves()) {
			j.stale(j.plan.from, store.Ref{Space: src.Ref.Space, Key: folderOf(src.Ref.Key, src.Folder)})
		}
		if j.work().writes {
			j.tellTarget(phase, store.Ref{Space: j.plan.spec.Dest.Space, Key: src.target})
		}
	}
}

// tellMissing tells that something of a source is not there any more: another client has changed its folder.
func (j *job) tellMissing(src *source) {
	if !j.work().fromDisk {
		j.stale(j.plan.from, store.Ref{Space: src.Ref.Space, Key: folderOf(src.Ref.Key, src.Folder)})
	}
}

// tellTarget tells of a source's destination.
func (j *job) tellTarget(phase Phase, to store.Ref) {
	folder := strings.HasSuffix(to.Key, "/")
	switch {
	case phase != Done:
		j.stale(j.plan.to, store.Ref{Space: to.Space, Key: folderOf(to.Key, folder)})
	case folder:
		j.rowThere(j.plan.to, to, store.Entry{Folder: true})
	}
}

func (j *job) stale(s *store.Store, r store.Ref) {
	j.m.effects.add(Effect{Kind: Stale, Conn: s.Conn(), Ref: r})
}

// isGone says whether a source is gone as a whole, and whether that was told before. It counts as told from then on.
func (j *job) isGone(source int) (gone, told bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	told, gone = j.gone[source]
	if gone {
		j.gone[source] = true
	}
	return gone, told
}

func (j *job) isBegun(source int) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.begun[source]
}

// folderOf is the folder to list for what becomes of key.
func folderOf(key string, folder bool) string {
	if folder {
		return key
	}
	return parent(key)
}
