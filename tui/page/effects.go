package page

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// recheckRest is how long jobs must leave folders alone before these are asked whether they are still there.
const recheckRest = 400 * time.Millisecond

// recheckMost is how many folders are asked about at once.
const recheckMost = 50

// recheck asks which folders are gone, after things below them were removed.
type recheck struct {
	folders []string
	slot    kit.Slot[[]string]
}

// Effects applies what jobs changed, without listing again.
func (f *files) Effects(c *kit.Context, effects []job.Effect) tea.Cmd {
	base, folders := f.changes(c, effects, f.place.Prefix)
	touched := f.apply(&f.base, base)
	for _, w := range []*walk{&f.whole, &f.again} {
		w.note(base)
	}
	if f.filter.deep() {
		deep, more := f.changes(c, effects, f.dir())
		touched, folders = f.apply(&f.deep, deep), append(folders, more...)
		f.found.note(deep)
	} else {
		f.found.note(base)
	}
	if _, there := f.on().rows.Search(f.expect); there && f.expect != "" {
		f.want, f.expect = f.expect, ""
	}
	cmd := tea.Batch(f.doubt(c, folders), f.lookAgain(c, effects))
	if len(touched) == 0 {
		return cmd
	}
	return tea.Batch(cmd, f.changed(c, touched))
}

// changes gives what effects mean for the rows of a folder, and which of its folders may be gone.
func (f *files) changes(c *kit.Context, effects []job.Effect, dir string) (changes []listing.Change, folders []string) {
	for _, e := range effects {
		if e.Conn != c.Store.Conn() || e.Ref.Space != f.place.Space {
			continue
		}
		key := e.Ref.Key
		if e.Kind == job.TreeGone && strings.HasPrefix(dir, key) {
			changes = append(changes, listing.Change{Entry: store.Entry{Key: dir, Folder: true}, Removed: true})
			continue
		}
		name, below := strings.CutPrefix(key, dir)
		if !below || name == "" {
			continue
		}
		slash := strings.IndexByte(name, '/')
		row := store.Entry{Key: dir + name[:slash+1], Folder: true}
		switch {
		case slash < 0:
			entry := e.Entry
			entry.Key, entry.Folder = key, false
			changes = append(changes, listing.Change{Entry: entry, Removed: e.Kind == job.RowGone})
		case e.Kind == job.RowThere || e.Kind == job.Stale:
			changes = append(changes, listing.Change{Entry: row})
		case e.Kind == job.TreeGone && slash == len(name)-1:
			changes = append(changes, listing.Change{Entry: row, Removed: true})
		default:
			folders = append(folders, row.Key)
		}
	}
	return changes, folders
}

// apply makes changes in a sheet. A row that a job is done with is not selected any more: what failed stays selected.
func (f *files) apply(s *sheet, changes []listing.Change) []listing.RowID {
	if len(changes) == 0 {
		return nil
	}
	touched := s.rows.Apply(changes)
	if s.sel.count == 0 {
		return touched
	}
	for _, ch := range changes {
		if i, found := s.rows.Search(ch.Entry.Key); found && !ch.Removed {
			s.sel.set(s.rows, s.rows.ID(i), false)
		}
	}
	if slices.ContainsFunc(touched, s.sel.has) {
		s.sel.recount(s.rows)
	}
	return touched
}

// doubt asks after a while whether folders are still there.
func (f *files) doubt(c *kit.Context, folders []string) tea.Cmd {
	for _, key := range folders {
		_, there := f.on().rows.Search(key)
		if there && len(f.empty.folders) < recheckMost && !slices.Contains(f.empty.folders, key) {
			f.empty.folders = append(f.empty.folders, key)
		}
	}
	if len(folders) == 0 || len(f.empty.folders) == 0 {
		return nil
	}
	s, space, ask := c.Store, f.place.Space, slices.Clone(f.empty.folders)
	return f.empty.slot.StartAfter(c, f.id, recheckRest, func(ctx context.Context) ([]string, error) {
		var gone []string
		for _, key := range ask {
			p, err := s.List(ctx, store.ListRequest{Space: space, Prefix: key, Max: 1})
			if err != nil {
				return nil, err
			}
			if len(p.Entries) == 0 {
				gone = append(gone, key)
			}
		}
		return gone, nil
	})
}

// rechecked takes out the folders that are gone.
func (f *files) rechecked(c *kit.Context, msg tea.Msg) (tea.Cmd, bool) {
	gone, err, ok := f.empty.slot.Take(msg)
	if !ok {
		return nil, false
	}
	f.empty.folders = nil
	if err != nil || len(gone) == 0 {
		return nil, true
	}
	var changes []listing.Change
	for _, key := range gone {
		changes = append(changes, listing.Change{Entry: store.Entry{Key: key, Folder: true}, Removed: true})
	}
	return f.changed(c, f.apply(f.on(), changes)), true
}
