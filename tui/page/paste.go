package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

func (f *files) move(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewMove(c, f.place.Space, f.sources(), f.dirChosen()))
	return nil
}

func (f *files) copyTo(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewCopyTo(c, f.place.Space, f.sources(), f.dirChosen()))
	return nil
}

// take puts what is chosen on the board, in the place of what was there.
func (f *files) take(cut bool) func(*kit.Context) tea.Cmd {
	return func(c *kit.Context) tea.Cmd {
		from := store.Place{Conn: f.store.Conn(), Space: f.place.Space, Prefix: f.l.Dir()}
		c.Board = kit.Board{From: from, Sources: f.sources(), Cut: cut}
		f.l.Unselect()
		return nil
	}
}

func (f *files) notToPaste() string {
	if !f.board.Any() {
		return "Nothing was copied or cut to be pasted."
	}
	return f.gone()
}

// paste asks before it copies or moves what is on the board to the folder that is shown.
func (f *files) paste(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewPaste(c, f.place.Space, f.l.Dir()))
	return nil
}
