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

// tally is the Usage tab of a Space: what its folders hold, counted while one walks through them.
type tally struct {
	id    kit.ID
	place store.Place // that is counted
	store *store.Store
	tree  *listing.Tree
	walk  kit.Slot[listing.Answers]
	err   error     // why counting ended early: store.Canceled when it was stopped
	ended time.Time // counted to the end
	past  tallyPast

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
	older // what is not current, by folder
	tallyViews
)

// byDir says whether folders are shown.
func (u *tally) byDir() bool { return u.view == byFolder || u.view == older }

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
	u.past.walk.Cancel()
	u.past.count, u.past.err = nil, nil
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
	return tea.Batch(u.count(c), u.askPast(c))
}

func (u *tally) Close() {
	u.walk.Cancel()
	u.past.stop()
	if u.files != nil {
		u.files.Close()
	}
}

// count begins, or goes on.
func (u *tally) count(c *kit.Context) tea.Cmd {
	s, round := u.store, u.tree.Round()
	return u.walk.Start(c, u.id, func(ctx context.Context) (listing.Answers, error) {
		return round.Do(store.Background(ctx), s.List)
	})
}

// Update takes one message.
func (u *tally) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if got, err, ok := u.walk.Take(msg); ok {
		return u.counted(c, got, err)
	}
	if cmd, ok := u.tookPast(c, msg); ok {
		return cmd
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

// counted takes what came, and has more asked for.
func (u *tally) counted(c *kit.Context, got listing.Answers, err error) (next tea.Cmd) {
	u.tree.Take(got)
	switch u.err = err; {
	case u.tree.Done():
		u.ended = c.Now()
	case err == nil:
		next = u.count(c)
	}
	return tea.Batch(next, u.show(c))
}

// Effects takes off what was deleted.
func (u *tally) Effects(c *kit.Context, effects []job.Effect) tea.Cmd {
	var cmd tea.Cmd
	if u.files != nil {
		cmd = u.files.Effects(c, effects)
	}
	u.changedPast(effects)
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
	for u.at != u.tree.Base() && !u.there(u.at) { // the folder may be gone
		u.at = folderOf(strings.TrimSuffix(u.at, "/"))
	}
	maps.DeleteFunc(u.chosen, func(key string, _ bool) bool { return !u.there(key) })
	switch u.view {
	case byFolder, older:
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

// there says whether a folder holds anything, as far as that is counted.
func (u *tally) there(key string) bool {
	_, there := u.tree.Find(key)
	if !there && u.past.count != nil {
		_, there = u.past.count.Find(key)
	}
	return there
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
