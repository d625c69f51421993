package page

import (
	"context"
	"maps"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// pagesAtOnce are counted before the screen is drawn again.
const pagesAtOnce = 2

// tally is the Usage tab of a Space: what its folders hold, counted while one walks through them.
type tally struct {
	id    kit.ID
	place store.Place // that is counted
	store *store.Store
	tree  *listing.Tree
	walk  kit.Slot[[]store.Page]
	err   error     // why counting ended early: store.Canceled when it was stopped
	ended time.Time // counted to the end
	older kit.Slot[bool]
	keeps bool // the Space keeps older versions, which are not counted

	view   tallyView
	at     string // the folder shown; in it or below it there is what is counted
	order  tallyOrder
	rows   []tallyRow
	all    int64           // what the rows hold, in what they are ordered by
	most   int64           // the largest of them
	chosen map[string]bool // folders, by key
	list   kit.List
	want   string // the key that the cursor is on, or goes to

	twins []listing.Twin
	group string // the first key of the twins that are shown, "": all groups are
	files *files // shows objects: what is the largest and the oldest, and the members of a group
	bare  bool   // in a pane, beside another page
}

// tallyView is how what was counted is looked at.
type tallyView int

const (
	byFolder tallyView = iota
	largest
	oldest
	twice
	tallyViews
)

func newTally(c *kit.Context, p store.Place) *tally {
	u := &tally{id: c.NewID(), store: c.Store, at: p.Prefix}
	u.place = store.Place{Conn: p.Conn, Space: p.Space, Prefix: p.Prefix, Tab: store.Usage}
	u.reset()
	return u
}

// reset forgets what was counted.
func (u *tally) reset() {
	u.tree = listing.NewTree(u.place.Space, u.place.Prefix)
	u.err, u.ended, u.chosen, u.twins = nil, time.Time{}, map[string]bool{}, nil
}

func (u *tally) ID() kit.ID    { return u.id }
func (u *tally) Title() string { return store.Printable(u.place.Space+"/"+u.at) + " (usage)" }

// Place is the folder that is shown.
func (u *tally) Place() store.Place {
	p := u.place
	p.Prefix = u.at
	return p
}

func (u *tally) Typing() bool { return u.files != nil && u.files.Typing() }

// halve implements half.
func (u *tally) halve(is bool) { u.bare = is }

func (u *tally) Init(c *kit.Context) tea.Cmd {
	s, space := u.store, u.place.Space
	return tea.Batch(u.count(c, ""), u.older.Start(c, u.id, func(ctx context.Context) (bool, error) { return s.Versioned(ctx, space) }))
}

func (u *tally) Close() {
	u.walk.Cancel()
	u.older.Cancel()
	if u.files != nil {
		u.files.Close()
	}
}

// count begins with a page, or goes on.
func (u *tally) count(c *kit.Context, after string) tea.Cmd {
	s, r, most := u.store, u.tree.Request(), pagesAtOnce
	if r.After = after; after == "" {
		most = 1 // something is to be seen at once
	}
	return u.walk.Start(c, u.id, func(ctx context.Context) (pages []store.Page, err error) {
		ctx = store.Background(ctx)
		for range most {
			p, err := s.List(ctx, r)
			if err != nil {
				return pages, err
			}
			if pages = append(pages, p); !p.More {
				break
			}
			r.After = p.Next
		}
		return pages, nil
	})
}

// Update takes one message.
func (u *tally) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if pages, err, ok := u.walk.Take(msg); ok {
		return u.counted(c, pages, err)
	}
	if keeps, _, ok := u.older.Take(msg); ok {
		u.keeps = keeps
		return nil
	}
	if u.files != nil {
		return u.files.Update(c, msg)
	}
	switch m := msg.(type) {
	case kit.Key, kit.Mouse:
		if click, ok := m.(kit.Mouse); ok && !u.bare && turned(c, click, u.Place()) {
			return nil
		}
		if u.list.Update(c, m) {
			u.remember()
			if u.list.Double() {
				return u.open(c)
			}
		}
	case tea.PasteMsg:
		c.Notify(kit.Warn, "Open a folder first: what is pasted or dropped is uploaded into one.")
	}
	return nil
}

// counted takes pages, and has the next ones asked for before.
func (u *tally) counted(c *kit.Context, pages []store.Page, err error) (next tea.Cmd) {
	if n := len(pages); n > 0 && pages[n-1].More && err == nil {
		next = u.count(c, pages[n-1].Next)
	}
	for _, p := range pages {
		u.tree.Take(p)
	}
	if u.err = err; u.tree.Done() {
		u.ended = c.Now()
	}
	return tea.Batch(next, u.show(c))
}

// Effects takes off what was deleted.
func (u *tally) Effects(c *kit.Context, effects []job.Effect) tea.Cmd {
	var cmd tea.Cmd
	if u.files != nil {
		cmd = u.files.Effects(c, effects)
	}
	if u.tree.Apply(u.store.Conn(), effects) {
		return tea.Batch(cmd, u.show(c))
	}
	return cmd
}

// Finished implements kit.Chooser.
func (u *tally) Finished(list []job.Finished) {
	if u.files != nil {
		u.files.Finished(list)
	}
}

// show brings what is shown up to date with what is counted.
func (u *tally) show(c *kit.Context) tea.Cmd {
	for u.at != u.tree.Base() { // the folder may be gone
		if _, there := u.tree.Find(u.at); there {
			break
		}
		u.at = folderOf(strings.TrimSuffix(u.at, "/"))
	}
	maps.DeleteFunc(u.chosen, func(key string, _ bool) bool { _, there := u.tree.Find(key); return !there })
	switch u.view {
	case byFolder:
		u.makeRows()
	case twice:
		u.twins, _, _ = u.tree.Twice.Found()
		u.settle(len(u.twins), func(i int) string { return u.twins[i].Entries[0].Key })
	}
	if u.files == nil {
		return nil
	}
	entries := u.entries()
	if u.view == twice && len(entries) < 2 && u.group != "" { // no twins any more
		u.close()
		return nil
	}
	u.files.l.Give(entries)
	return u.files.drive(c)
}

// entries are the objects shown.
func (u *tally) entries() (entries []store.Entry) {
	switch u.view {
	case largest:
		entries, _ = u.tree.Largest.First()
	case oldest:
		entries, _ = u.tree.Oldest.First()
	case twice:
		for _, t := range u.twins {
			if t.Entries[0].Key == u.group {
				return t.Entries
			}
		}
	}
	return entries
}
