package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/tui/kit"
)

// within has a side called with the room that it has: half of the page's, none where it is not shown.
func (p *Panes) within(c *kit.Context, side int, call func() tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		whole := c.Page
		if p.w == 0 { // it was neither told nor drawn yet
			p.w = whole.W
		}
		_, w := p.area(side)
		c.Page = kit.Size{W: w, H: whole.H}
		defer func() { c.Page = whole }()
		return call()
	}
}
