package page

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/listing"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// tallyPast is what the Usage tab knows of older versions and delete markers. They are counted only when that is asked for:
// there may be many more of them than objects, and no listing of objects tells of them.
type tallyPast struct {
	keeps bool // the Space keeps older versions, or did
	asks  kit.Slot[bool]
	count *listing.Past // nil: nobody asked yet
	walk  kit.Slot[store.VersionPage]
	err   error // why counting ended early
}

func (p *tallyPast) stop() {
	p.asks.Cancel()
	p.walk.Cancel()
}

// askPast finds out whether there can be anything older.
func (u *tally) askPast(c *kit.Context) tea.Cmd {
	s, space := u.store, u.place.Space
	return u.past.asks.Start(c, u.id, func(ctx context.Context) (bool, error) { return s.Versioned(ctx, space) })
}

// countPast begins to count, or goes on.
func (u *tally) countPast(c *kit.Context) tea.Cmd {
	p := &u.past
	if p.count == nil || p.count.Done() {
		p.count = listing.NewPast(u.place.Space, u.place.Prefix)
	}
	s, r := u.store, p.count.Request()
	p.err = nil
	return p.walk.Start(c, u.id, func(ctx context.Context) (store.VersionPage, error) {
		return s.Versions(store.Background(ctx), r)
	})
}

// tookPast takes the answers that are of versions.
func (u *tally) tookPast(c *kit.Context, msg tea.Msg) (cmd tea.Cmd, ok bool) {
	p := &u.past
	if keeps, _, ok := p.asks.Take(msg); ok {
		p.keeps = keeps
		return nil, true
	}
	page, err, ok := p.walk.Take(msg)
	if !ok {
		return nil, false
	}
	if p.err = err; err == nil {
		if p.count.Take(page); !p.count.Done() {
			cmd = u.countPast(c)
		}
	}
	return tea.Batch(cmd, u.show(c)), true
}

// views are those that there are: without versions the last one says nothing.
func (u *tally) views() tallyView {
	if u.past.keeps {
		return tallyViews
	}
	return older
}

func (u *tally) noPast() string {
	if !u.past.keeps {
		return noVersions
	}
	return ""
}

// turnPast leads to the older versions, which are counted then, and back.
func (u *tally) turnPast(c *kit.Context) tea.Cmd {
	if u.view == older && u.past.count != nil {
		return u.turn(c, int(u.views()-u.view))
	}
	var count tea.Cmd
	if u.past.count == nil {
		count = u.countPast(c)
	}
	return tea.Batch(u.turn(c, int(u.views()+older-u.view)), count)
}

// pastLabel is what turnPast does now.
func (u *tally) pastLabel() (label, hint string) {
	switch {
	case u.view == older && u.past.count != nil:
		return "What is current", "current"
	case u.past.count == nil:
		return "Count older versions", "count older"
	}
	return "Older versions", "older"
}

// notCurrent tells why what is older cannot be downloaded by the folder.
func (u *tally) notCurrent() string {
	if u.view == older {
		return "These are older versions: open a folder to its end, and choose some."
	}
	return u.noFolder()
}

// purge asks before it removes what is not current in folders.
func (u *tally) purge(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewPurge(c, u.place.Space, u.sources(), u.at, nil))
	return nil
}

// pastState says how far the counts of older versions can be trusted.
func (u *tally) pastState(c *kit.Context) (string, kit.Paint) {
	th, key, p := &c.Theme.Paint, c.Keys.Key, &u.past
	switch {
	case p.count == nil:
		return key(keys.Versions) + " counts them", th.Warn
	case p.walk.Busy():
		return "counting, " + key(keys.Cancel) + " stops", th.Accent
	case p.err == store.Canceled:
		return "stopped, " + key(keys.Refresh) + " goes on", th.Warn
	case p.err != nil:
		return key(keys.Refresh) + " tries again: " + store.Printable(reason(p.err)), th.Bad
	case p.count.Doubt():
		return "changed since, " + key(keys.Refresh) + " counts again", th.Warn
	}
	return "without incomplete uploads", th.Status
}

// pastAmount is what is older in the folder shown, as far as it is counted.
func (u *tally) pastAmount(c *kit.Context) string {
	if u.past.count == nil {
		return "older versions not counted"
	}
	var n listing.Count
	if f, exact := u.past.count.Find(u.at); exact {
		n = f.Count
	}
	atLeast := ""
	if !u.past.count.Done() {
		atLeast = "≥ "
	}
	text := atLeast + kit.Plural(n.Objects, "older version") + ", " + c.Bytes(n.Bytes)
	if n.Markers > 0 {
		text += " and " + kit.Plural(n.Markers, "delete marker")
	}
	return text
}

// changedPast takes what jobs did.
func (u *tally) changedPast(effects []job.Effect) {
	if u.past.count != nil {
		u.past.count.Apply(u.store.Conn(), effects)
	}
}
