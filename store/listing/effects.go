package listing

import (
	"slices"
	"strings"

	"spaces/store"
	"spaces/store/job"
)

// Finished takes what jobs are done with out of the selection, so that what failed stays selected; and what was selected
// after a job began, whatever it did.
func (l *Listing) Finished(list []job.Finished) {
	for _, f := range list {
		if f.Conn != l.conn || f.Ref.Space != l.space {
			continue
		}
		l.all.finished(f)
		for _, s := range []*sheet{&l.base, &l.deep} {
			if i, found := s.rows.Search(f.Ref.Key); found {
				s.unchoose(s.rows.ID(i), f.Turn)
			}
		}
	}
	if l.on().ranging.on { // what it reaches over is being selected now
		l.reach()
	}
}

// Apply takes what jobs changed, without listing again where they told enough.
func (l *Listing) Apply(effects []job.Effect) {
	base := l.told(effects, l.prefix)
	touched := l.do(&l.base, &base)
	l.whole.stale = l.whole.stale || base.stale
	if l.isDeep() {
		deep := l.told(effects, l.Dir())
		touched = l.do(&l.deep, &deep)
		l.found.stale = l.found.stale || deep.stale
		l.doubt(deep.doubts)
	} else {
		l.found.stale = l.found.stale || base.stale
	}
	l.doubt(base.doubts)
	if l.later != "" && l.Has(l.later) {
		l.want, l.later = l.later, ""
	}
	l.changed(touched)
}

// tidings are what effects mean for the rows of one folder.
type tidings struct {
	changes []Change
	doubts  []string // folders that may have come or gone
	stale   bool     // more is other than is told
}

func (l *Listing) told(effects []job.Effect, dir string) (t tidings) {
	for _, e := range effects {
		if e.Conn != l.conn || e.Ref.Space != l.space {
			continue
		}
		name, below := strings.CutPrefix(e.Ref.Key, dir)
		switch {
		case e.Kind == job.TreeGone && strings.HasPrefix(dir, e.Ref.Key):
			t.changes = append(t.changes, Change{Entry: store.Entry{Key: dir, Folder: true}, Removed: true})
		case e.Kind == job.Stale && strings.HasPrefix(dir, e.Ref.Key):
			t.stale = true
		case below && name != "" && l.whole.found != nil:
			t.object(e, name, l.whole.found)
		case below && name != "":
			t.row(e, dir, name)
		}
	}
	return t
}

// object is an effect on something at any depth.
func (t *tidings) object(e job.Effect, name string, found *Found) {
	entry := e.Entry
	entry.Key, entry.Folder = e.Ref.Key, e.Kind == job.TreeGone
	if e.Kind == job.Stale {
		t.stale = t.stale || !found.given
		return
	}
	t.changes = append(t.changes, Change{Entry: entry, Removed: e.Kind != job.RowThere || !found.match(name, &entry)})
}

// row is an effect on something below dir.
func (t *tidings) row(e job.Effect, dir, name string) {
	slash := strings.IndexByte(name, '/')
	if slash < 0 {
		entry := e.Entry
		entry.Key, entry.Folder = e.Ref.Key, false
		t.changes = append(t.changes, Change{Entry: entry, Removed: e.Kind != job.RowThere})
		return
	}
	folder := store.Entry{Key: dir + name[:slash+1], Folder: true}
	switch {
	case e.Kind == job.RowThere:
		t.changes = append(t.changes, Change{Entry: folder})
	case e.Kind == job.TreeGone && slash == len(name)-1:
		t.changes = append(t.changes, Change{Entry: folder, Removed: true})
	case !slices.Contains(t.doubts, folder.Key):
		t.doubts = append(t.doubts, folder.Key)
	}
}

// do makes changes in a sheet, and once more when the page that is under way is there.
func (l *Listing) do(s *sheet, t *tidings) []RowID {
	if l.asker == nil || l.sheetOf(l.asker) == s {
		l.since = append(l.since, t.changes...)
	}
	for _, w := range []*walk{l.whole, l.refreshing()} {
		if w != nil && w.ahead != nil && s == l.sheetOf(w) {
			w.ahead.tell(t.changes)
		}
	}
	return s.apply(t.changes)
}

// refreshing is the walk that lists anew, if there is one.
func (l *Listing) refreshing() *walk {
	if l.again == nil {
		return nil
	}
	return l.again.walk
}

// doubt asks after folders of which it is not known whether they are there, or lists all again when they are many.
func (l *Listing) doubt(folders []string) {
	for _, key := range folders {
		switch {
		case !slices.Contains(l.doubts, key):
			l.doubts, l.calm = append(l.doubts, key), false
		case l.asker == nil && l.asked.Prefix == key:
			l.asked, l.calm = Request{}, false // the answer under way may be older
		}
	}
	if len(l.doubts) > l.view.limits.doubts {
		l.doubts = nil
		l.whole.stale, l.found.stale = true, true
	}
}

// resolve is given what is below a folder that was in doubt.
func (l *Listing) resolve(key string, p store.Page, err error, since []Change) {
	if err != nil {
		l.still = true // the next thing done by hand asks again
		l.plan()
		return
	}
	l.doubts, l.calm = slices.DeleteFunc(l.doubts, func(k string) bool { return k == key }), true
	s := &l.base
	if l.isDeep() && parentOf(key) == l.Dir() {
		s = &l.deep
	}
	if parentOf(key) != l.prefix && s == &l.base {
		l.changed(nil)
		return
	}
	row := Change{Entry: store.Entry{Key: key, Folder: true}, Removed: len(p.Entries) == 0}
	for _, c := range since {
		if c.Entry.Key == key || c.Removed && c.Entry.Folder && strings.HasPrefix(key, c.Entry.Key) {
			row.Removed = c.Removed
		}
	}
	if touched := s.apply([]Change{row}); s == l.on() {
		l.changed(touched)
	} else {
		l.changed(nil)
	}
}

// parentOf is the folder that a folder lies in.
func parentOf(key string) string { return folderOf(strings.TrimSuffix(key, "/")) }
