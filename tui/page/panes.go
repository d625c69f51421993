package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// Panes is a page of two others beside each other, each with a trail of its own. Neither knows: keys go to the one that is
// active, answers to whose they are, and where a page leads is gone to in its own pane.
type Panes struct {
	id    kit.ID
	make  func(*kit.Context, store.Place) kit.Page
	split *Split
	sides [2]kit.Trail
	on    int        // the side that has the keys
	cmp   *comparing // in the place of the panes, nil: it is not open
	found *comparing // what the rows are marked by, nil: by nothing
	w, h  int        // of the screen, when it was last told or drawn
	drag  bool
	looks looks
}

// Split is how the screen was divided last, for the next time it is. The zero Split is of a first time.
type Split struct {
	known  bool
	beside store.Place // where the other pane was
	left   float64     // share of the left pane; 0: a half
}

// NewPanes shows a page that is on top, of the Context's Store, and another beside it, where that was the last time. make
// makes pages as Host.Make does. The Panes are to be begun by Init, and put in the place of the page.
func NewPanes(c *kit.Context, split *Split, page kit.Page, place store.Place, make func(*kit.Context, store.Place) kit.Page) *Panes {
	p := &Panes{id: c.NewID(), split: split}
	p.make = func(c *kit.Context, at store.Place) kit.Page { return halved(make(c, at), true) }
	p.sides[0].Put(c, halved(page, true), place)
	if !split.known {
		*split = Split{known: true, beside: place, left: split.left}
	}
	return p
}

// half is a page that looks otherwise in a pane.
type half interface{ halve(bool) }

func halved(p kit.Page, is bool) kit.Page {
	if h, ok := p.(half); ok {
		h.halve(is)
	}
	return p
}

// ID implements kit.Page.
func (p *Panes) ID() kit.ID { return p.id }

// Init implements kit.Page.
func (p *Panes) Init(c *kit.Context) tea.Cmd {
	cmd := p.lead(c, 1, p.split.beside)
	if p.sides[1].Page() == nil { // that connection is gone: a notice says so
		return tea.Batch(cmd, p.lead(c, 1, p.Place()))
	}
	return cmd
}

// page is that of the active pane.
func (p *Panes) page() kit.Page { return p.sides[p.on].Page() }

// Title, Typing, Place and Store are of the active pane.
func (p *Panes) Title() string {
	if p.cmp != nil {
		return p.cmp.Title()
	}
	return p.page().Title()
}

func (p *Panes) Typing() bool        { return p.cmp == nil && p.page().Typing() }
func (p *Panes) Place() store.Place  { return p.sides[p.on].Place() }
func (p *Panes) Store() *store.Store { return p.sides[p.on].Store() }

// Close implements kit.Page.
func (p *Panes) Close() {
	p.closeCompare()
	for i := range p.sides {
		p.sides[i].Close()
	}
}

// Owns implements kit.Paned.
func (p *Panes) Owns(id kit.ID) bool {
	_, _, page := p.find(id)
	return page != nil || p.cmp != nil && p.cmp.id == id
}

// find is the page of an ID, which side it is on, and its Store.
func (p *Panes) find(id kit.ID) (side int, s *store.Store, page kit.Page) {
	for i := range p.sides {
		p.sides[i].Each(func(x kit.Page, of *store.Store, _ bool) {
			if x.ID() == id {
				side, s, page = i, of, x
			}
		})
	}
	return side, s, page
}

// call has a page of a side called. Where it leads is gone to there.
func (p *Panes) call(c *kit.Context, side int, page kit.Page, s *store.Store, what func(*kit.Context) tea.Cmd) tea.Cmd {
	front := p.id
	if page == p.sides[side].Page() && c.IsFront(p.id) {
		front = page.ID() // both panes are looked at
	}
	cmd, asked := c.For(s, front, p.within(c, side, func() tea.Cmd { return what(c) }))
	cmds := []tea.Cmd{cmd}
	for _, r := range asked {
		if r.Go != nil {
			cmds = append(cmds, p.lead(c, side, *r.Go))
			continue
		}
		c.Ask(r)
	}
	return tea.Batch(cmds...)
}

// top calls the page on top of a side.
func (p *Panes) top(c *kit.Context, side int, what func(kit.Page) tea.Cmd) tea.Cmd {
	page := p.sides[side].Page()
	return p.call(c, side, page, p.sides[side].Store(), func(*kit.Context) tea.Cmd { return what(page) })
}

// lead shows a place on a side.
func (p *Panes) lead(c *kit.Context, side int, to store.Place) tea.Cmd {
	return p.walk(c, side, func(t *kit.Trail) tea.Cmd {
		cmd, err := t.Go(c, p.make, to)
		if err != nil {
			c.Notify(kit.Bad, err.Error())
		}
		return cmd
	})
}

// walk goes along the trail of a side.
func (p *Panes) walk(c *kit.Context, side int, how func(*kit.Trail) tea.Cmd) tea.Cmd {
	p.closeCompare()
	t := &p.sides[side]
	cmd, asked := c.For(t.Store(), p.id, p.within(c, side, func() tea.Cmd { return how(t) }))
	cmds := []tea.Cmd{cmd}
	for _, r := range asked {
		if r.Go != nil {
			cmds = append(cmds, p.lead(c, side, *r.Go))
			continue
		}
		c.Ask(r)
	}
	return tea.Batch(append(cmds, p.resized(c, side))...)
}

// Go implements kit.Paned.
func (p *Panes) Go(c *kit.Context, to store.Place) tea.Cmd { return p.lead(c, p.on, to) }

// Turn implements kit.Paned.
func (p *Panes) Turn(c *kit.Context, by int) tea.Cmd {
	return p.walk(c, p.on, func(t *kit.Trail) tea.Cmd { return t.Turn(c, by) })
}

// Opens implements kit.Paned: menus get what there is to do with two panes, and what is copied or moved goes to the other pane, unless something else is said.
func (p *Panes) Opens(d kit.Dialog) {
	if d, is := d.(*dialog.More); is && p.cmp == nil {
		d.Add(kit.Action{Name: keys.Mirror, Why: p.cannotMirror, Run: p.mirror})
	}
	if d, is := d.(interface{ Toward(store.Place) }); is {
		d.Toward(p.sides[1-p.on].Place())
	}
}

// Update takes one message.
func (p *Panes) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.Answer:
		if p.cmp != nil && m.Owner == p.cmp.id {
			return p.cmp.Update(c, msg)
		}
		side, s, page := p.find(m.Owner)
		if page == nil {
			return nil
		}
		return p.call(c, side, page, s, func(c *kit.Context) tea.Cmd { return page.Update(c, msg) })
	case kit.Return:
		return tea.Batch(p.tell(c, 0, msg), p.tell(c, 1, msg))
	case tea.WindowSizeMsg:
		p.w, p.h = m.Width, m.Height
		return tea.Batch(p.resized(c, 0), p.resized(c, 1))
	case kit.Mouse:
		if p.cmp == nil {
			return p.mouse(c, m)
		}
	}
	if p.cmp != nil {
		return p.compareUpdate(c, msg)
	}
	return p.tell(c, p.on, msg)
}

// tell hands a message to the page of a side.
func (p *Panes) tell(c *kit.Context, side int, msg tea.Msg) tea.Cmd {
	return p.top(c, side, func(page kit.Page) tea.Cmd { return page.Update(c, msg) })
}

// resized tells a side how wide it is.
func (p *Panes) resized(c *kit.Context, side int) tea.Cmd {
	_, w := p.area(side)
	if w == 0 || p.sides[side].Page() == nil {
		return nil
	}
	return p.tell(c, side, tea.WindowSizeMsg{Width: w, Height: p.h})
}

// Effects implements kit.Page.
func (p *Panes) Effects(c *kit.Context, effects []job.Effect) tea.Cmd {
	var cmds []tea.Cmd
	if p.cmp != nil {
		cmds = append(cmds, p.cmp.Effects(c, effects))
	} else if p.found != nil {
		cmds = append(cmds, p.found.Effects(c, effects))
	}
	for side := range p.sides {
		p.sides[side].Each(func(page kit.Page, s *store.Store, _ bool) {
			cmds = append(cmds, p.call(c, side, page, s, func(c *kit.Context) tea.Cmd { return page.Effects(c, effects) }))
		})
	}
	return tea.Batch(cmds...)
}

// Finished implements kit.Chooser.
func (p *Panes) Finished(list []job.Finished) {
	for side := range p.sides {
		p.sides[side].Each(func(page kit.Page, _ *store.Store, _ bool) {
			if x, is := page.(kit.Chooser); is {
				x.Finished(list)
			}
		})
	}
}
