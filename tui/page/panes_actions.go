package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// Actions are those of the active pane, and what there is to do with two.
func (p *Panes) Actions() []kit.Action {
	if p.cmp != nil {
		return p.compareActions()
	}
	side, page, s := p.on, p.page(), p.Store()
	var first, all []kit.Action
	typing := page.Typing()
	if !typing {
		first = append(first, kit.Action{Name: keys.OtherPane, Run: p.other})
	}
	for _, a := range page.Actions() {
		if run := a.Run; run != nil {
			a.Run = func(c *kit.Context) tea.Cmd {
				if a.Name == keys.Refresh {
					p.unmark() // what comes may be other than what was compared
				}
				return p.call(c, side, page, s, run)
			}
		}
		if a.Name == keys.CopyTo && !typing {
			a.Hint = "" // it is what there are two panes for
			first = append(first, a)
			continue
		}
		all = append(all, a)
	}
	if !typing {
		all = append(all, kit.Action{Name: keys.Compare, Why: p.cannotCompare, Run: p.compare}, kit.Action{Name: keys.Mirror, Hint: kit.NoHint, Why: p.cannotMirror, Run: p.mirror},
			kit.Action{Name: keys.DualPane, Label: "One pane", Hint: "one pane", Run: p.single})
	}
	return append(first, all...)
}

// other gives the other pane the keys.
func (p *Panes) other(c *kit.Context) tea.Cmd {
	p.on = 1 - p.on
	return p.resized(c, p.on)
}

// single leaves the active pane alone on the screen.
func (p *Panes) single(c *kit.Context) tea.Cmd {
	p.split.beside = p.sides[1-p.on].Place()
	p.closeCompare()
	p.unmark()
	p.sides[1-p.on].Close()
	p.sides[p.on].Each(func(page kit.Page, _ *store.Store, _ bool) { halved(page, false) })
	t := p.sides[p.on]
	c.Instead(t)
	cmd, asked := c.For(t.Store(), t.Page().ID(), func() tea.Cmd {
		return t.Page().Update(c, tea.WindowSizeMsg{Width: p.w, Height: p.h})
	})
	for _, r := range asked {
		c.Ask(r)
	}
	return cmd
}
