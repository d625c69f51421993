package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

func (u *tally) toggle() {
	row, _ := u.under()
	if u.chosen[row.key] {
		delete(u.chosen, row.key)
	} else if row.key != "" {
		u.chosen[row.key] = true
	}
	u.list.MoveTo(u.list.Cursor + 1)
	u.remember()
}

func (u *tally) choose(in func(key string) bool) {
	for _, row := range u.rows {
		switch {
		case row.key == "":
		case in(row.key):
			u.chosen[row.key] = true
		default:
			delete(u.chosen, row.key)
		}
	}
}

func (u *tally) sort(by tallyOrder) func(*kit.Context) tea.Cmd {
	return u.plain(func() {
		u.order = by
		if u.list.Cursor == 0 {
			u.want = "" // it goes to what is first then
		}
		u.list.Hold(u.makeRows)
	})
}

// sources are the folders that something is to be done with.
func (u *tally) sources() (all []job.Source) {
	for _, row := range u.rows {
		if u.chosen[row.key] && row.key != "" {
			all = append(all, job.Source{Ref: store.Ref{Space: u.place.Space, Key: row.key}, Folder: true})
		}
	}
	if row, ok := u.under(); len(all) == 0 && ok && row.key != "" {
		all = append(all, job.Source{Ref: store.Ref{Space: u.place.Space, Key: row.key}, Folder: true})
	}
	return all
}

func (u *tally) remove(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewDelete(c, u.place.Space, u.sources(), u.at))
	return nil
}

func (u *tally) download(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewDownload(c, u.sources(), u.at))
	return nil
}

func (u *tally) more(c *kit.Context) tea.Cmd {
	title := u.place.Space
	if row, ok := u.under(); ok {
		title = row.name
	}
	names := []keys.Action{keys.Enter, keys.Find, keys.Versions, keys.Refresh, keys.Download, keys.Delete}
	c.Open(dialog.NewMore(c, store.Printable(title), among(u.own(), names)))
	return nil
}
