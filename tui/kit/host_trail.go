package kit

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
)

// Page returns the page on top, or nil.
func (h *Host) Page() Page { return h.trail.Page() }

// EachPage calls what with every page that is open, and where it is, the oldest first.
func (h *Host) EachPage(what func(Page, store.Place)) {
	for i := range h.trail.visits {
		what(h.trail.visits[i].page, h.trail.visits[i].here())
	}
}

// Place returns where the page on top is.
func (h *Host) Place() store.Place { return h.trail.Place() }

// Go shows a place: see Trail.Go. A page of panes shows it in one of them.
func (h *Host) Go(p store.Place) tea.Cmd {
	h.keyboard.reset()
	return h.lead(func() tea.Cmd {
		if panes, is := h.Page().(Paned); is {
			return panes.Go(h.Context, p)
		}
		cmd, err := h.trail.Go(h.Context, h.Make, p)
		if err != nil {
			h.Tell(Bad, err.Error())
		}
		return cmd
	})
}

// Show puts a page on top. Its place is of the Store that the Context has.
func (h *Host) Show(page Page, p store.Place) tea.Cmd {
	h.keyboard.reset()
	return h.lead(func() tea.Cmd { return h.trail.Show(h.Context, page, p) })
}

// HistoryBack shows the page before, HistoryForward the page that was left by going back.
func (h *Host) HistoryBack() tea.Cmd    { return h.along(-1) }
func (h *Host) HistoryForward() tea.Cmd { return h.along(1) }

func (h *Host) along(by int) tea.Cmd {
	h.keyboard.reset()
	return h.lead(func() tea.Cmd {
		if panes, is := h.Page().(Paned); is {
			return panes.Turn(h.Context, by)
		}
		return h.trail.Turn(h.Context, by)
	})
}

// lead calls pages in the course of going elsewhere.
func (h *Host) lead(call func() tea.Cmd) tea.Cmd {
	h.calling = 0
	cmd := call()
	return tea.Batch(cmd, h.carryOut())
}

// shownAgain tells the page on top that it is in front again: what it shows may have changed meanwhile.
func (h *Host) shownAgain() tea.Cmd {
	h.keyboard.reset()
	if p := h.Page(); p != nil {
		return h.update(p, Return{})
	}
	return nil
}

// Back goes up a level, as the page does it when it offers that itself, and from the index leaves the program.
func (h *Host) Back() tea.Cmd {
	t := h.Page()
	if t == nil {
		return h.Quit()
	}
	if a, listed := find(t.Actions(), keys.Parent); listed && a.Run != nil && a.Off() == "" {
		return h.run(t, a)
	}
	if p := h.Place(); p.Space != "" || p.Tab != store.Files {
		return h.Go(p.Above())
	}
	return h.Quit()
}
