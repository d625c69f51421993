package page

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// past leads from the Files tab to older versions. Whether the Space keeps any is asked when somebody wants to see them, and
// not before.
type past struct {
	slot kit.Slot[bool]
	then func(*kit.Context) tea.Cmd
	off  bool // it keeps none, as it said last
}

const noVersions = "This Space keeps no older versions: its settings can switch versioning on."

func (f *files) pastActions() []kit.Action {
	to := func(c *kit.Context) tea.Cmd {
		p := f.at(f.l.Dir(), "")
		if id, ok := f.l.Under(); ok {
			p.Key = f.l.Rows().Key(id)
		}
		p.Tab = store.Past
		c.Go(p)
		return nil
	}
	asOf := func(c *kit.Context) tea.Cmd { c.Open(dialog.NewAsOf(c, f.at(f.l.Dir(), ""))); return nil }
	return []kit.Action{
		{Name: keys.Versions, Why: f.noPast, Run: f.does(f.ifPast(to))},
		{Name: keys.AsOf, Why: f.noPast, Run: f.does(f.ifPast(asOf))},
		{Name: keys.Restore, Label: "Restore what was deleted…", Hint: "restore", Why: f.notRestorable, Run: f.does(f.ifPast(f.restore))},
	}
}

func (f *files) noPast() string {
	if f.past.off {
		return noVersions
	}
	return ""
}

// ifPast does something once it is known that there are older versions.
func (f *files) ifPast(then func(*kit.Context) tea.Cmd) func(*kit.Context) tea.Cmd {
	return func(c *kit.Context) tea.Cmd {
		s, space := f.store, f.place.Space
		f.past.then = then
		return f.past.slot.Start(c, f.id, func(ctx context.Context) (bool, error) { return s.Versioned(ctx, space) })
	}
}

// tookPast takes the answer.
func (f *files) tookPast(c *kit.Context, msg tea.Msg) (tea.Cmd, bool) {
	versioned, err, ok := f.past.slot.Take(msg)
	switch {
	case !ok:
		return nil, false
	case err != nil:
		c.Notify(kit.Bad, "Whether this Space keeps older versions is not known: "+reason(err))
	case !versioned:
		f.past.off = true
		c.Notify(kit.Warn, noVersions)
	default:
		return f.past.then(c), true
	}
	return nil, true
}

func (f *files) notRestorable() string {
	for _, s := range f.sources() {
		if !s.Folder {
			return "A file that is here is not deleted: versions shows what it was before."
		}
	}
	return f.noPast()
}

// restore brings back what was deleted below the folders chosen, or in the folder on the screen.
func (f *files) restore(c *kit.Context) tea.Cmd {
	var list []job.Source
	if f.nothing() == "" {
		list = f.sources()
	}
	c.Open(dialog.NewRestore(c, f.place.Space, list, f.l.Dir(), time.Time{}))
	return nil
}
