package kit

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
)

// Page returns the page on top, or nil.
func (h *Host) Page() Page {
	if len(h.trail) == 0 {
		return nil
	}
	return h.trail[h.at].page
}

// Place returns where the page on top is: a page that moves by itself says so with a method Place.
func (h *Host) Place() store.Place {
	if len(h.trail) == 0 {
		return store.Place{}
	}
	v := h.trail[h.at]
	if p, ok := v.page.(interface{ Place() store.Place }); ok {
		return p.Place()
	}
	return v.place
}

// Go shows a place. Going to where one came from shows that page again, as it was; everything else makes a new page,
// and what lay ahead in the history is closed. A place whose connection cannot be opened is not gone to.
func (h *Host) Go(p store.Place) tea.Cmd {
	if h.at > 0 && h.comesFrom(p) {
		h.turn(-1)
		h.keyboard.reset()
		return h.update(h.trail[h.at].page, Return{p})
	}
	if h.Context.Conns != nil {
		s, err := h.Context.Conns.Get(p.Conn)
		if err != nil {
			h.Tell(Bad, err.Error())
			return nil
		}
		h.Context.Store = s
	}
	return h.Show(h.Make(h.Context, p), p)
}

// turn goes along the trail.
func (h *Host) turn(by int) {
	h.at += by
	h.Context.Store = h.trail[h.at].store
}

// comesFrom says whether the visit before is of place p.
func (h *Host) comesFrom(p store.Place) bool {
	v := h.trail[h.at-1]
	at := v.place
	if q, ok := v.page.(interface{ Place() store.Place }); ok {
		at = q.Place()
	}
	return at.Conn == p.Conn && at.Space == p.Space && at.Prefix == p.Prefix && at.Tab == p.Tab
}

// Show puts a page on top. Its place is of the Store that the Context has.
func (h *Host) Show(page Page, p store.Place) tea.Cmd {
	h.keyboard.reset()
	if len(h.trail) > 0 {
		for _, v := range h.trail[h.at+1:] {
			v.page.Close()
		}
		h.trail = h.trail[:h.at+1]
	}
	if len(h.trail) >= trailLength {
		h.trail[0].page.Close()
		h.trail = append(h.trail[:0], h.trail[1:]...)
	}
	h.trail = append(h.trail, visit{page, p, h.Context.Store})
	h.at = len(h.trail) - 1
	h.calling = page.ID()
	cmd := page.Init(h.Context)
	return tea.Batch(cmd, h.carryOut())
}

// HistoryBack shows the page before.
func (h *Host) HistoryBack() tea.Cmd {
	if h.at == 0 {
		h.Tell(Info, "This is the first place of the history.")
		return nil
	}
	h.turn(-1)
	return h.shownAgain()
}

// HistoryForward shows the page that was left by going back.
func (h *Host) HistoryForward() tea.Cmd {
	if h.at >= len(h.trail)-1 {
		h.Tell(Info, "This is the last place of the history.")
		return nil
	}
	h.turn(1)
	return h.shownAgain()
}

// shownAgain tells the page on top that it is in front again: what it shows may have changed meanwhile.
func (h *Host) shownAgain() tea.Cmd {
	h.keyboard.reset()
	if len(h.trail) == 0 {
		return nil
	}
	return h.update(h.trail[h.at].page, Return{})
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
	if p := h.Place(); p.Space != "" {
		return h.Go(p.Above())
	}
	return h.Quit()
}
